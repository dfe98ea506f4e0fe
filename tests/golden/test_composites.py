"""For every composite a message that must hit and a near miss: composites/SYMBOL.hit.eml, composites/SYMBOL.miss.eml.

"model: 0.5" in the file SYMBOL.hit.env beside it is what the model thinks of it, in points; without it -1.
"""

from pathlib import Path

import pytest

from filter.message import parse
from filter.rules.composite import Composite
from filter.rules.composites import COMPOSITES
from filter.rules.evidence import Evidence
from filter.rules.ruleset import RuleSet, composite_hits
from filter.verdict import Hit

FOLDER = Path(__file__).parent / "composites"
RULES = RuleSet()


def detail(composite: Composite, kind: str) -> str | None:
    beside = FOLDER / f"{composite.symbol}.{kind}.env"
    points = float(beside.read_text().removeprefix("model: ")) if beside.exists() else -1.0
    found = RULES.hits(Evidence(parse((FOLDER / f"{composite.symbol}.{kind}.eml").read_bytes())))
    hits = {hit.symbol: hit.detail for hit in composite_hits([Hit("NB_WORDS", points)], found)}
    return hits.get(composite.symbol)


@pytest.mark.parametrize("composite", COMPOSITES, ids=lambda one: one.symbol)
def test_it_hits_its_message(composite: Composite) -> None:
    assert detail(composite, "hit")


@pytest.mark.parametrize("composite", COMPOSITES, ids=lambda one: one.symbol)
def test_it_misses_its_near_miss(composite: Composite) -> None:
    assert detail(composite, "miss") is None


def test_no_message_is_left_without_its_composite() -> None:
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == {one.symbol for one in COMPOSITES}


def test_the_detail_names_the_facts() -> None:
    composites = {one.symbol: one for one in COMPOSITES}
    assert detail(composites["WALLET_AND_LEAK"], "hit") == "TXT_CRYPTO_ADDRESS + TXT_EXTORTION_STORY"
    assert detail(composites["URL_SUSPECT_MODEL_SPAM"], "hit") == "MODEL_SPAM + URL_HOST_IS_IP"
