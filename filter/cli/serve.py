"""`hamgate serve`: the SMTP proxy."""

import shutil
import sys
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from filter import logs
from filter.assembly.house import version
from filter.child import StartError
from filter.cli import streams
from filter.cli.options import PATH, RULES, SCORED_STATE, parsed, read_rules, read_settings, refuse_both
from filter.config.clashes import clashes
from filter.config.reader import read
from filter.config.settings import (
    ListenerSettings,
    ModelSettings,
    PolicySettings,
    RelayTable,
    Settings,
    WorkerSettings,
)
from filter.door.endpoint import Endpoint
from filter.service import Service
from filter.shared_counts import shared_counts
from filter.smtp.limits import Limits

_SAMPLES = Path("tests/samples")
MEBIBYTE = 1024 * 1024


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


def parse_listen(text: str) -> str:
    """Check `HOST:PORT`."""
    try:
        if not Endpoint.parse(text).path:
            return text
    except ValueError as error:
        if "brackets" in str(error):
            raise
    raise ValueError(f"{text!r} is not HOST:PORT, for example 127.0.0.1:10025")


def parse_relay(text: str) -> RelayTable:
    """Read `HOST:PORT`, `unix:PATH` or `maildir:PATH`; ValueError says what is wrong."""
    kind, _, path = text.partition(":")
    if kind != "maildir":
        return RelayTable(addresses=(str(Endpoint.parse(text)),))
    if not path:
        raise ValueError(f"{text!r} is not maildir:PATH, for example maildir:./var/mail")
    return RelayTable(maildir=Path(path))


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
  hamgate serve --config /etc/hamgate/hamgate.toml
      with all settings from a file (hamgate config describe), read again at SIGHUP
"""


@click.command(epilog=EXAMPLES)
@click.option("--config", "file", type=PATH, metavar="FILE",
              help="Take all settings from this file; no other option then.")  # fmt: skip
@click.option("--listen", metavar="HOST:PORT", callback=parsed(parse_listen), default="127.0.0.1:10025",
              show_default=True, help="Where clients connect. Port 0 takes any free one.")  # fmt: skip
@click.option("--relay", metavar="HOST:PORT|unix:PATH|maildir:PATH", callback=parsed(parse_relay),
              default="maildir:./var/mail", show_default=True,
              help="Who gets the mail: an SMTP server, or a folder (for trying).")  # fmt: skip
@click.option("--tag-at", metavar="POINTS", callback=parsed(parse_points), default="5", show_default=True,
              help="Score from which a message is marked as spam.")  # fmt: skip
@click.option("--reject-at", metavar="POINTS|off", callback=parsed(parse_threshold), default="off", show_default=True,
              help="Score from which a message is refused.")  # fmt: skip
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of a model of your own instead of the shipped one.")  # fmt: skip
@SCORED_STATE
@RULES
@click.option("--workers", type=click.IntRange(0, 256), default=0, show_default="one per core, at most 4",
              help="Processes that scan.")  # fmt: skip
@click.option("--trust-clients", is_flag=True,
              help="Only trusted clients can connect: a relay that sends their mail anywhere is fine.")  # fmt: skip
@click.option("--max-size", type=click.IntRange(1, 2048), default=32, show_default=True,
              help="Largest message in MiB.")  # fmt: skip
@click.pass_context
def serve(context: click.Context, /, file: Path | None, **options: Any) -> None:
    """Filter mail between clients and a mail server, by SMTP.

    Each message is scanned while its sender waits. It gets X-Spam headers, or is refused; the relay's answer is the
    sender's answer, so no mail is ever queued here, or lost here.

    With --config it also answers as a milter, by spamd's protocol and by HTTP, at any set of addresses.
    """
    if file is not None:
        _refuse_others(context)
    settings = read_settings(file) if file else settings_of(**options)
    for _, wrong, instead in clashes(settings):  # of a file they are errors already
        raise click.UsageError(f"{wrong}: {instead}")
    if settings.model.rules:
        read_rules(settings.model.rules)  # errors are said at once, and once: not by every worker
    logs.configure(settings.log)
    reread = partial(read, file) if file else None
    try:
        with shared_counts(settings.processes):
            from filter.launch import launch  # noqa: PLC0415 - counters look for their folder when they are imported

            code = launch(settings, _greet, reread=reread)
    except StartError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(code)


def _refuse_others(context: click.Context) -> None:
    """Two places that say the same are one too many: an option beside --config is a mistake."""
    given = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    others = sorted(f"--{name.replace('_', '-')}" for name in given if name not in ("file", "rules_file"))
    others += ["--rules"] if "rules_file" in given else []
    if others:
        raise click.UsageError(f"--config has all settings: write what {', '.join(others)} says into the file")


def settings_of(
    *,
    listen: str,
    relay: RelayTable,
    tag_at: float,
    reject_at: float | None,
    model: Path | None,
    state: Path | None,
    rules_file: Path | None,
    workers: int,
    trust_clients: bool,
    max_size: int,
) -> Settings:
    """The settings that the options stand for: one listener and one relay."""
    refuse_both(model, state)
    limits = replace(Limits(), message=max_size * MEBIBYTE)
    return Settings(
        listeners={"inbound": ListenerSettings(address=listen, limits=limits, trust_clients=trust_clients)},
        relays={"relay": relay},
        policy=PolicySettings(tag_at=tag_at, reject_at="off" if reject_at is None else reject_at),
        model=ModelSettings(folder=model, state=state, rules=rules_file),
        workers=WorkerSettings(count=workers),
    )


def _greet(service: Service) -> None:
    try:
        click.echo(greeting(service))
    except OSError:  # a full disk, a reader that went away: no reason not to filter mail
        streams.discard()


def greeting(service: Service) -> str:
    """Tell a newcomer what runs, and what to do next."""
    lines = [*(line for name in service.doors for line in _door(service, name)), "stop with Ctrl-C"]
    for name, listener in islice(service.settings.listeners.items(), 1):
        lines += ["", "Send a message from another terminal:"]
        lines += [f"  {_program()} send {service.doors[name].bound} {sample}" for sample in _samples()]
        maildir = service.settings.relays[service.settings.relay_of(listener)].maildir
        if maildir is not None:
            lines.append(f"and look at it:  grep -r ^X-Spam {maildir}/new")
    return "\n".join(lines)


def _door(service: Service, name: str) -> list[str]:
    door, policy = service.doors[name], service.doors[name].desk.book.policy
    reject = "off" if policy.reject_at is None else f"{policy.reject_at:g}"
    hold = "" if policy.hold_at is None else f"hold at {policy.hold_at:g}, "
    reject += ", monitoring only" if policy.monitor else ""
    who = f" ({name})" if len(service.doors) > 1 else ""
    return [
        f"hamgate {version()} listens on {door.bound}{who}; {_behind(service.settings, name)}",
        f"tag at {policy.tag_at:g}, {hold}reject at {reject}",
    ]


def _behind(settings: Settings, name: str) -> str:
    """Where mail of a door goes."""
    if name not in settings.listeners:
        return f"{'milter' if name in settings.milters else 'spamd' if name in settings.spamd else 'HTTP'}"
    relay = settings.relays[settings.relay_of(settings.listeners[name])]
    return f"mail goes to {relay.maildir}/new" if relay.maildir else f"mail goes to {', '.join(relay.addresses)}"


def _program() -> str:
    """How this command was called, so that what we print can be pasted."""
    return "hamgate" if shutil.which("hamgate") == sys.argv[0] else sys.argv[0]


def _samples() -> list[str]:
    found = [str(_SAMPLES / name) for name in ("ham.eml", "spam.eml") if (_SAMPLES / name).is_file()]
    return found or ["message.eml"]
