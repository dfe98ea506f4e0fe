"""Figures, tables and the page that keeps them."""

import json
import math
from pathlib import Path

import pytest

from tests.benchmarks import plot, table
from tests.benchmarks.contest import Row
from tests.benchmarks.corpus import Corpus, Mail
from tests.benchmarks.memory import Memory
from tests.benchmarks.report import Report, by_size, part

MAIL = [Mail(Path(f"{size}.eml"), b"x" * size) for size in (1100, 1200, 1300, 5000)]
ROWS = {
    "score, whole": Row([[0.001, 0.002, 0.003, 0.006]]),
    "bogofilter": Row([[0.002, 0.004, 0.006, 0.012]]),
    "rspamd": Row([[math.nan, math.nan, 0.030, math.nan]]),
}
REPORT = Report(
    machine="a fast one",
    rounds=1,
    parts=[part("mail", ROWS, "score, whole", Corpus("mail", MAIL)), part("training", {"x": Row([[0.001]])}, "x")],
    memory={"server idle": Memory(pss=75.4, whole=97.2)},
    absent={"spamd": "not installed"},
    notes=["learned once"],
)


def test_a_point_of_the_plot_is_the_middle_of_at_least_three_messages() -> None:
    octets = [len(mail.raw) for mail in MAIL]
    assert by_size(octets, [0.001, 0.002, 0.003, 0.006]) == [(1200, 2.0)]
    assert by_size(octets, [math.nan, 0.002, 0.003, 0.006]) == []


def test_the_table_has_cost_spread_and_ratio_of_everybody() -> None:
    rows = table.markdown(REPORT).splitlines()
    assert "| CPU ms a message | mail, 4 messages, mean 2.1 KiB | % | × |" in rows
    assert "| bogofilter | 6.000 | 0 | 2.00 |" in rows
    assert "| rspamd | 30.000 | 0 | 10.00 |" in rows
    assert "| server idle | 97 | 75 |" in rows
    assert "- Absent: spamd: not installed" in rows


def test_the_page_keeps_what_is_around_the_table() -> None:
    page = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    assert table.replaced(page, "new\n") == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter\n"
    with pytest.raises(ValueError, match="written by make bench"):
        table.replaced("before\nafter\n", "new\n")


def test_our_page_has_a_place_for_the_table() -> None:
    page = (Path(table.__file__).parent / "README.md").read_text()
    assert "new table" in table.replaced(page, "new table\n")


@pytest.mark.slow
def test_a_report_becomes_json_and_the_same_picture_each_time(tmp_path: Path) -> None:
    REPORT.write(tmp_path / "bench.json")
    figures = json.loads((tmp_path / "bench.json").read_text())["parts"][0]["figures"]
    assert figures["bogofilter"] == {"ms": 6.0, "spread": 0.0, "ratio": 2.0, "rounds": [6.0]}
    plot.draw(REPORT, tmp_path / "one.svg")
    plot.draw(REPORT, tmp_path / "two.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert "hamgate, score (mail)" in (tmp_path / "one.svg").read_text()
