"""The settings of a milter's address."""

from typing import Any

import pytest

from filter.milter.settings import MilterDoor


def test_a_mail_server_may_be_silent_for_as_long_as_sendmail_expects() -> None:
    assert MilterDoor(address="127.0.0.1:0").patience == 7210.0
    assert MilterDoor(address="127.0.0.1:0").progress < 300.0


@pytest.mark.parametrize("bad", [{"patience": 0.0}, {"progress": -1.0}])
def test_times_that_are_none(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be more than 0"):
        MilterDoor(address="127.0.0.1:0", **bad)
