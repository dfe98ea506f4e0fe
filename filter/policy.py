"""From a verdict to an action: the only place that knows thresholds."""

from dataclasses import dataclass
from enum import Enum

from filter.verdict import Verdict, two_decimals


class Action(Enum):
    """What we do with a message."""

    ACCEPT = "accept"
    TAG = "tag"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds in points. `reject_at` None: never reject (the default, until an evaluation on own mail earns it)."""

    tag_at: float = 5.0
    reject_at: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An action and the reason it was taken, for the log."""

    action: Action
    reason: str


def decide(verdict: Verdict, policy: Policy) -> Decision:
    """Choose the action for `verdict`."""
    score = two_decimals(verdict.score)
    if policy.reject_at is not None and verdict.score >= policy.reject_at:
        return Decision(Action.REJECT, f"score {score} >= reject-at {policy.reject_at:g}")
    if verdict.score >= policy.tag_at:
        return Decision(Action.TAG, f"score {score} >= tag-at {policy.tag_at:g}")
    return Decision(Action.ACCEPT, f"score {score} < tag-at {policy.tag_at:g}")
