"""`hamgate serve`: the SMTP proxy."""

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from filter.cli.options import RULES, SCORED_STATE, read_rules, refuse_both
from filter.policy import Policy
from filter.pool import PoolSettings, StartError
from filter.service import Address, Settings, parse_relay, run, version
from filter.smtp.limits import Limits

T = TypeVar("T")
_SAMPLES = Path("tests/samples")
MEBIBYTE = 1024 * 1024


def parsed(parse: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str], T]:
    """Make an option's callback of a function whose ValueError the user is to read."""

    def callback(_: click.Context, __: click.Parameter, text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return callback


def parse_points(text: str) -> float:
    """Read a threshold; two decimals at most, as in the headers, so that both always say the same."""
    try:
        points = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not abs(points) < 1e6 or points != round(points, 2):
        raise ValueError(f"{text!r}: points have two decimals at most")
    return points


def parse_threshold(text: str) -> float | None:
    """Read a threshold or `off`."""
    return None if text.lower() == "off" else parse_points(text)


def default_workers() -> int:
    """One worker for each core, but not more than four: each holds a model, and a core scans 1000 messages a second."""
    return max(1, min(4, len(os.sched_getaffinity(0))))


EXAMPLES = """
\b
Examples:
  hamgate serve
      try it: listens on 127.0.0.1:10025, mail goes to ./var/mail
  hamgate serve --relay 127.0.0.1:10026 --reject-at 15
      in front of a mail server; spam is refused
  hamgate serve --listen '[::1]:10025' --relay maildir:/tmp/mail
      IPv6, and mail into another folder
  hamgate serve --relay 127.0.0.1:10026 --rules /etc/hamgate/rules.toml
      with rules and lists of your own, read again when they change
  hamgate serve --relay 127.0.0.1:10026 --state /var/lib/hamgate
      with your active model and what `hamgate learn` put there, taken up while it runs
"""


@click.command(epilog=EXAMPLES)
@click.option("--listen", metavar="HOST:PORT", callback=parsed(Address.parse), default="127.0.0.1:10025",
              show_default=True, help="Where clients connect. Port 0 takes any free one.")  # fmt: skip
@click.option("--relay", metavar="HOST:PORT|maildir:PATH", callback=parsed(parse_relay), default="maildir:./var/mail",
              show_default=True, help="Who gets the mail: an SMTP server, or a folder (for trying).")  # fmt: skip
@click.option("--tag-at", metavar="POINTS", callback=parsed(parse_points), default="5", show_default=True,
              help="Score from which a message is marked as spam.")  # fmt: skip
@click.option("--reject-at", metavar="POINTS|off", callback=parsed(parse_threshold), default="off", show_default=True,
              help="Score from which a message is refused.")  # fmt: skip
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of a model of your own instead of the shipped one.")  # fmt: skip
@SCORED_STATE
@RULES
@click.option("--workers", type=click.IntRange(1, 256), default=default_workers, show_default="one per core, at most 4",
              help="Processes that scan.")  # fmt: skip
@click.option("--trust-clients", is_flag=True,
              help="Only trusted clients can connect: a relay that sends their mail anywhere is fine.")  # fmt: skip
@click.option("--max-size", type=click.IntRange(1, 2048), default=32, show_default=True,
              help="Largest message in MiB.")  # fmt: skip
def serve(
    listen: Address,
    relay: Address | Path,
    tag_at: float,
    reject_at: float | None,
    model: Path | None,
    state: Path | None,
    rules_file: Path | None,
    workers: int,
    trust_clients: bool,
    max_size: int,
) -> None:
    """Filter mail between clients and a mail server, by SMTP.

    Each message is scanned while its sender waits. It gets X-Spam headers, or is refused; the relay's answer is the
    sender's answer, so no mail is ever queued here, or lost here.
    """
    refuse_both(model, state)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings(
        listen=listen,
        relay=relay,
        policy=Policy(tag_at, reject_at),
        limits=replace(Limits(), message=max_size * MEBIBYTE),
        pool=PoolSettings(count=workers, model=model, rules=rules_file, state=state),
        trust_clients=trust_clients,
    )
    if rules_file:
        read_rules(rules_file)  # errors are said at once, and once: not by every worker
    try:
        asyncio.run(run(settings, lambda bound: click.echo(greeting(settings, bound))))
    except StartError as error:
        raise click.ClickException(str(error)) from error


def greeting(settings: Settings, bound: Address) -> str:
    """Tell a newcomer what runs, and what to do next."""
    goal = f"{settings.relay}/new" if isinstance(settings.relay, Path) else str(settings.relay)
    reject = "off" if settings.policy.reject_at is None else f"{settings.policy.reject_at:g}"
    lines = [
        f"hamgate {version()} listens on {bound}; mail goes to {goal}",
        f"tag at {settings.policy.tag_at:g}, reject at {reject}; stop with Ctrl-C",
        "",
        "Send a message from another terminal:",
        *(f"  {_program()} send {bound} {name}" for name in _samples()),
    ]
    if isinstance(settings.relay, Path):
        lines.append(f"and look at it:  grep -r ^X-Spam {goal}")
    return "\n".join(lines)


def _program() -> str:
    """How this command was called, so that what we print can be pasted."""
    return "hamgate" if shutil.which("hamgate") == sys.argv[0] else sys.argv[0]


def _samples() -> list[str]:
    found = [str(_SAMPLES / name) for name in ("ham.eml", "spam.eml") if (_SAMPLES / name).is_file()]
    return found or ["message.eml"]
