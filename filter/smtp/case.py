"""What we know of one message, and its line in the log."""

import asyncio
import logging
import secrets
from dataclasses import dataclass, field

from filter.envelope import Envelope
from filter.policy import Action, Decision
from filter.reply import Reply
from filter.verdict import Verdict, two_decimals

log = logging.getLogger("hamgate.smtp")


def _reference() -> str:
    return secrets.token_hex(4).upper()


@dataclass(slots=True)
class Case:
    """A message by its reference, which a refusal carries, so that a person who asks can be answered.

    Nothing of the message's text comes into the log, and addresses only as `repr`, which has no line ends.
    """

    envelope: Envelope
    size: int
    reference: str = field(default_factory=_reference)
    decision: Decision | None = None
    verdict: Verdict | None = None
    problem: str = ""

    @property
    def rejected(self) -> bool:
        """True if we refuse the message for its score."""
        return self.decision is not None and self.decision.action is Action.REJECT

    def log(self, reply: Reply | None) -> None:
        """Write the line. No reply: the client went away before the relay had the message."""
        log.info(
            "ref=%s action=%s score=%s reply=%s size=%d from=%r to=%r%s client=%s reason=%s hits=%s",
            self.reference,
            self._action(reply),
            two_decimals(self.verdict.score) if self.verdict else "-",
            f"{bytes(reply).rstrip()[:80]!r}" if reply else "none",
            self.size,
            self.envelope.sender,
            self.envelope.recipients[0] if self.envelope.recipients else b"",
            f"+{len(self.envelope.recipients) - 1}" if len(self.envelope.recipients) > 1 else "",
            self.envelope.client_address,
            self._reason(reply),
            self._hits(),
        )

    def _hits(self) -> str:
        """Why, for whoever is asked about the reference: symbols and points, the weightiest first."""
        hits = self.verdict.hits if self.verdict else ()
        ordered = sorted((hit for hit in hits if hit.points), key=lambda hit: -abs(hit.points))
        return ",".join(f"{hit.symbol}:{hit.points:+.2f}" for hit in ordered) or "-"

    def _action(self, reply: Reply | None) -> str:
        if reply is None:
            return "dropped"
        if 400 <= reply.code < 500:
            return "tempfail"
        if reply.code >= 500 and not self.rejected:
            return "refused"
        return self.decision.action.value if self.decision else "-"

    def _reason(self, reply: Reply | None) -> str:
        if reply is None:
            return "client went away"
        return self.problem or (self.decision.reason if self.decision else "not judged")

    def log_orphan(self, done: "asyncio.Task[tuple[Reply, ...]]") -> None:
        """Say what became of a message whose sender did not wait: it will come again."""
        replies = () if done.cancelled() or done.exception() else done.result()
        word = "accepted" if any(reply.code == 250 for reply in replies) else "not accepted"
        log.warning("ref=%s orphan %s by the relay: the client was gone before our reply", self.reference, word)
