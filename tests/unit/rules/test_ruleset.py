"""Shipped rules, own rules and lists, composites: in this order, with the points that count."""

import timeit
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.envelope import NO_ENVELOPE
from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from filter.rules.evidence import Evidence
from filter.rules.own.reader import read
from filter.rules.ruleset import RuleSet, composite_hits
from filter.rules.settings import RuleSettings
from filter.scan import Scanner
from filter.verdict import HAM_AT, Hit, Verdict
from tests.conftest import ROOT

MESSAGE = parse(b"From: boss@example.org\nSubject: CASINO TONIGHT FREE\n\n" + b"XJS*C4JDBQADN1.NSBN3*2IDNEN*"
                b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n")  # fmt: skip
OWN = """
[points]
GTUBE = 7
SCRIPT_MAILER_SHOUTS = 0.5
[[rule]]
symbol = "OUR_ALL"
points = 4
when = "OUR_CASINO and GTUBE and not MODEL_HAM"
[[rule]]
symbol = "OUR_MORE"
points = 1
when = "OUR_ALL and MODEL_SPAM"
[[rule]]
symbol = "OUR_CASINO"
points = 2
in = "subject"
pattern = "casino"
[deny]
senders = ["boss@example.org"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "rules.toml").write_text(OWN)
    return tmp_path / "rules.toml"


def points(rules: RuleSet, model: float = -1.0) -> dict[str, float]:
    return {hit.symbol: hit.points for hit in rules.judge(MESSAGE, NO_ENVELOPE, [Hit("NB_WORDS", model)])}


def test_fitted_points_replace_the_prior_and_the_operators_replace_both(path: Path) -> None:
    assert points(RuleSet())["GTUBE"] == 1000.0
    assert points(RuleSet({"GTUBE": 9.0}))["GTUBE"] == 9.0
    fitted = points(RuleSet({"GTUBE": 9.0, "HDR_MISSING_DATE": 0.1}, own=read(path)))
    assert (fitted["GTUBE"], fitted["HDR_MISSING_DATE"]) == (7.0, 0.1)


def test_the_order_of_hits(path: Path) -> None:
    symbols = list(points(RuleSet(own=read(path)), model=1.0))
    assert symbols.index("GTUBE") < symbols.index("OUR_CASINO") < symbols.index("DENY_LISTED")
    assert symbols[-3:] == ["DENY_LISTED", "OUR_ALL", "OUR_MORE"]


@pytest.mark.parametrize(("model", "expected"), [(-9.0, set()), (-1.0, {"OUR_ALL"}), (0.0, {"OUR_ALL", "OUR_MORE"})])
def test_own_composites_see_the_model_and_those_above_them(model: float, expected: set[str], path: Path) -> None:
    assert set(points(RuleSet(own=read(path)), model)) & {"OUR_ALL", "OUR_MORE"} == expected


def test_settings_come_from_the_file_if_there_is_one(path: Path) -> None:
    assert RuleSet(settings=RuleSettings(scripts=frozenset({"Latin"}))).settings.scripts == {"Latin"}
    path.write_text('scripts = ["Greek"]\nown_domains = ["Example.ORG"]\ntrusted_authserv_ids = ["MX.example.org"]')
    settings = RuleSet(own=read(path)).settings
    assert settings.scripts == {"Greek"}
    assert settings.own_domains == {"example.org"}
    assert settings.trusted_authserv_ids == {"mx.example.org"}


def test_shipped_composites_take_the_operators_points(path: Path) -> None:
    rules = RuleSet(own=read(path))
    found = [Hit("MAILER_SCRIPT", 0.0), Hit("SUBJ_SHOUTING", 1.0)]
    hits = {hit.symbol: hit.points for hit in composite_hits([], found, rules.composites)}
    assert hits["SCRIPT_MAILER_SHOUTS"] == 0.5


def test_composites_cost_little_where_few_facts_are_true() -> None:
    few = frozenset({"DKIM_ABSENT", "MSGID_HOST_LITERAL", "RECEIVED_ABSENT_OR_SINGLE", "MODEL_HAM"})
    best = min(timeit.repeat(lambda: [one for one in COMPOSITES if one.holds(few)], number=1000, repeat=5))
    assert best / 1000 < 20e-6  # 2 µs, and room for a busy machine


PHISHING = b"""From: PayPal Support <help@mail.evil.example>
To: you@example.org
Subject: Your account is suspended
Date: Tue, 5 Mar 2024 03:11:02 -0500
Message-ID: <1@mail.evil.example>

Your account was suspended. Verify your account within 24 hours: http://192.0.2.7/login
"""


def phishing(rules: RuleSet) -> dict[str, float]:
    return {hit.symbol: hit.points for hit in rules.judge(parse(PHISHING), NO_ENVELOPE, [])}


def test_hits_count_the_prior_of_their_rule() -> None:
    priors = {rule.symbol: rule.points for rule in RULES}
    found = phishing(RuleSet())
    assert {"FROM_NAME_HAS_BRAND", "TXT_CREDENTIAL_LURE", "URL_HOST_IS_IP"} <= found.keys()
    assert all(priors[symbol] == value for symbol, value in found.items() if symbol in priors)


def test_points_that_were_fitted_replace_the_prior() -> None:
    found = phishing(RuleSet({"URL_HOST_IS_IP": 0.25}))
    assert found["URL_HOST_IS_IP"] == 0.25
    assert found["FROM_NAME_HAS_BRAND"] == phishing(RuleSet())["FROM_NAME_HAS_BRAND"]


def test_settings_reach_the_rules() -> None:
    own = RuleSet(settings=RuleSettings(brands={"paypal": frozenset({"evil.example"})}))
    assert "FROM_NAME_HAS_BRAND" not in phishing(own)


def test_what_a_rule_needs_is_something_that_evidence_has() -> None:
    evidence = Evidence(parse(PHISHING))
    assert [rule.symbol for rule in RULES if rule.needs and not hasattr(evidence, rule.needs)] == []


def test_wording_is_left_out_where_it_could_not_make_spam_of_a_message() -> None:
    sure = [Hit("NB_WORDS", -30.0)]
    asked = {hit.symbol for hit in RuleSet().judge(parse(PHISHING), NO_ENVELOPE, [])}
    left = {hit.symbol for hit in RuleSet().judge(parse(PHISHING), NO_ENVELOPE, sure)}
    assert asked - left >= {"TXT_CREDENTIAL_LURE"}
    assert {"FROM_NAME_HAS_BRAND", "URL_HOST_IS_IP"} <= left
    assert {hit.symbol for hit in RuleSet().judge(parse(PHISHING), NO_ENVELOPE, sure, thorough=True)} >= asked - {
        "URL_SUSPECT_MODEL_SPAM"
    }


def test_wording_is_never_left_out_if_it_counts_more_or_an_operator_has_rules(path: Path) -> None:
    sure = [Hit("NB_WORDS", -30.0)]
    for rules in (RuleSet({"TXT_CREDENTIAL_LURE": 9.0}), RuleSet({"LURE_HTML_ONLY": 9.0}), RuleSet(own=read(path))):
        assert "TXT_CREDENTIAL_LURE" in {hit.symbol for hit in rules.judge(parse(PHISHING), NO_ENVELOPE, sure)}
    less = RuleSet({"TXT_CREDENTIAL_LURE": 1.0}).judge(parse(PHISHING), NO_ENVELOPE, sure)
    assert "TXT_CREDENTIAL_LURE" not in {hit.symbol for hit in less}


GOLDEN = sorted((ROOT / "tests" / "golden").rglob("*.hit.eml"))


@given(st.sampled_from(GOLDEN), st.floats(min_value=-40.0, max_value=10.0))
def test_leaving_wording_out_makes_no_other_verdict_of_spam_and_no_other_score_near_it(
    path: Path, model: float
) -> None:
    message, hits, rules = parse(path.read_bytes()), [Hit("NB_WORDS", model)], RuleSet()
    whole, quick = (Verdict((*hits, *rules.judge(message, NO_ENVELOPE, hits, thorough=way))) for way in (True, False))
    assert (whole.label == "spam") == (quick.label == "spam")
    assert quick.score == whole.score or quick.score <= -15.0


@pytest.mark.corpus
def test_leaving_wording_out_gives_no_other_label_on_real_mail(sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    scanner = Scanner.load()
    for _, raw in [one for messages in sa_corpus.values() for one in messages[::20]]:
        whole, quick = (scanner.scan(raw, thorough=way) for way in (True, False))
        assert (whole.label, max(whole.score, HAM_AT)) == (quick.label, max(quick.score, HAM_AT))


def test_each_hit_has_a_detail() -> None:
    assert all(hit.detail for hit in RuleSet().hits(Evidence(parse(PHISHING))))
