# ruff: noqa: N802  (aiosmtpd finds a command by the name smtp_COMMAND)
"""The commands of a client (RFC 5321 section 4.1.1). Later features (XFORWARD, STARTTLS, AUTH) become methods here,
names in `session.COMMANDS` and words in `EXTENSIONS`.
"""

from filter.envelope import Envelope
from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.address import AddressError, Path, parse_path
from filter.smtp.data import DataReader
from filter.smtp.parameters import MAIL_VALUES, RCPT_VALUES, TOO_BIG, Values, check, check_size
from filter.smtp.peer import Peer
from filter.smtp.session import ClientGoneError, Session
from filter.smtp.spool import Spool

# Nothing is offered that is not kept: no CHUNKING, no AUTH, no STARTTLS yet.
EXTENSIONS = (b"PIPELINING", b"SIZE %d", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")
READ = 1024 * 1024  # more than asyncio hands over at once, so that one read empties the buffer


def octets(argument: str | None) -> bytes:
    """Return the argument of a command as it came over the wire."""
    return (argument or "").encode("utf-8", "surrogateescape")


class Server(Session):
    """A session with its commands. MAIL and RCPT go to the relay at once, and its replies are what the client hears."""

    helo = b""

    async def smtp_EHLO(self, argument: str | None) -> None:
        """Section 4.1.1.1, with the extensions we keep (section 4.1.1.1, RFC 1870 section 3 for SIZE)."""
        if await self._hello(argument):
            size = self.proxy.limits.message
            words = (word % size if b"%d" in word else word for word in EXTENSIONS)
            await self.push(Reply(250, "", (self.proxy.hostname.encode("ascii"), *words)))

    async def smtp_HELO(self, argument: str | None) -> None:
        """Section 4.1.1.1."""
        if await self._hello(argument):
            await self.push(Reply(250, "", (self.proxy.hostname.encode("ascii"),)))

    async def _hello(self, argument: str | None) -> bool:
        name = octets(argument)
        if not name or any(octet < 32 or octet == 127 for octet in name):  # the name may be odd, but not a control code
            await self.refuse(answers.BAD_SYNTAX)
            return False
        self.helo = name
        self.courier.reset()  # section 4.1.4: EHLO works as RSET does
        return True

    async def smtp_MAIL(self, argument: str | None) -> None:
        """Section 4.1.1.2."""
        if not self.helo:
            return await self.refuse(answers.SAY_HELLO)
        if self.courier.sender is not None:
            return await self.refuse(answers.NESTED_MAIL)
        path = await self._path(octets(argument), b"FROM:", MAIL_VALUES, answers.BAD_SENDER)
        if path is None:
            return None
        refusal = check_size(path.parameters, self.proxy.limits.message)
        if refusal is not None:
            return await self.push(refusal)
        await self.push(await self.working(self.courier.mail(b"MAIL " + octets(argument), path.address, self._peer())))
        return self.leave_if_asked()  # the relay may have refused while we were asked to stop

    async def smtp_RCPT(self, argument: str | None) -> None:
        """Section 4.1.1.3."""
        if self.courier.sender is None:
            return await self.refuse(answers.NEED_MAIL)
        path = await self._path(octets(argument), b"TO:", RCPT_VALUES, answers.BAD_RECIPIENT)
        if path is None:
            return None
        if len(self.courier.recipients) >= self.proxy.limits.recipients:
            return await self.push(answers.TOO_MANY_RECIPIENTS)  # section 4.5.3.1.10
        return await self.push(await self.working(self.courier.rcpt(b"RCPT " + octets(argument), path.address)))

    async def _path(self, argument: bytes, keyword: bytes, values: Values, syntax: Reply) -> Path | None:
        try:
            path = parse_path(argument, keyword)
            refusal = check(path.parameters, values)
        except AddressError:
            path, refusal = None, syntax
        if path is not None and not path.address and keyword == b"TO:":
            refusal = syntax  # section 4.1.1.3: only a reverse-path may be empty
        if refusal is None:
            return path
        await self.refuse(refusal)
        return None

    async def smtp_DATA(self, argument: str | None) -> None:
        """Section 4.1.1.4. Once 354 is said, the message is read to its very end, or the connection ends."""
        refusal = self._no_data(argument)
        if refusal is not None:
            return await self.refuse(refusal)
        if not self.courier.connected:
            return await self._end(answers.RELAY_FAULT)
        await self.push(answers.GO_AHEAD)
        with Spool(self.proxy.limits.message) as spool:
            try:
                reader = await self._receive(spool)
            except MemoryError:  # the rest of the message must never be read as commands
                return self.hang_up(answers.OUT_OF_MEMORY)
            self.give_back(reader.rest)
            misfit = _misfit(reader, spool)
            reply = await self.working(self.proxy.take(self.courier, self._envelope(), spool, misfit))
        return await self._end(reply)

    def _no_data(self, argument: str | None) -> Reply | None:
        if argument:
            return answers.BAD_SYNTAX
        if self.courier.sender is None:
            return answers.NEED_MAIL
        return None if self.courier.recipients else answers.NEED_RCPT

    async def _receive(self, spool: Spool) -> DataReader:
        limits, reader = self.proxy.limits, DataReader()
        deadline = self.loop.time() + limits.total
        while not reader.done:
            # Not even a client that sends an octet now and then may stay for ever (RFC 5321 section 4.5.3.2.7).
            self._reset_timeout(max(0.001, min(limits.idle, deadline - self.loop.time())))
            data = await self._reader.read(READ)
            if not data:
                raise ClientGoneError("in the middle of a message")
            spool.write(reader.feed(data))
        self._reset_timeout()
        return reader

    def _peer(self) -> Peer:
        return Peer(self.address, helo=self.helo)

    def _envelope(self) -> Envelope:
        courier = self.courier
        return Envelope(courier.sender, tuple(courier.recipients), client_address=self.address, helo=self.helo)

    async def _end(self, reply: Reply) -> None:
        self.courier.reset()
        await self.push(reply)
        self.leave_if_asked()

    async def smtp_RSET(self, argument: str | None) -> None:
        """Section 4.1.1.5."""
        if argument:
            return await self.refuse(answers.BAD_SYNTAX)
        self.courier.reset()
        await self.push(answers.OK)
        return self.leave_if_asked()

    async def smtp_NOOP(self, _: str | None) -> None:
        """Section 4.1.1.9."""
        await self.push(answers.OK)

    async def smtp_VRFY(self, argument: str | None) -> None:
        """Section 3.5.3: we know no users, and would not tell."""
        await (self.push(answers.CANNOT_VERIFY) if argument else self.refuse(answers.BAD_SYNTAX))

    async def smtp_HELP(self, _: str | None) -> None:
        """Section 4.1.1.8."""
        await self.push(answers.HELP)

    async def smtp_QUIT(self, argument: str | None) -> None:
        """Section 4.1.1.10."""
        if argument:
            return await self.refuse(answers.BAD_SYNTAX)
        return self.hang_up(answers.BYE)


def _misfit(reader: DataReader, spool: Spool) -> Reply | None:
    """Refuse what cannot be a message of ours; it has been read to its end, so the session goes on."""
    if spool.too_big:
        return TOO_BIG
    if reader.smuggling:
        return answers.ODD_LINE_END
    return answers.NO_SPACE if spool.failure else None
