"""What proves a sender: only what a trusted server wrote on top of the message, about the sender's own domain."""

import pytest

from filter.envelope import Envelope
from filter.message import parse
from filter.rules.aligned import proof, why_not
from filter.rules.evidence import Evidence
from filter.rules.settings import RuleSettings

OURS = RuleSettings(trusted_authserv_ids=frozenset({"mx.example.net", "mx2.example.net"}))
FROM = "From: Boss <boss@mail.example.org>\n"
TRACE = "Received: from out.example.org by mx.example.net; Tue, 5 Mar 2024 10:00:00 +0100\n"
PROVEN = "Authentication-Results: mx.example.net; dmarc=pass header.from=mail.example.org\n"


def evidence(head: str, settings: RuleSettings = OURS, sender: bytes = b"boss@example.org") -> Evidence:
    return Evidence(parse(f"{head}\nbody\n".encode()), Envelope(sender=sender), settings)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dmarc=pass header.from=mail.example.org", "dmarc"),
        ("dmarc=pass", "dmarc"),
        ("dmarc=pass header.from=example.com", None),
        ("dmarc=fail header.from=mail.example.org", None),
        ("spf=pass smtp.mailfrom=bounce@news.example.org", "spf"),
        ("spf=pass smtp.mailfrom=example.org", "spf"),
        ("spf=pass smtp.mailfrom=example.com", None),
        ("spf=pass smtp.mailfrom=example.org.evil.example", None),
        ("spf=pass smtp.helo=mail.example.org", None),
        ("spf=pass", "spf"),  # for the envelope's sender
        ("spf=softfail smtp.mailfrom=example.org", None),
        ("dkim=pass header.d=example.org", "dkim"),
        ("dkim=pass header.i=@example.org", "dkim"),
        ("dkim=pass header.d=evil.example header.i=@example.org", None),
        ("dkim=pass", None),
        ("dkim=fail header.d=example.org; dkim=pass header.d=example.org", "dkim"),
        ("dkim=pass header.d=example.org; dmarc=fail", None),
        ("iprev=pass policy.iprev=192.0.2.1", None),
        ("none", None),
    ],
)
def test_methods(results: str, expected: str | None) -> None:
    found = proof(evidence(f"{TRACE}Authentication-Results: mx.example.net; {results}\n{FROM}"))
    assert found == (f"mx.example.net says {expected}=pass for example.org" if expected else None)


@pytest.mark.parametrize(
    "head",
    [
        PROVEN + FROM,
        PROVEN + TRACE + FROM,
        TRACE + PROVEN + FROM,
        "Return-Path: <a@b.test>\nX-Virus-Scanned: yes\nReceived: by mx3\n"
        + TRACE
        + PROVEN
        + "DKIM-Signature: x\n"
        + FROM,
        "Authentication-Results: mx2.example.net; spf=none\n" + PROVEN + FROM,
        "Authentication-Results: MX.Example.Net (ours); dmarc=pass\n" + FROM,
        PROVEN + "Authentication-Results: other.example; dmarc=fail\n" + FROM,
    ],
)
def test_true_fields_count(head: str) -> None:
    assert proof(evidence(head)) is not None


@pytest.mark.parametrize(
    ("head", "settings"),
    [
        (FROM + PROVEN, OURS),
        ("Subject: x\n" + PROVEN + FROM, OURS),
        ("Authentication-Results: evil.example; dmarc=pass\n" + FROM, OURS),
        ("Authentication-Results: evil.example; dmarc=pass\n" + PROVEN + FROM, OURS),
        ("Authentication-Results: evil.example (; mx.example.net; dmarc=pass\n" + PROVEN + FROM, OURS),
        ("Authentication-Results: mx.example.net; spf=fail\n" + TRACE + PROVEN + FROM, OURS),
        ("Authentication-Results: mx.example.net; dmarc=fail\n" + PROVEN + FROM, OURS),
        ("Authentication-Results: mx.example.net; dmarc=none\n" + PROVEN + FROM, OURS),
        ("Authentication-Results: mx.example.net.evil.example; dmarc=pass\n" + FROM, OURS),
        ("Authentication-Results:\n" + PROVEN + FROM, OURS),
        (PROVEN + "From: nobody\n", OURS),
        (PROVEN + FROM, RuleSettings()),
        ("X-Authentication-Results: mx.example.net; dmarc=pass\n" + FROM, OURS),
        ("X-A: b\n" * 200 + PROVEN + FROM, OURS),
    ],
)
def test_forged_and_foreign_fields_do_not_count(head: str, settings: RuleSettings) -> None:
    assert proof(evidence(head, settings)) is None


@pytest.mark.parametrize(
    ("head", "settings", "why"),
    [
        (PROVEN + FROM, RuleSettings(), "no trusted_authserv_ids are set"),
        (FROM + PROVEN, OURS, "no Authentication-Results of a trusted server"),
        (
            "Authentication-Results: mx.example.net; spf=fail; dkim=none\n" + FROM,
            OURS,
            "mx.example.net says spf=fail, dkim=none",
        ),
        ("Authentication-Results: mx.example.net; none\n" + FROM, OURS, "mx.example.net says nothing"),
    ],
)
def test_why_there_is_no_proof(head: str, settings: RuleSettings, why: str) -> None:
    assert why_not(evidence(head, settings)) == why
