"""Which address is next."""

from filter.door.endpoint import Endpoint
from filter.smtp.roster import LEFT_OUT, AddressState, Roster

FIRST, SECOND, THIRD = (Endpoint("mail.test", port) for port in (1, 2, 3))


def test_preference_is_the_order_of_the_settings() -> None:
    roster = Roster((SECOND, FIRST, THIRD))
    roster.worked(THIRD)
    assert roster.order(0) == [SECOND, FIRST, THIRD]


def test_one_that_failed_is_asked_last_for_a_while() -> None:
    roster = Roster((FIRST, SECOND))
    roster.failed(FIRST, "gone", 100)
    assert roster.order(100 + LEFT_OUT - 1) == [SECOND, FIRST]
    assert roster.order(100 + LEFT_OUT) == [FIRST, SECOND]


def test_one_that_works_again_is_back_at_once() -> None:
    roster = Roster((FIRST, SECOND))
    roster.failed(FIRST, "gone", 100)
    roster.worked(FIRST)
    assert roster.order(101) == [FIRST, SECOND]


def test_when_all_failed_all_are_asked() -> None:
    roster = Roster((FIRST, SECOND))
    roster.failed(SECOND, "gone", 100)
    roster.failed(FIRST, "gone", 101)
    assert roster.order(102) == [FIRST, SECOND]


def test_states_are_for_people() -> None:
    roster = Roster((FIRST, SECOND))
    roster.failed(SECOND, "gone", 100)
    roster.failed(SECOND, "cannot connect: no route", 110)
    up, down = roster.states()
    assert up == AddressState("mail.test:1")
    assert down == AddressState("mail.test:2", "cannot connect: no route", 2)
