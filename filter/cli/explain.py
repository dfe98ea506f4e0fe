"""`hamgate explain`: what became of a message and why, by the reference that its sender was told."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from filter.cli.options import CONFIG, read_rules, read_settings_or
from filter.cli.report import one_line
from filter.record import Record
from filter.record_lines import MAX_LINE, from_line
from filter.store.errors import StateError
from filter.verdict import two_decimals

if TYPE_CHECKING:
    from filter.rules.own.reader import OwnRules

_REFERENCE = re.compile(r"[\s\[(\"']*(?:ref(?:erence)?[\s:=#]*)?([0-9a-f]{8})[\s\])\"'.]*", re.IGNORECASE)
_LOG = "journalctl -u hamgate | hamgate explain {reference} --log -"
_GONE = "(a rule that is not there any more, or your own)"
_KEPT = '\n\n[history]\nfile = "/var/lib/hamgate/history"\n'


@click.command()
@click.argument("reference", metavar="REF")
@CONFIG
@click.option("--history", "history_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Look in this history instead of the one that the settings name.")  # fmt: skip
@click.option("--log", "log_file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE|-",
              help="Look in this log (text or JSON lines) instead.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the row as JSON, for programs.")
def explain(reference: str, file: Path, history_file: Path | None, log_file: Path | None, as_json: bool) -> None:
    """Say what became of the message with the reference REF, and why.

    REF are the 8 digits that the sender was told, also as "[ref 4F0C9E21]". Exits 1 if there is no such message.

    \b
    Examples:
      hamgate explain 4F0C9E21
      hamgate explain "[ref 4F0C9E21]" --history /var/lib/hamgate/history
      journalctl -u hamgate | hamgate explain 4F0C9E21 --log -
    """
    wanted = parse_reference(reference)
    own: OwnRules | None = None
    if log_file is not None:
        records, place = _in_log(log_file, wanted), "the log" if str(log_file) == "-" else one_line(str(log_file))
        advice = "an older log may hold it, or the server of another machine"
    else:
        history_file, rules = (history_file, None) if history_file else _configured(file, wanted)
        own = read_rules(rules) if rules else None
        records, place = _in_history(history_file, wanted)
        advice = f"older ones may be in the log: {_LOG.format(reference=wanted)}"
    if not records:
        raise click.ClickException(f"no message with reference {wanted} in {place}; {advice}")
    meanings = {} if as_json else _meanings(own)
    for record in records:
        click.echo(json.dumps(record.fields()) if as_json else "\n".join(page(record, meanings)))


def parse_reference(text: str) -> str:
    """The 8 digits of a reference as senders quote it. Raises UsageError."""
    found = _REFERENCE.fullmatch(text) if len(text) <= 100 else None
    if not found:
        raise click.UsageError(f"{one_line(text[:100])!r} is no reference: write its 8 digits, as 4F0C9E21")
    return found[1].upper()


def _configured(file: Path, reference: str) -> tuple[Path, Path | None]:
    """The history and the operator's rules that the settings name."""
    settings = read_settings_or(file, f"or look in the log: {_LOG.format(reference=reference)}")
    if settings.history.file is None:
        raise click.ClickException(
            f"no history is kept: look in the log ({_LOG.format(reference=reference)}), and for the next time write "
            f"into {file}:{_KEPT}"
        )
    return settings.history.file, settings.model.rules


def _in_history(file: Path, reference: str) -> tuple[list[Record], str]:
    """The messages in a history, and how it is called in a message to the user."""
    from filter.store.history import History  # noqa: PLC0415 - a log needs none

    try:
        with History(file) as history:
            found, span = history.find(reference), history.span()
    except StateError as error:
        raise click.ClickException(str(error)) from None
    since = f", which begins {_time(span[0])}" if span else ", which is empty"
    return found, f"{one_line(str(file))}{since}"


def _in_log(file: Path, reference: str) -> list[Record]:
    """The messages in a log, the newest first. Raises ClickException."""
    try:
        if str(file) == "-":
            return _matching(sys.stdin.buffer, reference)
        with file.open("rb") as opened:
            return _matching(opened, reference)
    except OSError as error:
        raise click.ClickException(f"{one_line(str(file))}: {error.strerror or error}") from None


def _matching(stream: BinaryIO, reference: str) -> list[Record]:
    lines = (line.decode("utf-8", "replace") for line in _lines(stream) if reference.encode() in line)
    found = [record for record in map(from_line, lines) if record is not None and record.ref == reference]
    return found[::-1]


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines, or parts of those that are too long to be ours."""
    return iter(partial(stream.readline, MAX_LINE + 1), b"")


_HAPPENED = {
    "accept": ("accepted", "green"),
    "tag": ("accepted, marked as spam", "yellow"),
    "hold": ("held for review", "yellow"),
    "reject": ("refused as spam", "red"),
    "tempfail": ("put off: a mail server tries again by itself", "yellow"),
    "refused": ("refused, not for its score", "red"),
    "dropped": ("not taken: the client went away before our reply", "yellow"),
}


def page(record: Record, meanings: dict[str, str]) -> Iterator[str]:
    """The lines that a person reads about one message."""
    happened, colour = _HAPPENED.get(record.action, (one_line(record.action), None))
    score = "not judged" if record.score is None else f"{two_decimals(record.score)} points"
    yield f"{one_line(record.ref)}: {click.style(happened, fg=colour, bold=True)} ({score})"
    for name, value in _facts(record):
        if value:
            yield f"  {name:<9} {one_line(value)}"
    if record.hits:
        yield ""
        yield from _hits(record, meanings)


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    more = f" and {record.recipients - 1} more" if record.recipients > 1 else ""
    yield "when", _time(record.time) if record.time else "(this line of the log has no time)"
    yield "why", record.reason
    yield "monitored", record.would and f"without monitoring it would have been: {record.would}"
    yield "fault", record.fault
    yield "reply", _unquoted(record.reply)
    yield "from", _unquoted(record.sender) or "<> (a report, not a person)"
    yield "to", _unquoted(record.recipient) + more
    yield "client", record.client
    yield "login", _unquoted(record.login)
    yield "listener", record.listener
    yield "queue", record.queue
    yield "size", f"{record.size:,} octets".replace(",", " ")
    yield "model", record.model
    yield "took", ", ".join(f"{step} {seconds:.3f} s" for step, seconds in record.seconds.items())


def _hits(record: Record, meanings: dict[str, str]) -> Iterator[str]:
    from filter.door.meanings import meaning  # noqa: PLC0415 - all rules: who reads JSON needs none

    for symbol, points in record.hits:
        name = one_line(symbol)
        yield f"  {points:+8.2f}  {name:<26} {meaning(name, meanings.get(symbol, _GONE))}".rstrip()
    total = sum(points for _, points in record.hits) if record.score is None else record.score
    yield f"  {'' if total < 0.0 else '+'}{two_decimals(total)}".rjust(10) + "  sum"


def _meanings(own: "OwnRules | None") -> dict[str, str]:
    from filter.rules import manual  # noqa: PLC0415 - programs that read JSON need none

    return {row.symbol: one_line(row.meaning) for row in manual.rows(own or manual.NONE)}


def _unquoted(text: str) -> str:
    """What a `repr` holds, its escapes left as they are."""
    inner = text.removeprefix("b")
    return inner[1:-1] if len(inner) >= 2 and inner[0] == inner[-1] and inner[0] in "'\"" else text


def _time(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.0f} s after 1970"
