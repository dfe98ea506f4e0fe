"""procmail and maildrop with the lines of the README: filed by the score, and a spam trap that teaches."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests import mail
from tests.commands import COMMAND
from tests.conftest import ROOT, require
from tests.pages import block

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[1] / "samples"
HAM, SPAM = ((SAMPLES / f"{label}.eml").read_bytes() for label in ("ham", "spam"))
AGENTS = {"procmail": (".procmailrc", "procmail"), "maildrop": (".mailfilter", "maildrop")}


class Home:
    """The home of somebody who has the lines of the README for `agent`, and `hamgate` on the path.

    Both agents take HOME and PATH from the system, so the lines come after two that name those of the test. Its state
    has a place of its own, because the tests may run as root, whose default is the system's.
    """

    def __init__(self, root: Path, agent: str) -> None:
        name, self._program = AGENTS[agent]
        self._root = root
        self._settings = root / name
        self._settings.write_text(f"HOME='{root}'\nPATH='{root}/bin:/usr/bin:/bin'\n{block(f'# ~/{name}')}")
        self._settings.chmod(0o600)
        for box in ("Maildir", "Maildir/.Junk"):
            for part in ("cur", "new", "tmp"):
                (root / box / part).mkdir(parents=True)
        run = f'PYTHONPATH="{ROOT}" exec {COMMAND}'
        self.install(f'if [ "$1" = learn ]; then {run} "$@" --state {root}/state; else {run} "$@"; fi')

    def install(self, command: str) -> None:
        """Let `hamgate` be a script of this `command`."""
        (self._root / "bin").mkdir(exist_ok=True)
        script = self._root / "bin/hamgate"
        script.write_text(f"#!/bin/sh\n{command}\n")
        script.chmod(0o755)

    def deliver(self, raw: bytes) -> None:
        words = [self._program, str(self._settings)]
        done = subprocess.run(words, input=raw, cwd=self._root, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()

    def box(self, name: str) -> list[bytes]:
        """The bodies of the messages in a box; agents add a header line of their own."""
        return [path.read_bytes().partition(b"\n\n")[2] for path in (self._root / name / "new").iterdir()]

    def journal(self) -> list[tuple[str, str]]:
        path = self._root / "state/journal.sqlite"
        if not path.exists():
            return []
        with sqlite3.connect(path) as connection:
            found = connection.execute("SELECT action, label FROM event").fetchall()
        connection.close()
        return found


@pytest.fixture(params=AGENTS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    require(shutil.which(request.param) is not None, f"needs {request.param} (Debian: apt install {request.param})")
    return Home(tmp_path, request.param)


def body(raw: bytes) -> bytes:
    return raw.partition(b"\n\n")[2]


def test_mail_is_filed_by_its_score(home: Home) -> None:
    home.deliver(HAM)
    home.deliver(SPAM)
    assert (home.box("Maildir"), home.box("Maildir/.Junk")) == ([body(HAM)], [body(SPAM)])
    assert home.journal() == []


def test_what_comes_to_the_trap_is_learned_as_spam_and_delivered(home: Home) -> None:
    trapped = mail.ham(1).replace(b"To: staff@example.net", b"To: spamtrap@example.net")
    assert trapped != mail.ham(1)
    home.deliver(trapped)
    assert home.journal() == [("learn", "spam")]
    assert home.box("Maildir") == [body(trapped)]


def test_no_mail_is_lost_or_called_spam_when_hamgate_fails(home: Home) -> None:
    home.install("exit 75")
    home.deliver(SPAM)
    assert (home.box("Maildir"), home.box("Maildir/.Junk")) == ([body(SPAM)], [])
