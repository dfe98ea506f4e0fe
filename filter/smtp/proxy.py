"""What happens to one message between the client's final dot and our reply."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import BinaryIO, Protocol

from filter.envelope import Envelope
from filter.headers import (
    HeaderTooBigError,
    chunks,
    edited,
    monitor_headers,
    read_header,
    spam_headers,
    unscanned_headers,
)
from filter.policy import Action, Decision, agreed, decide
from filter.pool import ScanError
from filter.record import Record
from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.attempts import Attempts
from filter.smtp.case import Case
from filter.smtp.courier import Courier
from filter.smtp.guarded import GuardedRelay
from filter.smtp.limits import Limits
from filter.smtp.refusal import refusal
from filter.smtp.relay import Relay
from filter.smtp.spool import Spool
from filter.terms import PolicyBook
from filter.verdict import Verdict

log = logging.getLogger("hamgate.smtp")


class Judge(Protocol):
    """Gives verdicts; the pool of worker processes is one."""

    def scan(self, message: BinaryIO, size: int, envelope: Envelope) -> Awaitable[Verdict]:
        """Judge a message of `size` octets. Raises ScanError if there is no verdict."""


Witness = Callable[[Record], None]
"""Hears of each message what became of it: log, counters, history."""


def write_to_log(record: Record) -> None:
    """One line for each message."""
    log.info("%s", record, extra={"record": record})


@dataclass(frozen=True, slots=True)
class Proxy:
    """All that the sessions of a listener share. It keeps no message: what it accepts, the relay has accepted."""

    relay: Relay
    judge: Judge
    book: PolicyBook
    limits: Limits
    hostname: str
    version: str
    listener: str = ""
    spam_attempts: Attempts | None = None
    """Spam that accounts, or addresses, have tried; None: nobody counts."""
    witnesses: tuple[Witness, ...] = (write_to_log,)
    orphaned: Callable[[bool], None] = lambda _: None
    """Hears of each message whose sender went away at the dot, and whether the relay took it."""
    committing: "set[asyncio.Task[tuple[Reply, ...]]]" = field(default_factory=set)
    """Messages whose final dot is on its way to the relay: they are finished, whatever else happens."""

    @property
    def behind(self) -> Relay:
        """The relay itself, without what guards it."""
        return self.relay.relay if isinstance(self.relay, GuardedRelay) else self.relay

    async def take(
        self, courier: Courier, envelope: Envelope, spool: Spool, misfit: Reply | None = None
    ) -> tuple[Reply, ...]:
        """Judge a complete message, hand it on or refuse it, and tell the witnesses. A misfit is not judged.

        One reply; for an LMTP client one for each recipient.
        """
        case = Case(envelope, spool.size, self.listener)
        replies: tuple[Reply, ...] | None = None
        try:
            replies = (misfit,) if misfit is not None else await self._judged(courier, case, spool)
        except Exception as error:
            case.problem, case.fault = f"fault: {type(error).__name__}", "internal"
            replies = (answers.FAULT,)  # as the session will answer
            raise
        finally:
            self._tell(case.record(replies))
        return replies * (len(envelope.recipients) if courier.per_recipient and len(replies) == 1 else 1)

    def _tell(self, record: Record) -> None:
        for witness in self.witnesses:
            try:
                witness(record)
            except Exception:  # a full disk under the history must not cost a mail
                log.exception("ref=%s could not be noted", record.ref)

    async def _judged(self, courier: Courier, case: Case, spool: Spool) -> tuple[Reply, ...]:
        attempts, sender = self.spam_attempts, (case.envelope.login or case.envelope.client_address).lower()
        if attempts is not None and (seconds := attempts.wait(sender, monotonic())) > 0.0:
            case.problem = "too much spam from this sender"
            return (answers.suspended(seconds),)
        replies = await self._decided(courier, case, spool)
        if attempts is not None and case.rejected:
            attempts.failed(sender, monotonic())
        return replies

    async def _decided(self, courier: Courier, case: Case, spool: Spool) -> tuple[Reply, ...]:
        policies = [self.book.of(recipient) for recipient in case.envelope.recipients]
        try:
            with case.timed("scan"):
                case.verdict = await self._verdict(case.envelope, spool)
        except (HeaderTooBigError, OSError, ScanError) as error:
            reply = _without_verdict(error, case)
            if reply is answers.SCAN_FAULT and all(policy.on_fault == "pass" for policy in policies):
                return await self._send(courier, case, spool, unscanned_headers(case.fault))
            return (reply,)
        decisions = [decide(case.verdict, policy) for policy in policies]
        if courier.per_recipient:
            return await self._each(courier, case, spool, decisions)
        case.decision = agreed(decisions)
        if case.rejected:  # the relay has not heard DATA: its session is dropped with the transaction
            return (refusal(case.verdict, case.decision.policy, case.reference),)
        return await self._send(courier, case, spool, self._headers(case.verdict, case.decision))

    async def _each(
        self, courier: Courier, case: Case, spool: Spool, decisions: Sequence[Decision]
    ) -> tuple[Reply, ...]:
        """LMTP: each recipient gets what their policy says; the relay keeps only those who want the message."""
        verdict = case.verdict or Verdict(())
        wanted = [one.action is not Action.REJECT for one in decisions]
        kept = [one for one, wants in zip(decisions, wanted, strict=True) if wants]
        case.decision = agreed(kept or decisions)
        sent: Iterable[Reply] = ()
        if kept:
            await courier.keep(wanted)
            replies = await self._send(courier, case, spool, self._headers(verdict, case.decision))
            sent = iter(replies * (len(kept) if len(replies) == 1 else 1))
        refused = [refusal(verdict, one.policy, case.reference) for one in decisions]
        sent = iter(sent)
        return tuple(next(sent) if wants else no for wants, no in zip(wanted, refused, strict=True))

    def _headers(self, verdict: Verdict, decision: Decision) -> bytes | None:
        """What is put on top of a message; None: every octet stays as it is."""
        if not decision.policy.mark:
            return None
        if decision.would is not None:
            return monitor_headers(verdict, decision, self.version)
        return spam_headers(verdict, decision, self.version)

    async def _verdict(self, envelope: Envelope, spool: Spool) -> Verdict:
        message = spool.ready()
        read_header(message, self.limits.header)
        return await self.judge.scan(message, spool.size, envelope)

    async def _send(self, courier: Courier, case: Case, spool: Spool, ours: bytes | None) -> tuple[Reply, ...]:
        with case.timed("relay"):
            message = spool.ready()
            no = await courier.send(edited(message, ours, self.limits.header) if ours is not None else chunks(message))
            return (no,) if no is not None else await self._commit(courier, case)

    async def _commit(self, courier: Courier, case: Case) -> tuple[Reply, ...]:
        """Wait for the relay's word even if the client does not: with the final dot the message may be the relay's."""
        task = asyncio.create_task(courier.commit(), name=f"commit {case.reference}")
        self.committing.add(task)
        task.add_done_callback(self.committing.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda done: self.orphaned(case.log_orphan(done)))
            raise


def _without_verdict(error: Exception, case: Case) -> Reply:
    case.problem = f"{type(error).__name__}: {error}"
    if isinstance(error, HeaderTooBigError):
        return answers.HEADER_TOO_BIG
    case.fault = "scan" if isinstance(error, ScanError) else "spool"
    return answers.SCAN_FAULT if isinstance(error, ScanError) else answers.NO_SPACE
