"""The embedded relay: takes every recipient and puts each message into one maildir. For trying and for tests."""

import asyncio
import itertools
import os
import socket
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from filter.reply import Reply
from filter.smtp.address import parse_path
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError

_TAKEN = Reply.of(250, "2.1.0", "OK")
_GO_AHEAD = Reply.of(354, "", "Go ahead")
_STORED = Reply.of(250, "2.6.0", "Stored")
_NO_AUTH = Reply.of(503, "5.5.1", "AUTH is not offered")  # RFC 4954 section 3
_sequence = itertools.count()


class MaildirRelay:
    """A maildir: `tmp` for what is being written, `new` for what is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return f"maildir:{self._path}"

    def prepare(self) -> None:
        """Make the folders."""
        for name in ("tmp", "new", "cur"):
            (self._path / name).mkdir(parents=True, exist_ok=True)

    async def open(self, peer: Peer) -> "MaildirHop":
        """See `Relay`. It is all the same who the client is."""
        try:
            self.prepare()
        except OSError as error:
            raise RelayError(f"cannot use {self}: {error.strerror}") from error
        return MaildirHop(self._path)


class MaildirHop:
    """One sender's way into the maildir."""

    alive = True
    lmtp = False
    extensions: Mapping[bytes, bytes] = MappingProxyType({})

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sender = b""
        self._name = ""
        self._file: BinaryIO | None = None
        self._carry = b""

    async def mail(self, line: bytes) -> Reply:
        """Remember the sender for Return-Path."""
        self._sender = parse_path(line.partition(b" ")[2], b"FROM:").address
        return _TAKEN

    async def rcpt(self, line: bytes) -> Reply:
        """Take everybody."""
        return _TAKEN

    async def data(self) -> Reply:
        """Open a file in `tmp` under a name that is unique on this machine and beyond."""
        self._name = f"{time.time():.6f}.P{os.getpid()}Q{next(_sequence)}.{socket.gethostname().replace('/', '_')}"
        try:
            self._file = (self._path / "tmp" / self._name).open("xb")
            self._file.write(b"Return-Path: <%s>\n" % self._sender)  # RFC 5321 section 4.4: final delivery adds it
        except OSError as error:
            raise RelayError(f"cannot write: {error.strerror}") from error
        return _GO_AHEAD

    @property
    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise RelayError("no DATA yet")
        return self._file

    async def body(self, chunks: Iterable[bytes]) -> None:
        """Write the message with the line ends of this system, as mail programs expect in a maildir."""
        try:
            for chunk in chunks:
                octets = self._carry + chunk
                self._carry = b"\r" if octets.endswith(b"\r") else b""
                self._opened.write(octets[: len(octets) - len(self._carry)].replace(b"\r\n", b"\n"))
        except OSError as error:
            raise RelayError(f"cannot write: {error.strerror}") from error

    async def commit(self) -> tuple[Reply, ...]:
        """Make it durable, then visible, then durably visible; only then say 250."""
        try:
            await asyncio.to_thread(self._store)
        except OSError as error:
            raise RelayError(f"cannot store: {error.strerror}") from error
        return (_STORED,)

    async def auth(self, line: bytes) -> Reply:
        """Know no accounts."""
        return _NO_AUTH

    async def rset(self) -> Reply:
        """Forget a message that was not committed."""
        self.close()
        return _TAKEN

    def _store(self) -> None:
        with self._opened as file:
            file.write(self._carry)
            file.flush()
            os.fsync(file.fileno())
        (self._path / "tmp" / self._name).rename(self._path / "new" / self._name)
        folder = os.open(self._path / "new", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._file, self._carry = None, b""

    def close(self) -> None:
        """Forget a message that was not committed."""
        if self._file is not None:
            self._file.close()
            (self._path / "tmp" / self._name).unlink(missing_ok=True)
            self._file, self._carry = None, b""
