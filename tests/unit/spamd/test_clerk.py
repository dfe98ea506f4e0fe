"""What becomes of a request: verdicts, policies, faults and lessons, without sockets."""

import asyncio
import logging
import zlib
from collections.abc import Iterable
from typing import Any

import pytest

from filter.door.desk import Desk
from filter.door.spool import Spool
from filter.lesson import Lesson, LessonError
from filter.policy import Policy
from filter.pool import ScanError
from filter.record import Record
from filter.spamd.clerk import FAULT, NO_SPACE, NOT_LEARNED, Clerk
from filter.spamd.request import Request, Verb
from filter.terms import PolicyBook, RecipientTerms
from tests.judge import FakeJudge, FakeTeacher
from tests.spamd_door import HAM, SPAM, settings

LIMIT = 10_000


class Office:
    """A clerk, and what clients and witnesses hear."""

    def __init__(
        self,
        judge: FakeJudge | None = None,
        policy: Policy | PolicyBook | None = None,
        teacher: FakeTeacher | None = None,
        users: str = "ignore",
    ) -> None:
        self.judge = judge or FakeJudge()
        self.records: list[Record] = []
        self.heard = b""
        self.gone = False
        book = policy if isinstance(policy, PolicyBook) else PolicyBook(policy or Policy())
        desk = Desk(judge=self.judge, book=book, version="1.0", listener="spamd.x", witnesses=(self.records.append,))
        self.clerk = Clerk(desk, settings(users, tell=True), LIMIT, teacher)

    async def send(self, parts: Iterable[bytes]) -> None:
        if self.gone:
            raise ConnectionResetError
        self.heard += b"".join(parts)

    def ask(self, verb: Verb, message: bytes = HAM, spool: Spool | None = None, **fields: Any) -> bytes:
        """What the client hears."""
        request = Request(verb, 1.5)
        for name, value in fields.items():
            setattr(request, name, value)
        spool = spool or Spool(LIMIT)
        with spool:
            spool.write(message)
            asyncio.run(self.clerk.serve(request, spool, self.send))
        heard, self.heard = self.heard, b""
        return heard

    @property
    def record(self) -> Record:
        """What the witnesses heard, which must be one row."""
        (record,) = self.records
        return record


def test_a_verdict_is_told_once() -> None:
    office = Office()
    assert office.ask(Verb.CHECK, SPAM) == b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1000.0 / 5.0\r\n\r\n"
    record = office.record
    assert (record.action, record.score, record.reply, record.listener) == ("tag", 1000.0, "", "spamd.x")
    assert record.size == len(SPAM)
    assert record.hits == (("GTUBE", 1000.0),)


def test_the_user_is_nobody_unless_the_settings_say_a_recipient() -> None:
    strict = PolicyBook(Policy(), recipients={"bob@example.net": RecipientTerms(tag_at=-10.0)})
    for users, name, line in (
        ("ignore", b"bob@example.net", b"Spam: False ; -7.5 / 5.0"),
        ("recipient", b"bob@example.net", b"Spam: True ; -7.5 / -10.0"),
        ("recipient", b"<Bob@Example.NET>", b"Spam: True ; -7.5 / -10.0"),
        ("recipient", b"eve@example.net", b"Spam: False ; -7.5 / 5.0"),
        ("recipient", b"bob", b"Spam: False ; -7.5 / 5.0"),
    ):
        office = Office(policy=strict, users=users)
        assert line in office.ask(Verb.CHECK, user=name)
        (envelope,) = office.judge.envelopes
        named = (name,) if users == "recipient" and b"@" in name else ()
        assert (envelope.recipients, envelope.listener, envelope.sender) == (named, "spamd.x", None)


@pytest.mark.parametrize(
    ("policy", "line", "action", "would"),
    [
        (Policy(reject_at=15.0), b"True ; 1000.0 / 5.0", "reject", ""),
        (Policy(hold_at=10.0), b"True ; 1000.0 / 5.0", "hold", ""),
        (Policy(tag_at=2000.0), b"False ; 1000.0 / 2000.0", "accept", ""),
        (Policy(reject_at=15.0, monitor=True), b"False ; 4.9 / 5.0", "accept", "reject"),
    ],
)
def test_spam_is_what_the_policy_does_not_simply_accept(policy: Policy, line: bytes, action: str, would: str) -> None:
    office = Office(policy=policy)
    assert b"Spam: " + line in office.ask(Verb.CHECK, SPAM)
    assert (office.record.action, office.record.would) == (action, would)


def test_a_message_with_our_headers_keeps_its_line_ends() -> None:
    lf = Office().ask(Verb.PROCESS, SPAM)
    crlf = Office().ask(Verb.PROCESS, SPAM.replace(b"\n", b"\r\n"))
    assert lf.partition(b"\r\n\r\n")[2].replace(b"\n", b"\r\n") == crlf.partition(b"\r\n\r\n")[2]
    assert lf.endswith(b"\n" + SPAM)
    assert b"\n\nX-Spam-Flag: YES\n" not in lf
    assert b"\r\n\r\nX-Spam-Flag: YES\nX-Spam-Status: Yes, score=1000.00 required=5.0 tests=GTUBE autolearn=no" in lf
    assert int(lf.split(b"Content-length: ")[1].split(b"\r\n")[0]) == len(lf.partition(b"\r\n\r\n")[2])


def test_headers_are_those_of_the_policy() -> None:
    assert Office(policy=Policy(mark=False)).ask(Verb.PROCESS, SPAM).partition(b"\r\n\r\n")[2] == SPAM
    assert (
        Office(policy=Policy(mark=False)).ask(Verb.HEADERS).partition(b"\r\n\r\n")[2] == HAM[: HAM.index(b"\n\n") + 2]
    )
    monitored = Office(policy=Policy(monitor=True)).ask(Verb.HEADERS, SPAM)
    assert b"X-Hamgate-Monitor: would tag, score=1000.00" in monitored
    assert b"X-Spam-" not in monitored


def test_a_fault_is_never_a_verdict() -> None:
    for verb in (Verb.CHECK, Verb.SYMBOLS, Verb.REPORT, Verb.REPORT_IFSPAM, Verb.PROCESS, Verb.HEADERS):
        office = Office(FakeJudge(fault=ScanError("ValueError")))
        assert office.ask(verb, SPAM) == FAULT
        assert (office.record.action, office.record.fault, office.record.score) == ("tempfail", "scan", None)


def test_unless_the_policy_wants_mail_to_pass() -> None:
    office = Office(FakeJudge(fault=ScanError("ValueError")), Policy(on_fault="pass", tag_at=6.25))
    assert office.ask(Verb.CHECK, SPAM) == b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.0 / 6.2\r\n\r\n"
    assert (office.record.action, office.record.fault) == ("-", "scan")
    passed = office.ask(Verb.PROCESS, SPAM)
    assert passed.endswith(b"X-Hamgate-Unscanned: yes, fault=scan\n" + SPAM)
    assert office.ask(Verb.SYMBOLS, SPAM).endswith(b"\r\n\r\n")
    assert b"could not judge this message" in office.ask(Verb.REPORT, SPAM)
    assert b"Spam: No ; 0.0 / 6.2\r\n\r\n" in office.ask(Verb.REPORT_IFSPAM, SPAM)


def test_our_own_mistake_is_a_fault_too(caplog: pytest.LogCaptureFixture) -> None:
    office = Office(FakeJudge(fault=ZeroDivisionError("secret")))
    assert office.ask(Verb.CHECK, SPAM) == FAULT
    assert (office.record.action, office.record.fault) == ("tempfail", "internal")
    assert "secret" not in office.record.reason


def test_too_much_is_refused_and_not_judged() -> None:
    office = Office()
    assert office.ask(Verb.CHECK, b"x" * (LIMIT + 1)) == (
        b"SPAMD/1.0 69 Service Unavailable: (message of more than 10000 octets)\r\n"
    )
    assert (office.record.action, office.record.reason) == ("-", "more than 10000 octets")
    assert office.judge.messages == []


def test_a_disk_that_is_full_is_a_fault() -> None:
    spool = Spool(LIMIT)
    spool.failure = OSError(28, "No space left on device")
    office = Office()
    assert office.ask(Verb.CHECK, SPAM, spool) == NO_SPACE
    assert (office.record.action, office.record.fault) == ("tempfail", "spool")


def test_a_header_without_end_can_be_judged_but_not_edited() -> None:
    office = Office()
    office.clerk = Clerk(office.clerk.desk, settings(), 3_000_000)
    endless = Spool(3_000_000)
    assert b"(header of more than 1048576 octets)" in office.ask(Verb.PROCESS, b"A: b\n" * 300_000, endless)
    assert b"EX_OK" in office.ask(Verb.CHECK, b"A: b\n" * 300_000, Spool(3_000_000))


def test_a_client_that_went_away_leaves_a_row() -> None:
    office = Office()
    office.gone = True
    assert office.ask(Verb.CHECK, SPAM) == b""
    assert (office.record.action, office.record.reason) == ("dropped", "client went away")


def test_a_request_that_is_cancelled_leaves_a_row() -> None:
    async def run() -> None:
        office = Office(FakeJudge(wait=asyncio.Event()))
        with Spool(LIMIT) as spool:
            spool.write(HAM)
            task = asyncio.create_task(office.clerk.serve(Request(Verb.CHECK, 1.5), spool, office.send))
            await office.judge.called.wait()
            task.cancel()
            await asyncio.wait([task])
        assert office.record.action == "dropped"

    asyncio.run(run())


def test_compressed_messages() -> None:
    office = Office()
    assert b"True ; 1000.0" in office.ask(Verb.CHECK, zlib.compress(SPAM), compressed=True)
    assert office.judge.messages == [SPAM]
    assert office.record.size == len(SPAM)
    assert b"zlib: failed to find end" in Office().ask(Verb.CHECK, zlib.compress(SPAM)[:-1], compressed=True)


@pytest.mark.slow
def test_a_bomb_is_refused_and_others_have_their_turn_meanwhile() -> None:
    async def run() -> None:
        office, turns = Office(), 0
        clerk = Clerk(office.clerk.desk, settings(), 5_000_000)
        with Spool(5_000_000) as spool:
            spool.write(zlib.compress(b"\0" * 100_000_000, 9))
            request = Request(Verb.CHECK, 1.5, compressed=True)
            task = asyncio.create_task(clerk.serve(request, spool, office.send))
            while not task.done():
                await asyncio.sleep(0)
                turns += 1
        assert b"(message of more than 5000000 octets)" in office.heard
        assert turns > 50
        assert 5_000_000 < office.record.size < 5_200_000

    asyncio.run(run())


def test_a_bomb_in_a_lesson_is_refused_too() -> None:
    office = Office(teacher=FakeTeacher())
    bomb = zlib.compress(b"\0" * 1_000_000)
    heard = office.ask(Verb.TELL, bomb, compressed=True, set_local=True, message_class=b"spam")
    assert b"69 Service Unavailable: (message of more than 10000 octets)" in heard


@pytest.mark.parametrize(
    ("fields", "lesson"),
    [
        ({"set_local": True, "message_class": b"spam"}, Lesson("spam", "spamd")),
        ({"set_local": True, "message_class": b"ham", "user": b"bob"}, Lesson("ham", "spamd bob")),
        ({"remove_local": True, "message_class": b"ham", "user": b"b\xffb"}, Lesson(None, "spamd b\ufffdb")),
    ],
)
def test_lessons(fields: dict[str, Any], lesson: Lesson) -> None:
    teacher = FakeTeacher()
    office = Office(teacher=teacher)
    assert office.ask(Verb.TELL, SPAM, **fields) == b"SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n"
    assert teacher.lessons == [(SPAM, lesson)]
    assert office.records == []  # a lesson is no message that was judged


@pytest.mark.parametrize(
    ("word", "did"),
    [
        ("learned", b"DidSet: local\r\n"),
        ("relabelled", b"DidSet: local\r\n"),
        ("known", b""),
        ("forgotten", b"DidRemove: local\r\n"),
        ("unknown", b""),
    ],
)
def test_what_was_done_is_told_and_what_had_not_to_be_is_not(word: str, did: bytes) -> None:
    heard = Office(teacher=FakeTeacher(word)).ask(Verb.TELL, set_local=True, message_class=b"spam")
    assert heard == b"SPAMD/1.1 0 EX_OK\r\n" + did + b"\r\n\r\n"


def test_lessons_that_cannot_be() -> None:
    local: dict[str, Any] = {"set_local": True, "message_class": b"spam"}
    assert Office().ask(Verb.TELL, **local) == (
        b"SPAMD/1.0 69 Service Unavailable: nothing can be learned here: serve with a state folder (model.state)\r\n"
    )
    refusing = Office(teacher=FakeTeacher(fault=LessonError("the journal is full")))
    assert refusing.ask(Verb.TELL, **local) == b"SPAMD/1.0 69 Service Unavailable: the journal is full\r\n"
    assert Office(teacher=FakeTeacher(fault=ScanError("x"))).ask(Verb.TELL, **local) == NOT_LEARNED


def test_reports_elsewhere_are_not_made() -> None:
    teacher = FakeTeacher()
    assert Office(teacher=teacher).ask(Verb.TELL, set_remote=True) == b"SPAMD/1.1 0 EX_OK\r\n\r\n\r\n"
    assert teacher.lessons == []


def test_the_log_of_a_lesson_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Office(teacher=FakeTeacher()).ask(Verb.TELL, SPAM, set_local=True, message_class=b"spam", user=b"a\x7f\x9bb")
    assert caplog.messages == [rf"learned by b'a\x7f\x9bb' at spamd.x, {len(SPAM)} octets"]
