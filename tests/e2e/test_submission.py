"""Mail of one's own users: port 587 with STARTTLS, passwords checked by a real Postfix and Dovecot behind us."""

import email.message
import re
import smtplib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Files, make
from tests.commands import run
from tests.conftest import require
from tests.e2e.dovecot import Dovecot
from tests.e2e.postfix import Postfix, program
from tests.e2e.secrets import ACCOUNT, PASSWORD, TEXT, traces
from tests.faults.scanners import GTUBE
from tests.gate import Gate
from tests.pages import block

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

SPAM_PER_USER = 8
SERVICE = block("127.0.0.1:10587 inet")
"""What the README tells a mail administrator to put into master.cf."""
SETTINGS = """
[listeners.submission]
address = "127.0.0.1:0"
tls = "require"
tls_certificate = "{certificate}"
tls_key = "{key}"
auth = true
spam_per_user = {spam_per_user}
[listeners.submission.policy]
mark = false
tag_at = 5
reject_at = 15
detail = "full"
contact = "help@proxied.test"
[relays.postfix]
addresses = ["127.0.0.1:{relay}"]
[log]
format = "json"
level = "debug"
[history]
file = "{folder}/history"
[workers]
count = 1
"""


def service(auth: str) -> str:
    """The README's lines on a port of the test, outside a chroot, with passwords from the socket `auth`."""
    lines = SERVICE.replace("127.0.0.1:10587 inet n - y ", "127.0.0.1:{back} inet n - n ").replace("private/auth", auth)
    assert lines.count("{back}") == lines.count(auth) == 1
    return f"\n{lines}    -o syslog_name=postfix/submission\n"


@pytest.fixture(scope="module")
def relay(may_run_postfix: None) -> Iterator[Postfix]:
    require(program("dovecot") is not None, "needs dovecot (Debian: apt install dovecot-lmtpd)")
    users = {ACCOUNT: f"{{PLAIN}}{PASSWORD}", "bob": f"{{PLAIN}}{PASSWORD}"}
    with Dovecot(users) as dovecot, Postfix(service(str(dovecot.auth))) as instance:
        yield instance


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def gate(relay: Postfix, certificate: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("gate")
    settings = SETTINGS.format(
        certificate=certificate.certificate, key=certificate.key, spam_per_user=SPAM_PER_USER,
        relay=relay.ports["back"], folder=folder,
    )  # fmt: skip
    with Gate(folder, settings, ("submission",)) as running:
        yield running


def swaks(gate: Gate, recipient: str, *options: str, body: str = TEXT) -> str:
    """The conversation."""
    server = ("--server", f"127.0.0.1:{gate.port}", "--helo", "client.test", "--timeout", "20")
    message = f"Subject: {TEXT}\n\n{body}\n"
    words = ("swaks", *server, "--from", "ann@proxied.test", "--to", recipient, "--data", message, *options)
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=60).stdout


def login(word: str = PASSWORD, mechanism: str = "PLAIN") -> tuple[str, ...]:
    return ("--tls", "--auth", mechanism, "--auth-user", ACCOUNT, "--auth-password", word)


class Session(smtplib.SMTP):
    """A mail program that has logged in."""

    def __init__(self, gate: Gate, certificate: Files, user: str = ACCOUNT) -> None:
        super().__init__("127.0.0.1", gate.port, timeout=30)
        self._host = "proxy.test"  # what the certificate must bear
        self.starttls(context=certificate.client())
        self.login(user, PASSWORD)

    def submit(self, recipient: str, body: bytes) -> tuple[int, str]:
        """The last reply; its lines are the lines of the text."""
        try:
            self.sendmail("ann@proxied.test", [recipient], b"Subject: %s\r\n\r\n%s\r\n" % (TEXT.encode(), body))
        except smtplib.SMTPDataError as error:
            return error.smtp_code, error.smtp_error.decode() if isinstance(error.smtp_error, bytes) else ""
        return 250, ""


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_who_logs_in_may_send(gate: Gate, relay: Postfix, mechanism: str) -> None:
    recipient = f"{mechanism.lower()}@proxied.test"
    talk = swaks(gate, recipient, *login(mechanism=mechanism))
    assert "235 2.7.0 Authentication successful" in talk, talk
    assert "queued as" in talk
    assert len(relay.wait_for(1, recipient)) == 1
    assert f"sasl_method={mechanism}, sasl_username={ACCOUNT}" in relay.log()


def test_who_does_not_may_not(gate: Gate) -> None:
    assert "535 5.7.8" in swaks(gate, "wrong@proxied.test", *login("wrong"))
    assert "530 5.7.0 Authentication required" in swaks(gate, "none@proxied.test", "--tls")
    talk = swaks(gate, "clear@proxied.test", "--auth", "PLAIN", "--auth-user", ACCOUNT, "--auth-password", PASSWORD)
    assert "250-STARTTLS" in talk or "250 STARTTLS" in talk
    assert re.search(r"^<.*AUTH", talk, re.MULTILINE) is None  # no password is asked for in clear text
    assert "530 5.7.0 Must issue a STARTTLS command first" in swaks(gate, "plain@proxied.test")


def test_outgoing_mail_stays_as_it_was_octet_for_octet(gate: Gate, relay: Postfix, certificate: Files) -> None:
    content = b"X-Spam-Flag: YES\r\nsubject:%s  odd\r\n\tfolding \r\nMIME-Version:1.0\r\n\r\n.\r\n..dots\r\n\tend \r\n"
    content %= TEXT.encode()
    with Session(gate, certificate) as session:
        session.sendmail("ann@proxied.test", ["octets@proxied.test"], content)
    (message,) = relay.wait_for(1, "octets@")
    assert message.endswith(b"\r\n" + content)
    added = email.message_from_bytes(message.removesuffix(content))
    assert set(added.keys()) <= {"Return-Path", "X-Original-To", "Delivered-To", "Received"}


def test_refused_spam_is_explained_and_the_login_stays(gate: Gate, relay: Postfix, certificate: Files) -> None:
    with Session(gate, certificate) as session:
        code, text = session.submit("spam@proxied.test", GTUBE)
        assert code == 550
        lines = text.splitlines()
        assert re.fullmatch(
            r"5\.7\.1 Message refused as spam \[ref [0-9A-F]{8}\].* \(\S+ points, refused from 15\)", lines[0]
        )
        assert "5.7.1 - the standard test string for spam filters" in lines
        assert lines[-1].endswith("contact help@proxied.test and quote the reference")
        assert session.submit("after@proxied.test", b"ham") == (250, "")
    assert len(relay.wait_for(1, "after@")) == 1

    reference = re.findall(r"\[ref ([0-9A-F]{8})\]", text)[0]
    gate.terminate()
    gate.start()
    told = run("explain", reference, "--config", gate.file)
    assert told.returncode == 0, told.stderr
    assert b"refused as spam" in told.stdout
    assert re.search(rf"login +{ACCOUNT}\b", told.stdout.decode())


def test_account_that_sends_spam_is_stopped_and_others_are_not(gate: Gate, certificate: Files) -> None:
    with Session(gate, certificate) as session:
        replies = [session.submit("spam@proxied.test", GTUBE)[0] for _ in range(SPAM_PER_USER)]
        assert replies == [550] * SPAM_PER_USER
        code, text = session.submit("ham@proxied.test", b"ham")
        assert (code, text[:5]) == (450, "4.7.1"), text
    with Session(gate, certificate) as session:
        assert session.submit("ham@proxied.test", b"ham")[0] == 450
    with Session(gate, certificate, "bob") as session:
        assert session.submit("bob@proxied.test", b"ham") == (250, "")


def test_nothing_that_was_written_betrays_a_password_or_a_text(gate: Gate, certificate: Files) -> None:
    """Runs last: the log at its most talkative, the history, and what other commands would read."""
    with Session(gate, certificate, "bob") as session:
        session.submit("last@proxied.test", TEXT.encode() + GTUBE)
    gate.terminate()
    assert "ref" in gate.log.read_text()
    assert (gate.log.parent / "history").stat().st_size > 0
    assert traces(gate.log.parent, GTUBE) == []
    gate.start()


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(f"client said AUTH PLAIN {'AGFubgBEdW5rZWxibGF1LTQyLUtvcm1vcmFu'}\n")
    (tmp_path / "history").write_bytes(b"..." + TEXT.encode())
    assert {trace.partition(":")[0] for trace in traces(tmp_path)} == {"log", "history"}
