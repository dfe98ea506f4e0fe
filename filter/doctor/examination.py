"""All steps in the order in which a person would take them: each stands on what the ones before it have shown."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from filter.config.settings import Settings
from filter.doctor import wiring
from filter.doctor.certificate import certificates
from filter.doctor.descriptors import descriptors
from filter.doctor.doors import Door, doors
from filter.doctor.finding import Finding, ok, skipped, warn
from filter.doctor.folders import history, room
from filter.doctor.knowledge import knowledge
from filter.doctor.name import name
from filter.doctor.outward import outward
from filter.doctor.papers import rules_file, settings_file
from filter.doctor.posting import posting
from filter.doctor.readiness import readiness
from filter.doctor.relays import relays
from filter.doctor.trial import trial
from filter.service import hostname


def examine(file: Path, *, send_to: str = "", outward_host: str = "") -> Iterator[Finding]:
    """Look at the set-up that the settings in `file` describe. Nothing goes out unasked, and nothing is changed."""
    finding, settings = settings_file(file)
    yield finding
    if settings is None:
        yield skipped("all else", "is looked at when there are settings")
        return
    ours = settings.hostname or hostname()
    rules = rules_file(settings, file)
    yield rules
    yield from knowledge(settings)
    yield name(ours)
    found = dict(doors(settings, ours))
    yield from (door.finding for door in found.values())
    yield from certificates(settings, ours)
    trouble, postfix = wiring.asked()
    yield from wiring.behind(settings, postfix) if postfix else [trouble] if trouble else []
    yield from relays(settings, ours)
    yield server(found, file)
    yield from wiring.before(settings, postfix) if postfix else ()
    yield readiness(settings, any(door.runs for door in found.values()))
    yield from history(settings)
    yield from room(settings)
    yield descriptors(settings, next((door.holder.pid for door in found.values() if door.runs and door.holder), None))
    yield outward(outward_host)
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


def _messages(settings: Settings, ours: str, send_to: str, rules: Finding) -> Iterator[Finding]:
    if rules.state == "fail":  # the workers would not start, for the same reason
        yield skipped("message", "is tried when the rules have no errors")
    else:
        yield from trial(settings, ours)
    if send_to:
        yield posting(settings, ours, send_to)
    else:
        yield skipped("sending", "nothing is sent unasked: --send-to ADDRESS sends a message through the server")
