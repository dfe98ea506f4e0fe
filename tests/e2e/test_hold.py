"""Mail held for review behind the proxy, as the README says it: Postfix holds it by our header, and gives it back."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import COMMAND
from tests.e2e.postfix import SERVICES, Postfix, program
from tests.gate import Gate

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

SAMPLES = Path(__file__).parents[1] / "samples"
HOLD = "/^X-Hamgate-Hold: yes$/ HOLD hamgate"
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
    checks = tmp_path / "header_checks"
    checks.write_text(f"{HOLD}\n")
    services = SERVICES.replace(
        "syslog_name=postfix/back\n", "syslog_name=postfix/back\n  -o cleanup_service_name=held\n"
    )
    services += "held unix n - n - 0 cleanup\n  -o disable_mime_input_processing=no\n  -o header_checks=regexp:" + str(
        checks
    )
    tmp_path.chmod(0o755)
    with Postfix(services + "\n") as instance:
        yield instance


def send(gate: Gate, sample: str, recipient: str) -> str:
    words = [COMMAND, "send", f"127.0.0.1:{gate.port}", str(SAMPLES / sample), "--to", recipient]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


def held(postfix: Postfix) -> list[Path]:
    return [path for path in (postfix.root / "queue/hold").rglob("*") if path.is_file()]


def test_what_is_held_waits_until_a_person_lets_it_go(postfix: Postfix, tmp_path: Path) -> None:
    with Gate(tmp_path, SETTINGS.format(**postfix.ports)) as gate:
        assert send(gate, "spam.eml", "spam@proxied.test").startswith("250 2.0.0 Ok: queued as ")
        assert send(gate, "ham.eml", "ham@proxied.test").startswith("250 2.0.0 Ok: queued as ")
        (ham,) = postfix.wait_for(1, "ham@proxied.test")
        assert b"X-Hamgate-Hold" not in ham
        (waiting,) = held(postfix)  # and nothing else of it is delivered
        assert "action=hold" in gate.log.read_text()
        config = ("-c", str(postfix.root / "conf"))
        subprocess.run([program("postsuper") or "", *config, "-H", waiting.name], check=True, timeout=60)
        postfix.flush()
        (spam,) = postfix.wait_for(1, "spam@proxied.test")
        assert b"\r\nX-Spam-Flag: YES\r\n" in spam
        assert b"\r\nX-Hamgate-Hold: yes\r\n" in spam
        assert held(postfix) == []


def test_a_forged_mark_holds_nothing(postfix: Postfix, tmp_path: Path) -> None:
    message = tmp_path / "forged.eml"
    message.write_bytes(b"X-Hamgate-Hold: yes\n" + (SAMPLES / "ham.eml").read_bytes())
    with Gate(tmp_path, SETTINGS.format(**postfix.ports)) as gate:
        words = [COMMAND, "send", f"127.0.0.1:{gate.port}", str(message), "--to", "forged@proxied.test"]
        subprocess.run(words, check=True, timeout=60, capture_output=True)
        (delivered,) = postfix.wait_for(1, "forged@proxied.test")
        assert b"X-Hamgate-Hold" not in delivered
        assert held(postfix) == []
