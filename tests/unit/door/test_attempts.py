"""Failed logins are counted by address, and forgotten."""

from filter.door.attempts import Attempts


def test_address_is_blocked_after_so_many_failures_until_the_first_is_old() -> None:
    attempts = Attempts(limit=2, window=60)
    attempts.failed("192.0.2.7", 100)
    assert not attempts.blocked("192.0.2.7", 101)
    attempts.failed("192.0.2.7", 110)
    assert attempts.blocked("192.0.2.7", 159)
    assert not attempts.blocked("192.0.2.8", 159)
    assert not attempts.blocked("192.0.2.7", 160)
    attempts.failed("192.0.2.7", 161)
    assert attempts.blocked("192.0.2.7", 162)


def test_a_network_of_ipv6_is_one_client_and_ipv4_in_ipv6_is_itself() -> None:
    attempts = Attempts(limit=1, window=60)
    attempts.failed("2001:db8::1", 0)
    assert attempts.blocked("2001:db8::ffff:1", 1)
    assert not attempts.blocked("2001:db8:0:1::1", 1)
    attempts.failed("192.0.2.7", 0)
    assert not attempts.blocked("192.0.2.8", 1)


def test_failures_stay_when_the_limit_changes() -> None:
    attempts = Attempts(limit=3, window=60)
    for now in (1, 2):
        attempts.failed("192.0.2.7", now)
    assert attempts.under(2, 60).blocked("192.0.2.7", 3)
    assert not attempts.under(4, 60).blocked("192.0.2.7", 3)


def test_table_is_bounded_and_keeps_the_latest() -> None:
    attempts = Attempts(limit=1, window=60, keys=3)
    for number in range(10):
        attempts.failed(f"192.0.2.{number}", number)
        attempts.failed("198.51.100.1", number)
    assert len(attempts) == 3
    assert attempts.blocked("198.51.100.1", 10)
    assert attempts.blocked("192.0.2.9", 10)
    assert not attempts.blocked("192.0.2.1", 10)
