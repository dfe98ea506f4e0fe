import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from filter.metrics import Metrics
from filter.shared_counts import SHARED
from tests.conftest import ROOT
from tests.records import made

pytestmark = pytest.mark.usefixtures("alone")

Series = dict[tuple[str, ...], float]


def series(page: bytes) -> Series:
    """What Prometheus reads: the name and the values of the labels of each series, and its value."""
    families = text_string_to_metric_families(page.decode())
    samples = [sample for family in families for sample in family.samples]
    return {(one.name, *(one.labels[key] for key in sorted(one.labels))): one.value for one in samples}


def test_messages_are_counted_by_action_and_listener() -> None:
    metrics = Metrics(["inbound", "outbound"])
    for record in (made(), made(), made(action="accept", listener="outbound", size=5)):
        metrics(record)
    found = series(metrics.page())
    assert found["hamgate_messages_total", "reject", "inbound"] == 2
    assert found["hamgate_messages_total", "accept", "outbound"] == 1
    assert found["hamgate_message_bytes_total", "outbound"] == 5


def test_monitored_messages_are_counted_by_what_was_spared() -> None:
    metrics = Metrics(["inbound"])
    metrics(made(action="accept", would="reject"))
    found = series(metrics.page())
    assert found["hamgate_messages_total", "accept", "inbound"] == 1
    assert found["hamgate_monitored_total", "reject", "inbound"] == 1


def test_faults_scores_and_steps() -> None:
    metrics = Metrics([])
    metrics(made(score=7.0, seconds={"scan": 0.02, "relay": 0.4}))
    metrics(made(score=None, fault="scan", seconds={"scan": 20.0}))
    found = series(metrics.page())
    assert found["hamgate_faults_total", "scan"] == 1
    assert (found["hamgate_score_points_bucket", "5.0"], found["hamgate_score_points_bucket", "10.0"]) == (0, 1)
    assert found["hamgate_score_points_count",] == 1
    assert found["hamgate_step_seconds_bucket", "0.025", "scan"] == 1
    assert found["hamgate_step_seconds_count", "scan"] == 2
    assert found["hamgate_step_seconds_bucket", "0.5", "whole"] == 1  # 0.42 s: nobody measured it, so it is the sum


def test_orphans_are_counted_by_the_relays_word() -> None:
    metrics = Metrics([])
    metrics.orphan(accepted=True)
    found = series(metrics.page())
    assert (found["hamgate_orphans_total", "yes"], found["hamgate_orphans_total", "no"]) == (1, 0)


def test_all_series_are_there_before_the_first_message() -> None:
    before = series(Metrics(["inbound"]).page())
    assert before["hamgate_messages_total", "reject", "inbound"] == 0
    assert before["hamgate_step_seconds_count", "relay"] == 0


def test_no_message_and_no_client_makes_a_new_series() -> None:
    metrics = Metrics(["inbound"])
    metrics(made())
    before = set(series(metrics.page()))
    for number in range(200):
        word = f"hostile-{number}\n"
        metrics(made(action=word, would=word, listener=word, fault=word, client=word, sender=word, seconds={word: 1.0}))
    assert set(series(metrics.page())) == before
    assert series(metrics.page())["hamgate_messages_total", "other", "other"] == 200


def test_a_listener_that_comes_later_is_counted_by_its_name() -> None:
    metrics = Metrics(["inbound"])
    metrics.admit(["submission"])
    metrics(made(listener="submission"))
    found = series(metrics.page())
    assert found["hamgate_messages_total", "reject", "submission"] == 1
    assert found["hamgate_messages_total", "reject", "inbound"] == 0


def test_one_model_judges_at_a_time() -> None:
    metrics = Metrics([])
    metrics.judged_by("1.0")
    metrics.judged_by("1.1")
    found = series(metrics.page())
    assert (found["hamgate_model_info", "1.0"], found["hamgate_model_info", "1.1"]) == (0, 1)


def test_a_total_that_another_counts_is_followed() -> None:
    metrics = Metrics([])
    for total in (0, 2, 2, 5):
        metrics.advance(metrics.replaced, total)
    assert series(metrics.page())["hamgate_worker_replacements_total",] == 5


_PROCESS = """
import os, sys
from filter.metrics import Metrics
from tests.records import made
metrics = Metrics(["inbound"], "1.2.3")
for _ in range(int(sys.argv[1])):
    metrics(made(seconds={"scan": 0.02}))
metrics.judged_by("m1")
metrics.connections.set(int(sys.argv[1]))
metrics.ready.set(sys.argv[2] == "ready")
metrics.processes.set(1)
metrics.heartbeat.set(int(sys.argv[1]))
print("counted", flush=True)
sys.stdin.readline()
"""

_READER = """
import sys
from filter import metrics
for pid in sys.argv[1:]:
    metrics.forget(int(pid))
sys.stdout.buffer.write(metrics.Metrics(["inbound"]).page())
"""


def python(program: str, folder: Path, *words: object) -> "subprocess.Popen[bytes]":
    """A server process that shares its counters in `folder`."""
    environment = {**os.environ, SHARED: str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


@pytest.mark.slow
def test_the_counts_of_two_processes_add_up_also_after_one_has_ended(tmp_path: Path) -> None:
    with python(_PROCESS, tmp_path, 3, "ready") as first, python(_PROCESS, tmp_path, 4, "broken") as second:
        for one in (first, second):
            assert one.stdout is not None
            assert one.stdout.readline() == b"counted\n"
        both = series(python(_READER, tmp_path).communicate(timeout=60)[0])
        second.communicate(b"\n", timeout=60)
        after = series(python(_READER, tmp_path, second.pid).communicate(timeout=60)[0])
        first.communicate(b"\n", timeout=60)
    assert both["hamgate_messages_total", "reject", "inbound"] == 7
    assert both["hamgate_step_seconds_bucket", "0.025", "scan"] == 7
    assert both["hamgate_step_seconds_count", "whole"] == 7
    assert (both["hamgate_connections",], both["hamgate_processes",], both["hamgate_model_info", "m1"]) == (7, 2, 1)
    assert both["hamgate_ready",] == 0  # one of them is not
    assert both["hamgate_heartbeat_seconds",] == 3  # of the one that has not turned for longest
    assert after["hamgate_messages_total", "reject", "inbound"] == 7
    assert after["hamgate_ready",] == 1  # the one that was not has ended
    assert (after["hamgate_connections",], after["hamgate_processes",]) == (3, 1)


def test_the_room_for_shared_counts_is_taken_at_the_start(tmp_path: Path) -> None:
    with python(_PROCESS, tmp_path, 1, "ready") as process:
        assert process.stdout is not None
        process.stdout.readline()
        files = [file.stat() for file in tmp_path.iterdir()]
        process.communicate(b"\n", timeout=60)
    assert len(files) > 3
    assert all(file.st_blocks * 512 >= file.st_size for file in files)  # no hole that a full disk leaves unfilled
