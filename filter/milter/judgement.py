"""From a message to the MTA's answer: who judges it, what it gets, and what is told of it."""

import logging
from dataclasses import replace
from functools import cache

from filter.door.answers import FAULT, HEADER_TOO_BIG, NO_SPACE, suspended, unjudged
from filter.door.case import Case
from filter.door.desk import Desk
from filter.door.refusal import refusal
from filter.headers import unscanned_headers
from filter.milter import answers
from filter.milter.changes import changes
from filter.milter.dialogue import Complete
from filter.milter.incoming import FORGED, Incoming
from filter.milter.negotiation import Agreement, May
from filter.policy import Action, Decision, agreed
from filter.pool import ScanError
from filter.reply import Reply

log = logging.getLogger("hamgate.milter")


async def answer(desk: Desk, complete: Complete) -> bytes:
    """Judge a message and tell the witnesses; the frames of our answer. A fault of ours is 451, never a verdict."""
    case = desk.case(complete.envelope, complete.incoming.spool.size)
    case.queue = complete.queue_id
    replies: tuple[Reply, ...] | None = None
    try:
        outcome = await _outcome(desk, case, complete)
        replies = (outcome,) if isinstance(outcome, Reply) else ()
    except Exception as error:
        case.problem, case.fault = f"fault: {type(error).__name__}", "internal"
        log.error("ref=%s fault in a message at %s", case.reference, desk.listener or "a milter", exc_info=error)
        outcome = FAULT
        replies = (outcome,)
    finally:
        _tell(desk, case, complete, replies)
    return answers.refused(outcome) if isinstance(outcome, Reply) else outcome


def _tell(desk: Desk, case: Case, complete: Complete, replies: tuple[Reply, ...] | None) -> None:
    case.size = complete.incoming.size
    desk.tell(case.record(replies))


async def _outcome(desk: Desk, case: Case, complete: Complete) -> Reply | bytes:
    misfit = _misfit(case, complete.incoming)
    if misfit is not None:
        return misfit
    if (seconds := desk.suspended(case)) > 0.0:
        return suspended(seconds)
    try:
        decisions = await desk.decisions(case, complete.incoming.spool.ready())
    except (ScanError, OSError) as error:
        return _unjudged(desk, case, complete, error)
    case.decision = _possible(agreed(decisions), complete.agreement, desk.listener)
    desk.note(case)
    if case.rejected:
        return refusal(case.judged, case.decision.policy, case.reference)
    return _accepted(desk, case, case.decision, complete)


def _misfit(case: Case, incoming: Incoming) -> Reply | None:
    """Refuse what cannot be judged as a whole, or not be handed on as ours."""
    if incoming.header_too_big:
        case.problem = "header too big"
        return HEADER_TOO_BIG
    if incoming.forgeries > FORGED:
        case.problem = "too many forged fields"
        return answers.TOO_MANY_FORGERIES
    if incoming.spool.failure is not None:
        case.problem, case.fault = f"{type(incoming.spool.failure).__name__}: no space", "spool"
        return NO_SPACE
    return None


def _unjudged(desk: Desk, case: Case, complete: Complete, error: ScanError | OSError) -> Reply | bytes:
    if not desk.passes(case, error):
        return unjudged(case.fault)
    ours = unscanned_headers(case.fault)
    return changes(ours, complete.incoming.forged, complete.agreement) + answers.ACCEPT


def _accepted(desk: Desk, case: Case, decision: Decision, complete: Complete) -> bytes:
    """Accepted, with our headers where the policy marks mail, and held where it holds it."""
    ours = desk.headers(case.judged, decision) if decision.policy.mark else None
    edits = changes(ours, complete.incoming.forged, complete.agreement) if ours is not None else b""
    held = answers.QUARANTINE if decision.action is Action.HOLD else b""
    return edits + held + answers.ACCEPT


def _possible(decision: Decision, agreement: Agreement, listener: str) -> Decision:
    """What this MTA lets us do: without quarantine, what is to be held is tagged."""
    if May.ADD_HEADERS not in agreement.may and decision.policy.mark:
        _warn(listener, "take no header fields from us, so mail is not marked")
    if decision.action is not Action.HOLD or May.QUARANTINE in agreement.may:
        return decision
    _warn(listener, "have no quarantine, so what is to be held is tagged")
    return replace(decision, action=Action.TAG, reason=f"{decision.reason}, but the mail server holds nothing")


@cache
def _warn(listener: str, lack: str) -> None:
    """Once for each door: every message would be the same."""
    log.warning("mail servers at %s %s", listener or "a milter", lack)
