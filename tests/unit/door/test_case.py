"""The line in the log: one line, whatever the client says."""

import logging

import pytest

from filter.door.case import Case
from filter.door.desk import write_to_log
from filter.envelope import Envelope
from filter.policy import Action, Decision
from filter.reply import Reply
from filter.smtp import answers
from filter.verdict import Hit, Verdict

EVIL = Envelope(b"a\r\nref=0 action=accept\x1b[2J", (b"b\n@y.test", b"c"), "192.0.2.1", helo=b"h\n")


def line(case: Case, reply: Reply | None, caplog: pytest.LogCaptureFixture) -> str:
    with caplog.at_level(logging.INFO):
        write_to_log(case.record((reply,) if reply else None))
    (message,) = caplog.messages
    assert message.isprintable()
    return message


def judged(score: float, action: Action) -> Case:
    case = Case(EVIL, 42)
    case.verdict = Verdict((Hit("A", score),))
    case.decision = Decision(action, "because")
    return case


def test_tagged(caplog: pytest.LogCaptureFixture) -> None:
    text = line(judged(7.319, Action.TAG), Reply(250, "", (b"2.0.0 Ok",)), caplog)
    assert "action=tag score=7.31 reply=b'250 2.0.0 Ok' size=42" in text
    assert r"from=b'a\r\nref=0 action=accept\x1b[2J' to=b'b\n@y.test'+1 client=192.0.2.1 reason=because" in text


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Reply.of(550, "5.7.1", "No"), "action=reject"),
        (answers.RELAY_FAULT, "action=tempfail"),
        (None, "action=dropped"),
    ],
)
def test_rejected(reply: Reply | None, word: str, caplog: pytest.LogCaptureFixture) -> None:
    assert word in line(judged(20, Action.REJECT), reply, caplog)


def test_refused_by_the_relay(caplog: pytest.LogCaptureFixture) -> None:
    text = line(judged(0, Action.ACCEPT), Reply(550, "", (b"5.7.1 no",)), caplog)
    assert "action=refused score=0.00 reply=b'550 5.7.1 no'" in text


def test_references_differ() -> None:
    references = {Case(EVIL, 0).reference for _ in range(100)}
    assert len(references) == 100
    assert all(len(reference) == 8 and reference.isalnum() for reference in references)
