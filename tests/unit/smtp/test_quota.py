"""An account that sends spam is stopped, and may go on when its hour is over."""

from filter.smtp import quota
from filter.smtp.quota import Quota


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_third_spam_in_an_hour_stops_an_account_until_the_first_is_an_hour_old() -> None:
    clock = Clock()
    found = Quota(3, clock=clock)
    for minute in (0, 10, 20):
        assert found.wait("ann") == 0.0
        clock.now = 1000.0 + 60 * minute
        found.note("ann")
    assert found.wait("ann") == 40 * 60
    assert found.wait("bob") == 0.0
    clock.now += 40 * 60
    assert found.wait("ann") == 0.0


def test_without_a_limit_nothing_is_kept() -> None:
    found = Quota(0)
    for _ in range(100):
        found.note("ann")
    assert found.wait("ann") == 0.0


def test_a_flood_of_senders_takes_bounded_memory() -> None:
    found = Quota(1)
    for number in range(quota.MOST_SENDERS + 1):
        found.note(str(number))
    assert found.wait("0") == 0.0  # forgotten
    assert found.wait("1") > 0.0
