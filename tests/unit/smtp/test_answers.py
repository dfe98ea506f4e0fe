"""Our own replies: well formed, and never permanent for a fault of ours."""

import re

import pytest

from filter.door import answers as common
from filter.reply import Reply
from filter.smtp import answers, parameters

REPLIES = {
    name: value
    for module in (common, answers, parameters)
    for name, value in vars(module).items()
    if isinstance(value, Reply)
}

# RFC 5321 section 4.2, RFC 3463 section 2: the class of the enhanced code is that of the reply.
LINE = re.compile(rb"([245])[0-5][0-9] \1\.[0-9]{1,3}\.[0-9]{1,3} [A-Z][ -~]+\r\n")


def test_there_are_replies() -> None:
    assert len(REPLIES) > 25


@pytest.mark.parametrize("name", sorted(set(REPLIES) - {"GO_AHEAD"}))
def test_a_reply_is_one_line_with_its_enhanced_code(name: str) -> None:
    line = bytes(REPLIES[name])
    assert LINE.fullmatch(line)
    assert len(line) < 512  # RFC 5321 section 4.5.3.1.5
    assert not set(line) & set(b"{}%\\"), "a place left for something of a message"


def test_354_has_no_enhanced_code() -> None:
    assert bytes(answers.GO_AHEAD) == b"354 End data with <CR><LF>.<CR><LF>\r\n"  # RFC 2034 section 4


@pytest.mark.parametrize(
    "name",
    ["RELAY_FAULT", "TOO_MANY_RECIPIENTS", "TIMEOUT", "CONNECTION_LOST",
     "SHUTTING_DOWN", "FATAL", "TOO_MANY_CONNECTIONS", "TOO_MANY_FROM_YOU", "TOO_MANY_ERRORS",
     "TOO_MUCH_TALK", "AUTH_NOT_NOW", "AUTH_TOO_OFTEN", "LOGIN_LOST", "NOT_SMTP"],
)  # fmt: skip
def test_what_is_not_the_fault_of_the_message_is_temporary(name: str) -> None:
    assert REPLIES[name].code in (421, 451, 452, 454)
