"""Weighing rules on made messages of which the truth is known."""

from collections.abc import Mapping

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from filter.rules.rule import Rule, Speaks
from filter.verdict import POINTS_PER_LOGIT
from training import weigh
from training.dataset import Bools
from training.evaluate import Floats
from training.weigh import Strength, Trial

MESSAGES = 2000


def rule(symbol: str, points: float, speaks: Speaks = Speaks.SPAM) -> Rule:
    return Rule(symbol, "made", points, "", lambda _: None, speaks)


RULES = (
    rule("USELESS", 3.0),
    rule("RARE", 3.0),
    rule("GOOD", 0.5),
    rule("WRONG_WAY", 1.0),
    rule("EITHER_WAY", 0.0, Speaks.EITHER),
    rule("HAMMISH", -1.0, Speaks.HAM),
    rule("DECISION", 1000.0),
)
NUMBER = {one.symbol: number for number, one in enumerate(RULES)}
ALL = np.array([one.symbol != "DECISION" for one in RULES])
USUAL = Strength(1.0, 0.0)


@pytest.fixture(autouse=True)
def made_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weigh, "RULES", RULES)


def trial(hits: Mapping[str, tuple[float, float]], seed: int = 0, scores: int = 0) -> Trial:
    """Half ham, half spam; each rule hits the two shares of them that `hits` gives, whatever the model says."""
    chance = np.random.default_rng(seed)
    spam = np.arange(MESSAGES) % 2 == 1
    fixed = chance.normal(np.where(spam, 3.0, -3.0), 4.0)
    columns = np.zeros((MESSAGES, len(RULES)), np.bool_)
    for symbol, (ham, of_spam) in hits.items():
        columns[:, NUMBER[symbol]] = chance.random(MESSAGES) < np.where(spam, of_spam, ham)
    values = np.column_stack([fixed, np.ones(MESSAGES)])[:, :scores]
    start = np.array([1.0, 0.0])[:scores]
    zeros = np.zeros(MESSAGES)
    return Trial(values, start, zeros if scores else fixed, zeros, columns, spam, np.arange(MESSAGES))


def fitted(made: Trial, symbol: str, strength: Strength = USUAL) -> float:
    return float(weigh.fit_with(made, ALL, strength).rules[NUMBER[symbol]])


def test_a_useless_rule_comes_down_with_many_hits_and_barely_with_five() -> None:
    made = trial({"USELESS": (0.2, 0.2)})
    for row in range(5):
        made.hits[row, NUMBER["RARE"]] = True
    assert fitted(made, "USELESS") < 0.8
    assert fitted(made, "RARE") > 2.0


def test_how_far_a_rule_can_move_is_bounded_by_its_hits() -> None:
    made = trial({})
    made.hits[:10:2, NUMBER["RARE"]] = True  # five hits, all in ham
    assert 0.0 <= 3.0 - fitted(made, "RARE") <= 5 / POINTS_PER_LOGIT


def test_a_good_rule_with_a_low_prior_goes_up() -> None:
    assert fitted(trial({"GOOD": (0.02, 0.4)}), "GOOD") > 3.0


def test_a_rule_never_changes_its_sign() -> None:
    made = trial({"WRONG_WAY": (0.4, 0.02), "EITHER_WAY": (0.4, 0.02), "HAMMISH": (0.02, 0.4)})
    assert fitted(made, "WRONG_WAY") == 0.0
    assert fitted(made, "HAMMISH") == 0.0
    assert fitted(made, "EITHER_WAY") < -3.0


def test_no_rule_gets_more_than_its_own_hits_support() -> None:
    """GOOD hits ham as often as spam, but only spam that the model misses: a plain regression would raise it."""
    made = trial({})
    order = np.argsort(made.fixed)
    missed, harmless = order[made.spam[order]][:100], order[~made.spam[order]][:100]
    made.hits[np.concatenate([missed, harmless]), NUMBER["GOOD"]] = True
    assert fitted(made, "GOOD") == pytest.approx(0.5)


def test_without_bounds_and_prior_it_is_the_logistic_regression_of_scikit_learn() -> None:
    made = trial({"GOOD": (0.1, 0.4), "EITHER_WAY": (0.5, 0.3)})
    columns = made.hits[:, [NUMBER["GOOD"], NUMBER["EITHER_WAY"]]].astype(float)
    expected = LogisticRegression(C=2.0**2, fit_intercept=False, tol=1e-10)  # C is the variance of the prior
    expected.fit(columns / POINTS_PER_LOGIT, made.spam)
    normal = np.zeros(2), np.full(2, 2.0)
    found = weigh._minimise(columns, np.zeros(MESSAGES), made.spam, normal, [(-np.inf, np.inf)] * 2)
    assert found == pytest.approx(expected.coef_[0], abs=1e-3)


def test_scores_stay_where_they_are_at_strength_0_and_move_a_little_otherwise() -> None:
    made = trial({"GOOD": (0.02, 0.4)}, scores=2)
    assert weigh.fit_with(made, ALL, Strength(1.0, 0.0)).scores.tolist() == [1.0, 0.0]
    moved = weigh.fit_with(made, ALL, Strength(1.0, 0.25)).scores
    assert 0.01 < abs(moved[0] - 1.0) < 0.25


def test_the_strength_is_chosen_by_the_loss_on_folds() -> None:
    noise = weigh.fit(trial({"EITHER_WAY": (0.02, 0.02)}), ALL)
    signal = weigh.fit(trial({"EITHER_WAY": (0.02, 0.6), "USELESS": (0.2, 0.2), "GOOD": (0.02, 0.5)}), ALL)
    assert noise.strength.rules < signal.strength.rules == 2.0


def test_rules_that_keep_their_prior_keep_it_exactly() -> None:
    made = trial({"USELESS": (0.2, 0.2), "DECISION": (0.2, 0.2)})
    chosen: Bools = np.array([one.symbol == "USELESS" for one in RULES])
    rules: Floats = weigh.fit_with(made, chosen, USUAL).rules
    assert [rules[NUMBER[symbol]] for symbol in ("DECISION", "GOOD", "RARE")] == [1000.0, 0.5, 3.0]
    assert weigh.fit_with(made, np.zeros(len(RULES), np.bool_), USUAL).rules.tolist() == weigh.priors().tolist()


def test_why_a_rule_keeps_its_prior() -> None:
    made = trial({"USELESS": (0.2, 0.2), "DECISION": (0.2, 0.2), "GOOD": (0.2, 0.2), "WRONG_WAY": (0.2, 0.0),
                  "HAMMISH": (0.2, 0.0), "EITHER_WAY": (0.0, 0.2)})  # fmt: skip
    assert weigh.reasons(made, frozenset({"GOOD"}), fewest_own=20) == {
        "RARE": weigh.TOO_FEW,
        "GOOD": weigh.ASKED,
        "WRONG_WAY": weigh.NOT_JUDGED,
        "DECISION": weigh.DECISION,
    }
    assert "WRONG_WAY" not in weigh.reasons(made, frozenset(), fewest_own=0)


def test_a_campaign_counts_once() -> None:
    made = trial({"GOOD": (0.0, 0.2)})
    made.groups[made.hits[:, NUMBER["GOOD"]]] = 7
    assert weigh.reasons(made, frozenset(), fewest_own=0)["GOOD"] == weigh.TOO_FEW


def test_folds_keep_near_duplicates_together() -> None:
    groups = np.arange(200) // 4
    seen = []
    for train, test in weigh.folds(np.arange(200) // 4 % 2 == 1, groups, 5):
        assert not set(groups[train]) & set(groups[test])
        seen += test.tolist()
    assert sorted(seen) == list(range(200))
