"""For every rule a message that must hit and a near miss that must not: rules/SYMBOL.hit.eml, rules/SYMBOL.miss.eml."""

from pathlib import Path

import pytest

from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule
from filter.rules.ruleset import RuleSet
from filter.rules.settings import RuleSettings

FOLDER = Path(__file__).parent / "rules"


def envelope(path: Path) -> Envelope:
    """What the client said, from lines such as "recipient: you@example.net"; without such a file nothing."""
    if not path.exists():
        return NO_ENVELOPE
    lines = said_in(path)
    said = dict(lines)
    return Envelope(
        sender=said["sender"].encode() if "sender" in said else None,
        recipients=tuple(value.encode() for name, value in lines if name == "recipient"),
        client_address=said.get("client", ""),
    )


def settings(path: Path) -> RuleSettings:
    """The operator's settings in the same file: "script: Latin", "trusted-authserv-id: mx.example.net"."""
    lines = said_in(path) if path.exists() else []
    return RuleSettings(
        scripts=frozenset(value for name, value in lines if name == "script"),
        trusted_authserv_ids=frozenset(value for name, value in lines if name == "trusted-authserv-id"),
    )


def said_in(path: Path) -> list[tuple[str, str]]:
    """Names and values, a pair on each line."""
    parted = (line.partition(": ") for line in path.read_text().splitlines())
    return [(name, value) for name, _, value in parted]


def evidence(name: str) -> Evidence:
    beside = FOLDER / f"{name}.env"
    return Evidence(parse((FOLDER / f"{name}.eml").read_bytes()), envelope(beside), settings(beside))


def detail(rule: Rule, kind: str) -> str | None:
    beside = FOLDER / f"{rule.symbol}.{kind}.env"
    hits = RuleSet(settings=settings(beside)).hits(evidence(f"{rule.symbol}.{kind}"))
    return next((hit.detail for hit in hits if hit.symbol == rule.symbol), None)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.symbol)
def test_it_hits_its_message(rule: Rule) -> None:
    assert detail(rule, "hit")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.symbol)
def test_it_misses_its_near_miss(rule: Rule) -> None:
    assert detail(rule, "miss") is None


def test_no_message_is_left_without_its_rule() -> None:
    symbols = {rule.symbol for rule in RULES}
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == symbols


def test_the_detail_says_what_a_person_wants_to_see() -> None:
    rules = {rule.symbol: rule for rule in RULES}
    assert detail(rules["URL_TEXT_HOST_MISMATCH"], "hit") == "link says paypal.com, goes to evil.example"
    assert detail(rules["ATT_DOUBLE_EXTENSION"], "hit") == "attached: invoice.pdf.exe"
    assert detail(rules["URL_HOST_IS_IP"], "hit") == "link to 192.0.2.99"
