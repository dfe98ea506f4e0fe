"""What becomes of a request with a message: a verdict in the client's words, the message with our headers, or a lesson.

The clerk knows no sockets: answers are given to whom `send` reaches.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from filter.door.case import Case
from filter.door.desk import Desk, Teacher
from filter.door.spool import Spool
from filter.envelope import Envelope
from filter.headers import HeaderTooBigError, unscanned_headers
from filter.lesson import Lesson, LessonError
from filter.policy import Action, Decision, agreed
from filter.pool import ScanError
from filter.spamd import replies, rewriting
from filter.spamd.inflating import InflateError, inflated
from filter.spamd.replies import Judgement
from filter.spamd.report import report, symbols, unjudged
from filter.spamd.request import Request, Verb
from filter.spamd.settings import SpamdDoor

log = logging.getLogger("hamgate.spamd")

FAULT = replies.temporary("(the message could not be judged)")
NO_SPACE = replies.temporary("(no space for the message)")
NOT_LEARNED = replies.temporary("(the message could not be learned)")
HEADER_TOO_BIG = replies.unavailable(f"(header of more than {rewriting.HEADER} octets)")
_NO_TEACHER = "nothing can be learned here: serve with a state folder (model.state)"

Send = Callable[[Iterable[bytes]], Awaitable[None]]
"""Takes an answer to the client. Raises ConnectionError if there is none any more."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Serves the requests of one door."""

    desk: Desk
    settings: SpamdDoor
    limit: int
    """Octets of a message."""
    teacher: Teacher | None = None

    async def serve(self, request: Request, spool: Spool, send: Send) -> None:
        """Answer a request whose message is in `spool`."""
        if not request.compressed or spool.too_big or spool.failure:
            return await self._serve(request, spool, send)
        with Spool(self.limit) as content:
            try:
                await _unpack(spool, content)
            except InflateError as error:
                return await send((replies.unavailable(str(error)),))
            return await self._serve(request, content, send)

    async def _serve(self, request: Request, spool: Spool, send: Send) -> None:
        if request.verb is Verb.TELL:
            await send((await self._taught(request, spool),))
        else:
            await self._judge(request, spool, send)

    async def _judge(self, request: Request, spool: Spool, send: Send) -> None:
        """Answer, and tell the witnesses, whatever happens."""
        case = self.desk.case(self._envelope(request), spool.size)
        answered = False
        try:
            await send(await self._safe_answer(case, request, spool))
            answered = True
        except ConnectionError:
            pass
        finally:
            self.desk.tell(case.record(() if answered else None))

    async def _safe_answer(self, case: Case, request: Request, spool: Spool) -> Iterable[bytes]:
        try:
            return await self._answer(case, request, spool)
        except Exception as error:
            log.error("ref=%s fault in a message at %s", case.reference, self.desk.listener, exc_info=error)
            case.problem, case.fault = f"fault: {type(error).__name__}", "internal"
            return (FAULT,)

    def _envelope(self, request: Request) -> Envelope:
        user = request.user if self.settings.users == "recipient" and b"@" in request.user else b""
        return Envelope(recipients=(user,) if user else (), listener=self.desk.listener)

    async def _answer(self, case: Case, request: Request, spool: Spool) -> Iterable[bytes]:
        misfit = self._misfit(spool)
        if misfit:
            case.problem, case.fault = misfit[0], "spool" if spool.failure else ""
            return (misfit[1],)
        try:
            case.decision = agreed(await self.desk.decisions(case, spool.ready()))
            return self._told(case, case.decision, request, spool)
        except HeaderTooBigError:
            case.problem = "header too big"
            return (HEADER_TOO_BIG,)
        except (OSError, ScanError) as error:
            if self.desk.passes(case, error):
                return self._unjudged(case, request, spool)
            return (FAULT if case.fault == "scan" else NO_SPACE,)

    def _misfit(self, spool: Spool) -> tuple[str, bytes] | None:
        """Why a message cannot be taken, for the log and for the client."""
        if spool.too_big:
            return f"more than {self.limit} octets", replies.unavailable(f"(message of more than {self.limit} octets)")
        return (f"OSError: {spool.failure}", NO_SPACE) if spool.failure else None

    def _told(self, case: Case, decision: Decision, request: Request, spool: Spool) -> Iterable[bytes]:
        """The verdict in the words of the verb."""
        verdict, required = case.judged, decision.policy.tag_at
        judgement = Judgement(decision.action is not Action.ACCEPT, verdict.score, required)
        if request.verb in (Verb.PROCESS, Verb.HEADERS):
            return self._rewritten(judgement, request, spool, self.desk.headers(verdict, decision))
        if request.verb is Verb.CHECK:
            return (replies.checked(judgement),)
        if request.verb is Verb.SYMBOLS:
            return _said(judgement, request, symbols(verdict))
        desk, spam = self.desk, judgement.spam
        text = report(verdict, spam=spam, required=required, version=desk.version, hostname=desk.hostname)
        return _said(judgement, request, text)

    def _unjudged(self, case: Case, request: Request, spool: Spool) -> Iterable[bytes]:
        """Let a message pass for which there is no verdict, as its policy wants it."""
        recipient = next(iter(case.envelope.recipients), b"")
        judgement = Judgement(False, 0.0, self.desk.book.of(recipient).tag_at)
        if request.verb in (Verb.PROCESS, Verb.HEADERS):
            return self._rewritten(judgement, request, spool, unscanned_headers(case.fault))
        if request.verb is Verb.CHECK:
            return (replies.checked(judgement),)
        text = b"" if request.verb is Verb.SYMBOLS else unjudged(self.desk.version, self.desk.hostname)
        return _said(judgement, request, text)

    def _rewritten(self, judgement: Judgement, request: Request, spool: Spool, ours: bytes | None) -> Iterable[bytes]:
        message = spool.ready()
        if request.verb is Verb.HEADERS:
            made = rewriting.header_alone(message, ours)
        elif ours is None:
            made = rewriting.whole(message, spool.size)
        else:
            made = rewriting.processed(message, spool.size, ours)
        return _joined(replies.before_message(judgement, request.version, made.length), made.octets)

    async def _taught(self, request: Request, spool: Spool) -> bytes:
        """Learn or forget here; there is no place elsewhere, so that a report (spamc -C) finds none."""
        misfit = self._misfit(spool)
        if misfit:
            return misfit[1]
        if not request.set_local and not request.remove_local:
            return replies.taught(False, False)
        if self.teacher is None:
            return replies.unavailable(_NO_TEACHER)
        try:
            done = await self.teacher.teach(spool.ready(), spool.size, _lesson(request))
        except LessonError as error:
            return replies.unavailable(str(error))
        except (OSError, ScanError) as error:
            log.error("a lesson at %s could not be taught: %s", self.desk.listener, error)
            return NOT_LEARNED
        log.info("%s by %r at %s, %d octets", done, request.user, self.desk.listener, spool.size)
        return replies.taught(done in ("learned", "relabelled"), done == "forgotten")


def _said(judgement: Judgement, request: Request, text: bytes) -> Iterable[bytes]:
    """The answer to SYMBOLS, REPORT or REPORT_IFSPAM."""
    if request.verb is Verb.REPORT_IFSPAM:
        return (replies.told(judgement.short_line, request.version, text if judgement.spam else b""),)
    if request.verb is Verb.SYMBOLS and request.version < 1.3:
        text += b"\r\n"
    return (replies.told(judgement.line, request.version, text),)


def _lesson(request: Request) -> Lesson:
    who = f"spamd {request.user.decode('utf-8', 'replace')}".rstrip()
    if request.remove_local:
        return Lesson(None, who)
    return Lesson("spam" if request.message_class == b"spam" else "ham", who)


async def _unpack(compressed: Spool, content: Spool) -> None:
    """Inflate until it is too big, in steps between which others have their turn. Raises InflateError."""
    for piece in inflated(compressed.ready()):
        content.write(piece)
        if content.too_big:
            return
        await asyncio.sleep(0)


def _joined(start: bytes, octets: Iterable[bytes]) -> Iterable[bytes]:
    """The first words go with the beginning of the message: one packet, for most."""
    parts = iter(octets)
    yield start + next(parts, b"")
    yield from parts
