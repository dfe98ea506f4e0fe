"""Which of an operator's rules are true of a message, and what their hits say."""

import pytest

from filter.envelope import Envelope
from filter.message import parse
from filter.rules.evidence import Evidence
from filter.rules.own.entries import Addresses, Domains, Members, Networks
from filter.rules.own.rows import ListRule, PatternRule, Rows

RAW = b"""\
Received: by one
Received: by two
X-Campaign: =?utf-8?q?f=C3=BChling?= 7
From: "Boss" <boss@mail.example.org>, Other <other@example.com>
Subject: Re: a =?utf-8?q?caf=C3=A9?= offer
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html

<p>Two <b>words</b></p><a href="https://shop.example/a?b=c">x</a>
--b
Content-Type: application/pdf; name="Invoice 7.pdf"

x
--b--
"""
ENVELOPE = Envelope(b"bounce@lists.example.org", (b"tom@example.net", b"ann@example.net"), "192.0.2.7")


def details(*rules: PatternRule | ListRule, envelope: Envelope = ENVELOPE) -> list[str]:
    return [hit.detail for hit in Rows(rules).hits(Evidence(parse(RAW), envelope))]


@pytest.mark.parametrize(
    ("place", "pattern", "expected"),
    [
        ("subject", "CAFÉ", 'subject: "café"'),
        ("subject", "^re:", 'subject: "Re:"'),
        ("body", r"two\s+words", 'body: "Two words"'),
        ("body", "<b>", None),
        ("url", "^https://shop", 'url: "https://shop"'),
        ("url", "b=c$", 'url: "b=c"'),
        ("attachment", r"^invoice.*\.pdf$", 'attachment: "Invoice 7.pdf"'),
        ("header:received", "^by two$", 'header:received: "by two"'),
        ("header:x-campaign", "fühling [0-9]", 'header:x-campaign: "fühling 7"'),
        ("header:x-other", "(?s).", None),
    ],
)
def test_where_patterns_look(place: str, pattern: str, expected: str | None) -> None:
    assert details(PatternRule("P", 1.0, "", place, pattern)) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("place", "members", "expected"),
    [
        ("sender", Addresses(["other@example.com"]), "sender: other@example.com"),
        ("sender", Addresses(["bounce@lists.example.org"]), None),
        ("domain", Domains(["example.org"]), "domain: example.org"),
        ("domain", Domains(["lists.example.org"]), None),
        ("envelope-sender", Addresses(["bounce@lists.example.org"]), "envelope-sender: bounce@lists.example.org"),
        ("network", Networks(["192.0.2.0/29"]), "network: 192.0.2.0/29"),
        ("recipient", Addresses(["ann@example.net"]), "recipient: ann@example.net"),
    ],
)
def test_what_lists_are_asked(place: str, members: Members, expected: str | None) -> None:
    assert details(ListRule("L", 1.0, "", place, members)) == ([expected] if expected else [])


def test_without_an_envelope_its_lists_are_silent() -> None:
    rules = [
        ListRule("A", 1.0, "", "envelope-sender", Addresses(["bounce@lists.example.org"])),
        ListRule("B", 1.0, "", "network", Networks(["0.0.0.0/0"])),
        ListRule("C", 1.0, "", "recipient", Addresses(["ann@example.net"])),
    ]
    assert details(*rules, envelope=Envelope()) == []


def test_hits_come_in_the_order_of_the_file() -> None:
    rows = Rows(
        [
            ListRule("THIRD", 1.0, "", "domain", Domains(["org"])),
            PatternRule("FIRST", -2.5, "", "body", "words"),
            PatternRule("NONE", 1.0, "", "body", "nothing of it"),
            PatternRule("SECOND", 0.0, "", "subject", "offer"),
        ]
    )
    hits = rows.hits(Evidence(parse(RAW)))
    assert [(hit.symbol, hit.points) for hit in hits] == [("THIRD", 1.0), ("FIRST", -2.5), ("SECOND", 0.0)]
