"""From a verdict to an action: the only place that knows thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from filter.verdict import Verdict, two_decimals


class Action(Enum):
    """What we do with a message, or would do; the later the stricter."""

    ACCEPT = "accept"
    TAG = "tag"
    HOLD = "hold"
    """Deliver to where a person looks at it first: Postfix's hold queue."""
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds in points, and what is done with what reaches them."""

    tag_at: float = 5.0
    reject_at: float | None = None
    """None: never reject (the default, until an evaluation on own mail earns it)."""
    hold_at: float | None = None
    """None: never hold for review."""
    monitor: bool = False
    """Accept all, and say in the log and in X-Hamgate-Monitor what would have happened."""
    mark: bool = True
    """Put headers on messages. Off for outgoing mail, which is never rewritten."""
    on_fault: Literal["tempfail", "pass"] = "tempfail"
    """What a message gets that cannot be judged: 451, or the relay's answer and X-Hamgate-Unscanned."""
    detail: Literal["neutral", "full"] = "neutral"
    """Whether a refusal names what counted most."""
    contact: str = ""
    """Whom a refused sender can ask; empty: the postmaster of this site."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An action and the reason it was taken, for the log."""

    action: Action
    reason: str
    policy: Policy = Policy()
    """By whose headers and texts the message goes."""
    would: Action | None = None
    """What the policy would do if it did not only monitor."""


def decide(verdict: Verdict, policy: Policy) -> Decision:
    """Choose the action for `verdict` and one recipient."""
    action, reason = _judged(verdict, policy)
    if policy.monitor:
        return Decision(Action.ACCEPT, f"monitor, else {action.value}: {reason}", policy, action)
    return Decision(action, reason, policy)


def _judged(verdict: Verdict, policy: Policy) -> tuple[Action, str]:
    score = two_decimals(verdict.score)
    if policy.reject_at is not None and verdict.score >= policy.reject_at:
        return Action.REJECT, f"score {score} >= reject-at {policy.reject_at:g}"
    if policy.hold_at is not None and verdict.score >= policy.hold_at:
        return Action.HOLD, f"score {score} >= hold-at {policy.hold_at:g}"
    if verdict.score >= policy.tag_at:
        return Action.TAG, f"score {score} >= tag-at {policy.tag_at:g}"
    return Action.ACCEPT, f"score {score} < tag-at {policy.tag_at:g}"


def agreed(decisions: Sequence[Decision]) -> Decision:
    """One decision for a message whose recipients may disagree: the strictest that takes it from nobody who wants it.

    All refuse it: it is refused. All refuse or hold it: it is held. Else it goes to all of them, and as spam if one of
    them says so. ValueError: nobody.
    """
    if not decisions:
        raise ValueError("a message without recipients")
    if len(decisions) == 1:
        return decisions[0]
    strictest = max(decisions, key=_strictness)
    allowed = max(_ORDER.index(Action.TAG), min(_ORDER.index(one.action) for one in decisions))
    if _ORDER.index(strictest.action) <= allowed:
        return strictest
    reason = f"{strictest.reason}, but not for every recipient"
    return Decision(_ORDER[allowed], reason, strictest.policy)


_ORDER = list(Action)


def _strictness(decision: Decision) -> tuple[int, int, float]:
    would = decision.would or decision.action
    return _ORDER.index(decision.action), _ORDER.index(would), -decision.policy.tag_at
