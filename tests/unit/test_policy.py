import pytest

from filter.policy import Action, Policy, agreed, decide
from filter.verdict import Hit, Verdict


@pytest.mark.parametrize(
    ("points", "reject_at", "action"),
    [
        (4.99, None, Action.ACCEPT),
        (5.0, None, Action.TAG),
        (1000.0, None, Action.TAG),  # rejecting is off until the operator turns it on
        (14.99, 15.0, Action.TAG),
        (15.0, 15.0, Action.REJECT),
    ],
)
def test_thresholds(points: float, reject_at: float | None, action: Action) -> None:
    decision = decide(Verdict((Hit("A", points),)), Policy(reject_at=reject_at))
    assert decision.action is action
    assert f"{points:.2f}" in decision.reason


def points(score: float) -> Verdict:
    return Verdict((Hit("A", score),))


def test_monitoring_accepts_and_says_what_would_have_happened() -> None:
    decision = decide(points(20), Policy(reject_at=15.0, monitor=True))
    assert (decision.action, decision.would) == (Action.ACCEPT, Action.REJECT)
    assert decision.reason == "monitor, else reject: score 20.00 >= reject-at 15"


REFUSES, TAGS, LIKES = Policy(5.0, 15.0), Policy(6.0, None), Policy(50.0, None)
WATCHES = Policy(5.0, 15.0, monitor=True)


@pytest.mark.parametrize(
    ("policies", "action", "tag_at"),
    [
        ([REFUSES, REFUSES], Action.REJECT, 5.0),
        ([REFUSES, TAGS], Action.TAG, 5.0),  # a 550 would take it from the second, who wants it
        ([LIKES, REFUSES], Action.TAG, 5.0),
        ([TAGS, LIKES], Action.TAG, 6.0),
        ([LIKES, LIKES], Action.ACCEPT, 50.0),
        ([WATCHES, REFUSES], Action.TAG, 5.0),
        ([WATCHES, LIKES], Action.ACCEPT, 5.0),
    ],
)
def test_recipients_who_disagree(policies: list[Policy], action: Action, tag_at: float) -> None:
    decision = agreed([decide(points(20), policy) for policy in policies])
    assert (decision.action, decision.policy.tag_at) == (action, tag_at)


def test_nobody_decides_nothing() -> None:
    with pytest.raises(ValueError, match="without recipients"):
        agreed([])
