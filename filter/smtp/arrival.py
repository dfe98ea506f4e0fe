"""How a client gets in: its place, its true address, its TLS and our greeting."""

import asyncio
import contextlib

from filter.reply import Reply
from filter.rules.own.entries import client
from filter.smtp import answers
from filter.smtp.connection import READ, ClientGoneError
from filter.smtp.entrance import listed
from filter.smtp.peer import Peer
from filter.smtp.proxyproto import HeaderReader
from filter.smtp.session import Session
from filter.smtp.starttls import upgrade


async def arrive(session: Session) -> bool:
    """Let the client in; False if it was shown out. Raises ProxyError, OSError (TLS) or ClientGoneError."""
    balancer = listed(session.address, session.entrance.balancers)
    socket, session.peer = session.peer, Peer() if balancer else session.peer
    refusal = answers.of(session.guests.enter(session))
    if balancer and refusal is None:
        session.peer = await _introduced(session, socket)
        session.origin = session.peer.address
        refusal = answers.of(session.guests.recognise(session))
    if session.listener.tls == "implicit" and refusal is None:
        await upgrade(session)
    if refusal is None and await _speaks_first(session):
        refusal = answers.EARLY_TALKER
    if refusal is not None:
        session.hang_up(refusal)
        return False
    await greet(session)
    return True


async def greet(session: Session) -> None:
    """Say who we are (RFC 5321 section 3.1)."""
    kind = "LMTP" if session.listener.protocol == "lmtp" else "ESMTP"
    await session.push(Reply(220, "", (f"{session.proxy.hostname} {kind}".encode("ascii"),)))


async def _introduced(session: Session, socket: Peer) -> Peer:
    """Read a balancer's header: it must come, and soon."""
    session.expect(session.proxy.limits.balancer)
    header = HeaderReader()
    while header.needed:
        session.want = header.needed
        header.feed(await session.chunk())
    session.want = READ
    if header.source is None:  # the balancer itself, which looks whether we are well
        return socket
    return Peer(str(client(header.source.address)), header.source.port)


async def _speaks_first(session: Session) -> bool:
    """Whether the client does not wait for our greeting: no mail server does that."""
    delay = session.listener.greeting_delay
    session.expect(session.proxy.limits.idle + delay)
    if delay:
        with contextlib.suppress(TimeoutError, ClientGoneError):
            async with asyncio.timeout(delay):
                await session.first()
    for _ in range(2):  # what the loop reads in one round a task sees in the next
        await asyncio.sleep(0)
    return session.waiting_octets > 0
