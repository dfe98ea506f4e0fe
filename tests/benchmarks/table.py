"""A report as Markdown, and its place in tests/benchmarks/README.md."""

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import bars
from tests.benchmarks.report import Figure, Part, Report

BEGIN, END = "<!-- written by make bench -->", "<!-- end of make bench -->"


def markdown(report: Report) -> str:
    """The tables, the machine, and who was absent."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.machine}."
    yield f"CPU of all processes of each, on one core, user and system; median of {report.rounds} rounds, in % what"
    yield "lies between the dearest and the cheapest round, and × is the ratio to the row that has 1.00."
    contests = [part for part in report.parts if part.messages]
    if contests:
        yield from ("", *_side_by_side(contests))
    for part in report.parts:
        if not part.messages:
            yield from ("", *_side_by_side([part]))
    yield from ("", "| memory, MiB | each page once | PSS |", "|---|---|---|")
    yield from (f"| {name} | {one.whole:.0f} | {one.pss:.0f} |" for name, one in report.memory.items())
    yield from ("", *bars.rows(report), "")
    yield from (f"- {note}" for note in report.notes)
    yield from (f"- Absent: {name}: {reason}" for name, reason in report.absent.items())


def _side_by_side(parts: list[Part]) -> Iterator[str]:
    heads = [f"{part.title}{_mean(part)} | % | ×" for part in parts]
    yield f"| CPU ms a message | {' | '.join(heads)} |"
    yield "|---|" + "---|---|---|" * len(parts)
    for name in dict.fromkeys(name for part in parts for name in part.figures):
        yield f"| {name} | {' | '.join(_cells(part.figures.get(name)) for part in parts)} |"


def _mean(part: Part) -> str:
    return f", {part.messages} messages, mean {part.kilobytes:.1f} KiB" if part.messages else ""


def _cells(figure: Figure | None) -> str:
    if figure is None:
        return "- | - | -"
    ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
    return f"{figure.ms:.3f} | {100 * figure.spread:.0f} | {ratio}"


def replaced(page: str, table: str) -> str:
    """`page` with `table` between its two marks; ValueError if they are not there."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"no {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{table}{END}{tail}"


def keep(page: Path, table: str) -> None:
    """Put `table` into the file `page`."""
    page.write_text(replaced(page.read_text(), table))
