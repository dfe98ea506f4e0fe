"""`hamgate send`: hand one message to a server, to try it."""

import asyncio
from typing import BinaryIO

import click

from filter.assembly.house import hostname
from filter.cli.options import parsed
from filter.door.endpoint import Endpoint
from filter.smtp.address import AddressError
from filter.smtp.delivery import command, deliver
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay


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
    content = message.read()
    try:
        reply = asyncio.run(deliver(relay, content, line("MAIL FROM", sender), line("RCPT TO", recipient)))
    except RelayError as fault:
        raise click.ClickException(f"{relay}: {fault}") from fault
    click.echo(bytes(reply).decode("utf-8", "replace").rstrip())
    if reply.code != 250:
        raise SystemExit(1)


def line(verb: str, address: str) -> bytes:
    """The envelope's line for an address of the command line. Raises BadParameter."""
    try:
        return command(verb, address)
    except AddressError as error:
        raise click.BadParameter(f"{address!r}: {error}") from error
