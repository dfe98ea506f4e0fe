"""What is behind every door: who judges, whose terms count, and who hears what became of a message."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import BinaryIO, Protocol

from filter.door.attempts import Attempts
from filter.door.case import Case
from filter.envelope import Envelope
from filter.headers import HOLD, monitor_headers, spam_headers
from filter.lesson import Lesson
from filter.policy import Action, Decision, decide
from filter.pool import ScanError
from filter.record import Record
from filter.terms import PolicyBook
from filter.verdict import Verdict

log = logging.getLogger("hamgate.door")


class Judge(Protocol):
    """Gives verdicts; the pool of worker processes is one."""

    def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Awaitable[Verdict]:
        """Judge a message of `size` octets, with up to `clues` tokens named. Raises ScanError: there is no verdict."""


class Teacher(Protocol):
    """Learns messages; the pool of worker processes is one if it serves a state."""

    def teach(self, message: BinaryIO, size: int, lesson: Lesson) -> Awaitable[str]:
        """Learn or forget a message, and return what was done in a word of `filter.lesson`.

        Raises LessonError (it cannot be, and why) and ScanError.
        """


Witness = Callable[[Record], None]
"""Hears of each message what became of it: log, counters, history."""


def write_to_log(record: Record) -> None:
    """One line for each message. Made by hand: `Logger.info` first looks where in the code it is called."""
    if log.isEnabledFor(logging.INFO):
        line = log.makeRecord(log.name, logging.INFO, __file__, 0, "%s", (record,), None, extra={"record": record})
        log.handle(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that the sessions of a door share."""

    judge: Judge
    book: PolicyBook = field(default_factory=PolicyBook)
    version: str
    hostname: str = "localhost"
    listener: str = ""
    """The name of the door in the settings, which stands in the log."""
    spam_attempts: Attempts | None = None
    """Spam that accounts, or addresses, have tried; None: nobody counts."""
    witnesses: tuple[Witness, ...] = (write_to_log,)

    def case(self, envelope: Envelope, size: int) -> Case:
        """A message that came in at this door."""
        return Case(envelope, size, self.listener)

    def suspended(self, case: Case) -> float:
        """Seconds for which no mail is taken from this sender, who has tried too much spam; 0 if it is."""
        if self.spam_attempts is None:
            return 0.0
        seconds = self.spam_attempts.wait(_sender(case), monotonic())
        if seconds > 0.0:
            case.problem = "too much spam from this sender"
        return seconds

    def note(self, case: Case) -> None:
        """Remember that a message was refused for its score."""
        if self.spam_attempts is not None and case.rejected:
            self.spam_attempts.failed(_sender(case), monotonic())

    async def decisions(self, case: Case, message: BinaryIO, clues: int = 0) -> list[Decision]:
        """Judge, and choose the action for each recipient (one, if there is none). Raises ScanError."""
        with case.timed("scan"):
            case.verdict = await self.judge.scan(message, case.size, case.envelope, clues)
        return [decide(case.verdict, self.book.of(one)) for one in case.envelope.recipients or (b"",)]

    def passes(self, case: Case, error: ScanError | OSError) -> bool:
        """Note why a message has no verdict; whether it goes on without: all its recipients must want that.

        One that we could not even keep (OSError) never does: nobody knows whether it is whole.
        """
        case.problem = f"{type(error).__name__}: {error}"
        case.fault = "scan" if isinstance(error, ScanError) else "spool"
        recipients = case.envelope.recipients or (b"",)
        case.passed = case.fault == "scan" and all(self.book.of(one).on_fault == "pass" for one in recipients)
        return case.passed

    def headers(self, verdict: Verdict, decision: Decision) -> bytes | None:
        """What is put on top of a message; None: every octet stays as it is."""
        if not decision.policy.mark:
            return HOLD if decision.action is Action.HOLD else None
        if decision.would is not None:
            return monitor_headers(verdict, decision, self.version)
        return spam_headers(verdict, decision, self.version)

    def tell(self, record: Record) -> None:
        """Let all witnesses hear of a message."""
        for witness in self.witnesses:
            try:
                witness(record)
            except Exception:  # a full disk under the history must not cost a mail
                log.exception("ref=%s could not be noted", record.ref)


def _sender(case: Case) -> str:
    return (case.envelope.login or case.envelope.client_address).lower()
