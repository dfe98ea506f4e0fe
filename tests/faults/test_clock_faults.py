"""Row F99: a clock that is set forward or back moves no deadline, as no timer reads it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


STAMPS = {
    "filter/cli/status.py": "how long ago a server was started, for people",
    "filter/doctor/certificate.py": "how many days a certificate is still good",
    "filter/doctor/letters.py": "the Date of a test message",
    "filter/metrics.py": "when the server was started, for Prometheus",
    "filter/status.py": "which rows of the history lie in the last hour",
    "filter/store/history_writer.py": "which rows of the history are too old to keep",
    "filter/door/case.py": "when a message came, for the record",
    "filter/smtp/maildir.py": "the name of a file",
    "filter/store/folder.py": "when a model was activated, for people",
    "filter/store/journal.py": "when a message was learned, for people",
    "filter/store/versions.py": "when a model was added, for people",
}
"""Modules that may ask for the time of day, and what for. No timer and no limit of mail is among it."""

TIME_OF_DAY = {("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("date", "today")}
TIME_OF_DAY |= {("datetime", name) for name in ("now", "utcnow", "today")}


def asked_for(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in TIME_OF_DAY:
                yield f"{owner}.{node.attr}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"from time import {one.name}" for one in node.names if ("time", one.name) in TIME_OF_DAY)


def found(text: str) -> list[str]:
    return list(asked_for(ast.parse(text)))


def test_the_search_finds_what_it_looks_for() -> None:
    assert found("import time\nstart = time.time()") == ["time.time"]
    assert found("from time import monotonic, time") == ["from time import time"]
    assert found("import datetime\ndatetime.datetime.now()") == ["datetime.now"]
    assert found("from datetime import datetime\ndatetime.now(UTC)") == ["datetime.now"]
    assert found("from time import monotonic\nloop.time()") == []


def test_f99_only_stamps_know_the_time_of_day() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for path in Path(ROOT / "filter").rglob("*.py")
        if any(asked_for(ast.parse(path.read_text())))
    }
    assert asking == set(STAMPS)
