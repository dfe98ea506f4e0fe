"""SMTP listeners made into doors."""

import pytest

from filter.assembly.smtp import reached_by_strangers, spam_attempts
from filter.config.settings import ListenerSettings
from filter.door.attempts import Attempts


def test_what_strangers_reach_is_guarded() -> None:
    def reached(address: str = "127.0.0.1:25", **more: object) -> bool:
        return reached_by_strangers(ListenerSettings(address=address, **more))  # type: ignore[arg-type]

    assert reached("0.0.0.0:25")
    assert not reached()
    assert reached(proxy_protocol_from=("127.0.0.1",))  # a balancer on this machine brings the whole world
    assert reached(xclient_from=("127.0.0.1",))
    assert not reached("0.0.0.0:25", trust_clients=True)
    assert not reached("0.0.0.0:587", auth=True)


def test_what_accounts_tried_holds_over_a_reload_under_the_new_limit() -> None:
    before = Attempts(3, 3600.0)
    for now in (1.0, 2.0):
        before.failed("anna", now)
    after = spam_attempts(2, before)
    assert after is not None
    assert after.wait("anna", 3.0) == pytest.approx(3598.0)
    assert before.wait("anna", 3.0) == 0.0  # settings that are refused in the end have changed nothing
    assert spam_attempts(0, before) is None
