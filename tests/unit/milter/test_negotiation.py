"""What is agreed on with which mail server."""

import pytest

from filter.milter.frames import MilterError
from filter.milter.negotiation import ALL_STEPS, May, Step, agree, numbers, offer
from tests.unit.milter.talk import POSTFIX, SENDMAIL, frames


def test_postfix_waits_for_nothing_but_the_end_of_a_message() -> None:
    agreement = agree(POSTFIX[5:])
    assert agreement.version == 6
    assert agreement.silent == frozenset((b"C", b"H", b"M", b"R", b"T", b"L", b"N", b"B", b"U"))
    assert (agreement.spaced, agreement.skips) == (True, False)
    assert agreement.may == May.ADD_HEADERS | May.CHANGE_HEADERS | May.QUARANTINE | May.NAME_MACROS
    ((letter, data),) = frames(bytes(agreement))
    assert letter == b"O"
    assert numbers(data) == (6, 0x131, ALL_STEPS & ~Step.SKIP)
    assert data[12:] == b"\0\0\0\x02i {auth_authen}\0\0\0\0\x05i\0"


def test_old_sendmail_waits_for_everything_and_is_asked_for_no_macros() -> None:
    agreement = agree(SENDMAIL[5:])
    assert (agreement.version, agreement.silent, agreement.spaced) == (2, frozenset(), False)
    assert bytes(agreement) == offer(2, 0x31, Step.NO_END_OF_HEADER)


def test_a_later_version_than_ours_is_answered_with_ours() -> None:
    assert agree(offer(9, 0, 0)[5:]).version == 6


def test_the_body_may_be_cut_short_only_where_its_parts_are_answered() -> None:
    assert agree(offer(6, 0, Step.SKIP)[5:]).skips
    assert not agree(offer(6, 0, Step.SKIP | Step.NR_BODY)[5:]).skips


def test_steps_that_we_need_are_never_left_out_and_refused_recipients_never_asked_for() -> None:
    left = agree(offer(6, 0xFFFFFFFF, 0xFFFFFFFF)[5:]).steps
    assert not left & (0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x800)


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", "cut off"), (b"\0" * 11, "cut off"), (offer(1, 0, 0)[5:], "before 2"), (offer(0, 0, 0)[5:], "before 2")],
)
def test_an_offer_that_is_none(data: bytes, text: str) -> None:
    with pytest.raises(MilterError, match=text):
        agree(data)
