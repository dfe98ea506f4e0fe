"""What happens to one message between the client's final dot and our reply."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from filter.envelope import Envelope
from filter.headers import HeaderTooBigError, edited, read_header, spam_headers
from filter.policy import Policy, decide
from filter.pool import ScanError
from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.case import Case
from filter.smtp.courier import Courier
from filter.smtp.limits import Limits
from filter.smtp.relay import Relay
from filter.smtp.spool import Spool
from filter.verdict import Verdict


class Judge(Protocol):
    """Gives verdicts; the pool of worker processes is one."""

    def scan(self, message: BinaryIO, size: int, envelope: Envelope) -> Awaitable[Verdict]:
        """Judge a message of `size` octets. Raises ScanError if there is no verdict."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """All that the sessions share. It keeps nothing of a message: what it accepts, the relay has accepted."""

    relay: Relay
    judge: Judge
    policy: Policy
    limits: Limits
    hostname: str
    version: str
    committing: "set[asyncio.Task[tuple[Reply, ...]]]" = field(default_factory=set)
    """Messages whose final dot is on its way to the relay: they are finished, whatever else happens."""

    async def take(
        self, courier: Courier, envelope: Envelope, spool: Spool, misfit: Reply | None = None
    ) -> tuple[Reply, ...]:
        """Judge a complete message, hand it on or refuse it, and log one line about it. A misfit is not judged.

        One reply for the message, or one for each recipient if the relay tells them apart (RFC 2033 section 4.2).
        """
        case = Case(envelope, spool.size)
        replies: tuple[Reply, ...] = ()
        try:
            replies = (misfit,) if misfit is not None else await self._judged(courier, case, spool)
        except Exception as fault:
            case.problem, replies = f"fault: {type(fault).__name__}", (answers.FAULT,)  # as the session will answer
            raise
        finally:
            case.log(replies[0] if replies else None)
        return replies

    async def _judged(self, courier: Courier, case: Case, spool: Spool) -> tuple[Reply, ...]:
        try:
            case.verdict = await self._verdict(case.envelope, spool)
        except (HeaderTooBigError, OSError, ScanError) as fault:
            return (_without_verdict(fault, case),)
        case.decision = decide(case.verdict, self.policy)
        if case.rejected:  # the relay has not heard DATA: its session is dropped with the transaction
            return (answers.refused_as_spam(case.reference),)
        ours = spam_headers(case.verdict, self.policy, self.version)
        message = spool.ready()
        refusal = await courier.send(edited(message, ours, self.limits.header))
        return (refusal,) if refusal is not None else await self._commit(courier, case)

    async def _verdict(self, envelope: Envelope, spool: Spool) -> Verdict:
        message = spool.ready()
        read_header(message, self.limits.header)
        return await self.judge.scan(message, spool.size, envelope)

    async def _commit(self, courier: Courier, case: Case) -> tuple[Reply, ...]:
        """Wait for the relay's word even if the client does not: with the final dot the message may be the relay's."""
        task = asyncio.create_task(courier.commit(), name=f"commit {case.reference}")
        self.committing.add(task)
        task.add_done_callback(self.committing.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(case.log_orphan)
            raise


def _without_verdict(fault: Exception, case: Case) -> Reply:
    case.problem = f"{type(fault).__name__}: {fault}"
    if isinstance(fault, HeaderTooBigError):
        return answers.HEADER_TOO_BIG
    return answers.SCAN_FAULT if isinstance(fault, ScanError) else answers.NO_SPACE
