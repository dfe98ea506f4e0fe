"""What a mail server says on a connection, and what it hears before a message is complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.milter.dialogue import CONTINUE, SKIP, Complete, Dialogue, End, Event
from filter.milter.frames import FrameReader, MilterError, frame
from filter.milter.negotiation import Step, offer
from tests.unit.milter.talk import (
    ABORT,
    BODY,
    CONNECT,
    END,
    ENVELOPE,
    HAM,
    HELO,
    MAIL,
    NEXT_CLIENT,
    POSTFIX,
    QUIT,
    RCPT,
    SENDMAIL,
    SUBJECT,
    cut,
    frames,
    header,
    letters,
    macros,
)  # fmt: skip

LIMIT = 100_000


class Mta:
    """A mail server at one end of a dialogue."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.dialogue = Dialogue(limit, "mta")
        self.reader = FrameReader()

    def says(self, octets: bytes) -> list[Event]:
        """All events; a complete message is over at once."""
        self.reader.feed(octets)
        events: list[Event] = []
        while (found := self.reader.take()) is not None:
            event = self.dialogue.hear(*found)
            if isinstance(event, Complete):
                self.texts.append(event.incoming.spool.ready().read())
                self.dialogue.over()
            events.append(event)
        return events

    texts: list[bytes]

    def hears(self, octets: bytes) -> bytes:
        """The answers as octets."""
        self.texts = []
        return b"".join(event for event in self.says(octets) if isinstance(event, bytes))

    def complete(self, octets: bytes) -> Complete:
        """The one message among the events."""
        self.texts = []
        (found,) = [event for event in self.says(octets) if isinstance(event, Complete)]
        return found


def test_postfix_hears_nothing_but_our_answer_to_its_offer() -> None:
    mta = Mta()
    assert letters(mta.hears(POSTFIX)) == "O"
    assert mta.hears(HAM) == b""
    assert mta.texts == [b"Subject: hello\r\n\r\nGood morning.\r\n"]


def test_old_sendmail_hears_an_answer_to_every_step_but_macros() -> None:
    mta = Mta()
    mta.hears(SENDMAIL)
    said = macros(b"C", b"j", b"mx.test") + ENVELOPE + header(b"Subject", b"hello") + frame(b"N") + BODY + END
    assert mta.hears(said) == CONTINUE * 7
    assert mta.texts == [b"Subject: hello\r\n\r\nGood morning.\r\n"]


def test_the_envelope_of_a_message() -> None:
    mta = Mta()
    said = POSTFIX + CONNECT + HELO + macros(b"M", b"{auth_authen}", b"anna") + MAIL + RCPT
    said += frame(b"R", b"<b@y.test>\0") + frame(b"T") + macros(b"E", b"i", b"4F2") + END
    complete = mta.complete(said)
    assert complete.queue_id == "4F2"
    envelope = complete.envelope
    assert (envelope.sender, envelope.recipients) == (b"s@x.test", (b"r@y.test", b"b@y.test"))
    assert (envelope.client_address, envelope.helo) == ("192.0.2.7", b"client.test")
    assert (envelope.login, envelope.listener) == ("anna", "mta")


def test_a_bounce_has_an_empty_sender() -> None:
    assert Mta().complete(POSTFIX + frame(b"M", b"<>\0") + RCPT + END).envelope.sender == b""


def test_the_last_part_of_the_body_may_come_with_its_end() -> None:
    mta = Mta()
    mta.complete(POSTFIX + MAIL + RCPT + SUBJECT + BODY + frame(b"E", b"Bye.\r\n"))
    assert mta.texts == [b"Subject: hello\r\n\r\nGood morning.\r\nBye.\r\n"]


def test_several_messages_on_a_connection_know_nothing_of_each_other() -> None:
    mta = Mta()
    mta.complete(POSTFIX + CONNECT + HELO + macros(b"M", b"{auth_authen}", b"anna") + MAIL + RCPT + SUBJECT + END)
    second = mta.complete(frame(b"M", b"<other@x.test>\0") + RCPT + END)
    assert (second.envelope.sender, second.envelope.login) == (b"other@x.test", "")
    assert second.envelope.client_address == "192.0.2.7"
    assert mta.texts == [b"\r\n"]


def test_the_next_client_on_a_connection_is_another_one() -> None:
    mta = Mta()
    mta.hears(POSTFIX + CONNECT + HELO + MAIL + NEXT_CLIENT)
    complete = mta.complete(CONNECT.replace(b"192.0.2.7", b"192.0.2.8") + MAIL + RCPT + END)
    assert (complete.envelope.client_address, complete.envelope.helo) == ("192.0.2.8", b"")


STAGES = {
    "agreed": b"",
    "connect": CONNECT,
    "helo": CONNECT + HELO,
    "mail": CONNECT + HELO + MAIL,
    "rcpt": ENVELOPE,
    "data": ENVELOPE + frame(b"T"),
    "header": ENVELOPE + SUBJECT,
    "end of header": ENVELOPE + SUBJECT + frame(b"N"),
    "body": ENVELOPE + SUBJECT + BODY,
    "end": HAM,
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_message_is_aborted_at_any_stage_also_twice(stage: str) -> None:
    mta = Mta()
    assert letters(mta.hears(POSTFIX + STAGES[stage] + ABORT + ABORT)) == "O"
    assert not mta.dialogue.in_message
    assert mta.complete(MAIL + RCPT + SUBJECT + BODY + END).envelope.recipients == (b"r@y.test",)


@pytest.mark.parametrize("stage", STAGES)
def test_a_mail_server_may_leave_at_any_stage(stage: str) -> None:
    mta = Mta()
    mta.texts = []
    assert mta.says(POSTFIX + STAGES[stage] + QUIT)[-1] is End.QUIT
    assert not mta.dialogue.in_message


def test_it_may_leave_before_its_offer() -> None:
    assert Mta().says(QUIT) == [End.QUIT]


def test_helo_in_a_message_comes_before_abort_from_postfix() -> None:
    mta = Mta()
    mta.hears(POSTFIX + ENVELOPE + frame(b"H", b"again.test\0") + ABORT)
    assert mta.complete(MAIL + RCPT + END).envelope.helo == b"again.test"


def test_unknown_commands_of_the_client_are_no_matter() -> None:
    assert Mta().hears(SENDMAIL + CONNECT + frame(b"U", b"FOO bar\0"))[-10:] == CONTINUE * 2


def test_a_body_beyond_the_limit_is_skipped_where_that_can_be_said() -> None:
    mta = Mta(limit=20)
    answers = mta.hears(offer(6, 0x1FF, Step.SKIP) + ENVELOPE + SUBJECT + BODY + BODY)
    assert letters(answers) == "Occcccss"
    mta = Mta(limit=20)
    answers = mta.hears(SENDMAIL + ENVELOPE + SUBJECT + BODY + BODY)
    assert letters(answers) == "Occcccc" + "c"
    assert SKIP not in answers


OUT_OF_ORDER = {
    "no offer": CONNECT,
    "macros before the offer": macros(b"C"),
    "a second offer": POSTFIX + POSTFIX,
    "RCPT before MAIL": POSTFIX + CONNECT + HELO + RCPT,
    "a field before MAIL": POSTFIX + SUBJECT,
    "a body before MAIL": POSTFIX + BODY,
    "an end before MAIL": POSTFIX + END,
    "DATA before MAIL": POSTFIX + frame(b"T"),
    "an end of header before MAIL": POSTFIX + frame(b"N"),
    "MAIL in a message": POSTFIX + MAIL + MAIL,
    "RCPT after a field": POSTFIX + ENVELOPE + SUBJECT + RCPT,
    "DATA after a field": POSTFIX + ENVELOPE + SUBJECT + frame(b"T"),
    "a field after the header": POSTFIX + ENVELOPE + frame(b"N") + SUBJECT,
    "a field in the body": POSTFIX + ENVELOPE + BODY + SUBJECT,
    "the end of the header in the body": POSTFIX + ENVELOPE + BODY + frame(b"N"),
    "a client in a message": POSTFIX + ENVELOPE + CONNECT,
    "two ends": POSTFIX + HAM + END,
    "a word of ours": POSTFIX + frame(b"c"),
    "an unknown letter": POSTFIX + frame(b"z"),
    "a letter that is none": POSTFIX + frame(b"\0"),
    "a name without its end": POSTFIX + frame(b"H", b"client.test"),
    "a sender without its end": POSTFIX + frame(b"M", b"<s@x.test>"),
    "no sender": POSTFIX + frame(b"M"),
    "a recipient without its end": POSTFIX + MAIL + frame(b"R", b"<r@y.test>"),
    "a field of three": POSTFIX + ENVELOPE + frame(b"L", b"a\0b\0c\0"),
    "a macro without its value": POSTFIX + macros(b"M", b"i"),
    "a short offer": frame(b"O", b"\0\0\0\x06"),
}


@pytest.mark.parametrize("said", OUT_OF_ORDER.values(), ids=OUT_OF_ORDER)
def test_what_cannot_be_understood_ends_the_connection(said: bytes) -> None:
    mta = Mta()
    with pytest.raises(MilterError):
        mta.hears(said)
    mta.dialogue.over()


TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20).map(str.encode)
MESSAGE = st.tuples(st.lists(st.tuples(TEXT, TEXT), max_size=5), st.lists(st.binary(max_size=5000), max_size=3))


@pytest.mark.parametrize("size", [1, 7, 4096])
@given(messages=st.lists(MESSAGE, min_size=1, max_size=3), wordy=st.booleans())
def test_however_a_stream_is_cut_it_is_heard_the_same(
    size: int, messages: list[tuple[list[tuple[bytes, bytes]], list[bytes]]], wordy: bool
) -> None:
    stream = (SENDMAIL if wordy else POSTFIX) + CONNECT
    for fields, parts in messages:
        stream += MAIL + RCPT + b"".join(header(*one) for one in fields)
        stream += b"".join(frame(b"B", part) for part in parts) + END
    whole, pieces = Mta(), Mta()
    heard = whole.hears(stream)
    expected, whole.texts = whole.texts, []
    pieces.texts = []
    events = [event for piece in cut(stream, size) for event in pieces.says(piece)]
    assert b"".join(event for event in events if isinstance(event, bytes)) == heard
    assert pieces.texts == expected
    assert len(expected) == len(messages)
    assert frames(heard)[0][0] == b"O"
