"""Which program listens on a port, as /proc tells (proc(5)): the socket's inode, and whose descriptor it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TABLES = ("net/tcp", "net/tcp6")
_LISTEN = "0A"
"""State of a socket that listens (TCP_LISTEN of the kernel's tcp_states.h)."""
_LONGEST = 4096
_WORKER = "filter.worker"
_DEEP = 2
"""Generations from the first process of a server to its workers: there may be several server processes between."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that listens."""

    pid: int
    words: tuple[str, ...]
    """How it was called."""
    has_workers: bool = False
    """Processes that judge mail are among its children."""

    @property
    def is_hamgate(self) -> bool:
        """True if it is a server of ours, whatever the command is called here."""
        return self.has_workers or any(Path(word).name == "hamgate" for word in self.words[:3])

    def __str__(self) -> str:
        return f"{Path(self.words[0]).name if self.words else 'a program'} (process {self.pid})"


def holder(port: int, proc: Path = Path("/proc")) -> Holder | None:
    """Who listens on `port`; None if nobody does, or if the system does not tell us."""
    links = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    return next(_owners(links, proc), None) if links else None


def _inodes(port: int, proc: Path) -> Iterator[str]:
    for table in _TABLES:
        try:
            lines = (proc / table).read_text("ascii", "replace").splitlines()[1:]
        except OSError:
            continue
        for words in map(str.split, lines):
            if len(words) > 9 and words[3] == _LISTEN and words[1].endswith(f":{port:04X}"):
                yield words[9]


def _owners(links: set[str], proc: Path) -> Iterator[Holder]:
    processes = (path for path in proc.iterdir() if path.name.isdigit())
    for process in sorted(processes, key=lambda path: int(path.name)):  # a server before its children
        if _holds(process, links):
            yield Holder(int(process.name), _words(process), any(map(_is_worker, _descendants(process, _DEEP))))


def _holds(process: Path, links: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in links for link in (process / "fd").iterdir())
    except OSError:  # gone, or not ours to read
        return False


def _descendants(process: Path, depth: int) -> Iterator[Path]:
    try:
        pids = (process / "task" / process.name / "children").read_text("ascii", "replace").split()
    except OSError:  # gone, or the kernel does not tell
        return
    for child in (process.parent / pid for pid in pids):
        yield child
        if depth > 1:
            yield from _descendants(child, depth - 1)


def _is_worker(process: Path) -> bool:
    return _WORKER in _words(process)


def _words(process: Path) -> tuple[str, ...]:
    try:
        with (process / "cmdline").open("rb") as file:
            return tuple(file.read(_LONGEST).decode("utf-8", "replace").rstrip("\0").split("\0"))
    except OSError:
        return ()
