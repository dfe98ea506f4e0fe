"""Each fact that the reader can name, and a message that makes it do so."""

import pytest

from filter.limits import Fact, Limits
from filter.message import parse

CUTS: dict[Fact, tuple[Limits, bytes]] = {
    Fact.SIZE_CUT: (Limits(message=20), b"Subject: x\n\n" + b"text " * 5),
    Fact.HEADER_CUT: (Limits(header=30), b"Subject: x\nX-Other: " + b"y" * 30 + b"\n\ntext"),
    Fact.HEADERS_CUT: (Limits(headers=1), b"Subject: x\nX-Other: y\n\ntext"),
    Fact.PARAMETERS_CUT: (Limits(parameters=1), b"Content-Type: text/plain; a=1; b=2\n\ntext"),
    Fact.PARTS_CUT: (Limits(parts=1), b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nb\n--b--"),
    Fact.DEPTH_CUT: (Limits(depth=1), b"Content-Type: message/rfc822\n\n" * 2 + b"\ntext"),
    Fact.TEXT_CUT: (Limits(text=3), b"\ntext"),
    Fact.HTML_CUT: (Limits(html=10), b"Content-Type: text/html\n\n<p>one</p><p>two</p>"),
    Fact.URLS_CUT: (Limits(urls=2), b"\nhttp://a.example http://b.example http://c.example"),
}
"""A message for each limit, which is set low."""

BROKEN: dict[Fact, bytes] = {
    Fact.BARE_CR: b"Subject: x\rTo: y\r\rtext",
    Fact.NUL: b"Subject: x\n\ntext\0",
    Fact.NO_SEPARATOR: b"Subject: x\nThis is text.\n",
    Fact.HEADER_8BIT: b"Subject: caf\xe9\n\ntext",
    Fact.BAD_ENCODED_WORD: b"Subject: =?utf-8?q?caf=E9?=\n\ntext",
    Fact.NO_BOUNDARY: b"Content-Type: multipart/mixed\n\ntext",
    Fact.BOUNDARY_UNSEEN: b"Content-Type: multipart/mixed; boundary=b\n\ntext",
    Fact.BOUNDARY_UNCLOSED: b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext",
    Fact.BAD_BASE64: b"Content-Transfer-Encoding: base64\n\ndGV4dA",
    Fact.BAD_TRANSFER_ENCODING: b"Content-Transfer-Encoding: x-evil\n\ntext",
    Fact.BAD_CHARSET: b"Content-Type: text/plain; charset=x-evil\n\ntext",
}


def test_each_fact_has_a_message_that_produces_it() -> None:
    assert set(CUTS) | set(BROKEN) == set(Fact)


@pytest.mark.parametrize("fact", CUTS)
def test_what_is_cut_is_named(fact: Fact) -> None:
    limits, raw = CUTS[fact]
    assert parse(raw, limits).facts == {fact}
    assert parse(raw).facts == frozenset()


@pytest.mark.parametrize("fact", BROKEN)
def test_what_is_broken_is_named_and_its_text_is_still_there(fact: Fact) -> None:
    message = parse(BROKEN[fact])
    assert message.facts == {fact}
    assert "text" in message.text
