"""`hamgate doctor`, as it is called and as it speaks."""

import json
from pathlib import Path

import pytest

from filter.cli.doctor import told
from filter.doctor.finding import Finding, ok, warn
from tests.commands import run

pytestmark = pytest.mark.slow


SETTINGS = "hostname = 'mx.test'\n[relays.a]\nmaildir = 'mail'\n[listeners.in]\naddress = '127.0.0.1:0'\n"


def test_an_unconfigured_machine_is_told_how_to_begin(tmp_path: Path) -> None:
    done = run("doctor", "--config", tmp_path / "hamgate.toml")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        f"fail     settings    there is no {tmp_path}/hamgate.toml",
        f"                     -> $ mkdir -p {tmp_path} && hamgate config init > {tmp_path}/hamgate.toml",
        "skipped  all else    is looked at when there are settings",
        "",
        "1 failed, 0 warned, 0 well, 1 not looked at",
    ]
    assert done.stderr == b""


def test_json_holds_the_same(tmp_path: Path) -> None:
    done = run("doctor", "--json", "--config", tmp_path / "hamgate.toml")
    content = json.loads(done.stdout)
    assert (done.returncode, content["failed"], len(content["findings"])) == (1, True, 2)
    assert content["findings"][0].keys() == {"step", "state", "text", "remedy"}


@pytest.mark.slow
def test_only_what_has_failed_makes_it_exit_1(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(SETTINGS)
    done = run("doctor", "--json", "--config", file)
    states = {one["state"] for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == int("fail" in states)
    assert done.stderr == b""
    file.write_text(SETTINGS + "[model]\nfolder = 'nowhere'\n")
    assert run("doctor", "--config", file).returncode == 1


@pytest.mark.parametrize("words", [["--send-to", "no address"], ["--nonsense"], ["file"]])
def test_wrong_calls_exit_64(words: list[str]) -> None:
    done = run("doctor", *words)
    assert done.returncode == 64
    assert b"Error: " in done.stderr


@pytest.mark.parametrize(
    ("finding", "lines"),
    [
        (ok("relay", "answers"), ["ok       relay       answers"]),
        (
            warn("settings", "two\nlines", "do this:\n$ true"),
            [
                "warn     settings    two",
                "                     lines",
                "                     -> do this:",
                "                        $ true",
            ],
        ),
        (ok("relay", "220 \x1b[2J bell\x07"), ["ok       relay       220 \\x1b[2J bell\\x07"]),
    ],
)
def test_findings_as_lines_without_what_moves_a_terminal(finding: Finding, lines: list[str]) -> None:
    assert list(told(finding)) == lines
