"""SpamAssassin's spamd with one child: its own rules and Bayes, without the network (-L)."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.corpus import Mail
from tests.benchmarks.machine import MEASURED, as_nobody, children, on, program, until
from tests.benchmarks.served import Served, answer, spamc

NAME = "spamd (SpamAssassin)"
EVERY = 8
"""It judges one of so many messages: it takes a hundred times as long as others."""
_SETTINGS = """\
use_bayes 1
bayes_path {folder}/bayes
bayes_auto_learn 0
bayes_file_mode 0777
"""


@dataclass(frozen=True, slots=True)
class Spamd:
    """A running spamd: the parent, and the child that judges."""

    socket: Path
    parent: int

    @property
    def pids(self) -> list[int]:
        """The parent and its child."""
        return [self.parent, *children(self.parent)]

    def contestant(self) -> Served:
        """Each message as spamc hands it over."""
        return Served(NAME, self.pids, partial(spamc, self.socket, "SYMBOLS"), EVERY)


@contextmanager
def running(folder: Path) -> Iterator[Spamd]:
    """Start it on the measured core, with all its files in `folder`, after `learn`."""
    socket = folder / "spamd.sock"
    words = [str(program("spamd")), "-L", "-x", f"--siteconfigpath={folder}/site", f"--helper-home-dir={folder}"]
    words += [f"--socketpath={socket}", "-m", "1", "--min-children=1", "-s", "stderr", "--max-conn-per-child=1000000"]
    words += as_nobody()
    _open(folder)
    with on(MEASURED), (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(process, lambda: _answers(socket))
        yield Spamd(socket, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _open(folder: Path) -> None:
    """Give it all to whom spamd becomes: not root, but it updates its Bayes."""
    if os.geteuid() == 0:
        folder.parent.chmod(0o755)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody")


def _answers(socket: Path) -> bool:
    try:
        return b"PONG" in answer(socket, b"PING SPAMC/1.5\r\n\r\n")
    except OSError:
        return False


def learn(folder: Path, ham: Sequence[Mail], spam: Sequence[Mail]) -> float:
    """Make the settings in `folder` and train Bayes there. Returns CPU seconds."""
    (folder / "site").mkdir(parents=True)
    for file in Path("/etc/spamassassin").glob("*.pre"):
        shutil.copy(file, folder / "site")
    (folder / "site" / "local.cf").write_text(_SETTINGS.format(folder=folder))
    return sum(_sa_learn(folder, kind, mail) for kind, mail in (("--ham", ham), ("--spam", spam)) if mail)


def _sa_learn(folder: Path, kind: str, mail: Sequence[Mail]) -> float:
    names = folder / "names"
    names.write_text("".join(f"{one.file}\n" for one in mail))
    words = [str(program("sa-learn")), "-L", f"--siteconfigpath={folder}/site", kind, "-f", str(names)]
    with on(MEASURED):
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ValueError(f"sa-learn failed: {process.returncode}")
    return used.ru_utime + used.ru_stime
