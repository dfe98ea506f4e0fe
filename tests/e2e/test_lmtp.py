"""Dovecot as the relay, by LMTP, and a real Postfix in front that brings it mail for two recipients at once."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import require
from tests.e2e.dovecot import Dovecot
from tests.e2e.postfix import Postfix, program
from tests.faults.scanners import GTUBE
from tests.gate import Gate

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

# Mail for proxied.test goes on to hamgate.
MAIN = """
virtual_transport = {transport}:[127.0.0.1]:{gate}
smtp_tls_security_level = none
lmtp_tls_security_level = none
"""
SERVICES = """
127.0.0.1:{front} inet n - n - - smtpd
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
"""
SETTINGS = """
[listeners.inbound]
address = "127.0.0.1:0"
protocol = "{protocol}"
[relays.dovecot]
addresses = ["127.0.0.1:{relay}"]
protocol = "lmtp"
[policy]
reject_at = 15
[policy.recipients."bob@proxied.test"]
reject_at = "off"
[workers]
count = 1
"""


@pytest.fixture(scope="module")
def dovecot(may_run_postfix: None) -> Iterator[Dovecot]:
    require(program("dovecot") is not None, "needs dovecot (Debian: apt install dovecot-lmtpd)")
    with Dovecot({}) as instance:
        yield instance


@contextmanager
def front(dovecot: Dovecot, folder: Path, protocol: str) -> Iterator[Postfix]:
    """A Postfix whose mail goes to Dovecot, through hamgate with a listener for `protocol`."""
    settings = SETTINGS.format(protocol=protocol, relay=dovecot.lmtp)
    with Gate(folder, settings) as gate, Postfix(SERVICES, MAIN.format(transport=protocol, gate=gate.port)) as postfix:
        yield postfix


def send(postfix: Postfix, subject: str, body: str, *users: str) -> None:
    """One message for several recipients."""
    recipients = ",".join(f"{user}@proxied.test" for user in users)
    words = ("swaks", "--server", f"127.0.0.1:{postfix.ports['front']}", "--from", "s@x.test", "--to", recipients)
    talk = subprocess.run(
        [*words, "--data", f"Subject: {subject}\n\n{body}\n"], check=False, capture_output=True, text=True, timeout=60
    )
    assert "queued as" in talk.stdout, talk.stdout


def wait_until(true: Callable[[], object], postfix: Postfix) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until, postfix.log()[-4000:]
        time.sleep(0.5)  # neither server tells when it has delivered
        postfix.flush()


def subjects(dovecot: Dovecot, user: str) -> list[bytes]:
    found = [re.search(rb"^Subject: (\w+)", message, re.MULTILINE) for message in dovecot.mail(user)]
    return sorted(one[1] for one in found if one)


def test_smtp_has_one_answer_so_the_second_recipient_is_served_later(dovecot: Dovecot, tmp_path: Path) -> None:
    """LMTP answers for each recipient by itself (RFC 2033), SMTP once for all: so it gets one recipient at a time."""
    with front(dovecot, tmp_path, "smtp") as postfix:
        send(postfix, "both", "lunch", "carol", "dave")
        wait_until(lambda: dovecot.mail("carol") and dovecot.mail("dave"), postfix)
        assert subjects(dovecot, "carol") == subjects(dovecot, "dave") == [b"both"]
        assert re.search(r"to=<(carol|dave)@proxied\.test>.*status=deferred .*452 4\.5\.3", postfix.log())
        assert all(b"X-Spam-Flag: NO" in message for message in dovecot.mail("carol") + dovecot.mail("dave"))
        postfix.wait_until_idle()


def test_lmtp_gives_each_recipient_what_their_policy_says(dovecot: Dovecot, tmp_path: Path) -> None:
    with front(dovecot, tmp_path, "lmtp") as postfix:
        send(postfix, "spam", GTUBE.decode(), "ann", "bob")
        wait_until(lambda: "status=bounced" in postfix.log() and "status=sent" in postfix.log(), postfix)
        assert re.search(
            r"to=<bob@proxied\.test>.*status=sent \(250 2\.0\.0 <bob@proxied\.test> \S+ Saved", postfix.log()
        )
        assert re.search(r"to=<ann@proxied\.test>.*status=bounced .*550 5\.7\.1 Message refused as spam", postfix.log())
        assert (subjects(dovecot, "ann"), subjects(dovecot, "bob")) == ([], [b"spam"])
        assert b"X-Spam-Flag: YES" in dovecot.mail("bob")[0]

        send(postfix, "ham", "lunch", "ann", "bob")
        wait_until(lambda: dovecot.mail("ann") and len(dovecot.mail("bob")) == 2, postfix)
        assert (subjects(dovecot, "ann"), subjects(dovecot, "bob")) == ([b"ham"], [b"ham", b"spam"])
        assert "status=deferred" not in postfix.log()  # one transaction for both
