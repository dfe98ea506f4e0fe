"""The messages in one open file: a message, an mbox, a compressed one of either, or an archive of them.

Archives are read member by member in memory, never unpacked to disk.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from typing import IO

from filter import mailfiles
from filter.mailfiles import LARGEST_MESSAGE, Mail, Unreadable
from training.streams import (
    COMPRESSED,
    ERRORS,
    HEAD,
    Budget,
    Metered,
    OverBudgetError,
    Rewound,
    Source,
    reason,
    unpacked,
)

TAR = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
ZIP = (".zip",)
PACKED = (*TAR, *ZIP, *COMPRESSED)
"""How the names of files end that are unpacked."""
MOST_MEMBERS = 20_000_000
_NO_END = "ends without the mark that ends an archive; it may have been cut"


class _Strict(tarfile.TarInfo):
    """A member's header. What `tarfile` takes for the end of the archive in silence is an error here."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> "_Strict":
        """Read the next header. Raises ReadError if there is none, or none that can be read."""
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined] # the end, as it should be
            raise
        except tarfile.EmptyHeaderError:  # type: ignore[attr-defined] # not in the stubs
            raise tarfile.ReadError(_NO_END) from None
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(f"is damaged near byte {archive.offset:,}: {error}") from None


def messages(file: IO[bytes], name: str, size: int | None, folder: str = "") -> Iterator[Mail | Unreadable]:
    """Every message in `file` of `size` bytes (None: not known); of an archive those below `folder`.

    Raises one of `streams.ERRORS` where the file cannot be read on.
    """
    if name.endswith(TAR):
        yield from _tar(file, name, size, folder)
    elif name.endswith(ZIP):
        yield from _zip(file, name, size, folder)
    elif name.endswith(COMPRESSED):
        yield from one(unpacked(file, Budget(size)), name)
    else:
        yield from one(file, name)


def one(file: Source, name: str) -> Iterator[Mail | Unreadable]:
    """The message, or the messages of the mbox, that `file` holds, without seeking in it."""
    head = file.read(64 * 1024)  # to ask for the most at once takes memory for it
    if len(head) == 64 * 1024:
        head += _up_to(file, HEAD - len(head))
    if mailfiles.is_mbox(io.BytesIO(head), _plain(name, len(head))):
        whole = io.BufferedReader(Rewound(head, file), 64 * 1024)
        for mail in mailfiles.split_mbox(whole, name):
            yield mail if mail.raw.strip() else Unreadable(mail.name, "is empty")
    else:
        yield Mail(name, head[:LARGEST_MESSAGE]) if head.strip() else Unreadable(name, "is empty")


def _plain(name: str, size: int) -> str:
    """The name that tells whether a file is an mbox: unpacked; one longer than any message is no single message."""
    plain = name.removesuffix(next((end for end in COMPRESSED if name.endswith(end)), ""))
    return f"{plain}.mbox" if size >= HEAD and not plain.endswith(".eml") else plain


def _up_to(file: Source, size: int) -> bytes:
    """`size` bytes, or all there are: a stream may give fewer at a time."""
    parts = []
    while size > 0 and (part := file.read(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _tar(file: IO[bytes], path: str, size: int | None, folder: str) -> Iterator[Mail | Unreadable]:
    plain = unpacked(file, Budget(size))
    with tarfile.open(fileobj=plain, mode="r|", tarinfo=_Strict) as archive:
        for number, member in enumerate(archive):
            if number >= MOST_MEMBERS:
                raise OverBudgetError(f"has more than {MOST_MEMBERS:,} members; the rest is not read")
            archive.members = []  # type: ignore[attr-defined] # a stream is read once: to remember its members only takes memory
            if not is_below(member.name, folder) or member.isdir():
                continue
            name = f"{path}::{member.name}"
            data = archive.extractfile(member) if member.isfile() else None
            if data is None:
                yield Unreadable(name, "is no file, but a link or device")
            else:
                yield from one(data, name)


def _zip(file: IO[bytes], path: str, size: int | None, folder: str) -> Iterator[Mail | Unreadable]:
    budget = Budget(size)
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.is_dir() or not is_below(member.filename, folder):
                continue
            name = f"{path}::{member.filename}"
            try:
                with archive.open(member) as data:
                    yield from one(Metered(data, budget), name)
            except OverBudgetError:
                raise
            except ERRORS as error:  # one damaged member leaves the others whole
                yield Unreadable(name, reason(error))


def is_below(name: str, folder: str) -> bool:
    """Whether the member `name` lies in `folder` of its archive; all do in ""."""
    return name.removeprefix("./").startswith(folder.strip("/") + "/" if folder else "")
