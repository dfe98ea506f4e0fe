"""The manual holds every setting, and what is shown says where each value comes from."""

import dataclasses
import tomllib
from itertools import pairwise
from pathlib import Path

from filter.config import describe
from filter.config.reader import read
from filter.config.settings import ListenerSettings, Settings
from filter.tomlfile.lines import lines
from tests.conftest import ROOT
from tests.unit.config.test_reader import GOOD


def test_the_manual_is_a_settings_file_with_every_default() -> None:
    text = "\n".join(describe.manual())
    content = tomllib.loads(text)
    assert content["workers"]["seconds"] == 20.0
    assert content["listeners"]["NAME"]["tls"] == "off"
    for kind in (Settings, ListenerSettings):
        for field in dataclasses.fields(kind):
            assert (
                f"\n{field.name} = " in text
                or f"\n# {field.name} = " in text
                or f".{field.name}" in text
                or (f"[{field.name}" in text)
            ), field.name


def test_the_page_is_what_the_command_prints_today() -> None:
    page = (ROOT / "filter/config/hamgate.toml").read_text()
    assert page == "\n".join(describe.manual()) + "\n", "run: make docs"


def test_the_manual_says_of_each_setting_what_it_means_and_what_may_be_written() -> None:
    text = "\n".join(describe.manual())
    assert "# Points from which a message is marked as spam; 5 if no table says it.\n# tag_at = ...  # number" in text
    assert 'tls = "off"  # "off" | "offer" | "require" | "implicit"' in text
    assert "count = 0  # whole number at least 0 at most 256" in text
    assert "# state = ...  # path" in text


def test_no_setting_is_without_its_meaning() -> None:
    rows = list(describe.manual())
    bare = [row for before, row in pairwise(rows) if " = " in row and "  # " in row and not before.startswith("#")]
    assert bare == []


def test_what_is_in_force_and_who_says_so(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(GOOD)
    shown = list(describe.shown(read(file), lines(GOOD), file))
    assert f'hostname = "mx.example.net"  # {file}:2' in shown
    assert "processes = 1  # default" in shown
    assert f"policy.reject_at = 15.0  # {file}:9" in shown
    assert f'policy.domains."example.net".reject_at = "off"  # {file}:13' in shown
    assert "policy.tag_at = (none)  # default" in shown
    assert f'relays.postfix.addresses = ["127.0.0.1:10026"]  # {file}:16' in shown
