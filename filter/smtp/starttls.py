"""TLS in the midst of a session (RFC 3207)."""

import dataclasses

from filter.smtp import answers
from filter.smtp.session import LAST_WORDS, Session


def offers_tls(session: Session) -> bool:
    """Whether STARTTLS is of use now: a second one, inside TLS, never is (section 4.2)."""
    return session.listener.tls in ("offer", "require") and not session.encrypted


async def starttls(session: Session, argument: bytes) -> None:
    """Section 4."""
    if not offers_tls(session):
        return await session.refuse(answers.UNKNOWN_COMMAND)
    if argument:
        return await session.refuse(answers.BAD_SYNTAX)
    if session.courier.sender is not None:
        return await session.refuse(answers.IN_TRANSACTION)
    await session.push(answers.GO_SECURE)
    return await upgrade(session)


async def upgrade(session: Session) -> None:
    """Go on under TLS and forget what the client said before (section 4.2). OSError: there was no handshake."""
    limits = session.proxy.limits
    session.expect(limits.handshake + LAST_WORDS)
    try:
        await session.secure(session.entrance.context, limits.handshake)
    except OSError:
        session.connection_lost(None)  # asyncio tells it to the TLS layer at most
        raise
    session.start_over(dataclasses.replace(session.peer, encrypted=True))
