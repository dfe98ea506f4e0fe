"""Which tokens a message gives, and which headers never become any."""

import pytest

from filter.features import FIELDS, extract
from filter.message import parse

MESSAGE = b"""Return-Path: <secretreturn@example.org>
Delivered-To: secretdelivered@example.net
Received: from mail.example.org (mail.example.org [192.0.2.7]) by secretby.example.net
	for <secretfor@example.net>; Tue, 5 Mar 2024 10:00:00 +0100
From: Anna Berg <anna@mail.example.org>
To: secretto@example.net
Cc: secretcc@example.net
Reply-To: other@example.com
Subject: Re: [announce] The Meeting
Date: Tue, 5 Mar 2024 10:00:00 +0100
Message-ID: <123.abc@mail.example.org>
X-Mailer: Exmh 2.5
List-Id: secretlist
Precedence: secretprecedence
X-Spam-Status: secretstatus
Authentication-Results: secretauth
DKIM-Signature: secretdkim
X-MS-Exchange-Thing: secretexchange
X-BeenThere: secretbeenthere
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="secretboundary"

--secretboundary
Content-Type: text/html; charset=utf-8

<p>Order <a href="http://www.shop.example/buy/now">here</a>!!! na\xc3\xafve</p>
--secretboundary
Content-Type: application/pdf; name="bill.pdf"

--secretboundary--
"""

EXPECTED = {
    "words": {b"order", b"here!!!", b"na\xc3\xafve"},
    "subject": {b"re", b"the", b"meeting"},
    "urls": {b"www.shop.example", b"shop.example", b".example", b"buy", b"now"},
    "markup": {b"href", b"http://www", b"/p"},
    "structure": {b"id:<9.a", b"id-host:domain", b"id-is-from:1", b"zone:+0100", b"thread:0"},
    "mime": {b"type:text/html", b"type:application/pdf", b"charset:utf-8", b"top:multipart", b"parts:2"},
    "mailer": {b"x-mailer:exmh", b"user-agent:none"},
    "from": {b"from:anna@", b"from:example.org", b"reply-to:other@", b"reply-to:example.com", b"anna"},
    "name": {b"anna", b"berg"},
    "received": {b"hops:1", b"example.org", b"192.0", b"192.0.2"},
    "shape": {b"ext:pdf", b"bangs:2", b"quoted:0"},
}


def test_every_field_has_an_expectation() -> None:
    assert set(EXPECTED) == set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_tokens_of_the_field(field: str) -> None:
    found = set(extract(parse(MESSAGE)).fields[field])
    assert found >= EXPECTED[field]


def test_headers_that_recognise_a_mailbox_or_a_filter_become_no_tokens() -> None:
    tokens = [token for field in extract(parse(MESSAGE)).fields.values() for token in field]
    assert [token for token in tokens if b"secret" in token] == []


def test_a_token_counts_once() -> None:
    for tokens in extract(parse(MESSAGE)).fields.values():
        assert len(tokens) == len(set(tokens))


def test_only_wanted_fields_are_extracted() -> None:
    assert set(extract(parse(MESSAGE), ("subject", "name")).fields) == {"words", "subject", "name"}


def test_function_words_tell_english_from_other_languages() -> None:
    english = extract(
        parse(b"Subject: x\n\nThis is a letter that you should read before it is too late for all of us\n")
    )
    german = extract(parse("Subject: x\n\nBitte prüfen Sie die Rechnung und überweisen Sie den Betrag\n".encode()))
    assert english.function_words > 5
    assert german.function_words == 0
    assert german.distinct_words > 5
