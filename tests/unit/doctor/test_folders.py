"""Folders: room and permissions."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from filter.config.settings import HistorySettings
from filter.doctor.folders import history, room, usable
from tests.unit.doctor.said import lines, one, setup


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    left = {"free": 1 << 40}
    usage = type("Usage", (), {"free": property(lambda _: left["free"])})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage())
    return left


def test_much_little_and_no_room(disk: dict[str, int], tmp_path: Path) -> None:
    assert lines(room(setup(), tmp_path)) == [f"ok {tmp_path}: 1048576 MiB free for messages that wait"]
    disk["free"] = 500 << 20
    assert lines(room(setup(), tmp_path)) == [f"warn {tmp_path}: 500 MiB free for messages that wait"]
    disk["free"] = 63 << 20  # less than two messages of 32 MiB
    finding = one(room(setup(), tmp_path), "fail")
    assert finding.remedy.endswith(f"\n$ du -xh -d 2 {tmp_path} | sort -h | tail")


def test_every_folder_that_is_written_is_looked_at(disk: dict[str, int], tmp_path: Path) -> None:
    settings = replace(setup(), history=HistorySettings(file=tmp_path / "history.sqlite"))
    assert [line.rpartition(" for ")[2] for line in lines(room(settings, tmp_path))] == [
        "messages that wait",
        "the history",
    ]


def test_a_history_that_all_can_read(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    settings = replace(setup(), history=HistorySettings(file=file))
    assert lines(history(settings)) == [f"ok {tmp_path} can be written"]
    file.touch(0o644)
    finding = one(history(settings), "warn")
    assert finding.text == f"{file} is open to all users of this machine: it holds senders and recipients"
    assert finding.remedy == f"$ chmod o-rwx {file}"
    assert list(history(setup())) == []


def test_a_history_without_its_folder(tmp_path: Path) -> None:
    settings = replace(setup(), history=HistorySettings(file=tmp_path / "log" / "history.sqlite"))
    finding = one(history(settings), "fail")
    assert finding.text == f"there is no folder {tmp_path}/log for the history"
    assert finding.remedy == f"$ install -d -m 0700 {tmp_path}/log"


def test_a_folder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    finding = usable("state", tmp_path, "mail")
    assert finding.text == f"{tmp_path}: uid {os.geteuid()} may not write there"
    assert f"$ chown {os.geteuid()} {tmp_path}" in finding.remedy
