"""Options that say who handed a message over, from whom and for whom."""

import ipaddress
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from filter.envelope import NO_ENVELOPE, Envelope

F = TypeVar("F", bound=Callable[..., Any])


def _address(_: click.Context, __: click.Parameter, text: str) -> str:
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        raise click.BadParameter(f"{text!r} is no IP address, for example 192.0.2.7") from None


def envelope_options(command: F) -> F:
    """Add `--from`, `--to`, `--ip` and `--helo` to a command, which gets `sender`, `recipients`, `ip` and `helo`."""
    options = (
        click.option("--from", "sender", metavar="ADDRESS", help="Envelope sender; '' for a report."),
        click.option("--to", "recipients", metavar="ADDRESS", multiple=True, help="Recipient; may be repeated."),
        click.option("--ip", metavar="IP", default="", callback=_address, help="Address of the client."),
        click.option("--helo", metavar="NAME", default="", help="How the client called itself."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def envelope_of(sender: str | None, recipients: tuple[str, ...], ip: str, helo: str) -> Envelope:
    """What the options say; nothing said is the empty envelope."""
    if sender is None and not (recipients or ip or helo):
        return NO_ENVELOPE
    return Envelope(
        None if sender is None else os.fsencode(sender).strip(b"<>"),
        tuple(os.fsencode(one).strip(b"<>") for one in recipients),
        client_address=ip,
        helo=os.fsencode(helo),
    )
