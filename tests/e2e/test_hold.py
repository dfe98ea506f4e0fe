"""Mail held for review behind the proxy, as the README says it: Postfix holds it by our header, and gives it back."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import COMMAND
from tests.e2e.postfix import Postfix
from tests.gate import Gate
from tests.pages import block, replaced

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

SAMPLES = Path(__file__).parents[1] / "samples"
SETTINGS = """
[policy]
hold_at = 10

[listeners.inbound]
address = "127.0.0.1:0"

[relays.postfix]
addresses = ["127.0.0.1:{back}"]
"""


@pytest.fixture
def postfix(may_run_postfix: None, tmp_path: Path) -> Iterator[Postfix]:
    """A Postfix to which the README's commands were given, on the ports and in the folder of the test."""
    tmp_path.chmod(0o755)
    with Postfix() as instance:
        back = f"127.0.0.1:{instance.ports['back']}"
        ours = {"127.0.0.1:10026": back, "/etc/postfix/hamgate_hold": f"{tmp_path}/hamgate_hold"}
        # The Postfix of the tests looks at no header, so that every octet can be compared.
        ours["postfix reload"] = "postconf -P held/unix/disable_mime_input_processing=no\npostfix reload"
        run(replaced(block("echo '/^X-Hamgate-Hold"), ours), instance)
        yield instance


def run(commands: str, postfix: Postfix) -> None:
    environment = {
        **os.environ,
        "PATH": f"{os.environ['PATH']}:/usr/sbin",
        "MAIL_CONFIG": str(postfix.root / "conf"),
    }
    subprocess.run(["sh", "-ec", commands], env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)


def send(gate: Gate, sample: str, recipient: str) -> str:
    words = [COMMAND, "send", f"127.0.0.1:{gate.port}", str(SAMPLES / sample), "--to", recipient]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


def test_what_is_held_waits_until_a_person_lets_it_go(postfix: Postfix, tmp_path: Path) -> None:
    with Gate(tmp_path, SETTINGS.format(**postfix.ports)) as gate:
        assert send(gate, "spam.eml", "spam@proxied.test").startswith("250 2.0.0 Ok: queued as ")
        assert send(gate, "ham.eml", "ham@proxied.test").startswith("250 2.0.0 Ok: queued as ")
        (ham,) = postfix.wait_for(1, "ham@proxied.test")
        assert b"X-Hamgate-Hold" not in ham
        (waiting,) = postfix.held()  # and nothing else of it is delivered
        assert "action=hold" in gate.log.read_text()
        run(f"postcat -qh {waiting.name} | grep -q '^X-Hamgate-Report: '; postsuper -H {waiting.name}", postfix)
        postfix.flush()
        (spam,) = postfix.wait_for(1, "spam@proxied.test")
        assert b"\r\nX-Spam-Flag: YES\r\n" in spam
        assert b"\r\nX-Hamgate-Hold: yes\r\n" in spam
        assert postfix.held() == []


def test_a_forged_mark_holds_nothing(postfix: Postfix, tmp_path: Path) -> None:
    message = tmp_path / "forged.eml"
    message.write_bytes(b"X-Hamgate-Hold: yes\n" + (SAMPLES / "ham.eml").read_bytes())
    with Gate(tmp_path, SETTINGS.format(**postfix.ports)) as gate:
        words = [COMMAND, "send", f"127.0.0.1:{gate.port}", str(message), "--to", "forged@proxied.test"]
        subprocess.run(words, check=True, timeout=60, capture_output=True)
        (delivered,) = postfix.wait_for(1, "forged@proxied.test")
        assert b"X-Hamgate-Hold" not in delivered
        assert postfix.held() == []
