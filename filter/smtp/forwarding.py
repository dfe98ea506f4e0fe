"""XFORWARD and XCLIENT: a trusted server in front of us says whose mail it brings.

Postfix's XFORWARD_README and XCLIENT_README describe them. From all others these are unknown commands, and what they
say is not even read.
"""

from filter.rules.own.entries import client
from filter.smtp import answers
from filter.smtp.arrival import greet
from filter.smtp.peer import Peer
from filter.smtp.session import Session
from filter.smtp.xforward import parse_attributes, updated

FORWARDED = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
IMPERSONATED = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT")


def forwarding_words(session: Session) -> list[bytes]:
    """Return what EHLO offers to this client."""
    words = []
    if session.may_forward:
        words.append(" ".join(("XFORWARD", *FORWARDED)).encode("ascii"))
    if session.may_impersonate:
        words.append(" ".join(("XCLIENT", *IMPERSONATED)).encode("ascii"))
    return words


async def xforward(session: Session, argument: bytes) -> None:
    """Take over whose message comes next; more than one command may say it, and it holds for one message."""
    if not session.may_forward:
        return await session.refuse(answers.UNKNOWN_COMMAND)
    if session.courier.sender is not None:
        return await session.refuse(answers.IN_TRANSACTION)
    peer = _described(session.forwarded or session.peer, argument, FORWARDED)
    if peer is None:
        return await session.refuse(answers.BAD_SYNTAX)
    session.forwarded = peer
    return await session.push(answers.OK)


async def xclient(session: Session, argument: bytes) -> None:
    """Take the client for another one from here on: all begins anew with the greeting."""
    if not session.may_impersonate:
        return await session.refuse(answers.UNKNOWN_COMMAND)
    if session.courier.sender is not None:
        return await session.refuse(answers.IN_TRANSACTION)
    peer = _described(session.peer, argument, IMPERSONATED)
    if peer is None:
        return await session.refuse(answers.BAD_SYNTAX)
    session.start_over(peer)
    refusal = answers.of(session.guests.recognise(session))
    return session.hang_up(refusal) if refusal is not None else await greet(session)


def _described(peer: Peer, argument: bytes, allowed: tuple[str, ...]) -> Peer | None:
    try:
        attributes = parse_attributes(argument)
    except ValueError:
        return None
    if not attributes.keys() <= set(allowed):
        return None
    if attributes.get("ADDR"):
        attributes["ADDR"] = str(client(attributes["ADDR"]))  # an IPv4 address in an IPv6 one counts as itself
    return updated(peer, attributes)
