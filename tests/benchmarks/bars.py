"""The bars that speed is held to: in milliseconds, and as multiples of what programs in C take in the same run.

They were set on a machine on which a message of the 2002 mail took bogofilter 0.21 ms, one of training took it 0.167
ms, and one from smtp-source to smtp-sink took 0.055 ms. On another machine the multiples are what can be compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.benchmarks import commands, doors, smtp
from tests.benchmarks.neighbours import bogofilter
from tests.benchmarks.report import Report
from tests.benchmarks.steps import WHOLE

Place = tuple[str, str]
"""Title of a part, and a row in it."""

OLD, NEW, BY_SMTP, TRAINING = "2002 mail", "phishing 2022-23", f"by SMTP, {smtp.SIZE // 1024} KiB", "training"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Somebody else's row, and the milliseconds that it took where the bars were set."""

    name: str
    place: Place
    ms: float


JUDGING = Yardstick("bogofilter, 2002 mail", (OLD, bogofilter.NAME), 0.21)
SENDING = Yardstick("smtp-source into smtp-sink", (BY_SMTP, smtp.FLOOR), 0.055)
LEARNING = Yardstick("bogofilter's word list", (TRAINING, commands.TRAINING_BOGOFILTER), 0.167)


@dataclass(frozen=True, slots=True)
class Bar:
    """At most so many milliseconds for a row, less what another one takes."""

    what: str
    place: Place
    ms: float
    yardstick: Yardstick
    less: Place | None = None


BARS = (
    Bar("score, 2002 mail", (OLD, WHOLE), 0.45, JUDGING),
    Bar("score, phishing", (NEW, WHOLE), 0.8, JUDGING),
    Bar("training", (TRAINING, commands.TRAINING), 0.4, LEARNING),
    Bar("proxy, whole", (BY_SMTP, smtp.PROXY), 0.7, SENDING),
    *(
        Bar(f"{name}, over the score", (OLD, name), ms, SENDING, (OLD, WHOLE))
        for name, ms in ((doors.SPAMD, 0.2), (doors.HTTP, 0.5), (doors.MILTER, 0.25))
    ),
)


def rows(report: Report) -> Iterator[str]:
    """A table of the bars whose rows are in `report`, in Markdown; nothing if there are none."""
    found = {(part.title, name): figure.ms for part in report.parts for name, figure in part.figures.items()}
    lines = [_row(bar, found) for bar in BARS if bar.place in found]
    if lines:
        yield "| bar | ms | here | × yardstick | here | yardstick |"
        yield "|---|---|---|---|---|---|"
        yield from lines


def _row(bar: Bar, found: Mapping[Place, float]) -> str:
    ms = found[bar.place] - (found[bar.less] if bar.less else 0.0)
    most = bar.ms / bar.yardstick.ms
    yard = found.get(bar.yardstick.place)
    times = _held(ms / yard, most, 1) if yard else "-"
    return f"| {bar.what} | {bar.ms:g} | {_held(ms, bar.ms, 2)} | {most:.1f} | {times} | {bar.yardstick.name} |"


def _held(value: float, most: float, digits: int) -> str:
    """What was measured, and whether it is beyond the bar."""
    return f"{value:.{digits}f}{'' if value <= most else ', missed'}"
