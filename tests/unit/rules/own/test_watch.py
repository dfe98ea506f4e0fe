"""Rules that are read again when they change, by a clock that the test turns."""

import logging
import os
from pathlib import Path

import pytest

from filter.envelope import NO_ENVELOPE
from filter.message import parse
from filter.rules.own import watch
from filter.rules.own.watch import WatchedRules
from filter.tomlfile.errors import TomlFileError
from filter.tomlfile.files import Files

MESSAGE = parse(b"From: boss@example.org\nSubject: casino\n\nbody\n")
RULE = '[[rule]]\nsymbol = "{}"\npoints = 1\nin = "subject"\npattern = "casino"\n'
LISTED = '[[rule]]\nsymbol = "LISTED"\npoints = 1\nin = "domain"\nlist = ["file:domains.txt"]\n'


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class House:
    """A folder with rules, and a scanner's rules that watch it."""

    def __init__(self, folder: Path, rules: str) -> None:
        self.file = folder / "rules.toml"
        self.list = folder / "domains.txt"
        self.list.write_text("other.example\n")
        self.file.write_text(rules)
        self.clock = Clock()
        self.rules = WatchedRules(self.file, clock=self.clock)

    def write(self, path: Path, text: str) -> None:
        """Write, and make sure that the time differs, however fast the test is."""
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_text(text)
        os.utime(path, ns=(before + 1_000_000, before + 1_000_000))

    def own_hits(self, after: float = 1.0) -> set[str]:
        self.clock.now += after
        hits = self.rules.judge(MESSAGE, NO_ENVELOPE, [])
        return {hit.symbol for hit in hits} & {"OLD", "NEW", "LISTED"}


def test_a_changed_file_is_read_again_after_a_second(tmp_path: Path) -> None:
    house = House(tmp_path, RULE.format("OLD"))
    assert house.own_hits() == {"OLD"}
    house.write(house.file, RULE.format("NEW"))
    assert house.own_hits(after=0.5) == {"OLD"}
    assert house.own_hits(after=0.5) == {"NEW"}


def test_files_are_looked_at_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, RULE.format("OLD"))
    looks: list[Files] = []

    def changed(files: Files) -> bool:
        looks.append(files)
        return False

    monkeypatch.setattr(Files, "changed", changed)
    for _ in range(40):
        house.own_hits(after=0.25)
    assert len(looks) == 10


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    house = House(tmp_path, LISTED)
    assert house.own_hits() == set()
    house.write(house.list, "example.org # ours\n")
    assert house.own_hits() == {"LISTED"}


@pytest.mark.parametrize("bad", ["symbol = ", RULE.format("old"), LISTED.replace("domains", "gone")])
def test_a_bad_version_is_not_taken_and_said_once(bad: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = House(tmp_path, RULE.format("OLD"))
    house.write(house.file, bad)
    for _ in range(5):
        assert house.own_hits() == {"OLD"}
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith(f"changed rules are not taken, the old ones stay: {house.file} has 1 error")
    house.write(house.file, RULE.format("NEW"))
    assert house.own_hits() == {"NEW"}


def test_a_file_that_vanishes_leaves_the_rules_and_may_come_back(tmp_path: Path) -> None:
    house = House(tmp_path, RULE.format("OLD"))
    house.file.unlink()
    assert house.own_hits() == {"OLD"}
    house.write(house.file, RULE.format("NEW"))
    assert house.own_hits() == {"NEW"}


def test_a_list_that_was_missing_mends_the_rules_when_it_comes(tmp_path: Path) -> None:
    house = House(tmp_path, RULE.format("OLD"))
    house.list.unlink()
    house.write(house.file, LISTED)
    assert house.own_hits() == {"OLD"}
    house.write(house.list, "example.org\n")
    assert house.own_hits() == {"LISTED"}


def test_reading_that_is_broken_off_is_not_tried_for_each_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(tmp_path, RULE.format("OLD"))
    house.write(house.file, RULE.format("NEW"))

    def endless(path: Path, files: Files) -> None:
        files.read(path, 1000)
        raise TimeoutError  # as the worker's clock does

    monkeypatch.setattr(watch, "read", endless)
    with pytest.raises(TimeoutError):
        house.own_hits()
    assert house.own_hits() == {"OLD"}
    assert [record.getMessage().partition(": reading")[2] for record in caplog.records] == [
        f" {house.file} took too long"
    ]


def test_bad_rules_at_the_start_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError):
        House(tmp_path, "[")
