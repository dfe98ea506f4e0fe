"""Bars in milliseconds and as multiples of a neighbour."""

from tests.benchmarks import bars
from tests.benchmarks.contest import Row
from tests.benchmarks.report import Report, part

OURS = {"score, whole": Row([[0.0004]]), "milter door": Row([[0.001]])}


def report(judging: dict[str, Row], sending: dict[str, Row]) -> Report:
    parts = [part("2002 mail", judging, "score, whole"), part("by SMTP, 5 KiB", sending, "proxy, whole")]
    return Report("a machine", 1, parts, {}, {}, [])


SENDING = {"proxy, whole": Row([[0.0012]]), "smtp-source into smtp-sink, both": Row([[0.0001]])}


def test_each_bar_is_told_both_ways() -> None:
    rows = list(bars.rows(report({**OURS, "bogofilter": Row([[0.00032]])}, SENDING)))
    assert rows[2:] == [
        "| score, 2002 mail | 0.45 | 0.40 | 2.1 | 1.2 | bogofilter, 2002 mail |",
        "| proxy, whole | 0.7 | 1.20, missed | 12.7 | 12.0 | smtp-source into smtp-sink |",
        "| milter door, over the score | 0.25 | 0.60, missed | 4.5 | 6.0, missed | smtp-source into smtp-sink |",
    ]


def test_without_a_neighbour_only_milliseconds_are_told() -> None:
    first = list(bars.rows(report(OURS, SENDING)))[2]
    assert first == "| score, 2002 mail | 0.45 | 0.40 | 2.1 | - | bogofilter, 2002 mail |"


def test_other_mail_has_no_bars() -> None:
    assert list(bars.rows(Report("a machine", 1, [part("mail", OURS, "score, whole")], {}, {}, []))) == []
