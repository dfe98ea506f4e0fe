"""The whole of `make bench`, at its smallest: that it works, not how fast anything is."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks import machine
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.run import QUICK, Bench
from tests.benchmarks.steps import STEPS, WHOLE
from tests.gate import ENVIRONMENT
from tests.unit.benchmarks.test_corpus import fill

NEIGHBOURS = {"bogofilter": "bogofilter", "rspamd": "rspamd", "spamd (SpamAssassin)": "spamd"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_quick_run_measures_everybody_who_is_installed(tmp_path: Path) -> None:
    fill(tmp_path / "mail", 24)
    words = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "--quick",
        "--out",
        str(tmp_path / "out"),
        str(tmp_path / "mail"),
    ]
    done = subprocess.run(
        words, capture_output=True, text=True, env=ENVIRONMENT, cwd=ENVIRONMENT["PYTHONPATH"], check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "bench.json").read_text())
    judged, *others = report["parts"]
    installed = {name for name, program in NEIGHBOURS.items() if machine.program(program)}
    if report["absent"].get("rspamd", "").startswith("did not start or learn"):
        installed.discard("rspamd")  # another version than Debian's may have no Bayes without redis
    assert judged["figures"].keys() == {*STEPS, WHOLE, "spamd door", "HTTP door", "milter door", *installed}
    assert all(figure["ms"] > 0 for name, figure in judged["figures"].items())
    assert "training" in [part["title"] for part in others]
    assert (tmp_path / "out" / "cost.svg").stat().st_size > 10_000
    assert "| score, whole |" in done.stdout


def test_who_is_not_installed_is_absent_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "program", lambda name: None if name == "sa-learn" else f"/usr/bin/{name}")
    with ExitStack() as stack:
        bench = Bench([Corpus("none", ())], QUICK, tmp_path, stack, print)
        assert bench.has("bogofilter", "stdbuf")
        assert not bench.has("spamd", "sa-learn")
    assert bench.absent == {"spamd": "sa-learn not installed (make bench-install)"}


def test_a_program_that_ends_is_not_waited_for() -> None:
    with subprocess.Popen(["false"]) as process, pytest.raises(ChildProcessError, match="exit code 1"):
        machine.until(process, lambda: False)


def test_cpu_of_a_process_is_counted_and_that_of_its_sleep_is_not() -> None:
    busy = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        spent = machine.cpu([process.pid])
        assert 0.2 <= spent < 0.4
        assert machine.cpu([process.pid]) - spent < 0.05


def test_a_core_is_left_again() -> None:
    before = os.sched_getaffinity(0)
    with machine.on(machine.MEASURED):
        assert os.sched_getaffinity(0) == {machine.MEASURED}
    assert os.sched_getaffinity(0) == before
