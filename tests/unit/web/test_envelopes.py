"""The envelope, in the words of rspamd's clients and in ours."""

import pytest

from filter.envelope import Envelope
from filter.web.envelopes import ENVELOPE, RECIPIENTS, Query, from_headers, queue_id
from filter.web.errors import RequestError


def test_all_that_rspamc_says() -> None:
    headers = [
        (b"from", b"<a@x.test>"), (b"rcpt", b"b@y.test"), (b"rcpt", b"<c@y.test>"), (b"ip", b"192.0.2.1"),
        (b"helo", b"mx.x.test"), (b"user", b"anna"), (b"queue-id", b"1"), (b"password", b"secret"),
    ]  # fmt: skip
    assert from_headers(headers) == Envelope(b"a@x.test", (b"b@y.test", b"c@y.test"), "192.0.2.1", b"mx.x.test", "anna")


def test_files_of_the_server_are_never_named() -> None:
    headers = [(b"file", b"/etc/passwd"), (b"path", b"/etc/passwd"), (b"shm", b"/x")]
    assert from_headers(headers) == Envelope()


@pytest.mark.parametrize(("value", "sender"), [(b"<>", b""), (b"", b""), (b" <a@x.test> ", b"a@x.test")])
def test_the_null_sender_is_a_sender(value: bytes, sender: bytes) -> None:
    assert from_headers([(b"from", value)]).sender == sender
    assert from_headers([]).sender is None


def test_recipients_between_commas_but_not_within_quotes() -> None:
    assert from_headers([(b"rcpt", b"a@x.test, <b@x.test>,")]).recipients == (b"a@x.test", b"b@x.test")
    assert from_headers([(b"rcpt", b'"a,b"@x.test')]).recipients == (b'"a,b"@x.test',)


def test_deliver_to_stands_for_recipients_that_are_not_told() -> None:
    assert from_headers([(b"deliver-to", b"<d@x.test>")]).recipients == (b"d@x.test",)
    assert from_headers([(b"deliver-to", b"d@x.test"), (b"rcpt", b"a@x.test")]).recipients == (b"a@x.test",)


def test_what_is_no_use_is_passed_over() -> None:
    headers = [(b"ip", b"nonsense"), (b"user", b"\xff")]
    assert from_headers(headers) == Envelope(login="\ufffd")
    assert from_headers([(b"ip", b"fe80::1%x y=z")]) == Envelope()
    assert len(from_headers([(b"rcpt", b"a@x.test")] * (RECIPIENTS + 5)).recipients) == RECIPIENTS


@pytest.mark.parametrize(("value", "queue"), [(b" 4Tq7bK ", "4Tq7bK"), (b"a b", ""), (b"\x1b[2J", ""), (b"x" * 65, "")])
def test_the_queue_id_is_a_word(value: bytes, queue: str) -> None:
    assert queue_id([(b"queue-id", value)]) == queue
    assert queue_id([]) == ""


def envelope(query: bytes) -> Envelope:
    return Query(query, ENVELOPE).envelope()


def test_a_query_tells_octets_as_they_are() -> None:
    found = envelope(b"from=%3Ca@x.test%3E&rcpt=b%FF@y.test&rcpt=c%2Bd@y.test&ip=2001:DB8::1&helo=h&user=caf%C3%A9")
    assert found == Envelope(b"a@x.test", (b"b\xff@y.test", b"c+d@y.test"), "2001:db8::1", b"h", "caf\u00e9")
    assert envelope(b"") == Envelope()
    assert envelope(b"from=").sender == b""


@pytest.mark.parametrize(
    ("query", "why"),
    [(b"to=a", "unknown parameter 'to': there are from, rcpt"), (b"ip=1&ip=2", "ip is there more than once"),
     (b"ip=localhost", "parameter ip is an IP address"), (b"ip=", "is an IP address"),
     (b"ip=fe80::1%25%0Aref=forged", "is an IP address"), (b"from=a&from=b", "more than once"),
     (b"&".join([b"rcpt=a"] * (RECIPIENTS + 1)), "rcpt may be there 1000 times"),
     (b"&".join([b"rcpt=a"] * 2000), "at most 1100 parameters"), (b"from=\xff", "ASCII"),
     (b"%1B[2J=a", r"unknown parameter '\\x1b")],
)  # fmt: skip
def test_a_query_that_is_no_good_says_why(query: bytes, why: str) -> None:
    with pytest.raises(RequestError, match=why) as error:
        envelope(query)
    assert error.value.status == 400
    assert error.value.text.isprintable()


@pytest.mark.parametrize(("text", "number"), [(b"clues=0", 0), (b"clues=50", 50), (b"", 0)])
def test_numbers(text: bytes, number: int) -> None:
    assert Query(text, ["clues"]).number("clues", 50) == number


@pytest.mark.parametrize(
    "text", [b"clues=51", b"clues=-1", b"clues=", b"clues=1e1", b"clues=%D9%A3", b"clues=" + b"9" * 5000]
)
def test_numbers_that_are_none(text: bytes) -> None:
    with pytest.raises(RequestError, match="a number from 0 to 50"):
        Query(text, ["clues"]).number("clues", 50)


def test_words() -> None:
    assert Query(b"label=ham", ["label"]).word("label", {"ham": 1}) == "ham"
    for text in (b"label=eggs", b"", b"label="):
        with pytest.raises(RequestError, match="parameter label is one of ham"):
            Query(text, ["label"]).word("label", {"ham": 1})
