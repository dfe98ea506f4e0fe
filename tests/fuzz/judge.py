"""The whole way of one message through reader, features and rules: what must hold of any bytes, and the CPU time."""

import time

from filter.features import FIELDS, extract
from filter.message import LIMITS, Message, parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.rule import Check


def judge(raw: bytes) -> Message:
    """Read `raw` as the scanner does."""
    message = parse(raw)
    features = extract(message)
    assert set(features.fields) == set(FIELDS)
    evidence = Evidence(message)
    for rule in RULES:
        rule.check(evidence)
    return message


def cpu_seconds(raw: bytes) -> float:
    """CPU time of `judge`."""
    start = time.process_time()
    judge(raw)
    return time.process_time() - start


def slowest_rule(raw: bytes) -> tuple[float, str]:
    """CPU time and symbol of the rule that takes longest, with what it is the first to ask of the message."""
    evidence = Evidence(parse(raw))
    return max((_seconds(rule.check, evidence), rule.symbol) for rule in RULES)


def _seconds(work: Check, evidence: Evidence) -> float:
    start = time.process_time()
    work(evidence)
    return time.process_time() - start


def check(message: Message) -> None:
    """What holds of any message: it is bounded, and its texts can be written anywhere (no lone surrogates)."""
    assert len(message.headers) <= LIMITS.headers
    assert len(message.parts) <= LIMITS.parts
    assert len(message.text) <= 4 * LIMITS.text
    assert len(message.urls) <= LIMITS.urls
    for text in (message.subject, message.text, message.hidden, *(url.text for url in message.urls), *message.tags):
        text.encode()
    for part in message.parts:
        part.filename.encode()
        part.charset.encode()
        assert part.depth <= LIMITS.depth
