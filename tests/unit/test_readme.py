"""The README shows what the commands print today."""

import re
import subprocess

import pytest

from filter.headers import spam_headers
from filter.policy import Policy, decide
from filter.scan import Scanner
from filter.service import version
from tests.commands import COMMAND
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
TRANSCRIPTS = [
    transcript
    for block in re.findall(r"^```console\n(.*?)^```", README, re.S | re.M)
    for transcript in re.findall(r"^\$ hamgate (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
]


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 4


@pytest.mark.parametrize(("command", "shown"), TRANSCRIPTS)
def test_a_transcript_is_what_the_command_prints(command: str, shown: str) -> None:
    done = subprocess.run([COMMAND, *command.split()], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown == done.stdout


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make ([a-z-]+)", README, re.M))))
def test_each_make_target_it_names_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"\]\((?!https:)([^)#]+)\)|(?<=`)((?:tests|filter|models)/[\w./-]+)(?=`)", README)))
)
def test_each_file_it_points_to_is_there(path: tuple[str, str]) -> None:
    assert (ROOT / (path[0] or path[1])).exists()


def test_the_headers_it_shows_are_what_the_sample_gets() -> None:
    verdict = Scanner.load().scan((ROOT / "tests/samples/spam.eml").read_bytes())
    shown = spam_headers(verdict, decide(verdict, Policy()), version()).decode().replace("\r\n", "\n")
    assert f"```text\n{shown}```\n" in README
