"""`hamgate doctor`: what is right and what is wrong with the whole set-up, and what to do about it."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from filter.cli.options import CONFIG
from filter.cli.report import one_line
from filter.cli.send import line
from filter.doctor.examination import examine
from filter.doctor.finding import Finding

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "skipped": "bright_black"}
_INDENT = " " * 21


@click.command()
@CONFIG
@click.option("--send-to", metavar="ADDRESS", default="", callback=lambda _, __, text: _mailbox(text),
              help="Send a message to this mailbox, through the running server.")  # fmt: skip
@click.option("--outward", metavar="HOST", default="", help="A mail server elsewhere, to see if mail can leave.")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON, for programs.")
@click.pass_context
def doctor(ctx: click.Context, file: Path, send_to: str, outward: str, as_json: bool) -> None:
    """Look at the whole set-up, step by step, and say what to do about each thing that is wrong.

    Settings, rules, model, listeners, certificates, relays, Postfix, folders, and a test message that stays on this
    machine. Nothing is changed, and nothing goes out unasked. Lines that begin with $ are commands.

    Exits 0 if nothing has failed, 1 if something has.

    \b
    Examples:
      hamgate doctor
      hamgate doctor --config ./hamgate.toml
      hamgate doctor --send-to you@example.net
      hamgate doctor --outward smtp.example.org
      hamgate doctor --json | jq '.findings[] | select(.state == "fail")'
    """
    logging.getLogger("hamgate").setLevel(logging.CRITICAL)  # what the steps log, they say in their findings, too
    findings = examine(file, send_to=send_to, outward_host=outward)
    ctx.exit(_as_json(findings) if as_json else _as_text(findings))


def _mailbox(text: str) -> str:
    if text:
        line("RCPT TO", text)
    return text


def _as_json(findings: Iterable[Finding]) -> int:
    found = list(findings)
    failed = any(finding.state == "fail" for finding in found)
    click.echo(json.dumps({"failed": failed, "findings": [asdict(finding) for finding in found]}))
    return int(failed)


def _as_text(findings: Iterable[Finding]) -> int:
    """Print each finding as it is known."""
    count: Counter[str] = Counter()
    for finding in findings:
        count[finding.state] += 1
        for printed in told(finding, lambda state: click.style(state, fg=_COLOURS[state.strip()])):
            click.echo(printed)
    click.echo(
        f"\n{count['fail']} failed, {count['warn']} warned, {count['ok']} well, {count['skipped']} not looked at"
    )
    return int(count["fail"] > 0)


def told(finding: Finding, style: Callable[[str], str] = str) -> Iterator[str]:
    """The lines that show `finding`; `style` colours its state. What others said is escaped."""
    first, *others = map(one_line, finding.text.splitlines() or [""])
    yield f"{style(f'{finding.state:<7}')}  {finding.step:<11} {first}"
    for other in others:
        yield f"{_INDENT}{other}"
    for number, remedy in enumerate(finding.remedy.splitlines()):
        yield f"{_INDENT}{'   ' if number else '-> '}{one_line(remedy)}"
