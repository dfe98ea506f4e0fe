"""The README and the pages that it sends operators to show what the commands print today."""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from filter.assembly.house import version
from filter.cli.main import cli
from filter.cli.status_screen import screen
from filter.config.reader import read
from filter.door.refusal import refusal
from filter.headers import spam_headers
from filter.policy import Policy, decide
from filter.rules.own.reader import read as read_rules
from filter.scan import Scanner
from filter.tomlfile.errors import TomlFileError
from tests.commands import COMMAND, run
from tests.conftest import ROOT
from tests.pages import PAGES, README, TEXT, blocks

STARTED = 1_795_328_942.0
TOML = blocks("toml")
RULES = [text for text in TOML if re.search(r"^(own_domains|\[\[rule\]\])", text, re.M)]
SETTINGS = [text for text in TOML if text not in RULES]
COMMANDS = sorted(
    {
        line
        for block in blocks("sh", "text", "console")
        for line in re.findall(r"^(?:\$ )?(hamgate .*?)(?: +#.*| <.*| >.*| &)?$", block, re.M)
        if not line.startswith("hamgate 0.")  # what a command prints
    }
)
TRANSCRIPTS = [
    transcript
    for block in blocks("console")
    for transcript in re.findall(r"^\$ hamgate (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
]


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 4


@pytest.mark.slow
@pytest.mark.parametrize(("command", "shown"), TRANSCRIPTS)
def test_a_transcript_is_what_the_command_prints(command: str, shown: str) -> None:
    done = subprocess.run([COMMAND, *command.split()], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown == done.stdout


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make ([a-z-]+)", TEXT, re.M))))
def test_each_make_target_it_names_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)


LINK = re.compile(r"\]\((?!https:)([^)#]*)(?:#([^)]+))?\)|(?<=`)((?:tests|filter|models|training)/[\w./-]+)(?=`)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_file_and_section_it_points_to_is_there(page: Path) -> None:
    for path, section, code in LINK.findall(PAGES[page]):
        to = ROOT / code if code else page.parent / path if path else page
        assert to.exists(), path or code
        assert not section or section in sections(to), section


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_block_of_code_ends_before_the_next_begins(page: Path) -> None:
    # A fence that closes bears no word (CommonMark 4.5); else the prose after it is shown as code, to the next fence.
    fences = [line for line in PAGES[page].splitlines() if line.lstrip().startswith("```")]
    assert len(fences) % 2 == 0
    assert all(fence.strip() == "```" for fence in fences[1::2])


def sections(page: Path) -> set[str]:
    """The names under which a page's headings are linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_sends_its_reader_to_each_page() -> None:
    linked = {(ROOT / path).resolve() for path, _, _ in LINK.findall(README) if path}
    assert set(PAGES) - {ROOT / "README.md"} <= linked


def test_the_headers_it_shows_are_what_the_sample_gets() -> None:
    verdict = Scanner.load().scan((ROOT / "tests/samples/spam.eml").read_bytes())
    shown = spam_headers(verdict, decide(verdict, Policy()), version()).decode().replace("\r\n", "\n")
    assert f"```text\n{shown}```\n" in TEXT


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_and_each_option_of_it_is_there(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, line
        command = found
    options = {name for option in command.params for name in option.opts} | {"-h", "--help", "--version"}
    assert {word for word in words if re.match(r"--?[a-z]", word)} <= options


def settings_file(folder: Path, text: str) -> Path:
    """`text` with what it leaves to others."""
    for table, needed in {"listeners.inbound": 'address = "127.0.0.1:10025"', "relays.postfix": ""}.items():
        text += "" if f"[{table}]" in text else f"\n[{table}]\n{needed}\n"
    file = folder / "hamgate.toml"
    file.write_text(text)
    return file


def test_there_are_settings_and_rules() -> None:
    assert len(SETTINGS) >= 8
    assert len(RULES) == 2


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_settings_are_without_errors(number: int, tmp_path: Path) -> None:
    read(settings_file(tmp_path, SETTINGS[number]))


@pytest.mark.parametrize("text", RULES)
def test_rules_are_without_errors(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    for name in ("partners.txt", "pests.txt"):
        (tmp_path / name).write_text("other.example\n")
    read_rules(file)


def test_each_key_of_its_tables_is_one_of_the_manual() -> None:
    manual = (ROOT / "filter/config/hamgate.toml").read_text()
    tables = re.findall(r"^\| key \|.*\n((?:\|.*\n)+)", TEXT, re.M)
    rows = [row for table in tables for row in re.findall(r"^\| (`[a-z_`, ]+`) \|", table, re.M)]
    keys = {key for row in rows for key in re.findall(r"`([a-z_]+)`", row)}
    assert {"protocol", "verify", "forward", "reuse", "greeting_delay", "trust_clients"} <= keys
    assert [key for key in sorted(keys) if not re.search(rf"^(# )?{key} = |\.{key}\]$", manual, re.M)] == []


def test_the_errors_it_shows_are_what_the_reader_says(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```text\nError: (/etc/hamgate/hamgate.toml has .*?)```", TEXT, re.S | re.M)
    (both,) = (text for text in SETTINGS if "[relays.submission]" in text)
    wrong = both.replace("reject_at", "reject_att").replace("[relays.submission]", "[relays.submision]")
    wrong += '\n[policy.domains."lab.example.net"]\nmonitor = "yes"\n[status]\naddress = "9925"\n'
    with pytest.raises(TomlFileError) as raised:
        read(settings_file(tmp_path, wrong))
    said = re.sub(r"\S+/hamgate.toml", "/etc/hamgate/hamgate.toml", str(raised.value))
    assert sorted(re.sub(r":\d+:", ":", said).splitlines()) == sorted(re.sub(r":\d+:", ":", shown).splitlines())


@pytest.mark.parametrize("detail", ["neutral", "full"])
def test_the_refusals_it_shows_are_what_the_sample_gets(detail: str) -> None:
    verdict = Scanner.load().scan((ROOT / "tests/samples/spam.eml").read_bytes())
    policy = Policy(reject_at=15, detail=detail, contact="postmaster@example.net")  # type: ignore[arg-type]
    text = bytes(refusal(verdict, policy, "4F0C9E21")).decode().replace("\r\n", "\n")
    assert without_numbers(f"```text\n{text}```") in without_numbers(TEXT)


def without_numbers(text: str) -> str:
    return re.sub(r"[0-9A-F]{8}|\d+\.\d+", "_", text)


def test_the_screen_it_shows_is_what_status_prints() -> None:
    (shown,) = re.findall(r"^\$ hamgate status\n(.*?)^```", TEXT, re.S | re.M)
    counts = {"accept": 2, "reject": 3}
    content = {
        "version": version(), "ready": True, "reasons": [], "started": STARTED, "processes": 1, "model": "64795f868d9d",
        "learned": None, "listeners": {"inbound": "127.0.0.1:10025", "submission": "0.0.0.0:587"},
        "relays": [
            {"relay": "postfix", "address": "127.0.0.1:10026", "up": True, "fault": ""},
            {"relay": "submission", "address": "127.0.0.1:10587", "up": True, "fault": ""},
        ],
        "workers": {"free": 2, "running": 2, "replaced": 0}, "connections": 0, "faults": {},
        "orphans": 0, "unwritten": 0,
        "messages": {"minute": counts, "hour": counts, "day": counts, "start": counts},
        "steps": {"scan": {"count": 5, "mean": 0.048, "within": 0.25}},
    }  # fmt: skip
    lines = [click.unstyle(line) for line in screen(content, STARTED + 12)]
    since = re.compile("since [-0-9]+ [0-9:]+")
    assert since.sub("since _", "\n".join(lines) + "\n") == since.sub("since _", shown)


def test_the_series_it_names_are_counted() -> None:
    named = set(re.findall(r"(?<![/\w])hamgate_[a-z_]+", TEXT))  # a path is none
    assert len(named) >= 4
    source = (ROOT / "filter/metrics.py").read_text()
    names = [name.removeprefix("hamgate_").removesuffix("_total") for name in named]
    assert [name for name in names if f'"{name}"' not in source and f'"hamgate_{name}"' not in source] == []


def test_the_log_line_it_shows_is_one_that_explain_can_read() -> None:
    (line,) = re.findall(r"^[-0-9: ,]+ INFO ref=.*\n", TEXT, re.M)
    done = run("explain", "70906C3E", "--log", "-", stdin=line.encode())
    assert done.returncode == 0, done.stderr
    (shown,) = re.findall(r"^\$ hamgate explain [^\n]*\n(.*?)^```", TEXT, re.S | re.M)
    labels = set(re.findall(r"^  ([a-z]+) ", done.stdout.decode(), re.M))
    assert {"when", "why", "reply", "from", "to", "client", "listener", "size"} <= labels
    assert labels <= set(re.findall(r"^  ([a-z]+) ", shown, re.M))
