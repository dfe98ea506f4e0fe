import pytest

from filter.metrics import Metrics
from filter.shared_counts import SHARED
from filter.summary import Reading, summary
from tests.records import made


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    monkeypatch.delenv(SHARED, raising=False)
    return Metrics(["inbound", "outbound"])


def test_messages_by_action_whatever_their_listener(metrics: Metrics) -> None:
    metrics(made())
    metrics(made(listener="outbound"))
    metrics(made(action="accept", would="tag", fault="scan"))
    metrics.orphan(accepted=False)
    found = summary(Reading(metrics.samples()))
    assert found["messages"] == {"start": {"accept": 1, "reject": 2}}
    assert (found["monitored"], found["faults"], found["orphans"]) == ({"tag": 1}, {"scan": 1}, 1)


def test_steps_with_mean_and_what_most_kept_to(metrics: Metrics) -> None:
    for taken in [0.02] * 19 + [4.0]:
        metrics(made(seconds={"scan": taken}))
    steps = summary(Reading(metrics.samples()))["steps"]
    assert steps["scan"] == {"count": 20, "mean": 0.219, "within": 0.025}
    assert "relay" not in steps


def test_steps_beyond_the_last_bucket_are_within_nothing(metrics: Metrics) -> None:
    metrics(made(seconds={"relay": 600.0}))
    assert summary(Reading(metrics.samples()))["steps"]["relay"]["within"] == -1.0


def test_models_that_judge_no_more_are_not_named(metrics: Metrics) -> None:
    metrics.judged_by("old")
    metrics.judged_by("new")
    assert summary(Reading(metrics.samples()))["model"] == "new"


def test_nothing_has_happened_yet(metrics: Metrics) -> None:
    found = summary(Reading(metrics.samples()))
    assert (found["messages"], found["faults"], found["steps"], found["relays"]) == ({"start": {}}, {}, {}, [])
