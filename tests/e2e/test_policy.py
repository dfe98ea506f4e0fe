"""Policy end to end: one server, one settings file, a relay that keeps what it gets, and what people are told.

Scores are those of the shipped model: the ham of tests/samples is far below 0, its spam above 15.
"""

import json
import os
import re
import signal
import smtplib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import run
from tests.conftest import ROOT
from tests.e2e.postfix import free_ports
from tests.e2e.secrets import TEXT, traces
from tests.faults.scanners import GTUBE
from tests.gate import Gate

pytestmark = pytest.mark.slow

HAM = (ROOT / "tests/samples/ham.eml").read_bytes()
SPAM = (ROOT / "tests/samples/spam.eml").read_bytes()
SETTINGS = """
[listeners.inbound]
address = "127.0.0.1:0"
[listeners.watching]
address = "127.0.0.1:0"
[listeners.watching.policy]
monitor = true
[listeners.lenient]
address = "127.0.0.1:0"
[listeners.lenient.policy]
on_fault = "pass"
[relays.kept]
maildir = "{folder}/mail"
[policy]
tag_at = 5
reject_at = 15
detail = "full"
contact = "https://example.net/help"
[policy.domains."easy.test"]
reject_at = "off"
[policy.domains."strict.easy.test"]
tag_at = -100
[policy.recipients."boss@easy.test"]
reject_at = 10
[workers]
count = 1
seconds = 1
[log]
format = "{format}"
level = "debug"
[history]
file = "{folder}/history"
[status]
address = "127.0.0.1:{status}"
"""
LISTENERS = ("inbound", "watching", "lenient")


class House:
    """The server, and what its relay has."""

    def __init__(self, gate: Gate, folder: Path, status: int) -> None:
        self.gate = gate
        self._mail = folder / "mail"
        self._status = status

    def send(self, message: bytes, *recipients: str, listener: str = "inbound") -> str:
        """The reply to the message."""
        with smtplib.SMTP("127.0.0.1", self.gate.ports[listener], timeout=30) as client:
            client.ehlo("client.test")
            client.mail("s@x.test")
            for recipient in recipients or ("r@y.test",):
                client.rcpt(recipient)
            code, text = client.data(message)
        return f"{code} {text.decode()}"

    def last(self) -> str:
        """The header that was put on the newest message."""
        newest = max((self._mail / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return newest.read_bytes().partition(b"\n\n")[0].decode("utf-8", "replace")

    def count(self) -> int:
        """Messages that the relay has."""
        return len(list((self._mail / "new").iterdir()))

    def metric(self, series: str) -> float:
        """The value of a series of /metrics."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._status}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{series} "))


@pytest.fixture(scope="module", params=["text", "json"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server for each format of the log; nothing it wrote may betray the text of a mail."""
    folder, (status,) = tmp_path_factory.mktemp("policy"), free_ports(1)
    logs = tmp_path_factory.mktemp("log")
    with Gate(logs, SETTINGS.format(folder=folder, format=request.param, status=status), LISTENERS) as gate:
        yield House(gate, folder, status)
    (logs / "history").write_bytes(b"".join(path.read_bytes() for path in folder.glob("history*")))
    assert traces(logs, GTUBE, b"complained", b"refinance") == []


def test_spam_is_refused_and_the_sender_is_told_all_that_helps(house: House) -> None:
    lines = house.send(SPAM).splitlines()
    assert re.fullmatch(
        r"550 5\.7\.1 Message refused as spam \[ref [0-9A-F]{8}\] for its [a-zA-Z, ]+ "
        r"\(\d+\.\d\d points, refused from 15\)",
        lines[0],
    )
    assert any(line.startswith("5.7.1 - ") for line in lines[1:-1])
    assert lines[-1].endswith("contact https://example.net/help and quote the reference")


def test_monitor_delivers_and_says_what_would_have_been(house: House) -> None:
    before = house.metric('hamgate_monitored_total{action="reject",listener="watching"}')
    assert house.send(SPAM, listener="watching").startswith("250 ")
    assert re.search(r"^X-Hamgate-Monitor: .*reject", house.last(), re.MULTILINE)
    assert "X-Spam-Flag" not in house.last()
    assert house.metric('hamgate_monitored_total{action="reject",listener="watching"}') == before + 1


@pytest.mark.parametrize(("listener", "code"), [("lenient", "250"), ("inbound", "451")])
def test_message_that_cannot_be_judged(house: House, listener: str, code: str) -> None:
    """A worker that does not answer any more; what then happens is the listener's choice, and it is counted."""
    message = HAM + f"By way of {listener}.\n".encode()  # a message that killed two workers would get no third one
    before = house.metric('hamgate_faults_total{kind="scan"}')
    for pid in house.gate.workers():
        os.kill(pid, signal.SIGSTOP)
    assert house.send(message, listener=listener).startswith(code)
    if code == "250":
        assert re.search(r"^X-Hamgate-Unscanned: ", house.last(), re.MULTILINE)
        assert "X-Spam-Flag" not in house.last()
    assert house.metric('hamgate_faults_total{kind="scan"}') == before + 1
    assert house.send(message, listener=listener).startswith("250 ")  # by the next worker
    assert "X-Spam-Flag: NO" in house.last()


@pytest.mark.parametrize(
    ("message", "recipients", "code", "flag"),
    [
        (SPAM, ["r@y.test"], "550", ""),
        (SPAM, ["r@easy.test"], "250", "YES"),
        (SPAM, ["r@sub.easy.test"], "250", "YES"),
        (SPAM, ["BOSS@Easy.test"], "550", ""),
        (SPAM, ["boss@easy.test", "r@y.test"], "550", ""),
        (SPAM, ["boss@easy.test", "r@easy.test"], "250", "YES"),
        (HAM, ["r@y.test"], "250", "NO"),
        (HAM, ["r@strict.easy.test"], "250", "YES"),
        (HAM, ["r@y.test", "r@strict.easy.test"], "250", "YES"),
    ],
)
def test_whose_word_counts(house: House, message: bytes, recipients: list[str], code: str, flag: str) -> None:
    """Server, domain, recipient: the nearest one. Who wants a message gets it, with the strictest mark."""
    before = house.count()
    assert house.send(message, *recipients).startswith(code)
    assert house.count() == before + (code == "250")
    if flag:
        assert f"X-Spam-Flag: {flag}" in house.last()


def test_a_refused_sender_quotes_the_reference_and_the_operator_finds_it(house: House, tmp_path: Path) -> None:
    (reference,) = re.findall(r"\[ref ([0-9A-F]{8})\]", house.send(SPAM))
    house.gate.terminate()  # so that all is written; the log could be read at once
    house.gate.start()
    for place in (("--config", house.gate.file), ("--log", house.gate.log)):
        told = run("explain", f"[ref {reference.lower()}]", *place)
        assert told.returncode == 0, told.stderr
        assert told.stdout.decode().startswith(f"{reference}: refused as spam")
        assert b"NB_WORDS" in told.stdout
        fields = json.loads(run("explain", reference, *place, "--json").stdout)
        assert (fields["ref"], fields["action"], fields["listener"]) == (reference, "reject", "inbound")
        assert abs(fields["score"] - sum(points for _, points in fields["hits"])) < 0.05
    unknown = run("explain", "00000000", "--log", house.gate.log)
    assert (unknown.returncode, unknown.stdout) == (1, b"")


def test_text_of_mail_is_nowhere(house: House) -> None:
    """Looked for when the server ends: here it is only sent, in each place from which it could leak."""
    odd = f"Content-Type: text/plain; name={TEXT}; charset={TEXT}"
    message = f"Subject: {TEXT}\r\nX-{TEXT}: {TEXT}\r\n{odd}\r\n\r\n{TEXT}\r\n"
    assert house.send(message.encode()).startswith("250 ")
    assert house.send(message.encode() + GTUBE + b"\r\n").startswith("550 ")
    for pid in house.gate.workers():
        os.kill(pid, signal.SIGKILL)
    house.send(message.encode())
    assert re.search('ref=|"ref"', house.gate.log.read_text())
