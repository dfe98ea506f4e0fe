"""Replies to a client, as a mail server is told them."""

import pytest

from filter.milter.answers import refused
from filter.reply import Reply


def test_a_refusal_is_code_status_and_text() -> None:
    assert refused(Reply.of(550, "5.7.1", "No")) == b"\0\0\0\x0ey550 5.7.1 No\0"


def test_percent_signs_are_doubled_because_the_text_is_taken_for_a_format() -> None:
    assert refused(Reply.of(550, "5.7.1", "99 % spam %s"))[5:] == b"550 5.7.1 99 %% spam %%s\0"


@pytest.mark.parametrize("evil", [b"a\r\n250 fooled", b"a\n250 fooled", b"a\0b", b"a\rb", b"a\x7f\xffb"])
def test_no_text_begins_a_reply_of_its_own(evil: bytes) -> None:
    text = refused(Reply(550, "5.7.1", (evil,)))[5:]
    assert text.endswith(b"\0")
    assert all(32 <= octet < 127 for octet in text[:-1])


def test_several_lines_become_one_and_the_last_one_is_kept() -> None:
    lines = (b"Refused", b"- a fact", b"- another", b"Contact us")
    assert refused(Reply(550, "5.7.1", lines))[5:] == b"550 5.7.1 Refused; - a fact; - another; Contact us\0"
    long = (b"Refused", *(b"- " + b"x" * 200 for _ in range(4)), b"Contact us")
    text = refused(Reply(550, "5.7.1", long))[5:-1]
    assert text.startswith(b"550 5.7.1 Refused; - xxx")
    assert text.endswith(b"; Contact us")
    assert 400 < len(text) <= 500


def test_a_line_is_no_longer_than_a_reply_may_be() -> None:
    text = refused(Reply(550, "5.7.1", (b"x" * 2000, b"y" * 2000)))[5:-1]
    assert len(text) == 500
