"""Answers, octet for octet; tests/dialogs/spamd holds their forms against SpamAssassin's spamd."""

import pytest

from filter.spamd import replies
from filter.spamd.replies import Judgement

SPAM = Judgement(True, 15.24, 5.0)
HAM = Judgement(False, -0.04, 5.0)


@pytest.mark.parametrize(
    ("judgement", "line"),
    [
        (SPAM, "Spam: True ; 15.2 / 5.0"),
        (HAM, "Spam: False ; -0.0 / 5.0"),  # spamd writes the sign, too
        (Judgement(False, 4.949, 5.0), "Spam: False ; 4.9 / 5.0"),
        (Judgement(False, 4.99, 5.0), "Spam: False ; 4.9 / 5.0"),  # not 5.0, which would look like spam
        (Judgement(False, 17.0, 5.0), "Spam: False ; 4.9 / 5.0"),  # a door that only monitors
        (Judgement(True, 5.0, 5.0), "Spam: True ; 5.0 / 5.0"),
        (Judgement(True, 6.26, 6.25), "Spam: True ; 6.3 / 6.2"),
        (Judgement(True, 1000.0, 5.0), "Spam: True ; 1000.0 / 5.0"),
    ],
)
def test_scores_have_one_decimal(judgement: Judgement, line: str) -> None:
    assert judgement.line == line


def test_report_if_spam_has_words_of_its_own() -> None:
    assert SPAM.short_line == "Spam: Yes ; 15.2 / 5.0"
    assert HAM.short_line == "Spam: No ; -0.0 / 5.0"


def test_an_error_is_one_line_and_nothing_that_spamc_takes_for_an_answer() -> None:
    for made, start in (
        (replies.bad, b"SPAMD/1.0 76 Bad header line: "),
        (replies.unavailable, b"SPAMD/1.0 69 Service Unavailable: "),
        (replies.temporary, b"SPAMD/1.0 75 Temporary failure: "),
        (replies.timeout, b"SPAMD/1.0 79 Timeout: "),
    ):
        assert made("why") == start + b"why\r\n"
        assert made("why\r\n\r\nSpam: False\x00\u20ac") == start + b"why????Spam: False??\r\n"
        assert len(made("x" * 9999)) < 500


def test_a_mismatch_repeats_what_was_announced() -> None:
    assert replies.mismatch(b"007", 8).endswith(b"(Content-Length mismatch: Expected 007 bytes, got 8 bytes)\r\n")


def test_check() -> None:
    assert replies.checked(SPAM) == b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.2 / 5.0\r\n\r\n"


def test_text_has_a_length_from_1_3_on() -> None:
    assert replies.told(SPAM.line, 1.5, b"A,B") == (
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 15.2 / 5.0\r\n\r\nA,B"
    )
    assert replies.told(SPAM.line, 1.2, b"A,B") == b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.2 / 5.0\r\n\r\nA,B"


def test_a_message_has_a_length_from_1_2_on_and_a_score_from_1_3_on() -> None:
    assert replies.before_message(HAM, 1.3, 9) == (
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: False ; -0.0 / 5.0\r\n\r\n"
    )
    assert replies.before_message(HAM, 1.2, 9) == b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\n\r\n"
    assert replies.before_message(HAM, 1.1, 9) == b"SPAMD/1.0 0 EX_OK\r\n"


def test_what_was_learned() -> None:
    assert replies.taught(True, False) == b"SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n"
    assert replies.taught(False, True) == b"SPAMD/1.1 0 EX_OK\r\nDidRemove: local\r\n\r\n\r\n"
    assert replies.taught(False, False) == b"SPAMD/1.1 0 EX_OK\r\n\r\n\r\n"
