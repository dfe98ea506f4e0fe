"""What a refused sender reads: why, the reference, whom to ask, what to do; and nothing of the message."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.door.refusal import refusal
from filter.policy import Policy
from filter.rules.catalogue import RULES
from filter.verdict import Hit, Verdict

HITS = (
    Hit("NB_BIAS", -1.0),
    Hit("NB_WORDS", 9.0, "secret"),
    Hit("URL_SHORTENER_BUTTON", 4.0, "secret.example"),
    Hit("FROM_NAME_HAS_OTHER_ADDR", 4.5, "secret@example.com"),
    Hit("SUBJ_SHOUTING", 0.5),
    Hit("OUR_OWN_RULE", 3.0, "secret"),
    Hit("LIST_HEADERS_COMPLETE", -2.0),
)
SPAM = Verdict(HITS)


def test_neutral_says_which_parts_and_whom_to_ask() -> None:
    assert bytes(refusal(SPAM, Policy(reject_at=15.0), "4F0C9E21")) == (
        b"550 5.7.1 Message refused as spam [ref 4F0C9E21] for its words, links and sender; "
        b"if it is not, contact postmaster of this site and quote the reference\r\n"
    )


def test_full_says_what_counted_most_and_what_to_do() -> None:
    policy = Policy(reject_at=15.0, detail="full", contact="help@example.net")
    assert bytes(refusal(SPAM, policy, "4F0C9E21")) == (
        b"550-5.7.1 Message refused as spam [ref 4F0C9E21] for its words, links and sender "
        b"(18.00 points, refused from 15)\r\n"
        b"550-5.7.1 - like known spam in its words\r\n"
        b"550-5.7.1 - the name shown is an address of another domain\r\n"
        b"550-5.7.1 - a picture or button leads through a shortener\r\n"
        b"550-5.7.1 - a subject in capitals\r\n"
        b"550 5.7.1 Change what is named and send it again; if it is no spam, "
        b"contact help@example.net and quote the reference\r\n"
    )


@pytest.mark.parametrize("detail", ["neutral", "full"])
def test_nothing_of_the_message_and_no_rule_of_the_operator_is_told(detail: str) -> None:
    text = bytes(refusal(SPAM, Policy(reject_at=15.0, detail=detail), "4F0C9E21"))  # type: ignore[arg-type]
    assert b"secret" not in text
    assert b"OUR" not in text


def test_denied_sender() -> None:
    text = bytes(refusal(Verdict((Hit("DENY_LISTED", 50.0, "a@b.test"),)), Policy(reject_at=15.0), "4F0C9E21"))
    assert b"for its sender;" in text


def test_without_any_known_part_it_says_the_rest() -> None:
    text = bytes(refusal(Verdict((Hit("OUR_OWN_RULE", 50.0),)), Policy(reject_at=15.0), "4F0C9E21"))
    assert text.startswith(b"550 5.7.1 Message refused as spam [ref 4F0C9E21]; if it is not")


_SYMBOLS = st.sampled_from(sorted(rule.symbol for rule in RULES))


@given(st.lists(st.tuples(_SYMBOLS, st.floats(-20, 20)), max_size=40), st.sampled_from(["neutral", "full"]))
def test_each_line_is_whole_and_short(pairs: list[tuple[str, float]], detail: str) -> None:
    hits = tuple(Hit(symbol, points, "d\r\n250 ok") for symbol, points in pairs)
    text = bytes(refusal(Verdict(hits), Policy(reject_at=15.0, detail=detail), "4F0C9E21"))  # type: ignore[arg-type]
    *lines, end = text.split(b"\r\n")
    assert end == b""
    assert all(re.fullmatch(rb"550[- ]5\.7\.1 [ -~]+", line) and len(line) < 510 for line in lines)
    assert [line[3:4] for line in lines] == [b"-"] * (len(lines) - 1) + [b" "]
