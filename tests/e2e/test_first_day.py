"""A mail administrator's first day: `hamgate doctor` on an unconfigured machine, and then only what it says to do."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.commands import COMMAND
from tests.conftest import ROOT, require
from tests.e2e.postfix import Postfix
from tests.e2e.test_postfix import SAMPLES

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
def machine(folder: Path) -> Iterator[Machine]:
    with Postfix(PLAIN) as instance:
        one = Machine(instance, folder)
        try:
            yield one
        finally:
            one.stop()


def first_remedy(findings: list[Finding]) -> Finding | None:
    """What a person does next: the first thing that failed or warned, and has commands."""
    troubles = (one for one in findings if one["state"] in ("fail", "warn"))
    return next((one for one in troubles if re.search(r"^\$ ", one["remedy"], re.M)), None)


def test_from_nothing_to_a_working_filter_by_following_the_remedies(postfix: Postfix, tmp_path: Path) -> None:
    with machine(tmp_path) as new:
        for _ in range(ROUNDS):
            code, findings = new.doctor()
            next_one = first_remedy(findings)
            if next_one is None:
                break
            assert new.follow(next_one)
        assert code == 0, [one for one in findings if one["state"] == "fail"]
        assert [re.sub(r"\d{4,}|/\S+\.toml", "_", command)[:38] for command in new.done] == [
            f"mkdir -p {tmp_path}/etc && hamgate config init"[:38],
            "postconf -M '127.0.0.1:_/inet=127.0.0.",
            "hamgate serve --config _",
            "postconf -P 127.0.0.1:_/inet/smtpd_pro",
            "postconf -P 127.0.0.1:_/inet/message_s",
        ]
        talk = new.shell(
            f"swaks --server 127.0.0.1:{new.ports['front']} --helo c.test --from s@x.test --to you@proxied.test "
            f"--data {SAMPLES / 'spam.eml'}"
        )
        assert "queued as" in talk.stdout, talk.stdout + new.postfix.log()[-3000:]
        (spam,) = new.postfix.wait_for(1, "you@proxied.test")
        assert b"\r\nX-Spam-Flag: YES\r\n" in spam
        code, findings = new.doctor("--send-to", "me@proxied.test")
        assert (code, findings[-1]["step"], findings[-1]["state"]) == (0, "sending", "ok")
        (test,) = new.postfix.wait_for(1, "me@proxied.test")
        assert b"\r\nX-Spam-Flag: NO\r\n" in test
        assert b"\r\nSubject: hamgate doctor: a test message\r\n" in test


def transcript() -> list[str]:
    """What the README shows of a first day, line by line."""
    found = re.search(r"```console\n(\$ hamgate doctor\n.*?)```", (ROOT / "README.md").read_text(), re.S)
    require(found is not None, "the README shows no first day yet")
    return found[1].splitlines() if found else []


def test_the_readme_shows_what_the_doctor_says(postfix: Postfix, tmp_path: Path) -> None:
    """Each finding of the transcript is one that the doctor makes; numbers, places and points may differ."""
    said: set[str] = set()
    with machine(tmp_path) as new:
        for _ in range(ROUNDS):
            _, findings = new.doctor()
            said |= {shape(f"{one['state']:<7}  {one['step']:<11} {one['text']}", new) for one in findings}
            next_one = first_remedy(findings)
            if next_one is None:
                break
            new.follow(next_one)
    shown = [shape(line, new) for line in transcript() if re.match(r"(ok|warn|fail|skipped) +\w", line)]
    assert len(shown) > 10
    assert [line for line in shown if line not in said] == []


def shape(line: str, new: Machine) -> str:
    """`line` without what another machine says otherwise."""
    names = {str(new.config): "/etc/hamgate/hamgate.toml", f"smtpd 127.0.0.1:{new.ports['front']}": "smtpd smtp"}
    for name, usual in names.items():
        line = line.replace(name, usual)
    line = re.sub(r"we greet as .*", "we greet as", line.replace("warn     name", "ok       name"))
    return re.sub(r"[-+]?\d+(\.\d+)?|[0-9a-f]{12}", "_", line).rstrip()
