"""`hamgate scan`: ask a server about messages, through any of its doors, as its clients do."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import click

from filter import mailfiles
from filter.assembly.clients import PROTOCOLS, client
from filter.cli.envelope import envelope_of, envelope_options
from filter.cli.exits import EXIT_TEMPORARY, Judging
from filter.cli.options import parsed
from filter.cli.report import one_line
from filter.door.endpoint import Endpoint
from filter.door.scanned import DoorError, Scanned
from filter.envelope import Envelope
from filter.mailfiles import Mail, Unreadable
from filter.verdict import two_decimals

Ask = Callable[[Endpoint, bytes, Envelope], Coroutine[Any, Any, Scanned]]

_SPAM = ("tag", "hold", "reject")
_COLOURS = {"accept": "green", "tag": "yellow", "hold": "yellow", "reject": "red", "tempfail": "red"}
_SHOWN = 10


@click.command(cls=Judging)
@click.option("--via", type=click.Choice([*PROTOCOLS, "smtp"]), required=True,
              help="How to ask.")  # fmt: skip
@click.argument("address", metavar="HOST:PORT|unix:PATH", callback=parsed(Endpoint.parse))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|-")
@envelope_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object on each line, for programs.")
@click.option("--exit-code", is_flag=True, help="Exit 0 for mail to deliver, 1 for spam, 75 after an error; the worst.")
@click.option("--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="For --via http: a file with the token.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, metavar="SECONDS",
              help="For the answer about one message.")  # fmt: skip
@click.pass_context
def scan(
    ctx: click.Context,
    /,
    via: str,
    address: Endpoint,
    paths: tuple[str, ...],
    as_json: bool,
    exit_code: bool,
    token_file: Path | None,
    timeout: float,
    **who: Any,
) -> None:
    """Ask the server at HOST:PORT about each message under PATH, and say what it answers.

    Nothing is delivered, but with --via smtp: there the message goes to the relay behind the server, unless it is
    refused. spamd's protocol has no envelope, and SMTP tells no score.

    \b
    Examples:
      hamgate scan --via spamd 127.0.0.1:783 mail.eml
      hamgate scan --via milter unix:/run/hamgate/milter --from a@example.org --to b@example.net mail.eml
      hamgate scan --via http 127.0.0.1:11333 --json ~/Maildir
      hamgate scan --via smtp 127.0.0.1:10025 --to you@example.net mail.eml
    """
    question = Question(_client(via, timeout, token_file), address, envelope_of(**who))
    spam, failed = _ask_about(paths, question, _json if as_json else _text)
    ctx.exit((EXIT_TEMPORARY if failed else int(spam)) if exit_code else int(failed))


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask, and what is said beside each message."""

    ask: Ask
    address: Endpoint
    envelope: Envelope

    def about(self, raw: bytes) -> Scanned:
        """The answer. Raises DoorError."""
        return asyncio.run(self.ask(self.address, raw, self.envelope))


def _ask_about(paths: tuple[str, ...], question: Question, show: Callable[[str, Scanned], None]) -> tuple[bool, bool]:
    """Show all answers; whether a message was spam, and whether one had no answer, or there was none."""
    spam = failed = False
    mail: Mail | Unreadable | None = None
    for mail in _messages(paths):
        if isinstance(mail, Unreadable):
            failed = True
            click.echo(f"hamgate: {one_line(mail.name)}: {mail.why}", err=True)
            continue
        try:
            found = question.about(mail.raw)
        except DoorError as error:
            click.echo(f"hamgate: {question.address}: {one_line(str(error))}", err=True)
            return spam, True  # what does not answer once is not asked a thousand times
        spam, failed = spam or found.action in _SPAM, failed or found.action == "tempfail"
        show(mail.name, found)
    if mail is None:
        click.echo(f"hamgate: no message in {one_line(', '.join(paths))}", err=True)
    return spam, failed or mail is None


def _client(via: str, seconds: float, token_file: Path | None) -> Ask:
    if via == "smtp":
        return _smtp
    asked = client(via)
    more = {"token": token_file.read_text("ascii", "replace").strip()} if via == "http" and token_file else {}
    return lambda endpoint, raw, envelope: asked(endpoint, raw, envelope, seconds, **more)


async def _smtp(endpoint: Endpoint, raw: bytes, envelope: Envelope) -> Scanned:
    """Send it, as `hamgate send` does; only the reply is told."""
    from filter.assembly.house import hostname  # noqa: PLC0415
    from filter.smtp.address import AddressError  # noqa: PLC0415
    from filter.smtp.delivery import command, deliver  # noqa: PLC0415
    from filter.smtp.relay import RelayError  # noqa: PLC0415
    from filter.smtp.relay_settings import RelaySettings  # noqa: PLC0415
    from filter.smtp.upstream import SmtpRelay  # noqa: PLC0415

    sender = (envelope.sender or b"").decode("utf-8", "replace")
    recipients = [one.decode("utf-8", "replace") for one in envelope.recipients] or ["postmaster"]
    relay = SmtpRelay(RelaySettings((str(endpoint),)), hostname())
    try:
        lines = command("MAIL FROM", sender), *(command("RCPT TO", one) for one in recipients)
        reply = await deliver(relay, raw, *lines)
    except AddressError as error:
        raise DoorError(f"not an address: {error}") from error
    except RelayError as fault:
        raise DoorError(str(fault)) from fault
    action = "accept" if reply.code < 400 else "tempfail" if reply.code < 500 else "reject"
    return Scanned(action, text=bytes(reply).decode("utf-8", "replace").rstrip())


def _messages(paths: tuple[str, ...]) -> Iterator[Mail | Unreadable]:
    for path in paths:
        try:
            yield from chain.from_iterable(map(mailfiles.messages, mailfiles.files(path)))
        except OSError as error:
            yield Unreadable(path, error.strerror or str(error))


def _text(name: str, found: Scanned) -> None:
    action = click.style(one_line(found.action), fg=_COLOURS.get(found.action), bold=True)
    required = "" if found.required is None else f", spam from {found.required:g}"
    score = "" if found.score is None else f", {two_decimals(found.score)} points{required}"
    click.echo(f"{one_line(name)}: {action}{score}")
    for symbol, points in sorted(found.hits, key=lambda hit: -abs(hit[1] or 0.0))[:_SHOWN]:
        click.echo(f"  {'' if points is None else f'{points:+.2f}':>7}  {one_line(symbol)}")
    for line in found.text.splitlines():
        click.echo(f"  {one_line(line)}")


def _json(name: str, found: Scanned) -> None:
    hits = [{"symbol": symbol, "points": points} for symbol, points in found.hits]
    fields = {"action": found.action, "score": found.score, "required": found.required, "hits": hits}
    json.dump({"path": name, **fields, "text": found.text}, sys.stdout)
    click.echo()
