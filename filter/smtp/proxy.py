"""What happens to one message between the client's final dot and our reply."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from filter.door.answers import FAULT, HEADER_TOO_BIG, suspended, unjudged
from filter.door.attempts import Attempts
from filter.door.case import Case
from filter.door.desk import Desk
from filter.door.refusal import refusal
from filter.door.spool import Spool
from filter.envelope import Envelope
from filter.headers import HeaderTooBigError, chunks, edited, read_header, unscanned_headers
from filter.policy import Action, Decision, agreed
from filter.pool import ScanError
from filter.reply import Reply
from filter.smtp.courier import Courier
from filter.smtp.guarded import GuardedRelay
from filter.smtp.limits import Limits
from filter.smtp.relay import Relay


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy(Desk):
    """All that the sessions of a listener share. It keeps no message: what it accepts, the relay has accepted."""

    relay: Relay
    limits: Limits = field(default_factory=Limits)
    failed_logins: Attempts = field(default_factory=lambda: Attempts(20, 600.0))
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
        case = self.case(envelope, spool.size)
        replies: tuple[Reply, ...] | None = None
        try:
            replies = (misfit,) if misfit is not None else await self._judged(courier, case, spool)
        except Exception as error:
            case.problem, case.fault = f"fault: {type(error).__name__}", "internal"
            replies = (FAULT,)  # as the session will answer
            raise
        finally:
            self.tell(case.record(replies))
        return replies * (len(envelope.recipients) if courier.per_recipient and len(replies) == 1 else 1)

    async def _judged(self, courier: Courier, case: Case, spool: Spool) -> tuple[Reply, ...]:
        if (seconds := self.suspended(case)) > 0.0:
            return (suspended(seconds),)
        replies = await self._decided(courier, case, spool)
        self.note(case)
        return replies

    async def _decided(self, courier: Courier, case: Case, spool: Spool) -> tuple[Reply, ...]:
        try:
            read_header(spool.ready(), self.limits.header)
            decisions = await self.decisions(case, spool.ready())
        except HeaderTooBigError as error:
            case.problem = type(error).__name__
            return (HEADER_TOO_BIG,)
        except (OSError, ScanError) as error:
            if self.passes(case, error):
                return await self._send(courier, case, spool, unscanned_headers(case.fault))
            return (unjudged(case.fault),)
        if courier.per_recipient:
            return await self._each(courier, case, spool, decisions)
        case.decision = agreed(decisions)
        if case.rejected:  # the relay has not heard DATA: its session is dropped with the transaction
            return (refusal(case.judged, case.decision.policy, case.reference),)
        return await self._send(courier, case, spool, self.headers(case.judged, case.decision))

    async def _each(
        self, courier: Courier, case: Case, spool: Spool, decisions: Sequence[Decision]
    ) -> tuple[Reply, ...]:
        """LMTP: each recipient gets what their policy says; the relay keeps only those who want the message."""
        verdict = case.judged
        wanted = [one.action is not Action.REJECT for one in decisions]
        kept = [one for one, wants in zip(decisions, wanted, strict=True) if wants]
        case.decision = agreed(kept or decisions)
        sent: Iterable[Reply] = ()
        if kept:
            await courier.keep(wanted)
            replies = await self._send(courier, case, spool, self.headers(verdict, case.decision))
            sent = iter(replies * (len(kept) if len(replies) == 1 else 1))
        refused = [refusal(verdict, one.policy, case.reference) for one in decisions]
        sent = iter(sent)
        return tuple(next(sent) if wants else no for wants, no in zip(wanted, refused, strict=True))

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
