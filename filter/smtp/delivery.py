"""One message handed to a server, from the greeting to its last word: for trying, not for the mail of others."""

import re

from filter.reply import Reply
from filter.smtp.address import parse_path
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop, Relay

_LINE_END = re.compile(rb"\r\n|\r|\n")


def command(verb: str, address: str) -> bytes:
    """The line MAIL FROM or RCPT TO for `address`. Raises AddressError."""
    line = f"{verb}:<{address}>".encode()
    parse_path(line.partition(b" ")[2], line.partition(b" ")[2].partition(b":")[0] + b":")
    return line


async def deliver(relay: Relay, content: bytes, mail: bytes, *rcpts: bytes) -> Reply:
    """Hand `content` over, its lines ended by CRLF; the last reply, or the first that refuses. Raises RelayError."""
    hop = await relay.open(Peer())
    try:
        return await _converse(hop, content, mail, rcpts)
    finally:
        hop.close()


async def _converse(hop: Hop, content: bytes, mail: bytes, rcpts: tuple[bytes, ...]) -> Reply:
    reply = await hop.mail(mail)
    for rcpt in rcpts:
        if reply.code < 400:
            reply = await hop.rcpt(rcpt)
    if reply.code < 400:
        reply = await hop.data()
    if reply.code >= 400:
        return reply
    await hop.body([_LINE_END.sub(b"\r\n", content)])
    return (await hop.commit())[0]
