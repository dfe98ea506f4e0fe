"""The mail of a benchmark: the public corpora, or any folder."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import read_archive

SA, PHISHING = "spamassassin-2002.tar.xz", "phishing-2022-2023.tar.xz"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, and a file that holds it, for programs that read files."""

    file: Path
    raw: bytes


@dataclass(frozen=True, slots=True)
class Corpus:
    """`measured` is what everybody judges; nobody learned it. `ham` and `spam` are what they learn from."""

    title: str
    measured: Sequence[Mail]
    ham: Sequence[Mail] = ()
    spam: Sequence[Mail] = ()

    @property
    def kilobytes(self) -> float:
        """Mean size of what is measured, in KiB."""
        return sum(len(mail.raw) for mail in self.measured) / max(1, len(self.measured)) / 1024


def read(folder: Path, most: int, scratch: Path) -> list[Corpus]:
    """Up to `most` messages of each corpus in `folder`, spread evenly over it; files of archives go to `scratch`.

    Takes the public archives, a folder with `ham` and `spam`, or any folder of messages (then there is nothing to
    learn from). Raises ValueError where there is no mail.
    """
    if (folder / SA).is_file():
        return _public(folder, most, scratch)
    if (folder / "ham").is_dir() and (folder / "spam").is_dir():
        return [_labelled(folder.name, _files(folder / "ham"), _files(folder / "spam"), most)]
    mail = _files(folder)
    if not mail:
        raise ValueError(f"no mail in {folder}")
    return [Corpus(folder.name, _spread(mail, most))]


def design_half(name: str) -> bool:
    """Whether this file of the phishing collection may be looked at: the other half is kept for judging rules."""
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _public(folder: Path, most: int, scratch: Path) -> list[Corpus]:
    ham, spam = (_unpacked(read_archive(folder / SA, f"sa/{kind}"), scratch / kind) for kind in ("ham", "spam"))
    found = [_labelled("2002 mail", ham, spam, most)]
    if (folder / PHISHING).is_file():
        rows = [row for row in read_archive(folder / PHISHING, "phish_dev/spam") if design_half(row[0])]
        found.append(Corpus("phishing 2022-23", _spread(_unpacked(rows, scratch / "phishing"), most // 2)))
    return found


def _labelled(title: str, ham: list[Mail], spam: list[Mail], most: int) -> Corpus:
    """Every second message is learned from, the others may be measured."""
    return Corpus(title, _spread(ham[1::2] + spam[1::2], most), ham[::2], spam[::2])


def _unpacked(rows: list[tuple[str, bytes]], folder: Path) -> list[Mail]:
    folder.mkdir(parents=True)
    found = []
    for name, raw in rows:
        (folder / name).write_bytes(raw)
        found.append(Mail(folder / name, raw))
    return found


def _files(folder: Path) -> list[Mail]:
    return [Mail(file, file.read_bytes()) for file in sorted(folder.rglob("*")) if file.is_file()]


def _spread(mail: list[Mail], most: int) -> list[Mail]:
    """At most `most` of them, at even distances."""
    count = min(most, len(mail))
    return [mail[number * len(mail) // count] for number in range(count)]


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A short-lived folder; in memory where possible, so that databases of neighbours do not wait for a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder itself is made by tempfile
    return tempfile.TemporaryDirectory(prefix="bench", dir=memory if memory.is_dir() else None)
