import pytest

from filter.reply import Reply


def test_one_line() -> None:
    assert bytes(Reply.of(550, "5.7.1", "Message refused")) == b"550 5.7.1 Message refused\r\n"


def test_several_lines() -> None:
    reply = Reply(250, "", (b"mx.example.org", b"PIPELINING", b"8BITMIME"))
    assert bytes(reply) == b"250-mx.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


@pytest.mark.parametrize("text", ["gone\r\n250 fooled", "tab\there", "caf\xe9"])
def test_a_text_that_is_no_line_of_ascii_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"control characters|ascii"):
        Reply.of(550, "5.7.1", text)
