"""Lines of the pages of doors in the programs that they are for: main.cf for a milter, a recipe of procmail."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import run
from tests.conftest import require
from tests.e2e.postfix import Postfix, program
from tests.gate import Gate
from tests.pages import block, replaced

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[1] / "samples"
PLAIN = "127.0.0.1:{front} inet n - n - - smtpd\n"
MILTER = '[policy]\nreject_at = 15\n[milters.postfix]\naddress = "127.0.0.1:0"\n'
SPAMD = '[spamd.local]\naddress = "unix:{folder}/spamd"\n[milters.port]\naddress = "127.0.0.1:0"\n'
EX_TEMPFAIL = 75  # sysexits(3)


@pytest.mark.postfix
def test_the_milter_in_main_cf(may_run_postfix: None, tmp_path: Path) -> None:
    with Gate(tmp_path, MILTER, ("postfix",)) as gate:
        lines = replaced(block("# /etc/postfix/main.cf"), {"127.0.0.1:11332": f"127.0.0.1:{gate.port}"})
        with Postfix(PLAIN, lines) as postfix:
            where = f"127.0.0.1:{postfix.ports['front']}"
            spam, ham = (
                run("send", where, SAMPLES / name, "--to", "ann@proxied.test").stdout
                for name in ("spam.eml", "ham.eml")
            )
            assert spam.startswith(b"550 5.7.1 Message refused as spam [ref ")
            assert ham.startswith(b"250 2.0.0 Ok: queued as ")
            (message,) = postfix.wait_for(1, "ann@proxied.test")
            assert b"\r\nX-Spam-Flag: NO\r\n" in message
            gate.terminate()
            away = run("send", where, SAMPLES / "ham.eml", "--to", "ann@proxied.test").stdout
            assert away.startswith(b"451 4.7.1 ")


@dataclass(frozen=True)
class Home:
    """Somebody with the recipe of the page."""

    folder: Path
    gate: Gate

    def deliver(self, sample: str) -> int:
        with (SAMPLES / sample).open("rb") as message:
            words = ["procmail", str(self.folder / "recipe")]
            return subprocess.run(words, stdin=message, stderr=subprocess.DEVNULL, check=False, timeout=60).returncode

    def box(self, name: str) -> bytes:
        path = self.folder / name
        return path.read_bytes() if path.exists() else b""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    absent = [name for name in ("procmail", "spamc") if program(name) is None]
    require(not absent, f"needs {', '.join(absent)} (Debian: apt install {' '.join(absent)})")
    ours = {"spamc -x": f"spamc -x -U {tmp_path}/spamd", "\njunk\n": f"\n{tmp_path}/junk\n"}
    recipe = tmp_path / "recipe"
    recipe.write_text(f"HOME={tmp_path}\nDEFAULT={tmp_path}/inbox\n" + replaced(block(":0fw"), ours))
    recipe.chmod(0o600)
    with Gate(tmp_path, SPAMD.format(folder=tmp_path), ("port",)) as gate:
        yield Home(tmp_path, gate)


def test_the_recipe_of_procmail_files_spam_and_delivers_the_rest(home: Home) -> None:
    assert (home.deliver("spam.eml"), home.deliver("ham.eml")) == (0, 0)
    assert b"\nX-Spam-Flag: YES\n" in b"\n" + home.box("junk")
    assert b"\nX-Spam-Flag: NO\n" in b"\n" + home.box("inbox")


def test_the_recipe_of_procmail_leaves_mail_in_the_queue_while_nobody_judges(home: Home) -> None:
    home.gate.terminate()
    assert home.deliver("spam.eml") == EX_TEMPFAIL
    assert home.box("inbox") + home.box("junk") == b""
