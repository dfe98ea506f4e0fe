"""A mail administrator's first day: `hamgate doctor` on an unconfigured machine, and then only what it says to do."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import COMMAND
from tests.e2e.postfix import Postfix
from tests.e2e.test_postfix import SAMPLES
from tests.pages import block

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

PLAIN = "127.0.0.1:{front} inet n - n - - smtpd\n"
"""master.cf of a Postfix that knows nothing of a filter."""
ROUNDS = 12
Finding = dict[str, Any]


class Machine:
    """A Postfix and an empty folder for settings. The ports are not those of the manual, so that tests can share."""

    def __init__(self, postfix: Postfix, folder: Path) -> None:
        self.postfix, self.ports = postfix, postfix.ports
        self.config = folder / "etc/hamgate.toml"
        self.done: list[str] = []
        path = f"{Path(COMMAND).parent}:{os.environ['PATH']}:/usr/sbin"
        self.environment = {**os.environ, "PATH": path, "MAIL_CONFIG": str(postfix.root / "conf")}
        self._server: subprocess.Popen[str] | None = None

    def doctor(self, *words: str) -> tuple[int, list[Finding]]:
        done = self.shell(f"hamgate doctor --json --config {self.config} {' '.join(words)}")
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)["findings"]

    def follow(self, finding: Finding) -> bool:
        """Run the commands of a remedy; False if it has none."""
        commands = [line[2:] for line in finding["remedy"].splitlines() if line.startswith("$ ")]
        for command in commands:
            if command.startswith("hamgate serve "):
                self.serve(command)
                continue
            words = f"--listen 127.0.0.1:{self.ports['filter']} --relay 127.0.0.1:{self.ports['back']}"
            self.done.append(command)
            done = self.shell(command.replace("config init", f"config init {words}"))
            assert done.returncode == 0, (command, done.stderr)
        return bool(commands)

    def shell(self, command: str) -> "subprocess.CompletedProcess[str]":
        words = ["sh", "-c", command]
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=120, check=False)

    def send(self, message: Path) -> None:
        """Bring a message to you@proxied.test, as another mail server does."""
        server = f"--server 127.0.0.1:{self.ports['front']} --helo client.test"
        talk = self.shell(f"swaks {server} --from s@x.test --to you@proxied.test --data @{message}")
        assert "queued as" in talk.stdout, talk.stdout + self.postfix.log()[-4000:]

    def serve(self, command: str) -> None:
        self.done.append(command)
        assert self._server is None
        self._server = subprocess.Popen(
            command.split(), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._server.stdout is not None
        assert "listens on" in self._server.stdout.readline()

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.communicate()


@contextmanager
def machine(folder: Path, services: str = PLAIN) -> Iterator[Machine]:
    with Postfix(services) as instance:
        one = Machine(instance, folder)
        try:
            yield one
        finally:
            one.stop()


def first_remedy(findings: list[Finding]) -> Finding | None:
    """What a person does next: the first thing that failed or warned, and has commands."""
    troubles = (one for one in findings if one["state"] in ("fail", "warn"))
    return next((one for one in troubles if re.search(r"^\$ ", one["remedy"], re.M)), None)


def beginning(command: str) -> str:
    """Of a command, without numbers of ports and folders."""
    return re.sub(r"\d{4,}", "_", command)[:38]


@dataclass(frozen=True)
class FirstDay:
    """What happened from the first `hamgate doctor` until it found nothing more to do."""

    machine: Machine
    code: int
    said: set[str]
    """All findings and commands, in the shape of the README."""
    spam: bytes
    test: bytes
    """The message of --send-to, as it was delivered."""


@pytest.fixture(scope="module")
def first_day(postfix: Postfix, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstDay]:
    with machine(tmp_path_factory.mktemp("first-day")) as new:
        said: set[str] = set()
        for _ in range(ROUNDS):
            _, findings = new.doctor()
            said |= shapes(findings, new)
            next_one = first_remedy(findings)
            if next_one is None:
                break
            assert new.follow(next_one)
        code, findings = new.doctor("--send-to", "me@proxied.test")
        said |= shapes(findings, new)
        (test,) = new.postfix.wait_for(1, "me@proxied.test")
        new.send(SAMPLES / "spam.eml")
        (spam,) = new.postfix.wait_for(1, "you@proxied.test")
        yield FirstDay(new, code, said, spam, test)


def test_from_nothing_to_a_working_filter_by_following_the_remedies(first_day: FirstDay) -> None:
    config = first_day.machine.config
    assert first_day.code == 0
    assert list(map(beginning, first_day.machine.done)) == [
        beginning(f"mkdir -p {config.parent} && hamgate config init > {config}"),
        "postconf -M '127.0.0.1:_/inet=127.0.0.",
        beginning(f"hamgate serve --config {config}"),
        "postconf -P 127.0.0.1:_/inet/smtpd_pro",
        "postconf -P 127.0.0.1:_/inet/message_s",
    ]
    assert b"\r\nX-Spam-Flag: YES\r\n" in first_day.spam
    assert b"\r\nX-Spam-Flag: NO\r\n" in first_day.test
    assert b"\r\nSubject: hamgate doctor: a test message\r\n" in first_day.test


BAD = """
127.0.0.1:{front} inet n - n - - smtpd
  -o smtpd_proxy_filter=127.0.0.1:{filter}
  -o smtpd_proxy_options=speed_adjust
  -o smtpd_milters=inet:127.0.0.1:9
  -o milter_default_action=accept
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_proxy_filter=127.0.0.1:{filter}
  -o milter_default_action=accept
"""
"""A Postfix as one finds it: mail goes in circles, and what speed_adjust loses nobody sees."""


def test_a_bad_postfix_is_put_right_by_following_the_remedies(postfix: Postfix, tmp_path: Path) -> None:
    with machine(tmp_path, BAD) as bad:
        seen: dict[str, str] = {}
        for _ in range(ROUNDS):
            code, findings = bad.doctor()
            seen |= {one["text"].partition(":")[0]: one["state"] for one in findings if one["remedy"]}
            next_one = first_remedy(findings)
            if next_one is None:
                break
            bad.follow(next_one)
        assert code == 0, [one for one in findings if one["state"] == "fail"]
        assert seen["loop"] == "fail"
        assert seen["speed_adjust for the smtpd 127.0.0.1"] == "fail"
        assert seen["milters of the smtpd 127.0.0.1"] == "warn"
        bad.send(SAMPLES / "ham.eml")
        (message,) = bad.postfix.wait_for(1, "you@proxied.test")
        assert message.count(b"\r\nX-Spam-Flag: ") == 1


def transcript() -> list[str]:
    """What filter/doctor/README.md shows of a first day, line by line."""
    return block("$ hamgate doctor").splitlines()


def test_the_readme_shows_what_the_doctor_says(first_day: FirstDay) -> None:
    """Each finding and each command of the transcript is one of the doctor's; numbers and places may differ."""
    shown, new = transcript(), first_day.machine
    lines = [shape(line, new) for line in shown if re.match(r"(ok|warn|fail|skipped) +\w", line)]
    commands = [shape(line.strip().removeprefix("-> "), new) for line in shown if re.match(r" +(-> )?\$ ", line)]
    assert len(lines) > 10
    assert len(commands) > 3
    assert [line for line in lines if line not in first_day.said] == []
    assert [one for one in commands if not any(is_short_for(one, said) for said in first_day.said)] == []


def is_short_for(shown: str, said: str) -> bool:
    """True if `shown` is `said`, or leaves out what stands between its beginning and its end."""
    begin, dots, end = shown.partition(" ... ")
    return said.startswith(begin) and said.endswith(end) if dots else said == shown


def shapes(findings: list[Finding], new: Machine) -> set[str]:
    lines = [f"{one['state']:<7}  {one['step']:<11} {one['text']}" for one in findings]
    lines += [line for one in findings for line in one["remedy"].splitlines() if line.startswith("$ ")]
    return {shape(line, new) for line in lines}


def shape(line: str, new: Machine) -> str:
    """`line` without what another machine says otherwise."""
    front = f"127.0.0.1:{new.ports['front']}"
    names = {str(new.config): "/etc/hamgate/hamgate.toml", f"smtpd {front}": "smtpd smtp", f"{front}/inet": "smtp/inet"}
    for name, usual in {**names, str(new.config.parent): "/etc/hamgate"}.items():
        line = line.replace(name, usual)
    line = re.sub(r"we greet as .*", "we greet as", line.replace("warn     name", "ok       name"))
    line = re.sub(r"queued as \w+", "queued as _", line)
    line = re.sub(r"(space +)/\S+:", r"\1_:", line)
    return re.sub(r"\b[0-9a-f]{12}\b|[-+]?\d+(\.\d+)?", "_", line).rstrip()
