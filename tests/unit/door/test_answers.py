"""What a sender hears at the proxy and at a milter."""

import pytest

from filter.door.answers import FAULT, NO_SPACE, SCAN_FAULT, suspended, unjudged
from filter.reply import Reply


@pytest.mark.parametrize("reply", [FAULT, SCAN_FAULT, NO_SPACE, suspended(61.0)])
def test_what_is_not_the_fault_of_the_message_is_temporary(reply: Reply) -> None:
    assert 400 <= reply.code < 500
    assert reply.status.startswith("4.")


def test_a_message_is_not_judged_for_a_fault_of_the_scanner_or_for_want_of_space() -> None:
    assert unjudged("scan") is SCAN_FAULT
    assert unjudged("spool") is NO_SPACE


def test_who_tries_too_much_spam_hears_for_how_long() -> None:
    assert suspended(61.0).lines[0].endswith(b"it can send again in 2 minutes")
    assert suspended(0.1).lines[0].endswith(b"in 1 minutes")
