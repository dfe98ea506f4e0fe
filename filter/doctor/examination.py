"""All steps in the order in which a person would take them: each stands on what the ones before it have shown."""

import shlex
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from filter.assembly.house import hostname
from filter.config.settings import Settings
from filter.doctor import wiring
from filter.doctor.askable import askable
from filter.doctor.certificate import certificates
from filter.doctor.descriptors import descriptors
from filter.doctor.doors import Door, doors
from filter.doctor.finding import Finding, fail, ok, skipped, warn
from filter.doctor.folders import history, room
from filter.doctor.knowledge import knowledge
from filter.doctor.milters import asking
from filter.doctor.name import name
from filter.doctor.outward import outward
from filter.doctor.papers import rules_file, settings_file
from filter.doctor.posting import posting
from filter.doctor.readiness import readiness
from filter.doctor.relays import relays
from filter.doctor.secrets import secrets
from filter.doctor.trial import trial


def examine(file: Path, *, send_to: str = "", outward_host: str = "") -> Iterator[Finding]:
    """Look at the set-up that the settings in `file` describe. Nothing goes out unasked, and nothing is changed."""
    try:
        finding, settings = settings_file(file)
    except OSError as error:
        finding, settings = _hidden("settings", error, file), None
    yield finding
    if settings is None:
        yield skipped("all else", "is looked at when there are settings")
        return
    for step, findings in _steps(settings, file, send_to, outward_host):
        try:
            yield from findings
        except OSError as error:
            yield _hidden(step, error, file)


def _hidden(step: str, error: OSError, file: Path) -> Finding:
    """We are not allowed to look."""
    text = f"{error.filename or 'this'} cannot be looked at: {error.strerror or error}"
    remedy = "look as root, or as the user that the server runs as:"
    return fail(step, text, f"{remedy}\n$ sudo hamgate doctor --config {shlex.quote(str(file))}")


Steps = Iterator[tuple[str, Iterable[Finding]]]


def _steps(settings: Settings, file: Path, send_to: str, outward_host: str) -> Steps:
    ours = settings.hostname or hostname()
    yield "rules", [rules := rules_file(settings, file)]
    yield "model", knowledge(settings)
    yield "name", [name(ours)]
    found = {**dict(doors(settings, ours)), **dict(askable(settings, ours))}
    yield "listener", [door.finding for door in found.values()]
    yield "certificate", certificates(settings, ours)
    yield "secret", secrets(settings)
    trouble, postfix = wiring.asked()
    yield "postfix", wiring.behind(settings, postfix) if postfix else [trouble] if trouble else []
    yield "relay", relays(settings, ours, wiring.services(settings, postfix) if postfix else {})
    yield "server", [server(found, file)]
    yield "postfix", chain(wiring.before(settings, postfix), asking(settings, postfix)) if postfix else []
    yield "status", [readiness(settings, any(door.runs for door in found.values()))]
    yield "history", history(settings)
    yield "space", room(settings)
    held = (door.holder.pid for door in found.values() if door.runs and door.holder)
    yield "descriptors", [descriptors(settings, next(held, None))]
    yield "outward", [outward(outward_host)]
    yield from _messages(settings, ours, send_to, rules)


def server(found: dict[str, Door], file: Path) -> Finding:
    """Whether the server runs, at all of its listeners."""
    silent = [key for key, door in found.items() if not door.runs]
    start = f"hamgate serve --config {shlex.quote(str(file))}"
    if not silent:
        return ok("server", "it runs")
    if len(silent) < len(found):
        remedy = f"stop the old one, and start it with these settings:\n$ {start}"
        return warn("server", f"it runs, but not at {', '.join(silent)}", remedy)
    return warn("server", "it does not run", f"when nothing fails above:\n$ {start}")


def _messages(settings: Settings, ours: str, send_to: str, rules: Finding) -> Steps:
    if rules.state == "fail":  # the workers would not start, for the same reason
        yield "message", [skipped("message", "is tried when the rules have no errors")]
    else:
        yield "message", trial(settings, ours)
    asked = "nothing is sent unasked: --send-to ADDRESS sends a message through the server"
    yield "sending", [posting(settings, ours, send_to) if send_to else skipped("sending", asked)]
