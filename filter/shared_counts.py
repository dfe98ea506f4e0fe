"""The folder in which several server processes keep their counters, so that they add up."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable that names the folder. prometheus_client reads it when it is imported."""
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@contextmanager
def shared_counts(processes: int) -> Iterator[None]:
    """Let the processes that are started meanwhile add up their counters. One process needs no folder and gets none.

    To be entered before anything imports `filter.metrics`. The folder is ours alone, empty (what dead processes left
    would be taken for live ones), in memory if possible, and removed at the end.
    """
    if processes == 1:
        yield
        return
    folder = tempfile.mkdtemp(prefix="hamgate-counts-", dir=_place())
    os.environ[SHARED] = folder
    try:
        yield
    finally:
        del os.environ[SHARED]
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path | None:
    """The runtime directory that systemd gives us (systemd.exec(5)), else memory, else wherever temporary files are."""
    given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    places = [Path(given)] if given else []
    return next((place for place in (*places, _IN_MEMORY) if os.access(place, os.W_OK | os.X_OK)), None)
