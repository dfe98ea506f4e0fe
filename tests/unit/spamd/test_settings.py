"""The table of a spamd door."""

import pytest

from filter.spamd.settings import SpamdDoor
from tests.spamd_door import settings


def test_only_this_machine_is_allowed_unless_said_otherwise() -> None:
    table = SpamdDoor(address="127.0.0.1:783")
    assert table.allow == ("127.0.0.0/8", "::1")
    assert not table.tell
    assert table.users == "ignore"


def test_networks_are_checked_when_they_are_read() -> None:
    assert settings(allow=["192.0.2.0/24", "2001:db8::7"])
    with pytest.raises(ValueError, match="allow: 'localhost' is no network"):
        settings(allow=["localhost"])
