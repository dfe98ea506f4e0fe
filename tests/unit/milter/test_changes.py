"""Which changes of a header a mail server is asked for."""

from filter.milter.changes import changes, inserted, removed
from filter.milter.negotiation import agree, offer
from filter.milter.words import indexed
from tests.unit.milter.talk import POSTFIX, frames

OURS = b"X-Spam-Flag: NO\r\nX-Spam-Status: No, tests=A,\r\n\tB\r\nX-Spam-Score:\r\n"


def test_ours_come_last_first_each_at_the_top() -> None:
    assert frames(inserted(OURS, spaced=True)) == [
        (b"i", indexed(0, b"X-Spam-Score", b"")),
        (b"i", indexed(0, b"X-Spam-Status", b" No, tests=A,\n\tB")),
        (b"i", indexed(0, b"X-Spam-Flag", b" NO")),
    ]


def test_a_mail_server_that_puts_a_space_there_itself_gets_none_from_us() -> None:
    assert frames(inserted(b"X-Spam-Flag: NO\r\n", spaced=False)) == [(b"i", indexed(0, b"X-Spam-Flag", b"NO"))]


def test_forged_fields_go_the_last_of_a_name_first() -> None:
    assert frames(removed({b"x-spam-flag": 3, b"x-hamgate-hold": 1})) == [
        (b"m", indexed(3, b"x-spam-flag", b"")),
        (b"m", indexed(2, b"x-spam-flag", b"")),
        (b"m", indexed(1, b"x-spam-flag", b"")),
        (b"m", indexed(1, b"x-hamgate-hold", b"")),
    ]


def test_what_is_forged_goes_before_ours_come() -> None:
    found = frames(changes(OURS, {b"x-spam-flag": 1}, agree(POSTFIX[5:])))
    assert [letter for letter, _ in found] == [b"m", b"i", b"i", b"i"]


def test_nothing_is_asked_for_that_was_not_offered() -> None:
    forged = {b"x-spam-flag": 1}
    assert [letter for letter, _ in frames(changes(OURS, forged, agree(offer(2, 0x1, 0)[5:])))] == [b"i"] * 3
    assert [letter for letter, _ in frames(changes(OURS, forged, agree(offer(2, 0x10, 0)[5:])))] == [b"m"]
