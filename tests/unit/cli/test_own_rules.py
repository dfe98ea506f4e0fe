"""An operator's own rules through the commands: `score --rules`, `serve --rules`, `rules check`, `list`, `show`."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import COMMAND, hamgate, run

pytestmark = pytest.mark.slow


RULES = """\
[points]
HDR_MISSING_DATE = 3.25

[[rule]]
symbol = "OUR_CASINO"
points = 2.5
meaning = "casinos"
in = "subject"
pattern = 'casino'

[[rule]]
symbol = "OUR_LISTED"
points = 1
in = "domain"
list = ["file:domains.txt"]

[[rule]]
symbol = "OUR_BOTH"
points = 4
when = "OUR_CASINO and OUR_LISTED"
"""
MESSAGE = b"From: a@mail.example.org\nSubject: Casino\n\nhello\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "domains.txt").write_text("example.org\n")
    (tmp_path / "mail.eml").write_bytes(MESSAGE)
    (tmp_path / "second.eml").write_bytes(MESSAGE)
    return tmp_path / "rules.toml"


@pytest.mark.parametrize("jobs", [1, 2])
def test_score_counts_them_in_every_process(jobs: int, rules: Path) -> None:
    paths = (rules.parent / "mail.eml", rules.parent / "second.eml")
    for line in hamgate("score", "--format", "json", "--rules", rules, "--jobs", jobs, *paths).splitlines():
        hits = {hit["symbol"]: (hit["points"], hit.get("detail")) for hit in json.loads(line)["hits"]}
        assert hits["HDR_MISSING_DATE"][0] == 3.25
        assert hits["OUR_CASINO"] == (2.5, 'subject: "Casino"')
        assert hits["OUR_LISTED"] == (1.0, "domain: example.org")
        assert hits["OUR_BOTH"] == (4.0, "OUR_CASINO + OUR_LISTED")


def test_check_says_how_much_it_read(rules: Path) -> None:
    assert hamgate("rules", "check", rules) == f"{rules}: 3 rules, 1 list: good\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("rules check {}", 1),
        ("rules list --rules {}", 1),
        ("rules show GTUBE --rules {}", 1),
        ("score --rules {} mail.eml", 1),
        ("score --exit-code --rules {} mail.eml", 75),
        ("serve --listen 127.0.0.1:0 --rules {}", 1),
    ],
)
def test_every_command_says_the_same_of_errors(command: str, code: int, rules: Path) -> None:
    rules.write_text('own_domain = ["a.example"]\n[points]\nGTUB = 1\n')
    done = run(*command.format(rules).split())
    assert done.returncode == code
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        f"Error: {rules} has 2 errors",
        f"{rules}:1: unknown key 'own_domain' in the file: write own_domains",
        f"{rules}:3: no rule is called 'GTUB': write GTUBE",
    ]


def test_list_shows_own_rules_and_the_points_that_count(rules: Path) -> None:
    lines = hamgate("rules", "list", "--rules", rules).splitlines()
    assert [line.split()[:3] for line in lines[-3:]] == [
        ["OUR_CASINO", "+2.50", "own"],
        ["OUR_LISTED", "+1.00", "own"],
        ["OUR_BOTH", "+4.00", "own"],
    ]
    assert any(line.split()[:2] == ["HDR_MISSING_DATE", "+3.25"] for line in lines)


def test_show_explains_an_own_rule(rules: Path) -> None:
    assert hamgate("rules", "show", "our_casino", "--rules", rules) == (
        "OUR_CASINO: casinos: in subject: casino\n"
        "group: own; points: +2.50; speaks for: spam\n"
        "part of OUR_BOTH (+4.00): OUR_CASINO and OUR_LISTED\n"
    )
    done = run("rules", "show", "OUR_CASINOS", "--rules", rules)
    assert b"no rule is called OUR_CASINOS; nearest: OUR_CASINO" in done.stderr


@pytest.fixture
def server(rules: Path) -> Iterator[str]:
    """The address of a server that goes by the rules and delivers to the folder mail beside them."""
    words = ["--listen", "127.0.0.1:0", "--relay", f"maildir:{rules.parent / 'mail'}", "--workers", "2"]
    command = [COMMAND, "serve", *words, "--rules", str(rules)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            match = re.search(r"listens on (\S+);", process.stdout.readline())
            assert match
            yield match[1]
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        finally:
            process.kill()


def delivered(rules: Path, server: str) -> str:
    """What the server makes of the message."""
    hamgate("send", server, rules.parent / "mail.eml")
    folder = rules.parent / "mail" / "new"
    (path,) = folder.iterdir()
    text = path.read_text()
    path.unlink()
    return text


def test_a_running_server_goes_by_them_and_by_their_newest_good_version(rules: Path, server: str) -> None:
    assert "OUR_BOTH(+4.00) [OUR_CASINO + OUR_LISTED]" in delivered(rules, server)
    rules.write_text(RULES.replace("points = 4", "points = 7"))
    until = time.monotonic() + 30
    while "OUR_BOTH(+7.00)" not in delivered(rules, server):
        assert time.monotonic() < until, "the change was never seen"
