"""What a door's table may call a network."""

import pytest

from filter.door.networks import refuse_others


def test_networks_and_single_addresses() -> None:
    refuse_others("allow", ())
    refuse_others("allow", ("192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1"))


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("localhost", r"allow: 'localhost' is no network: write 192\.0\.2\.0/24, "),
        ("192.0.2.1/24", r"allow: '192\.0\.2\.1/24' has bits beyond its prefix: write 192\.0\.2\.0/24 "),
        ("", "allow: '' is no network"),
    ],
)
def test_the_first_other_entry_is_named_with_its_key(entry: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}"):
        refuse_others("allow", ("::1", entry, "example.org"))
