"""A message is put together again octet for octet, within bounds."""

import pytest

from filter.milter.frames import HEADER, MilterError
from filter.milter.incoming import ENVELOPE, FORGED, Incoming

LIMIT = 100_000


def incoming(limit: int = LIMIT) -> Incoming:
    return Incoming(b"s@x.test", limit)


def octets(message: Incoming) -> bytes:
    return message.spool.ready().read()


def test_folds_become_crlf_and_the_rest_stays() -> None:
    message = incoming()
    message.add_field(b"subject\0no space\n\tand a fold\0")
    message.add_field(b"X-A\0  two\r\n spaces\rand a bare CR\0")
    message.add_body(b"one\r\n")
    message.add_body(b".\r\ntwo")
    expected = b"subject:no space\r\n\tand a fold\r\nX-A:  two\r\n spaces\rand a bare CR\r\n\r\none\r\n.\r\ntwo"
    assert octets(message) == expected
    assert message.size == len(expected)


def test_a_space_that_was_taken_away_is_put_back() -> None:
    message = incoming()
    message.add_field(b"A\0b\0", b": ")
    message.add_field(b"C\0 d\0", b": ")
    message.add_body(b"")
    assert octets(message) == b"A: b\r\nC:  d\r\n\r\n"


@pytest.mark.parametrize("data", [b"", b"\0", b"A\0", b"A\0b", b"\0b\0", b"A\0b\0c\0", b"A\0b\0c"])
def test_a_field_that_is_none(data: bytes) -> None:
    with pytest.raises(MilterError, match="a header field that is none"):
        incoming().add_field(data)


def test_a_message_without_body_or_without_header_has_the_empty_line() -> None:
    message = incoming()
    message.add_field(b"A\0 b\0")
    message.add_body(b"")
    assert octets(message) == b"A: b\r\n\r\n"
    message = incoming()
    message.add_body(b"text")
    assert octets(message) == b"\r\ntext"


def test_of_a_body_beyond_the_limit_only_the_beginning_is_kept_and_all_is_counted() -> None:
    message = incoming(10)
    message.add_field(b"A\0 b\0")
    assert not message.full
    message.add_body(b"0123456789")
    assert message.full
    message.add_body(b"x" * 1000)
    assert octets(message) == b"A: b\r\n\r\n01"
    assert message.size == 8 + 1010


def test_a_header_beyond_a_mebibyte_is_not_kept() -> None:
    message = incoming(10 * HEADER)
    for _ in range(3):
        message.add_field(b"A\0" + b"x" * (HEADER // 2) + b"\0")
    assert message.header_too_big
    message.add_body(b"text")
    assert HEADER // 2 < message.spool.size < HEADER
    message.close()


def test_fields_of_our_names_are_counted_whatever_their_spelling() -> None:
    message = incoming()
    for name in (b"X-Spam-Flag", b"x-spam-flag", b"X-HAMGATE-Report", b"X-Spammer", b"X-Spam"):
        message.add_field(name + b"\0 forged\0")
    assert message.forged == {b"x-spam-flag": 2, b"x-hamgate-report": 1}


def test_a_flood_of_them_is_seen_as_one_and_takes_no_room() -> None:
    message = incoming()
    for number in range(FORGED + 100):
        message.add_field(b"X-Spam-%d\0\0" % number)
    assert message.forgeries == FORGED + 1
    assert len(message.forged) == FORGED + 1


def test_a_thousand_recipients_are_kept_and_a_flood_is_not() -> None:
    message = incoming()
    for number in range(10_000):
        message.add_recipient(b"r%d@y.test" % number)
    with pytest.raises(MilterError, match="more recipients"):
        message.add_recipient(b"x" * ENVELOPE)
    assert len(message.recipients) == 10_000


def test_the_envelope() -> None:
    message = incoming()
    message.add_recipient(b"r@y.test")
    envelope = message.envelope("192.0.2.7", b"client.test", "anna", "mta")
    assert (envelope.sender, envelope.recipients) == (b"s@x.test", (b"r@y.test",))
    assert (envelope.client_address, envelope.helo, envelope.login, envelope.listener) == (
        "192.0.2.7", b"client.test", "anna", "mta",
    )  # fmt: skip


def test_a_closed_message_is_gone() -> None:
    message = incoming()
    message.close()
    assert message.spool.file.closed
