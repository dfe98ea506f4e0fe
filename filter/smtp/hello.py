"""EHLO, HELO and LHLO, and what we offer in answer to them."""

import dataclasses

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.forwarding import forwarding_words
from filter.smtp.login import login_words
from filter.smtp.relay import Relay
from filter.smtp.session import Session
from filter.smtp.starttls import offers_tls
from filter.smtp.upstream import SmtpRelay

# Nothing is offered that is not kept: no CHUNKING, and of OF_THE_RELAY only what it offered when we last heard it.
EXTENSIONS = (b"PIPELINING", b"SIZE %d", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")
OF_THE_RELAY = (b"8BITMIME", b"SMTPUTF8", b"DSN")
"""What only the relay can keep."""


async def ehlo(session: Session, argument: bytes) -> None:
    """RFC 5321 section 4.1.1.1; RFC 1870 section 3 for SIZE."""
    if await _heard(session, argument, "ESMTP"):
        await session.push(Reply(250, "", (session.proxy.hostname.encode("ascii"), *await _words(session))))


async def lhlo(session: Session, argument: bytes) -> None:
    """RFC 2033 section 4.1: the hello of LMTP, and of LMTP only."""
    if session.listener.protocol != "lmtp":
        return await session.refuse(answers.UNKNOWN_COMMAND)
    if await _heard(session, argument, "LMTP"):
        await session.push(Reply(250, "", (session.proxy.hostname.encode("ascii"), *await _words(session))))
    return None


async def helo(session: Session, argument: bytes) -> None:
    """RFC 5321 section 4.1.1.1."""
    if await _heard(session, argument, "SMTP"):
        await session.push(Reply(250, "", (session.proxy.hostname.encode("ascii"),)))


async def _heard(session: Session, name: bytes, protocol: str) -> bool:
    if not name or any(octet < 32 or octet == 127 for octet in name):  # the name may be odd, but not a control code
        await session.refuse(answers.BAD_SYNTAX)
        return False
    session.peer = dataclasses.replace(session.peer, helo=name, protocol=protocol)
    session.forwarded = None
    session.courier.reset()  # section 4.1.4: EHLO works as RSET does
    return True


async def _words(session: Session) -> list[bytes]:
    size, logins = session.proxy.limits.message, await login_words(session)
    lacks = _lacking(session.proxy.behind)
    words = [word % size if b"%d" in word else word for word in EXTENSIONS if word not in lacks]
    if offers_tls(session):
        words.append(b"STARTTLS")
    return [*words, *logins, *forwarding_words(session)]


def _lacking(relay: Relay) -> tuple[bytes, ...]:
    known = relay.extensions if isinstance(relay, SmtpRelay) else None
    return () if known is None else tuple(word for word in OF_THE_RELAY if word not in known)
