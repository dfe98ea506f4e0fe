"""The reader of a relay's replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.reply import Reply
from filter.smtp.replies import ReplyError, ReplyReader


def test_one_line() -> None:
    assert ReplyReader().feed(b"250 2.0.0 Ok\r\n") == Reply(250, "", (b"2.0.0 Ok",))


def test_code_alone() -> None:
    assert ReplyReader().feed(b"250\r\n") == Reply(250, "", (b"",))


@given(st.integers(1, 20))
def test_many_lines_in_pieces_are_mirrored_exactly(size: int) -> None:
    octets = b"250-relay\r\n250-SIZE 100\r\n250 DSN\r\n"
    reader = ReplyReader()
    replies = [reader.feed(octets[i : i + size]) for i in range(0, len(octets), size)]
    assert all(reply is None for reply in replies[:-1])
    assert replies[-1] is not None
    assert bytes(replies[-1]) == octets
    assert reader.idle


def test_nothing_is_believed_before_its_crlf() -> None:
    reader = ReplyReader()
    assert reader.feed(b"250 Ok\r") is None
    assert not reader.idle
    assert reader.feed(b"\n") == Reply(250, "", (b"Ok",))


def test_second_reply_is_kept_for_the_next_call() -> None:
    reader = ReplyReader()
    assert reader.feed(b"250 one\r\n421 two\r\n") == Reply(250, "", (b"one",))
    assert not reader.idle
    assert reader.feed(b"") == Reply(421, "", (b"two",))


@pytest.mark.parametrize(
    "octets",
    [b"hello\r\n", b"\r\n", b"25\r\n", b"250_x\r\n", b"2500\r\n", b"250 a\nb\r\n", b"150 x\r\n", b"680 x\r\n",
     b"250-a\r\n550 b\r\n", b" 250 x\r\n", b"250 " + b"x" * 20_000],
)  # fmt: skip
def test_what_is_no_reply(octets: bytes) -> None:
    with pytest.raises(ReplyError):
        ReplyReader().feed(octets)


def test_endless_continuation_is_cut_off() -> None:
    reader = ReplyReader()
    for _ in range(1000):
        reader.feed(b"250-more text\r\n")
    with pytest.raises(ReplyError, match="too long"):
        reader.feed(b"250-" + b"x" * 2000)


@given(st.binary(max_size=200))
def test_noise_gives_a_clean_reply_or_an_error(noise: bytes) -> None:
    try:
        reply = ReplyReader().feed(noise)
    except ReplyError:
        return
    if reply is not None:
        assert 200 <= reply.code < 600
        assert not any((octet < 32 and octet != 9) or octet == 127 for line in reply.lines for octet in line)
