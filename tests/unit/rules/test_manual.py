from filter.rules import manual
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from tests.conftest import ROOT


def test_every_rule_and_composite_has_its_row() -> None:
    assert [row.symbol for row in manual.rows()] == [rule.symbol for rule in RULES] + [one.symbol for one in COMPOSITES]


def test_the_page_in_the_repository_is_current() -> None:
    assert (ROOT / "filter/rules/README.md").read_text() == manual.page(), "run: make docs"


def test_nearest_symbols() -> None:
    assert manual.nearest("url_host_ip")[0] == "URL_HOST_IS_IP"
