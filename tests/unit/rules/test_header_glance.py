"""Facts of the header that spare the rules which need them."""

import pytest

from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import parse
from filter.rules.header_glance import HeaderGlance
from filter.rules.settings import DEFAULTS

USUAL = b"""Received: from a.example ([192.0.2.1]) by b.example; Tue, 5 Mar 2024 09:13:00 +0100
Received: from c.example ([192.0.2.2]) by a.example; Tue, 5 Mar 2024 09:12:50 +0100
From: Anna Berg <anna@news.example.org>
To: Tom <tom@example.net>
Subject: Minutes of our meeting
Date: Tue, 5 Mar 2024 09:12:44 +0100
Message-ID: <1@news.example.org>

Text
"""
SPARING = (
    "lacks_fields", "repeated", "from_is_odd", "has_coded_fields", "mailer", "priority", "names_nobody",
    "names_several", "is_list", "list_fields", "is_automatic", "refers", "is_reply", "follows", "few_hops",
    "trace_is_odd", "date_is_odd", "is_report", "id_is_odd", "local_is_odd", "name_is_odd", "name_is_dotted",
    "from_is_freemail", "site_is_long", "subject_is_odd", "may_shout", "may_name_reader", "may_end_in_code",
    "may_be_template", "trusted_servers", "known_scripts", "envelope_given",
)  # fmt: skip


def glance(raw: bytes, envelope: Envelope = NO_ENVELOPE) -> HeaderGlance:
    return HeaderGlance(parse(raw), envelope, DEFAULTS)


def other(field: bytes, value: bytes) -> bytes:
    """The usual message with another value in one field."""
    lines = [b"%s: %s" % (field, value) if line.startswith(field + b": ") else line for line in USUAL.split(b"\n")]
    return b"\n".join(lines)


def test_usual_mail_spares_nearly_all_rules_on_the_header() -> None:
    found = glance(USUAL)
    assert [name for name in SPARING if getattr(found, name)] == []
    assert (found.id_is_own, found.own_site, found.shown_name) == (True, "example.org", "Anna Berg")


@pytest.mark.parametrize(
    ("field", "value", "fact"),
    [
        (b"Message-ID", b"<1@localhost.localdomain>", "id_is_odd"),
        (b"Message-ID", b"<1@[192.0.2.1]>", "id_is_odd"),
        (b"Message-ID", b"<1@192.0.2.1>", "id_is_odd"),
        (b"Message-ID", b"<1@desktop>", "id_is_odd"),
        (b"Message-ID", b"1@news.example.org", "id_is_odd"),
        (b"From", b"<a1b2c3@example.org>", "local_is_odd"),
        (b"From", b"<a@qwrtzpsdfg.example>", "site_is_long"),
        (b"From", b"<a@gmail.com>", "from_is_freemail"),
        (b"From", b'"bank.example" <a@example.org>', "name_is_dotted"),
        (b"From", "Jörg <a@example.org>".encode(), "name_is_odd"),
        (b"Subject", b"READ THIS NOW AND WIN ALL", "may_shout"),
        (b"Subject", b"hello tom@example.net", "may_name_reader"),
        (b"Subject", b"your invoice x7Kq92Lm", "may_end_in_code"),
        (b"Subject", b"Hello {{first_name}}", "may_be_template"),
        (b"To", b"[EMAIL]", "may_be_template"),
        (b"Subject", b"AW: minutes", "follows"),
        (b"Date", b"Tue, 12 Mar 2024 09:12:44 +0100", "date_is_odd"),
        (b"Date", b"yesterday", "date_is_odd"),
    ],
)
def test_what_may_make_a_rule_true_is_seen(field: bytes, value: bytes, fact: str) -> None:
    assert getattr(glance(other(field, value)), fact)


@pytest.mark.parametrize(
    ("older", "odd"),
    [
        (b"from x ([192.0.2.2]) by y; Thu, 29 Feb 2024 09:12:50 +0100", False),
        (b"from x ([192.0.2.2]) by y; Mon, 1 Apr 2024 09:12:50 +0100", True),
        (b"from x ([192.0.2.2]) by y; some day", True),
        (b"from x ([192.0.2.256]) by y; Tue, 5 Mar 2024 09:12:50 +0100", True),
    ],
)
def test_a_trace_is_odd_if_a_relay_had_it_later_or_its_address_is_none(older: bytes, odd: bool) -> None:
    raw = USUAL.replace(b"from c.example ([192.0.2.2]) by a.example; Tue, 5 Mar 2024 09:12:50 +0100", older)
    assert glance(raw).trace_is_odd is odd


def test_fields_that_stand_twice() -> None:
    assert glance(b"To: a@b.example\n" + USUAL).repeated == {"to", "received"}
    assert glance(USUAL).repeated == frozenset()


def test_who_gets_bounces_is_said_by_the_client_before_the_return_path() -> None:
    raw = b"Return-Path: <path@example.org>\n" + USUAL
    assert glance(raw).bounces_to == b"path@example.org"
    assert glance(raw, Envelope(sender=b"")).bounces_to == b""
    assert glance(raw, Envelope(sender=b"")).is_report
    assert glance(USUAL).bounces_to is None
