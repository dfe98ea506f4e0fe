"""A relay and a transport without sockets, for tests that must see each step."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import cast

from filter.reply import Reply
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop, RelayError

OK = Reply.of(250, "", "Ok")
GO = Reply.of(354, "", "Go")
NO = Reply.of(550, "", "No")
GONE = RelayError("gone")


class MemoryHop:
    """Gives its words as replies, one for each step (also for the body); an error among them is raised."""

    def __init__(self, *words: Reply | RelayError, lmtp: bool = False) -> None:
        self.words = list(words)
        self.alive = True
        self.lmtp = lmtp
        self.extensions: Mapping[bytes, bytes] = {b"AUTH": b"PLAIN"}
        self.heard: list[bytes] = []
        self.closed = False
        self.committing = asyncio.Event()
        self.answer: asyncio.Event | None = None
        """If set: what `commit` waits for."""

    def _step(self, octets: bytes) -> Reply:
        assert not self.closed
        self.heard.append(octets)
        word = self.words.pop(0)
        if isinstance(word, RelayError):
            raise word
        return word

    async def mail(self, line: bytes) -> Reply:
        return self._step(line)

    async def rcpt(self, line: bytes) -> Reply:
        return self._step(line)

    async def data(self) -> Reply:
        return self._step(b"DATA")

    async def body(self, chunks: Iterable[bytes]) -> None:
        self._step(b"".join(chunks))

    async def commit(self) -> tuple[Reply, ...]:
        self.committing.set()
        if self.answer is not None:
            await self.answer.wait()
        first = self._step(b".")
        rest, self.words = (self.words, []) if self.lmtp else ([], self.words)
        return (first, *(word for word in rest if isinstance(word, Reply)))

    async def auth(self, line: bytes) -> Reply:
        return self._step(line)

    async def rset(self) -> Reply:
        return self._step(b"RSET")

    def close(self) -> None:
        self.closed = True


class MemoryRelay:
    """Opens its hops one after the other."""

    def __init__(self, *hops: MemoryHop | RelayError) -> None:
        self.hops = list(hops)
        self.opened = 0
        self.peers: list[Peer] = []

    def __str__(self) -> str:
        return "memory"

    async def open(self, peer: Peer) -> Hop:
        self.peers.append(peer)
        hop = self.hops[self.opened]
        self.opened += 1
        if isinstance(hop, RelayError):
            raise hop
        return hop


class MemoryTransport(asyncio.Transport):
    """Notes what is written and how it ends; `protocol` hears the next of `replies` after each write."""

    def __init__(self, protocol: asyncio.BaseProtocol, replies: Iterable[bytes] = ()) -> None:
        super().__init__({"peername": ("192.0.2.1", 1024)})
        self.written: list[bytes] = []
        self.end: list[str] = []
        self.aborted = asyncio.Event()
        self.unsent = 0
        """Octets that the peer has not taken."""
        self.protocol = cast(asyncio.Protocol, protocol)
        self._replies = list(replies)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))
        if self._replies:
            asyncio.get_running_loop().call_soon(self.protocol.data_received, self._replies.pop(0))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return bool(self.end)

    def pause_reading(self) -> None:
        self.end.append("pause")

    def resume_reading(self) -> None:
        self.end.remove("pause")

    def close(self) -> None:
        self.end.append("close")

    def abort(self) -> None:
        self.end.append("abort")
        self.aborted.set()
