"""The settings of a milter's address."""

import pytest

from tests.unit.milter.talk import table


def test_a_mail_server_may_be_silent_for_as_long_as_sendmail_expects() -> None:
    assert table().patience == 7210.0
    assert table().progress < 300.0


@pytest.mark.parametrize("bad", [{"patience": 0.0}, {"progress": -1.0}])
def test_times_that_are_none(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be more than 0"):
        table(**bad)
