"""The report of `hamgate corpus check` as a table for people and as JSON for programs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from filter.cli.report import one_line
from training.check import Class, Report

_ROWS = 6
"""Names in one cell: the most frequent."""
_EXAMPLES = 20
"""Messages or groups in one list."""


def as_json(report: Report) -> str:
    """One object; its lists are whole."""
    value = asdict(report)
    value["classes"] = {one.label: value["classes"][i] for i, one in enumerate(report.classes)}
    return json.dumps({"usable": report.usable, **value}, ensure_ascii=True)


def as_text(report: Report) -> str:
    """A table of both classes, the lists, and at the end whether the corpus is usable and what to do."""
    parts = ["\n".join(_table(report.classes)), *_lists(report)]
    if report.warnings:
        parts.append("\n".join(["Worth doing:", *(f"  - {line}" for line in report.warnings)]))
    if report.usable:
        parts.append("Usable: a model can be trained on this mail.")
    else:
        parts.append("\n".join(["Not usable yet:", *(f"  - {line}" for line in report.problems)]))
    return "\n\n".join(parts)


_Cell = Callable[[Class], str]
_LINES: tuple[tuple[str, _Cell], ...] = (
    ("messages", lambda one: f"{one.messages:,}"),
    ("paths without a message", lambda one: f"{one.unreadable:,}"),
    ("repeated to the byte", lambda one: _share(one.repeated, one.messages)),
    ("near-duplicates of others", lambda one: _share(one.messages - one.groups, one.messages)),
    ("largest group of them", lambda one: f"{one.largest_group:,}"),
    ("with HTML", lambda one: _share(one.html, one.messages)),
    ("oldest and newest Date", lambda one: f"{one.first} to {one.last}" if one.first else "none"),
)
_COUNTERS: tuple[tuple[str, Callable[[Class], dict[str, int]]], ...] = (
    ("years", lambda one: one.years),
    ("languages", lambda one: one.languages),
    ("scripts", lambda one: one.scripts),
    ("cut or broken", lambda one: one.facts),
)


def _table(classes: tuple[Class, Class]) -> Iterator[str]:
    rows = [("", *(one.label for one in classes))]
    rows += [(name, *map(cell, classes)) for name, cell in _LINES]
    for name, counter in _COUNTERS:
        cells = [_cells(counter(one), one.messages) for one in classes]
        for number in range(max(map(len, cells))):
            rows.append((name if number == 0 else "", *(cell[number] if number < len(cell) else "" for cell in cells)))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for first, second, third in rows:
        yield f"{first:<{widths[0]}}  {second:<{widths[1]}}  {third}".rstrip()


def _cells(counter: dict[str, int], messages: int) -> list[str]:
    if not counter:
        return ["none"]
    frequent = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    cells = [f"{name}: {_share(count, messages)}" for name, count in frequent[:_ROWS]]
    return [*cells, f"and {len(frequent) - _ROWS} more"] if len(frequent) > _ROWS else cells


def _share(count: int, of: int) -> str:
    return f"{count:,} ({100 * count / of:.1f} %)" if of else f"{count:,}"


def _lists(report: Report) -> Iterator[str]:
    if report.both:
        yield _listing("In ham and in spam:", [f"{ham}  =  {spam}" for ham, spam in report.both])
    if report.near_both:
        rows = [f"{group['ham']} ham, {group['spam']} spam: {_both(group['examples'])}" for group in report.near_both]
        yield _listing("Near-duplicates with both labels:", rows)
    if report.suspects:
        rows = [f"{one.points:+7.1f}  {one.label:<4}  {one.name}  ({'; '.join(one.why)})" for one in report.suspects]
        yield _listing("Perhaps mislabelled (points of a model that has not seen them, and what it goes by):", rows)


def _both(examples: object) -> str:
    return "  ~  ".join(map(str, examples)) if isinstance(examples, list) else ""


def _listing(title: str, rows: list[str]) -> str:
    more = [f"  ... and {len(rows) - _EXAMPLES} more (--json lists all)"] if len(rows) > _EXAMPLES else []
    return "\n".join([title, *(f"  {one_line(row)}" for row in rows[:_EXAMPLES]), *more])
