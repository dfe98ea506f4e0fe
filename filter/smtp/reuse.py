"""Sessions with the relay that carry the messages of one client after another's.

Nothing of one client may reach the next: a session is laid aside only between two messages, if the relay has taken all
that was said in it, and if it does not know who the client is (AUTH, XFORWARD, XCLIENT). Nothing may be lost or sent
twice: whether a session still works shows at MAIL, which does no harm twice, and in one that does not the relay never
had a message.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping

from filter.reply import Reply
from filter.smtp.hop import SmtpHop
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError

IDLE = 16
"""Sessions that wait at one time; a relay has only so many places."""
MESSAGES = 100
"""Of one session: then a new one is opened, where the preferred address may be back."""

Open = Callable[[Peer], Awaitable[SmtpHop]]


class Shelf:
    """Sessions that wait for a message, each for `seconds` at most. `opened` begins a new one."""

    def __init__(self, opened: Open, seconds: float) -> None:
        self._opened = opened
        self._seconds = seconds
        self._waiting: deque[tuple[float, SmtpHop, int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    async def open(self, peer: Peer) -> "ReusedHop":
        """Take the session that waited least, which is the likeliest to work, or begin a new one. Raises RelayError."""
        while self._waiting:
            _, hop, messages = self._waiting.pop()
            if hop.alive:
                return ReusedHop(self, peer, hop, messages)
            hop.close()
        return ReusedHop(self, peer, await self._opened(peer), 0)

    async def fresh(self, peer: Peer) -> SmtpHop:
        """Begin a new session. Raises RelayError."""
        return await self._opened(peer)

    def lay_aside(self, hop: SmtpHop, messages: int) -> None:
        """Keep a session that is between two messages, if there is room, or end it."""
        if not hop.alive or messages >= MESSAGES or len(self._waiting) >= IDLE:
            hop.close()
            return
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + self._seconds, hop, messages))
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._clear)

    def end(self) -> None:
        """End all that wait: the server stops."""
        while self._waiting:
            self._waiting.popleft()[1].close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _clear(self) -> None:
        """End those that waited too long; the first one waits longest."""
        loop = asyncio.get_running_loop()
        while self._waiting and (self._waiting[0][0] <= loop.time() or not self._waiting[0][1].alive):
            self._waiting.popleft()[1].close()
        self._timer = loop.call_at(self._waiting[0][0], self._clear) if self._waiting else None


class ReusedHop:
    """See `Hop`: a session that goes back to its shelf. `messages` it has carried already; 0: it is new."""

    def __init__(self, shelf: Shelf, peer: Peer, hop: SmtpHop, messages: int) -> None:
        self._shelf = shelf
        self._peer = peer
        self._hop = hop
        self._messages = messages
        self._untried = messages > 0
        self._at_rest = messages > 0
        self._spoilt = False
        self._closed = False

    @property
    def greeting(self) -> bytes:
        """What the relay said first in it."""
        return self._hop.greeting

    @property
    def alive(self) -> bool:
        """See `Hop`."""
        return self._hop.alive

    @property
    def lmtp(self) -> bool:
        """See `Hop`."""
        return self._hop.lmtp

    @property
    def extensions(self) -> Mapping[bytes, bytes]:
        """See `Hop`."""
        return self._hop.extensions

    async def mail(self, line: bytes) -> Reply:
        """See `Hop`. A session that served others may be tired of it: what a client hears is said in a new one."""
        if self._untried:
            self._at_rest = self._untried = False
            try:
                reply = await self._hop.mail(line)
            except RelayError:
                reply = None
            if reply is not None and reply.code < 400:
                return reply
            await self._replace()
        self._at_rest = False
        return self._noted(await self._hop.mail(line))

    async def _replace(self) -> None:
        self._hop.close()
        self._hop, self._messages = await self._shelf.fresh(self._peer), 0

    def _noted(self, reply: Reply) -> Reply:
        """A relay may count refusals, and be slow or deaf to whoever has heard too many."""
        self._spoilt = self._spoilt or reply.code >= 400
        return reply

    async def rcpt(self, line: bytes) -> Reply:
        """See `Hop`."""
        return self._noted(await self._hop.rcpt(line))

    async def data(self) -> Reply:
        """See `Hop`."""
        return self._noted(await self._hop.data())

    async def body(self, chunks: Iterable[bytes]) -> None:
        """See `Hop`."""
        await self._hop.body(chunks)

    async def commit(self) -> tuple[Reply, ...]:
        """See `Hop`."""
        replies = await self._hop.commit()
        self._messages += 1
        self._at_rest = all(self._noted(reply).code == 250 for reply in replies)
        return replies

    async def auth(self, line: bytes) -> Reply:
        """See `Hop`. The session is this client's own from here on."""
        if self._untried:
            self._untried = False
            await self._replace()
        self._spoilt = True
        return await self._hop.auth(line)

    async def rset(self) -> Reply:
        """See `Hop`."""
        return self._noted(await self._hop.rset())

    def close(self) -> None:
        """See `Hop`. A session that the next client can have waits for it."""
        if self._closed:
            return
        self._closed = True
        if self._at_rest and not self._spoilt:
            self._shelf.lay_aside(self._hop, self._messages)
        else:
            self._hop.close()
