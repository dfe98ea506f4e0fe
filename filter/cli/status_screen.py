"""The status of a server as a screenful of text."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click

from filter.cli.report import one_line
from filter.record import ACTIONS

_RARE = ("hold",)
"""Only shown if there are any."""
_SPANS = {"minute": "last minute", "hour": "last hour", "day": "last day", "start": "since start"}
_MOST = 20
"""Listeners and addresses of relays that are shown."""


def screen(content: Mapping[str, Any], now: float) -> Iterator[str]:
    """The lines, from what `/status.json` says. KeyError, TypeError or ValueError if it is something else."""
    ready = click.style("ready", fg="green", bold=True) if content["ready"] else click.style("NOT READY", fg="red")
    yield f"hamgate {_word(content.get('version', ''))}: {ready}"
    yield ", ".join(_since(content, now))
    for reason in content["reasons"]:
        yield click.style(f"wrong: {_word(reason)}", fg="red")
    yield ""
    yield from _block("listeners", [f"{_word(k)}  {_word(v)}" for k, v in content.get("listeners", {}).items()])
    yield from _block("relays", [_relay(relay) for relay in content["relays"]])
    workers = content["workers"]
    yield from _block("workers", [
        f"{int(workers['free'])} of {int(workers['running'])} free, {int(workers['replaced'])} replaced"
    ])  # fmt: skip
    yield from _block("clients", [f"{int(content['connections'])} connected"])
    yield ""
    yield from _table(content["messages"])
    yield ""
    yield from _block("faults", [_faults(content)])
    yield from _block("slowest", [_slowest(content["steps"])])


def _since(content: Mapping[str, Any], now: float) -> Iterator[str]:
    started = float(content["started"])
    yield f"up since {datetime.fromtimestamp(started).astimezone():%Y-%m-%d %H:%M:%S} ({_age(now - started)})"
    if content["processes"] != 1:
        yield f"{int(content['processes'])} processes"
    yield f"model {_word(content['model']) or 'unknown'}"
    if content.get("learned") is not None:
        yield f"{int(content['learned'])} messages learned"


def _age(seconds: float) -> str:
    minutes = max(0, int(seconds)) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min" if minutes else f"{int(seconds)} s"


def _block(title: str, lines: list[str]) -> Iterator[str]:
    shown = lines[:_MOST] + ([f"and {len(lines) - _MOST} more"] if len(lines) > _MOST else [])
    for number, line in enumerate([line or "none" for line in shown] or ["none"]):
        yield f"{'' if number else title:<10} {line}"


def _relay(relay: Mapping[str, Any]) -> str:
    state = click.style("up", fg="green") if relay["up"] else click.style("down", fg="red")
    fault = f": {_word(relay.get('fault', ''))}" if relay.get("fault") else ""
    return f"{_word(relay['relay'])}  {_word(relay['address'])}  {state}{fault}"


def _table(messages: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    actions = [one for one in ACTIONS if one not in _RARE or any(counts.get(one) for counts in messages.values())]
    yield "".join([f"{'messages':<12}", *(f"{action:>10}" for action in actions), f"{'all':>10}"])
    for span, title in _SPANS.items():
        if span in messages:
            counts = messages[span]
            shown = [int(counts.get(action, 0)) for action in actions]
            yield "".join([f"{title:<12}", *(f"{count:>10}" for count in shown), f"{sum(counts.values()):>10}"])


def _faults(content: Mapping[str, Any]) -> str:
    words = [f"{int(count)} {_word(kind)}" for kind, count in content["faults"].items()]
    words += [f"{int(content['orphans'])} left by their client before the relay's word"] if content["orphans"] else []
    words += [f"{int(content['unwritten'])} not in the history"] if content["unwritten"] else []
    return ", ".join(words)


def _slowest(steps: Mapping[str, Mapping[str, float]]) -> str:
    """The step with the largest mean, without the whole."""
    parts = {step: taken for step, taken in steps.items() if step != "whole"}
    if not parts:
        return ""
    step = max(parts, key=lambda one: parts[one]["mean"])
    within = parts[step]["within"]
    most = f"95 % within {within:g} s" if within >= 0 else "some very long"
    return f"{_word(step)}: {parts[step]['mean']:.3f} s on average, {most}"


def _word(text: object) -> str:
    return one_line(str(text)[:200])
