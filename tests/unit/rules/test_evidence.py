from datetime import UTC, datetime

import pytest

from filter.message import parse
from filter.rules.date_field import read_date
from filter.rules.evidence import Evidence
from filter.rules.mailboxes import NOBODY, Mailbox


def evidence(header: str, body: str = "") -> Evidence:
    return Evidence(parse(f"{header}\n\n{body}".encode()))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Anna Berg <anna@example.org>", Mailbox("Anna Berg", "anna", "example.org")),
        ('"Berg, Anna" <anna@Example.ORG>', Mailbox("Berg, Anna", "anna", "example.org")),
        ("anna@example.org", Mailbox("", "anna", "example.org")),
        ("=?utf-8?q?J=C3=B6rg?= <j@example.org>", Mailbox("Jörg", "j", "example.org")),
        ('"service@paypal.com" <x@evil.example>', Mailbox("service@paypal.com", "x", "evil.example")),
        ("undisclosed-recipients:;", NOBODY),
        ("", NOBODY),
    ],
)
def test_sender(value: str, expected: Mailbox) -> None:
    assert evidence(f"From: {value}").sender == expected


def test_recipients_of_to_and_cc() -> None:
    found = evidence("To: a@example.org, B <b@example.org>\nCc: c@example.net").recipients
    assert [mailbox.address for mailbox in found] == ["a@example.org", "b@example.org", "c@example.net"]


def test_web_links_with_what_their_reader_sees() -> None:
    page = (
        '<a href="http://goes.example.co.uk/x">Click  here</a> <img src="http://pixel.example/p">'
        '<a href="mailto:x@y.z">mail</a>'
    )
    found = evidence("Content-Type: text/html", page)
    assert [(link.site, link.text) for link in found.web_links] == [
        ("example.co.uk", "Click here"),
        ("pixel.example", ""),
    ]
    assert found.link_sites == {"example.co.uk", "pixel.example"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Tue, 5 Mar 2024 10:00:00 +0100", datetime(2024, 3, 5, 9, tzinfo=UTC)),
        (b"Tue, 5 Mar 2024 10:00:00 -0000", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
        (b"Tue, 99 Mar 2024 10:00:00 +0100", None),
        (b"Tue, 5 Mar 2024 10:00:00 +9999999", None),
        (b"\xff" * 50, None),
    ],
)
def test_dates(value: bytes, expected: datetime | None) -> None:
    found = read_date(value)
    assert (found and found.astimezone(UTC)) == expected


def test_the_newest_received_field_is_our_clock() -> None:
    header = "Received: by mx; Tue, 5 Mar 2024 12:00:00 +0000\nReceived: by older; Tue, 5 Mar 2024 11:00:00 +0000"
    assert evidence(header).received == datetime(2024, 3, 5, 12, tzinfo=UTC)


def test_replies_and_lists() -> None:
    assert evidence("References: <1@x>\nSubject: AW: [dev] x").is_reply
    assert not evidence("References: <1@x>\nSubject: Your account").is_reply
    assert not evidence("References: <1@x>\nSubject: Fwd: x").is_reply
    assert evidence("List-Id: <l.example.org>").is_list
    assert not evidence("Subject: Re: x").is_reply


@pytest.mark.parametrize("field", ['Content-Type: text/plain; name="run.exe"', "Content-Disposition: attachment"])
def test_a_file_is_attached_even_if_it_is_the_whole_message(field: str) -> None:
    assert Evidence(parse(f"{field}\n\nMZ plain".encode())).attached
    assert not Evidence(parse(b"Subject: x\n\nplain")).attached


def test_words_behind_a_cue_are_looked_for_once_and_cut_to_size(monkeypatch: pytest.MonkeyPatch) -> None:
    found = evidence("Subject: x", "Your account was suspended")
    assert found.quote("threat", 7) == "account"
    monkeypatch.setattr("filter.rules.text_cues.quote", None)
    assert found.quote("threat") == "account was suspended"


PAGE = "<html><!-- x --><B>a</B><b class=x>b</b><SPAN>c</SPAN><spanner></html>"


def test_how_the_tags_of_a_page_begin() -> None:
    found = evidence("Content-Type: text/html", PAGE)
    assert found.tag_starts == ["html", "!--", "b>", "span", "spanner", "/html"]
    assert found.shows_all_tags
    assert not evidence("Content-Type: text/html", "<p class=abcdefghij>" * 1000).shows_all_tags


def test_digits_are_counted_in_subject_and_beginning() -> None:
    assert evidence("Subject: 12", "3 \u0664 four " + 2000 * " " + "5").digits == 3


def test_alternatives_are_there_if_plain_text_and_html_are() -> None:
    both = "--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>page</p>\n--b--"
    assert evidence("Content-Type: multipart/alternative; boundary=b", both).alternatives == ("plain\n", "page ")
    assert evidence("Content-Type: text/html", "<p>page</p>").alternatives is None


def test_links_that_may_show_an_address_and_pictures() -> None:
    page = (
        '<a href="http://a.example/x">a.example</a> <a href="http://b.example/x">here</a> <img src="http://c.example/">'
    )
    found = evidence("Content-Type: text/html", page)
    assert [link.text for link in found.addresses_shown] == ["a.example"]
    assert found.pictures == ("http://c.example/",)
    assert [link.site for link in found.clickable] == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("letters", "odd"),
    [("plain", ""), ("na\u00efve", ""), ("\u0430dmin \u200b", "\u0430\u200b"), ("\U0001d400", "\U0001d400")],
)
def test_odd_letters(letters: str, odd: str) -> None:
    assert evidence("Content-Type: text/plain; charset=utf-8", letters).odd_letters == set(odd)
