from filter.reply import Reply


def test_one_line() -> None:
    assert bytes(Reply.of(550, "5.7.1", "Message refused")) == b"550 5.7.1 Message refused\r\n"


def test_several_lines() -> None:
    reply = Reply(250, "", (b"mx.example.org", b"PIPELINING", b"8BITMIME"))
    assert bytes(reply) == b"250-mx.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
