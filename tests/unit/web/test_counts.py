from filter.door.case import Case
from filter.envelope import Envelope
from filter.policy import Action, Decision
from filter.web.counts import Counts


def test_what_rspamc_stat_prints() -> None:
    counts = Counts()
    for action in (Action.ACCEPT, Action.ACCEPT, Action.TAG, Action.HOLD, Action.REJECT):
        counts.scored(Case(Envelope(), 1, decision=Decision(action, "")))
    counts.scored(Case(Envelope(), 1, fault="scan"))
    counts.learned, counts.connections = 3, 9
    stat = counts.stat("1.0")
    assert stat["actions"] == {"no action": 2, "add header": 2, "reject": 1, "soft reject": 1}
    assert (stat["scanned"], stat["ham_count"], stat["spam_count"]) == (6, 2, 3)
    assert (stat["learned"], stat["total_learns"], stat["connections"]) == (3, 3, 9)
    assert stat["version"] == "hamgate 1.0"
