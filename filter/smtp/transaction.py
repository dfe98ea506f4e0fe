"""A message's commands (RFC 5321 section 4.1.1). MAIL and RCPT go to the relay at once, and it answers them."""

import logging

from filter.door.answers import FAULT, NO_SPACE
from filter.door.spool import Spool
from filter.envelope import Envelope
from filter.headers import HeaderTooBigError, read_header
from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.address import AddressError, Path, parse_path
from filter.smtp.connection import ClientGoneError
from filter.smtp.data import DataReader
from filter.smtp.login import must_log_in
from filter.smtp.parameters import MAIL_VALUES, RCPT_VALUES, TOO_BIG, Values, check, check_size
from filter.smtp.session import Session
from filter.smtp.trace import received_fields

log = logging.getLogger("hamgate.smtp")


async def mail(session: Session, argument: bytes) -> None:
    """Section 4.1.1.2."""
    refusal = _no_mail(session)
    if refusal is not None:
        return await session.refuse(refusal)
    path = await _path(session, argument, b"FROM:", MAIL_VALUES, answers.BAD_SENDER)
    if path is None:
        return None
    refusal = check_size(path.parameters, session.proxy.limits.message)
    if refusal is not None:
        return await session.push(refusal)
    line = b"MAIL " + argument
    await session.push(await session.working(session.courier.mail(line, path.address, session.sender)))
    return session.leave_if_asked()  # the relay may have refused while we were asked to stop


def _no_mail(session: Session) -> Reply | None:
    if not session.peer.helo:
        return answers.SAY_HELLO
    if must_log_in(session):
        return answers.AUTH_FIRST
    return answers.NESTED_MAIL if session.courier.sender is not None else None


async def rcpt(session: Session, argument: bytes) -> None:
    """Section 4.1.1.3."""
    if session.courier.sender is None:
        return await session.refuse(answers.NEED_MAIL)
    path = await _path(session, argument, b"TO:", RCPT_VALUES, answers.BAD_RECIPIENT)
    if path is None:
        return None
    if len(session.courier.recipients) >= session.proxy.limits.recipients:
        return await session.push(session.courier.refuse(answers.TOO_MANY_RECIPIENTS))  # section 4.5.3.1.10
    return await session.push(await session.working(session.courier.rcpt(b"RCPT " + argument, path.address)))


async def _path(session: Session, argument: bytes, keyword: bytes, values: Values, syntax: Reply) -> Path | None:
    try:
        path = parse_path(argument, keyword)
        refusal = check(path.parameters, values)
    except AddressError:
        path, refusal = None, syntax
    if path is not None and not path.address and keyword == b"TO:":
        refusal = syntax  # section 4.1.1.3: only a reverse-path may be empty
    if refusal is None:
        return path
    await session.refuse(session.courier.refuse(refusal) if keyword == b"TO:" else refusal)
    return None


async def data(session: Session, argument: bytes) -> None:
    """Section 4.1.1.4. Once 354 is said, the message is read to its very end, or the connection ends."""
    refusal = _no_data(session, argument)
    if refusal is not None:
        return await session.refuse(refusal)
    refusal = session.courier.refusal if session.courier.connected else answers.RELAY_FAULT
    if refusal is not None:
        return await _end(session, refusal)
    await session.push(answers.GO_AHEAD)
    with Spool(session.proxy.limits.message) as spool:
        reader = await _received(session, spool)
        if reader is None:
            return None
        session.give_back(reader.rest)
        envelope = _envelope(session)
        taken = session.proxy.take(session.courier, envelope, spool, _misfit(session, reader, spool))
        try:
            replies = await session.working(taken)
        except Exception as error:  # each recipient of LMTP waits for a reply, also for this one
            log.error("fault in a message at %s", session.proxy.listener or "a listener", exc_info=error)
            replies = (FAULT,)
    return await _end(session, *_spoken(session, envelope, replies))


def _no_data(session: Session, argument: bytes) -> Reply | None:
    if argument:
        return answers.BAD_SYNTAX
    if session.courier.sender is None:
        return answers.NEED_MAIL
    return None if session.courier.recipients else answers.NEED_RCPT


async def _received(session: Session, spool: Spool) -> DataReader | None:
    """Read a message to its end. None: that failed, and what is left of it must never be read as commands."""
    try:
        return await _receive(session, spool)
    except ClientGoneError:
        raise
    except Exception as error:
        log.error("fault in a message at %s", session.proxy.listener or "a listener", exc_info=error)
        session.hang_up(answers.FATAL)
        return None


async def _receive(session: Session, spool: Spool) -> DataReader:
    limits, reader = session.proxy.limits, DataReader()
    deadline = session.loop.time() + limits.total
    while not reader.done:
        # Not even a client that sends an octet now and then may stay for ever (section 4.5.3.2.7).
        session.expect(limits.idle, deadline)
        spool.write(reader.feed(await session.chunk()))
    return reader


def _misfit(session: Session, reader: DataReader, spool: Spool) -> Reply | None:
    """Refuse what cannot be a message of ours; it has been read to its end, so the session goes on."""
    if spool.too_big:
        return TOO_BIG
    if reader.smuggling:
        return answers.ODD_LINE_END
    return NO_SPACE if spool.failure else _loop(session, spool)


def _loop(session: Session, spool: Spool) -> Reply | None:
    """Section 6.3: count the Received fields. What ails the spool or the header is found when it is judged."""
    try:
        header, _ = read_header(spool.ready(), session.proxy.limits.header)
    except (HeaderTooBigError, OSError):
        return None
    return answers.MAIL_LOOP if received_fields(header) > session.listener.max_received else None


def _envelope(session: Session) -> Envelope:
    courier, sender = session.courier, session.sender
    return Envelope(
        courier.sender,
        tuple(courier.recipients),
        client_address=sender.address,
        helo=sender.helo,
        login=session.peer.login,
        listener=session.proxy.listener,
    )


def _spoken(session: Session, envelope: Envelope, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """LMTP hears a reply for each recipient it was promised (RFC 2033 section 4.2), SMTP one for all.

    Those are the recipients of the envelope: the courier has forgotten those whose policy refused the message.

    What we refuse ourselves, we refuse to all; the relay's replies come as many as they must be.
    """
    count = len(envelope.recipients) if session.listener.protocol == "lmtp" else 1
    return replies if len(replies) == count else replies[:1] * count


async def _end(session: Session, *replies: Reply) -> None:
    session.message_ended()
    await session.push(*replies)
    session.leave_if_asked()


async def rset(session: Session, argument: bytes) -> None:
    """Section 4.1.1.5."""
    if argument:
        return await session.refuse(answers.BAD_SYNTAX)
    session.courier.reset()
    session.forwarded = None
    await session.push(answers.OK)
    return session.leave_if_asked()
