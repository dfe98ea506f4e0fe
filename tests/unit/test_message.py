"""Whole messages: what their reader gets."""

from typing import Any

import pytest

from filter.html import Link
from filter.limits import Fact, Limits
from filter.message import Message, parse


@pytest.mark.parametrize("limit", ["message", "header", "headers", "parts", "depth", "part_text", "text", "html"])
def test_nothing_may_be_read(limit: str) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<a href=x>y</a>\n--b--"
    limits: dict[str, Any] = {limit: 0}
    parse(raw, Limits(**limits))


def test_beginning_of_a_long_message_is_enough() -> None:
    raw, limits = b"Subject: x\n\n" + b"some words " * 100, Limits(message=500)
    assert parse(raw[:500], limits, size=len(raw)) == parse(raw, limits)
    assert parse(raw[:500], limits) != parse(raw, limits)


def words(message: Message) -> list[str]:
    return message.text.split()


SAMPLE = b"""\
From: =?utf-8?q?Caf=C3=A9?= <cafe@example.com>\r
To: you@example.org\r
Subject: =?utf-8?b?R3LDvMOfZQ==?= and more\r
Received: from a.example\r
Received: from b.example\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="=_b"\r
\r
This is for readers of old.\r
--=_b\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Caf=C3=A9 at http://plain.example/=\r
path\r
--=_b\r
Content-Type: text/html; charset=iso-8859-1\r
Content-Transfer-Encoding: base64\r
\r
PHA+Q2Fm6TwvcD48YSBocmVmPSJodHRwOi8vZXZpbC5leGFtcGxlIj5iYW5rPC9hPjxwIGhpZGRl\r
bj5ub3RoaW5nPC9wPg==\r
--=_b\r
Content-Type: application/pdf; name=bill.pdf\r
\r
JVBERi0\r
--=_b--\r
"""


def test_whole_message() -> None:
    message = parse(SAMPLE)
    assert message.subject == "Grüße and more"
    assert message.get("from") == "Café <cafe@example.com>"
    assert message.all("received") == [b"from a.example", b"from b.example"]
    assert message.raw("to") == b"you@example.org"
    assert words(message) == ["Café", "at", "http://plain.example/path", "Café", "bank"]
    assert message.hidden.strip() == "nothing"
    assert message.links == (Link("http://evil.example", "bank"),)
    assert tuple(url.text for url in message.urls) == ("http://evil.example", "http://plain.example/path")
    assert "<p hidden>" in message.tags
    assert [part.filename for part in message.parts] == ["", "", "bill.pdf"]
    assert message.has_html
    assert message.size == len(SAMPLE)
    assert message.facts == frozenset()


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r", b"\r\r\n"], ids=repr)
def test_any_line_end_gives_the_same(line_end: bytes) -> None:
    """Mail clients end lines at a CR too: text must not hide behind it."""
    message, usual = parse(SAMPLE.replace(b"\r\n", line_end)), parse(SAMPLE)
    assert (message.headers, message.text, message.links) == (usual.headers, usual.text, usual.links)


def test_missing_fields() -> None:
    message = parse(b"\ntext")
    assert (message.subject, message.raw("from"), message.get("from"), message.all("from")) == ("", b"", "", [])
    assert not message.has("from")
    assert not message.has_html


def test_empty_field_is_there() -> None:
    assert parse(b"From:\n\ntext").has("from")


def test_first_of_two_subjects_is_shown() -> None:
    assert parse(b"Subject: one\nSubject: two\n\n").subject == "one"


def test_other_parts_are_no_text() -> None:
    assert parse(b"Content-Type: image/png\n\nviagra").text == ""
    assert words(parse(b"Content-Type: text/x-unknown\n\nshown")) == ["shown"]


def test_attached_text_is_text() -> None:
    assert words(parse(b"Content-Type: text/plain\nContent-Disposition: attachment\n\nshown")) == ["shown"]


def test_text_of_all_parts_shares_one_budget() -> None:
    part = b"--b\n\n12345\n"
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 3 + b"--b--", Limits(text=8))
    assert message.text == "12345\n123"
    assert message.facts == {Fact.TEXT_CUT}


def test_decoding_that_gives_no_text_uses_up_the_budget_too() -> None:
    part = b"--b\nContent-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 40
    message = parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 3 + b"\n--b\n\nunread\n--b--", Limits(text=16)
    )
    assert message.text.strip() == ""
    assert message.facts == {Fact.TEXT_CUT}


def test_html_of_all_parts_shares_one_budget() -> None:
    part = b"--b\nContent-Type: text/html\n\n<a href=x>y</a>\n"
    message = parse(b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 3 + b"--b--", Limits(html=16))
    assert len(message.links) == 1
    assert words(message) == ["y", "y", "y"]
    assert message.facts == {Fact.HTML_CUT}


@pytest.mark.parametrize(("count", "cut"), [(2, False), (3, True)])
@pytest.mark.parametrize("form", [b"http://a%d.example ", b"<a href=http://a%d.example>x</a>"], ids=["text", "links"])
def test_urls_are_limited(form: bytes, count: int, cut: bool) -> None:
    raw = b"Content-Type: text/html\n\n" + b"".join(form % i for i in range(count))
    message = parse(raw, Limits(urls=2))
    assert len(message.urls) == 2
    assert (Fact.URLS_CUT in message.facts) == cut


def test_urls_are_named_once_and_link_targets_come_first() -> None:
    raw = b"Content-Type: text/html\n\nhttp://b.example http://a.example <a href=http://a.example>x</a><img src=i.png>"
    assert tuple(url.text for url in parse(raw).urls) == ("http://a.example", "i.png", "http://b.example")


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: =?utf-7?q?+2AA-?=\n\n",
        b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
        b"Content-Type: text/html; charset=utf-7\n\n<a href='+2AA-' hidden>+2AA-</a>&#xD800;",
        b"Content-Type: a/b; name*=utf-7''%2B2AA-\n\n",
        b"Content-Type: multipart/mixed; boundary*=utf-7''%2B2AA-\n\n",
    ],
)
def test_text_can_always_be_encoded(raw: bytes) -> None:
    """Lone surrogates would raise where the text is written: in reports, logs, databases."""
    message = parse(raw)
    for text in (message.subject, message.text, message.hidden, *(url.text for url in message.urls), *message.tags):
        text.encode()
    for part in message.parts:
        part.filename.encode()


def test_it_says_where_the_html_begins_in_the_text() -> None:
    message = parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>page</p>\n"
        b"--b\n\none\n--b\n\ntwo\n--b--"
    )
    assert message.text[: message.html_at].split() == ["one", "two"]
    assert message.text[message.html_at :].split() == ["page"]
