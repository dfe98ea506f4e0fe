import pytest

from filter.policy import Action, Policy, decide
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
