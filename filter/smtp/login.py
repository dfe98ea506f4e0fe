"""AUTH (RFC 4954): the relay checks who logs in, and we hand every line on. None of them is kept or logged."""

import base64
import binascii
import dataclasses
import re

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.connection import LineTooLongError
from filter.smtp.session import Session, is_loopback

LINE = 12288  # RFC 4954 section 4
ROUNDS = 16
"""Challenges of one exchange; no mechanism in use has more than four."""
LONGEST_NAME = 255

_MECHANISM = re.compile(rb"[A-Z0-9_-]{1,20}")  # RFC 4422 section 3.1
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")

# These prove a secret of the connection itself, and there are two: the client's to us and ours to the relay.
_BOUND = re.compile(rb"EXTERNAL|.*-PLUS")


def may_log_in(session: Session) -> bool:
    """Whether a password is safe on this connection: under TLS, or within this machine."""
    return session.encrypted or (
        session.listener.tls == "off" and session.within_machine and is_loopback(session.origin)
    )


def must_log_in(session: Session) -> bool:
    """RFC 6409 section 4.3: no mail from those who have not logged in."""
    return session.listener.auth and not session.logged_in


async def login_words(session: Session) -> list[bytes]:
    """Return what EHLO offers: the relay's mechanisms, for which its session is opened."""
    if not session.listener.auth or not may_log_in(session):
        return []
    await session.working(session.courier.open(session.peer))
    mechanisms = _mechanisms(session)
    return [b"AUTH " + b" ".join(mechanisms)] if mechanisms else []


def _mechanisms(session: Session) -> list[bytes]:
    words = session.courier.extensions.get(b"AUTH", b"").upper().split()
    return [word for word in words if _MECHANISM.fullmatch(word) and not _BOUND.fullmatch(word)]


async def auth(session: Session, argument: bytes) -> None:
    """Section 4."""
    refusal = _no_login(session, argument)
    if refusal is not None:
        return await session.refuse(refusal)
    if session.proxy.failed_logins.blocked(session.address, session.loop.time()):
        return session.hang_up(answers.AUTH_TOO_OFTEN)
    await session.working(session.courier.open(session.peer))
    mechanisms = _mechanisms(session)
    mechanism, _, initial = argument.partition(b" ")
    if not mechanisms:
        return await session.push(answers.AUTH_NOT_NOW)
    if mechanism.upper() not in mechanisms:
        return await session.refuse(answers.AUTH_UNKNOWN)
    return await _exchange(session, mechanism.upper(), initial)


def _no_login(session: Session, argument: bytes) -> Reply | None:
    if not session.listener.auth:
        return answers.UNKNOWN_COMMAND
    if session.logged_in:
        return answers.AUTH_TWICE
    if not may_log_in(session):
        return answers.AUTH_NEEDS_TLS
    if not session.peer.helo:
        return answers.SAY_HELLO
    if session.courier.sender is not None:
        return answers.IN_TRANSACTION
    mechanism, _, initial = argument.partition(b" ")
    return None if mechanism and _is_base64(initial) else answers.AUTH_SYNTAX


async def _exchange(session: Session, mechanism: bytes, initial: bytes) -> None:
    """Hand lines to and fro until the relay decides."""
    first = initial
    reply = await _say(session, b"AUTH " + mechanism + (b" " + initial if initial else b""))
    for _ in range(ROUNDS):
        if reply.code != 334:
            break
        await session.push(reply)
        line, fault = await _response(session)
        first = first or line
        reply = await _say(session, line)
        reply = fault if fault is not None and reply.code != 334 else reply
    else:
        session.courier.close()
        return session.hang_up(answers.AUTH_TOO_OFTEN)
    return await _conclude(session, reply, _name(mechanism, first))


async def _response(session: Session) -> tuple[bytes, Reply | None]:
    """Return what to tell the relay, and what the client hears instead of the relay's answer to that."""
    session.expect(session.proxy.limits.idle)
    try:
        line = await session.line(LINE)
    except LineTooLongError:
        return b"*", answers.AUTH_TOO_LONG
    if line == b"*":
        return b"*", answers.AUTH_CANCELLED
    return (line, None) if _is_base64(line) else (b"*", answers.AUTH_SYNTAX)


async def _say(session: Session, line: bytes) -> Reply:
    return await session.working(session.courier.auth(line))


async def _conclude(session: Session, reply: Reply, name: str) -> None:
    if reply.code == 235:
        session.logged_in = True
        session.peer = dataclasses.replace(session.peer, login=name)
    elif reply.code >= 500:
        session.failed_logins += 1
        session.proxy.failed_logins.failed(session.address, session.loop.time())
    await session.push(reply)
    if session.failed_logins >= session.proxy.limits.logins:
        session.hang_up(answers.AUTH_TOO_OFTEN)


def _is_base64(text: bytes) -> bool:
    """Whether a line can be an initial response or an answer; "=" stands for an empty one (section 4)."""
    return text in (b"", b"=") or (len(text) % 4 == 0 and _BASE64.fullmatch(text) is not None)


def _name(mechanism: bytes, first: bytes) -> str:
    """Return the account, where a mechanism says it openly: PLAIN (RFC 4616 section 2) and LOGIN; "" elsewhere."""
    try:
        octets = base64.b64decode(first, validate=True)
    except binascii.Error:
        return ""
    if mechanism == b"PLAIN":
        words = octets.split(b"\0")
        octets = words[1] if len(words) == 3 else b""
    elif mechanism != b"LOGIN":
        return ""
    name = octets.decode("utf-8", "replace")
    return name if len(name) <= LONGEST_NAME and name.isprintable() else ""
