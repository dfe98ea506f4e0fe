"""What we know of one message while it is with us, and the record of it at the end."""

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from filter.envelope import Envelope
from filter.policy import Action, Decision
from filter.record import Record
from filter.reply import Reply
from filter.verdict import Verdict

log = logging.getLogger("hamgate.door")


def _reference() -> str:
    return secrets.token_hex(4).upper()


class _Timed:
    """Notes the seconds of a `with` block, without the generator that contextlib would need."""

    __slots__ = ("_seconds", "_start", "_step")

    def __init__(self, seconds: dict[str, float], step: str) -> None:
        self._seconds = seconds
        self._step = step
        self._start = 0.0

    def __enter__(self) -> None:
        self._start = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._step] = round(time.monotonic() - self._start, 6)


@dataclass(slots=True)
class Case:
    """A message by its reference, which a refusal carries, so that a person who asks can be answered."""

    envelope: Envelope
    size: int
    listener: str = ""
    queue: str = ""
    """What the mail server in front calls it: printable ASCII without blanks."""
    reference: str = field(default_factory=_reference)
    decision: Decision | None = None
    verdict: Verdict | None = None
    problem: str = ""
    fault: str = ""
    passed: bool = False
    """It goes on without a verdict, as the policy wants it after a fault."""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def judged(self) -> Verdict:
        """The verdict. RuntimeError: there is none."""
        if self.verdict is None:
            raise RuntimeError("a message that was not judged")
        return self.verdict

    @property
    def rejected(self) -> bool:
        """True if we refuse the message for its score."""
        return self.decision is not None and self.decision.action is Action.REJECT

    def timed(self, step: str) -> "_Timed":
        """Note how long a step takes, also one that fails; for a `with` statement."""
        return _Timed(self.seconds, step)

    def record(self, replies: Sequence[Reply] | None) -> Record:
        """The row of this message. None: the client went away before it had an answer.

        Of several replies (LMTP) the mildest is told: some recipient has the message. None of them: the answer was a
        verdict, and what becomes of the message is decided where it was asked for.
        """
        reply = min(replies, key=lambda one: one.code) if replies else None
        gone = replies is None
        would = self.decision.would if self.decision else None
        return Record(
            time=time.time(),
            ref=self.reference,
            action="dropped" if gone else self._action(reply),
            would=would.value if would else "",
            score=self.verdict.score if self.verdict else None,
            reason="client went away" if gone else self._reason(),
            reply=repr(bytes(reply).rstrip()[:80]) if reply else "",
            size=self.size,
            sender=repr(self.envelope.sender),
            recipient=repr(self.envelope.recipients[0]) if self.envelope.recipients else "",
            recipients=len(self.envelope.recipients),
            client=self.envelope.client_address,
            login=repr(self.envelope.login) if self.envelope.login else "",
            listener=self.listener,
            queue=self.queue,
            model=self.verdict.model if self.verdict else "",
            fault=self.fault,
            hits=self._hits(),
            seconds=self.seconds,
        )

    def _hits(self) -> tuple[tuple[str, float], ...]:
        """Why, for whoever is asked about the reference: symbols and points, the weightiest first."""
        hits = self.verdict.hits if self.verdict else ()
        ordered = sorted((hit for hit in hits if hit.points), key=lambda hit: -abs(hit.points))
        return tuple((hit.symbol, round(hit.points, 4)) for hit in ordered)

    def _action(self, reply: Reply | None) -> str:
        if reply is not None and reply.code >= 500 and not self.rejected:
            return "refused"
        if (reply is not None and 400 <= reply.code < 500) or (reply is None and self.fault and not self.passed):
            return "tempfail"
        return self.decision.action.value if self.decision else "-"

    def _reason(self) -> str:
        return self.problem or (self.decision.reason if self.decision else "not judged")

    def log_orphan(self, done: "asyncio.Task[tuple[Reply, ...]]") -> bool:
        """Say whether the relay took a message whose sender did not wait: it will come again."""
        replies = () if done.cancelled() or done.exception() else done.result()
        accepted = any(reply.code == 250 for reply in replies)
        word = "accepted" if accepted else "not accepted"
        log.warning("ref=%s orphan %s by the relay: the client was gone before our reply", self.reference, word)
        return accepted
