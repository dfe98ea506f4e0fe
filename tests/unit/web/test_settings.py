import pytest

from tests.web import table


def test_open_to_takes_networks() -> None:
    assert table(open_to=("192.0.2.0/24", "2001:db8::1")).open_to == ("192.0.2.0/24", "2001:db8::1")


def test_an_entry_that_is_no_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"open_to: 'example\.org' is no network: write 192"):
        table(open_to=("192.0.2.0/24", "example.org"))
