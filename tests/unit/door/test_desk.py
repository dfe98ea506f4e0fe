"""What is behind every door: verdicts, whose terms count, who is suspended, who hears of it."""

import asyncio
import io
from dataclasses import dataclass, field
from typing import BinaryIO

import pytest

from filter.door.attempts import Attempts
from filter.door.desk import Desk
from filter.envelope import Envelope
from filter.policy import Action, Policy, decide
from filter.pool import ScanError
from filter.record import Record
from filter.terms import PolicyBook, RecipientTerms, Terms
from filter.verdict import Hit, Verdict

TO_TWO = Envelope(b"s@x.test", (b"a@y.test", b"b@z.test"), login="Anna")


@dataclass
class Points:
    """Gives every message as many points."""

    points: float
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Verdict:
        self.asked.append((size, clues))
        return Verdict((Hit("SPAM", self.points),))


def desk(points: float, **more: object) -> Desk:
    return Desk(judge=Points(points), version="1.0", **{"book": PolicyBook(Policy(5.0, 15.0)), **more})  # type: ignore[arg-type]


def test_each_recipient_gets_their_own_decision() -> None:
    book = PolicyBook(Policy(5.0, 15.0), {"z.test": RecipientTerms(reject_at="off", hold_at=10.0)})
    at = desk(20.0, book=book)
    case = at.case(TO_TWO, 7)
    decisions = asyncio.run(at.decisions(case, io.BytesIO(b"x"), clues=3))
    assert [one.action for one in decisions] == [Action.REJECT, Action.HOLD]
    assert isinstance(at.judge, Points)
    assert at.judge.asked == [(7, 3)]
    assert case.judged.score == 20.0
    assert case.seconds.keys() == {"scan"}


def test_a_message_for_nobody_is_judged_by_the_policy_of_the_door() -> None:
    at = desk(20.0)
    (decision,) = asyncio.run(at.decisions(at.case(Envelope(), 1), io.BytesIO(b"x")))
    assert decision.action is Action.REJECT


@pytest.mark.parametrize(
    ("policy", "headers"),
    [
        (Policy(5.0), [b"X-Spam-Flag: YES", b"X-Hamgate-Report: SPAM(+12.00)"]),
        (Policy(5.0, hold_at=10.0), [b"X-Spam-Flag: YES", b"X-Hamgate-Hold: yes"]),
        (Policy(5.0, hold_at=10.0, monitor=True), [b"X-Hamgate-Monitor: would hold, score=12.00 version=1.0"]),
        (Policy(5.0, hold_at=10.0, mark=False), [b"X-Hamgate-Hold: yes"]),
    ],
)
def test_headers_by_the_policy(policy: Policy, headers: list[bytes]) -> None:
    verdict = Verdict((Hit("SPAM", 12.0),))
    written = desk(0).headers(verdict, decide(verdict, policy)) or b""
    assert all(one in written.split(b"\r\n") for one in headers)


def test_without_marks_nothing_is_written() -> None:
    verdict = Verdict((Hit("SPAM", 12.0),))
    assert desk(0).headers(verdict, decide(verdict, Policy(mark=False))) is None


def test_who_tries_too_much_spam_is_suspended() -> None:
    at = desk(20.0, spam_attempts=Attempts(2, 3600.0))
    for left in (0.0, 0.0):
        case = at.case(TO_TWO, 1)
        assert at.suspended(case) == left
        (case.decision, _) = asyncio.run(at.decisions(case, io.BytesIO(b"x")))
        at.note(case)
    case = at.case(Envelope(login="anna"), 1)
    assert 3590 < at.suspended(case) <= 3600
    assert case.problem == "too much spam from this sender"
    assert at.suspended(at.case(Envelope(login="ben"), 1)) == 0.0


def test_faults_pass_only_if_all_recipients_want_it() -> None:
    passing = Terms(on_fault="pass").over(Policy())
    case = desk(0).case(TO_TWO, 1)
    assert not desk(0).passes(case, ScanError("gone"))
    assert (case.fault, case.problem, case.record(()).action) == ("scan", "ScanError: gone", "tempfail")
    assert desk(0, book=PolicyBook(passing)).passes(case, ScanError("gone"))
    assert case.record(()).action == "-"


def test_what_could_not_be_kept_never_passes() -> None:
    case = desk(0).case(TO_TWO, 1)
    passing = PolicyBook(Terms(on_fault="pass").over(Policy()))
    assert not desk(0, book=passing).passes(case, OSError(28, "No space left on device"))
    assert case.fault == "spool"


def test_a_witness_that_fails_costs_nothing() -> None:
    heard: list[str] = []

    def full(_: Record) -> None:
        raise OSError("No space left on device")

    at = desk(0, witnesses=(full, lambda record: heard.append(record.ref)))
    case = at.case(TO_TWO, 1)
    at.tell(case.record(()))
    assert heard == [case.reference]
