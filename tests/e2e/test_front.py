"""hamgate between two Postfix: what the first says of its client and of the message must reach the second."""

import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import ROOT
from tests.e2e.postfix import Postfix
from tests.gate import Gate

SAMPLES = ROOT / "tests/samples"
pytestmark = [pytest.mark.postfix, pytest.mark.slow]

# The front server believes its client, so that a test can come from anywhere.
SERVICES = """
127.0.0.1:{front} inet n - n - - smtpd
  -o smtpd_proxy_filter=127.0.0.1:{filter}
  -o smtpd_authorized_xclient_hosts=127.0.0.0/8
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_proxy_filter=
  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
  -o syslog_name=postfix/back
"""
SETTINGS = """
[listeners.inbound]
address = "127.0.0.1:{filter}"
xforward_from = ["127.0.0.1"]
[relays.postfix]
addresses = ["127.0.0.1:{back}"]
forward = "xforward"
[workers]
count = 1
"""


@dataclass
class Site:
    """Mail comes in at `postfix`'s port "front", and leaves its port "back" for the mailboxes."""

    postfix: Postfix
    gate: Gate

    def send(self, mail: str, rcpt: str, message: bytes) -> tuple[int, bytes]:
        """Be a stranger at 192.0.2.9 and send a message with these parameters."""
        with smtplib.SMTP("127.0.0.1", self.postfix.ports["front"], timeout=30) as client:
            client.command_encoding = "utf-8"
            client.ehlo("localhost")
            assert client.docmd("XCLIENT", "ADDR=192.0.2.9 NAME=mail.x.test")[0] == 220
            client.ehlo("mail.x.test")
            assert client.docmd(f"MAIL FROM:{mail}")[0] == 250
            code, text = client.docmd(f"RCPT TO:{rcpt}")
            assert code == 250, text
            return client.data(message)


@pytest.fixture(scope="module")
def site(may_run_postfix: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("gate")
    with Postfix(SERVICES) as postfix, Gate(folder, SETTINGS.format(**postfix.ports)) as gate:
        yield Site(postfix, gate)


def test_the_client_of_the_front_server_is_known_here_and_behind(site: Site) -> None:
    assert site.send("<s@x.test>", "<who@proxied.test>", (SAMPLES / "ham.eml").read_bytes())[0] == 250
    (message,) = site.postfix.wait_for(1, "who@proxied.test")
    assert b"X-Spam-Flag: NO" in message
    assert re.search(r"orig_client=mail\.x\.test\[192\.0\.2\.9\]", site.postfix.log())
    (line,) = [line for line in site.gate.log.read_text().splitlines() if "who@proxied.test" in line]
    assert " client=192.0.2.9 " in line


def test_wishes_for_reports_arrive_as_the_sender_wrote_them(site: Site) -> None:
    """The last Postfix reports success, and quotes what the first one heard, decoded from xtext (RFC 3461)."""
    mail = "<s@proxied.test> RET=HDRS ENVID=QQ+2B314"
    rcpt = "<dsn@proxied.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Any+2Bone@x.test"
    assert site.send(mail, rcpt, b"Subject: x\r\n\r\nx\r\n")[0] == 250
    (report,) = site.postfix.wait_for(1, "Delivered-To: s@proxied.test")
    assert b"\r\nOriginal-Envelope-Id: QQ+314" in report
    assert b"\r\nOriginal-Recipient: rfc822;Any+one@x.test\r\n" in report
    assert b"\r\nAction: delivered\r\n" in report


def test_addresses_and_text_beyond_ascii(site: Site) -> None:
    content = "Subject: Grüße\r\n\r\nKäse, 8 bit\r\n".encode()
    assert site.send("<zoë@x.test> BODY=8BITMIME SMTPUTF8", "<böb@proxied.test>", content)[0] == 250
    (message,) = site.postfix.wait_for(1, "böb@proxied.test")
    assert message.endswith(content)
