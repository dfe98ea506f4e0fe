"""An HTTP door of `hamgate serve`, asked by Debian's rspamc and by schemathesis."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import mail
from tests.conftest import ROOT, require
from tests.gate import Gate

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-the-end-to-end-tests"  # noqa: S105 - of the tests
SETTINGS = """
[http.api]
address = "127.0.0.1:0"
token_file = "token"

[model]
state = "state"

[policy]
reject_at = 15.0

[history]
file = "history"
"""
SPAM = ROOT / "tests/samples/spam.eml"
HAM = ROOT / "tests/samples/ham.eml"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("http")
    (folder / "token").write_text(TOKEN)
    with Gate(folder, SETTINGS, ("api",)) as running:
        yield running


@pytest.fixture(scope="module")
def rspamc(gate: Gate) -> "Rspamc":
    require(shutil.which("rspamc") is not None, "needs rspamc (Debian: apt install rspamd)")
    return Rspamc(gate.port)


class Rspamc:
    """rspamd's client, as scripts call it."""

    def __init__(self, port: int) -> None:
        self._place = f"127.0.0.1:{port}"

    def __call__(self, *arguments: object, stdin: bytes | None = None, code: int = 0) -> str:
        """What it prints; fails unless it exits with `code`."""
        command = ["rspamc", "-h", self._place, *map(str, arguments)]
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)
        assert done.returncode == code, done
        return done.stdout.decode()


def test_a_scan_says_action_score_and_symbols(rspamc: Rspamc) -> None:
    found = rspamc(SPAM)
    assert "\nAction: reject\nSpam: true\nScore: 3" in found
    assert " / 15.00\n" in found
    assert "Symbol: URL_HOST_IS_IP (2.00)[link to 203.0.113.77]\n" in found
    assert "Message - smtp_message: Message refused as spam [ref " in found
    assert "\nAction: no action\nSpam: false\n" in rspamc("symbols", HAM)


def test_a_message_from_standard_input(rspamc: Rspamc) -> None:
    assert "\nAction: reject\n" in rspamc(stdin=SPAM.read_bytes())


def test_the_envelope_counts(rspamc: Rspamc) -> None:
    options = ("-i", "192.0.2.1", "-F", "bounce@other.example", "-r", "a@example.net", "-r", "b@example.net")
    assert "RCPT_NOT_IN_TO_CC" in rspamc(*options, HAM)
    assert "RCPT_NOT_IN_TO_CC" not in rspamc(HAM)


def test_json_for_programs(rspamc: Rspamc) -> None:
    found = json.loads(rspamc("--json", SPAM))
    assert (found["action"], found["is_skipped"], found["thresholds"]["reject"]) == ("reject", False, 15.0)
    assert abs(sum(one["score"] for one in found["symbols"].values()) - found["score"]) < 0.001


def test_a_message_with_headers_for_delivery_scripts(rspamc: Rspamc) -> None:
    assert "X-Spam: yes" in rspamc("-m", SPAM)


def test_compression_is_refused(rspamc: Rspamc) -> None:
    assert "HTTP error: 415" in rspamc("-z", SPAM, code=1)


@pytest.mark.parametrize("label", ["spam", "ham"])
def test_learning_needs_the_token(rspamc: Rspamc, label: str) -> None:
    message = mail.spam(1) if label == "spam" else mail.ham(1)
    assert "HTTP error: 401" in rspamc(f"learn_{label}", stdin=message, code=1)
    assert "HTTP error: 401" in rspamc("-P", "x" * 20, f"learn_{label}", stdin=message, code=1)
    for _ in range(2):  # a message that is known already is no fault: a script goes on
        assert "success = true;" in rspamc("-P", TOKEN, f"learn_{label}", stdin=message)


def test_what_was_learned_counts(rspamc: Rspamc) -> None:
    message = mail.ham(77)
    before = after = json.loads(rspamc("--json", stdin=message))["score"]
    rspamc("-P", TOKEN, "learn_spam", stdin=message)
    until = time.monotonic() + 20.0
    while after == before and time.monotonic() < until:  # a worker takes up what is new within a second
        after = json.loads(rspamc("--json", stdin=message))["score"]
    assert after > before


def test_stat_counts(rspamc: Rspamc) -> None:
    def scanned() -> int:
        return int(rspamc("stat").splitlines()[1].removeprefix("Messages scanned: "))

    before = scanned()
    rspamc(HAM)
    assert scanned() == before + 1
    assert "Messages learned: " in rspamc("-P", TOKEN, "stat")


def found_in_time(question: urllib.request.Request) -> bytes:
    """The answer that is no 404: rows are written a moment after the answer to their message."""
    until = time.monotonic() + 20.0
    while True:
        try:
            with urllib.request.urlopen(question, timeout=20) as answer:  # noqa: S310 - ours
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            if error.code != 404 or time.monotonic() > until:
                raise


def test_the_history_by_the_reference(gate: Gate, rspamc: Rspamc) -> None:
    reference = json.loads(rspamc("--json", SPAM))["reference"]
    question = urllib.request.Request(
        f"http://127.0.0.1:{gate.port}/v1/explain/{reference}", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    (row,) = json.loads(found_in_time(question))["messages"]
    assert (row["ref"], row["action"], row["listener"]) == (reference, "reject", "api")


def test_all_that_the_description_allows_and_more(gate: Gate) -> None:
    """schemathesis: valid and hostile requests, each answer as described, nothing open without the token."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run",
        f"http://127.0.0.1:{gate.port}/v1/openapi.json", "--header", f"Authorization: Bearer {TOKEN}",
        "--checks", "all", "--max-examples", "60", "--seed", "1", "--no-color", "--request-timeout", "20",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.e2e.rfc822"}
    done = subprocess.run(command, capture_output=True, timeout=250, check=False, env=environment, cwd=gate.file.parent)
    said = done.stdout.decode()
    assert done.returncode == 0, said
    assert "Operations:       3 selected" in said or "Operations:       4 selected" in said, said
    log = gate.log.read_text()
    assert "Traceback" not in log, log[-4000:]
