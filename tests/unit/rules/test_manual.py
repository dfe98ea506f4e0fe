from pathlib import Path

from filter.rules import manual
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from filter.rules.own import listing
from filter.rules.own.reader import read
from tests.conftest import ROOT

OWN = """
[points]
GTUBE = 5
[[rule]]
symbol = "OUR_PAIR"
points = 1
when = "OUR_SUBJECT and not OUR_DOMAIN"
[[rule]]
symbol = "OUR_SUBJECT"
points = -2
meaning = "about casinos"
in = "subject"
pattern = "casino"
[[rule]]
symbol = "OUR_DOMAIN"
points = 0
in = "domain"
list = ["example.org", "example.net"]
"""


def test_every_rule_list_and_composite_has_its_row() -> None:
    symbols = [rule.symbol for rule in RULES] + list(listing.POINTS) + [one.symbol for one in COMPOSITES]
    assert [row.symbol for row in manual.rows()] == symbols


def test_own_rules_follow_and_set_points_are_shown(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(OWN)
    rows = {row.symbol: row for row in manual.rows(read(tmp_path / "rules.toml"))}
    assert rows["GTUBE"].points == 5.0
    own = [(row.symbol, row.points, row.speaks, row.meaning) for row in rows.values() if row.group == "own"]
    assert own == [
        ("OUR_SUBJECT", -2.0, "ham", "about casinos: in subject: casino"),
        ("OUR_DOMAIN", 0.0, "either", "domain on a list of 2"),
        ("OUR_PAIR", 1.0, "spam", "OUR_SUBJECT and not OUR_DOMAIN"),
    ]


def test_the_page_in_the_repository_is_current() -> None:
    assert (ROOT / "filter/rules/README.md").read_text() == manual.page(), "run: make docs"


def test_nearest_symbols() -> None:
    assert manual.nearest("url_host_ip")[0] == "URL_HOST_IS_IP"
