"""What a mail server hears of a message, by our policy and by what it lets us do; and what is told of it."""

import asyncio
import logging
from unittest import mock

import pytest

from filter.door.attempts import Attempts
from filter.door.desk import Desk
from filter.envelope import Envelope
from filter.milter.dialogue import Complete
from filter.milter.frames import HEADER
from filter.milter.incoming import FORGED, Incoming
from filter.milter.judgement import _warn, answer
from filter.milter.negotiation import agree, offer
from filter.milter.words import read_indexed
from filter.policy import Policy
from filter.pool import ScanError
from filter.record import Record
from filter.terms import PolicyBook, RecipientTerms
from tests.faults.scanners import GTUBE
from tests.judge import FakeJudge
from tests.unit.milter.talk import POSTFIX, Witness, desk, frames, letters

ENVELOPE = Envelope(b"s@x.test", (b"r@y.test",), "192.0.2.7", b"client.test")


def complete(*fields: bytes, body: bytes = b"", offered: bytes = POSTFIX, limit: int = 1_000_000) -> Complete:
    incoming = Incoming(b"s@x.test", limit)
    for field in fields or (b"Subject",):
        incoming.add_field(field + b"\0 x\0")
    incoming.add_body(body)
    return Complete(incoming, ENVELOPE, "4F2", agree(offered[5:]))


def judged(
    message: Complete, policy: Policy | PolicyBook | None = None, fault: Exception | None = None
) -> tuple[bytes, Record]:
    witness = Witness()
    with mock.patch("secrets.token_hex", return_value="ref"):
        found = asyncio.run(answer(desk(FakeJudge(fault), witness, policy), message))
    (record,) = witness.records
    message.incoming.close()
    return found, record


def inserted(found: bytes) -> list[bytes]:
    """Names of the fields on top, in the order in which they will stand there."""
    return [read_indexed(data)[1] for letter, data in frames(found) if letter == b"i"][::-1]


HOLDS = Policy(5.0, None, 15.0)


def test_ham_is_accepted_with_our_headers() -> None:
    found, record = judged(complete())
    assert letters(found) == "iiiiia"
    assert inserted(found) == [
        b"X-Spam-Flag", b"X-Spam-Status", b"X-Spam-Score", b"X-Spam-Level", b"X-Hamgate-Report",
    ]  # fmt: skip
    assert (record.action, record.reply, record.size, record.listener) == ("accept", "", 14, "mta")


def test_forged_headers_go_first() -> None:
    found, _ = judged(complete(b"X-Spam-Flag", b"X-SPAM-FLAG", b"Subject"))
    assert letters(found) == "mmiiiiia"
    assert [read_indexed(data) for letter, data in frames(found) if letter == b"m"] == [
        (2, b"x-spam-flag", b""), (1, b"x-spam-flag", b""),
    ]  # fmt: skip


def test_spam_is_refused_with_a_reference() -> None:
    found, record = judged(complete(body=GTUBE))
    ((letter, data),) = frames(found)
    assert letter == b"y"
    assert data.startswith(b"550 5.7.1 Message refused as spam [ref REF]")
    assert (record.action, record.ref, record.reply[:12]) == ("reject", "REF", "b'550 5.7.1 ")


def test_spam_is_tagged_where_nothing_is_refused() -> None:
    found, record = judged(complete(body=GTUBE), Policy(5.0))
    assert letters(found) == "iiiiia"
    assert b"X-Spam-Flag\0 YES\0" in found
    assert record.action == "tag"


def test_spam_is_held_in_the_quarantine() -> None:
    found, record = judged(complete(body=GTUBE), HOLDS)
    assert letters(found) == "iiiiiiqa"
    assert inserted(found)[-1] == b"X-Hamgate-Hold"
    assert frames(found)[-2] == (b"q", b"held for review as likely spam\0")
    assert record.action == "hold"


def test_without_a_quarantine_it_is_tagged_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    _warn.cache_clear()
    for _ in range(2):
        found, record = judged(complete(body=GTUBE, offered=offer(2, 0x11, 0)), HOLDS)
        assert letters(found) == "iiiiia"
        assert (record.action, record.reason[-40:]) == ("tag", ">= hold-at 15, but the mail server holds nothing"[-40:])
    assert [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING] == [
        "mail servers at mta have no quarantine, so what is to be held is tagged"
    ]


def test_where_no_headers_can_be_added_mail_goes_on_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    _warn.cache_clear()
    found, _ = judged(complete(offered=offer(2, 0, 0)))
    assert letters(found) == "a"
    assert "take no header fields from us" in caplog.text


def test_outgoing_mail_keeps_every_octet() -> None:
    found, _ = judged(complete(b"X-Spam-Flag", body=GTUBE), Policy(5.0, mark=False))
    assert letters(found) == "a"
    found, record = judged(complete(b"X-Spam-Flag", body=GTUBE), Policy(5.0, None, 15.0, mark=False))
    assert (letters(found), record.action) == ("qa", "hold")


def test_a_policy_that_only_monitors_accepts() -> None:
    found, record = judged(complete(body=GTUBE), Policy(5.0, 15.0, monitor=True))
    assert inserted(found) == [b"X-Hamgate-Monitor", b"X-Hamgate-Report"]
    assert (letters(found)[-1], record.action, record.would) == ("a", "accept", "reject")


def test_a_verdict_that_does_not_come_is_451() -> None:
    found, record = judged(complete(), fault=ScanError("no free worker"))
    assert found[5:] == b"451 4.3.0 The message cannot be checked now, try again later\0"
    assert (record.action, record.fault, record.reason) == ("tempfail", "scan", "ScanError: no free worker")


def test_or_the_message_passes_and_says_so() -> None:
    found, record = judged(complete(b"X-Spam-Flag"), Policy(on_fault="pass"), ScanError("no free worker"))
    assert letters(found) == "mia"
    assert b"X-Hamgate-Unscanned\0 yes, fault=scan\0" in found
    assert (record.fault, record.reason) == ("scan", "ScanError: no free worker")


def test_a_fault_of_our_own_is_451_and_never_tells_its_text(caplog: pytest.LogCaptureFixture) -> None:
    found, record = judged(complete(), Policy(on_fault="pass"), RuntimeError("secret"))
    assert found[5:] == b"451 4.3.0 Local problem, try again later\0"
    assert (record.action, record.fault, record.reason) == ("tempfail", "internal", "fault: RuntimeError")
    assert "fault in a message at mta" in caplog.text


def test_a_full_disk_is_452() -> None:
    message = complete(body=b"x")
    message.incoming.spool.failure = OSError(28, "No space left on device")
    found, record = judged(message, Policy(on_fault="pass"))
    assert found[5:] == b"452 4.3.1 No space for the message, try again later\0"
    assert (record.action, record.fault) == ("tempfail", "spool")


def test_a_disk_that_fails_when_read_is_452() -> None:
    found, record = judged(complete(), fault=OSError(5, "Input/output error"))
    assert (found[5:8], record.fault) == (b"452", "spool")


def test_a_header_without_end_is_refused() -> None:
    message = complete()
    message.incoming.add_field(b"A\0" + b"x" * HEADER + b"\0")
    found, record = judged(message)
    assert found[5:] == b"552 5.3.4 Message header exceeds the maximum size\0"
    assert (record.action, record.reason) == ("refused", "header too big")


def test_a_flood_of_forged_fields_is_refused_because_each_costs_the_mail_server_a_search() -> None:
    found, record = judged(complete(*(b"X-Spam-%d" % number for number in range(FORGED + 1))))
    assert found[5:14] == b"550 5.6.0"
    assert record.action == "refused"
    found, _ = judged(complete(*(b"X-Spam-%d" % number for number in range(FORGED))))
    assert letters(found) == "m" * FORGED + "iiiiia"


def test_a_message_beyond_the_limit_is_judged_by_what_is_there_and_its_size_is_told() -> None:
    found, record = judged(complete(body=b"x" * 5000, limit=100))
    assert (letters(found)[-1], record.size) == ("a", 5014)


def test_recipients_of_different_policies_get_what_none_of_them_would_miss() -> None:
    book = PolicyBook(Policy(5.0, 15.0), recipients={"lenient@y.test": RecipientTerms(reject_at="off")})
    message = complete(body=GTUBE)
    both = Envelope(b"s@x.test", (b"r@y.test", b"lenient@y.test"))
    found, record = judged(Complete(message.incoming, both, "", message.agreement), book)
    assert (letters(found), record.action) == ("iiiiia", "tag")


def test_who_tries_too_much_spam_is_put_off() -> None:
    witness = Witness()
    made = desk(FakeJudge(), witness)
    counting = Desk(
        judge=made.judge, version="1", spam_attempts=Attempts(1, 600.0), witnesses=made.witnesses,
        book=PolicyBook(Policy(5.0, 15.0)),
    )  # fmt: skip

    async def run() -> list[bytes]:
        return [await answer(counting, complete(body=GTUBE)), await answer(counting, complete())]

    first, second = asyncio.run(run())
    assert (first[5:8], second[5:14]) == (b"550", b"450 4.7.1")
    assert [record.action for record in witness.records] == ["reject", "tempfail"]


def test_the_record_joins_our_reference_to_the_queue_id() -> None:
    witness = Witness()
    asyncio.run(answer(desk(FakeJudge(), witness), complete()))
    (record,) = witness.records
    assert " queue=4F2 " in str(record)


def test_a_mail_server_that_goes_away_is_told_of() -> None:
    witness = Witness()

    async def run() -> None:
        judge = FakeJudge(wait=asyncio.Event())
        task = asyncio.create_task(answer(desk(judge, witness), complete()))
        await judge.called.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    (record,) = witness.records
    assert (record.action, record.reason) == ("dropped", "client went away")
