"""A session with an SMTP or LMTP server: our own client, which sends octets as given (RFC 5321, RFC 2033)."""

import asyncio
import logging
import re
import ssl
from collections.abc import Iterable, Mapping

from filter.reply import Reply
from filter.smtp.data import stuffed
from filter.smtp.offered import fitting
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.replies import codes
from filter.smtp.wire import Wire
from filter.smtp.xforward import xclient, xforward

log = logging.getLogger("hamgate.smtp")

CHUNK = 64 * 1024

_HELO = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")


class SmtpHop:
    """See `Hop`. `hostname` is who we say we are."""

    def __init__(self, wire: Wire, settings: RelaySettings, hostname: str) -> None:
        self._wire = wire
        self._settings = settings
        self._patience = settings.patience
        self._hostname = hostname.encode("ascii")
        self._forwarded: list[bytes] = []
        self._recipients = 0
        self._in_data = False
        self._last = b""
        self.greeting = b""
        self.extensions: Mapping[bytes, bytes] = {}

    @property
    def alive(self) -> bool:
        """See `Hop`."""
        return self._wire.alive

    @property
    def lmtp(self) -> bool:
        """See `Hop`."""
        return self._settings.protocol == "lmtp"

    async def greet(self) -> None:
        """Take the greeting and introduce us. A relay that refuses us here is out of order, not the message."""
        reply = await self._wire.greeting(self._patience.connect)
        self.greeting = _welcome(220, reply).lines[0]  # RFC 5321 section 3.1
        await self._hello(self._hostname)

    async def _hello(self, name: bytes) -> None:
        verb = b"LHLO " if self.lmtp else b"EHLO "  # RFC 2033 section 4.1
        self.extensions = _extensions(_welcome(250, await self._say(verb + name)))

    async def secure(self, context: ssl.SSLContext, name: str) -> bool:
        """Say STARTTLS (RFC 3207) and, under TLS, EHLO again; False if the relay will not."""
        reply = _answer(await self._say(b"STARTTLS"), 220)
        if reply.code != 220:
            return False
        await self._wire.start_tls(context, name, self._patience.connect)
        await self._hello(self._hostname)  # section 4.2: what was heard before is forgotten
        return True

    async def introduce(self, peer: Peer) -> None:
        """Tell the relay who the client is, if the settings say so.

        Without XFORWARD a relay only knows less for its log. Without XCLIENT it would take strangers for this
        machine, which it may trust: that is a RelayError.
        """
        verb = self._settings.forward.upper().encode("ascii")
        if self._settings.forward == "none":
            return
        if self._settings.forward == "xclient":
            if verb not in self.extensions:
                raise RelayError("XCLIENT is not offered to us: it would take every client for this machine")
            await self._pass_for(peer)
        elif verb in self.extensions:
            self._forwarded = xforward(peer, self.extensions[verb])
        else:
            log.warning("relay does not offer XFORWARD to us: its log will name this machine as the client")

    async def _pass_for(self, peer: Peer) -> None:
        """Be the client. Its EHLO name is the last thing a relay hears of it; one that cannot be a name stays ours."""
        for command in xclient(peer, self.extensions[b"XCLIENT"]):
            _welcome(220, await self._say(command))
        await self._hello(peer.helo if _HELO.fullmatch(peer.helo) else self._hostname)

    async def mail(self, line: bytes) -> Reply:
        """See `Hop`. XFORWARD holds for one message, and its refusal is not the message's fault."""
        self._recipients = 0
        self._wire.discreet = True
        for command in self._forwarded:
            _require(250, await self._say(command))
        return _answer(await self._say(fitting(line, self.extensions)), 250)

    async def rcpt(self, line: bytes) -> Reply:
        """See `Hop`."""
        reply = _answer(await self._say(fitting(line, self.extensions)), 250, 251)  # RFC 5321 section 4.3.2
        self._recipients += reply.code < 300
        return reply

    async def data(self) -> Reply:
        """See `Hop`."""
        reply = _answer(await self._say(b"DATA"), 354)
        self._in_data = reply.code == 354
        return reply

    async def body(self, chunks: Iterable[bytes]) -> None:
        """See `Hop`. At least the final dot is held back: until it is sent the relay has no message."""
        for chunk in stuffed(chunks):
            if len(self._last) + len(chunk) > CHUNK:
                await asyncio.sleep(0)  # others have their turn while a long message goes out
                await self._wire.send(self._last, self._patience.write)
                self._last = b""
            self._last += chunk

    async def commit(self) -> tuple[Reply, ...]:
        """See `Hop`. All replies together must come in the time for one."""
        due = self._recipients if self.lmtp else 1
        await self._wire.say(self._last, self._patience.write, due)
        replies = await self._words(due)
        self._last = b""
        self._in_data = False
        return replies

    async def _words(self, due: int) -> tuple[Reply, ...]:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience.final
        heard: list[Reply] = []
        try:
            while len(heard) < due:
                heard.append(_answer(await self._wire.hear(max(0.0, deadline - clock())), 250))
        except RelayError as fault:
            raise RelayError(str(fault), tuple(heard)) from fault
        return tuple(heard)

    async def auth(self, line: bytes) -> Reply:
        """See `Hop`. Nothing of what is said here may come into a log."""
        reply = await self._say(line)
        if reply.code not in (235, 334) and not _refuses(reply):
            raise RelayError(f"unexpected reply {reply.code} to AUTH")
        return reply

    async def rset(self) -> Reply:
        """See `Hop`. A relay that refuses it is out of order."""
        self._recipients = 0
        return _require(250, await self._say(b"RSET"))

    def close(self) -> None:
        """See `Hop`."""
        if self._in_data:  # RFC 5321 section 4.1.1.4: without the final dot there is no message
            self._wire.abort()
        else:
            self._wire.close(b"QUIT\r\n")

    def abort(self) -> None:
        """Break the connection off."""
        self._wire.abort()

    async def _say(self, line: bytes) -> Reply:
        return await self._wire.ask(line + b"\r\n", self._patience.write, self._patience.command)


def _welcome(code: int, reply: Reply) -> Reply:
    """What a relay says before it hears of any mail is told in its own words."""
    if reply.code != code:
        raise RelayError(f"expected {code}, heard {bytes(reply)[:80]!r}")
    return reply


def _require(code: int, reply: Reply) -> Reply:
    if reply.code != code:
        raise RelayError(f"expected {code}, heard {codes(reply)}")
    return reply


def _refuses(reply: Reply) -> bool:
    """421 ends the session (RFC 5321 section 3.8), so it is a fault of the relay and no refusal."""
    return 400 <= reply.code < 600 and reply.code != 421


def _answer(reply: Reply, *good: int) -> Reply:
    """Let through success and refusals."""
    if reply.code not in good and not _refuses(reply):
        raise RelayError(f"unexpected reply {codes(reply)}")
    return reply


def _extensions(reply: Reply) -> dict[bytes, bytes]:
    """RFC 5321 section 4.1.1.1: the first line is the server's name, each other one a keyword and its parameters."""
    words = (line.partition(b" ") for line in reply.lines[1:])
    return {keyword.upper(): parameters.strip() for keyword, _, parameters in words}
