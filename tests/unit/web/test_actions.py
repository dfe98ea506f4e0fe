from filter.policy import Action
from filter.web.actions import ACTIONS, SOFT_REJECT

RSPAMC = {"reject", "greylist", "add header", "rewrite subject", "soft reject", "no action"}
"""The actions that rspamc 3.4 knows: it does not say of another one whether it is spam."""


def test_every_action_is_one_that_clients_know() -> None:
    assert set(ACTIONS) == set(Action)
    assert {*ACTIONS.values(), SOFT_REJECT} <= RSPAMC
