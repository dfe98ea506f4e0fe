"""`hamgate send`: hand one message to a server, to try it."""

import asyncio
import re
from typing import BinaryIO

import click

from filter.cli.serve import parsed
from filter.reply import Reply
from filter.service import hostname
from filter.smtp.address import AddressError, parse_path
from filter.smtp.endpoint import Endpoint
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop, RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay

_LINE_END = re.compile(rb"\r\n|\r|\n")


@click.command()
@click.argument("server", metavar="HOST:PORT", callback=parsed(Endpoint.parse))
@click.argument("message", type=click.File("rb"), metavar="FILE")
@click.option("--from", "sender", default="sender@example.org", show_default=True, help="Envelope sender.")
@click.option("--to", "recipient", default="recipient@example.org", show_default=True, help="Envelope recipient.")
def send(server: Endpoint, message: BinaryIO, sender: str, recipient: str) -> None:
    """Send the message in FILE (- is standard input) to HOST:PORT and show the answer.

    The exit code is 0 if the server took the message, and 1 if not.

    \b
    Examples:
      hamgate send 127.0.0.1:10025 tests/samples/ham.eml
      hamgate send 127.0.0.1:10025 --to you@example.net - < message.eml

    \b
    The line that every spam filter takes for spam (GTUBE), to see a refusal or a tag:
      printf 'Subject: x\\n\\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\\n' |
        hamgate send 127.0.0.1:10025 -
    """
    relay = SmtpRelay(RelaySettings((str(server),)), hostname())
    content = _LINE_END.sub(b"\r\n", message.read())
    try:
        reply = asyncio.run(_deliver(relay, content, _line("MAIL FROM:", sender), _line("RCPT TO:", recipient)))
    except RelayError as fault:
        raise click.ClickException(f"{relay}: {fault}") from fault
    click.echo(bytes(reply).decode("utf-8", "replace").rstrip())
    if reply.code != 250:
        raise SystemExit(1)


def _line(command: str, address: str) -> bytes:
    line = f"{command}<{address}>".encode()
    try:
        parse_path(line.partition(b" ")[2], line.partition(b" ")[2].partition(b":")[0] + b":")
    except AddressError as error:
        raise click.BadParameter(f"{address!r}: {error}") from error
    return line


async def _deliver(relay: SmtpRelay, content: bytes, mail: bytes, rcpt: bytes) -> Reply:
    hop = await relay.open(Peer())
    try:
        return await _converse(hop, content, mail, rcpt)
    finally:
        hop.close()


async def _converse(hop: Hop, content: bytes, mail: bytes, rcpt: bytes) -> Reply:
    reply = await hop.mail(mail)
    if reply.code < 400:
        reply = await hop.rcpt(rcpt)
    if reply.code < 400:
        reply = await hop.data()
    if reply.code >= 400:
        return reply
    await hop.body([content])
    return (await hop.commit())[0]
