"""A real scheduler and two worker processes give the same rows as this process, also when one of them dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest

from tests import mail
from tests.commands import hamgate, run
from tests.conftest import ROOT, require
from training import cluster, dataset
from training.recipes import SITE

WORK = partial(dataset.extract_batch, fields=SITE.recipe.fields)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and the processes of its two workers."""
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        require(False, "distributed is not installed (extra cluster)")
    script = Path(__file__).with_name("dask_scheduler.py")
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "DASK_TEMPORARY_DIRECTORY": str(tmp_path)}
    scheduler = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    workers: list[subprocess.Popen[bytes]] = []
    try:
        assert scheduler.stdout is not None
        address = scheduler.stdout.readline().decode().strip()
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny",
                   "--no-dashboard", "--host", "127.0.0.1"]  # fmt: skip
        workers += [
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
            for _ in range(2)
        ]
        with distributed.Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
        yield address, workers
    finally:
        _end([*workers, scheduler])


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
        process.communicate()


def messages(count: int = 1500) -> list[bytes]:
    return [mail.ham(seed) for seed in range(count)]


def slots(rows: list[list[dataset.Extracted]]) -> list[tuple[str, bytes]]:
    return [(row.digest, row.slots.tobytes()) for batch in rows for row in batch]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_worker_killed_in_the_middle_changes_nothing(running: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    address, workers = running
    with cluster.connect(address) as client:
        rows = []
        for batch in cluster.stream(client, messages(), WORK):
            rows.append(batch)
            if len(rows) == 2:
                workers[0].send_signal(signal.SIGKILL)
                assert workers[0].wait(10) == -signal.SIGKILL
        assert len(client.nthreads()) == 1
    assert slots(rows) == slots(list(dataset.stream(messages(), WORK, 1)))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_model_trained_on_a_cluster_has_the_same_bytes(
    running: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, _ = running
    ham, spam = mail.write_folders(tmp_path, 200)
    cluster_options = ("--backend", "dask", "--scheduler", address)
    for out, options in (("there", cluster_options), ("here", ("--jobs", "1"))):
        hamgate("train", "--ham", ham, "--spam", spam, "--out", tmp_path / out, *options)
    for name in ("card.json", "weights.npz", "README.md"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(click.ClickException, match=r"needs distributed: pip install 'hamgate\[train,cluster\]'"):
        cluster.connect("tcp://127.0.0.1:1").__enter__()


def test_workers_of_another_hamgate_are_refused() -> None:
    class Client:
        def wait_for_workers(self, count: int, timeout: int) -> None:
            assert count == 1

        def run(self, function: object, on_error: str) -> dict[str, int]:
            return {"tcp://a": cluster.features_version(), "tcp://b": 999}

    with pytest.raises(click.ClickException, match=r"worker tcp://b does not have this hamgate .*there: 999"):
        cluster._refuse_others(Client(), "tcp://x")


def test_a_cluster_without_an_address_is_refused(tmp_path: Path) -> None:
    done = run("train", "--ham", tmp_path, "--spam", tmp_path, "--out", tmp_path / "m", "--backend", "dask")
    assert done.returncode == 64
    assert b"--backend dask needs --scheduler ADDRESS" in done.stderr
