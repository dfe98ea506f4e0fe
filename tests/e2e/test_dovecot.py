"""Messages that people move into Junk and out of it in a real Dovecot, with the lines of the README."""

import sqlite3
from collections.abc import Iterator
from imaplib import IMAP4

import pytest

from filter.digest import digest
from tests import mail
from tests.commands import COMMAND, hamgate
from tests.conftest import ROOT, require
from tests.e2e import imap
from tests.e2e.imap import Dovecot
from tests.pages import block, replaced

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    require(
        imap.may_run(),
        "needs Dovecot (Debian: apt install dovecot-imapd dovecot-sieve), and for root unshare --user",
    )
    root = imap.folder()
    scripts = root / "hamgate"
    scripts.mkdir()
    for name in ("learn-spam.sieve", "learn-ham.sieve"):
        (scripts / name).write_text(block(f"# /etc/dovecot/hamgate/{name}"))
    ours = {"exec /usr/bin/hamgate": f"PYTHONPATH='{ROOT}' exec {COMMAND}", "/var/lib/hamgate": f"{root}/learned"}
    (scripts / "learn").write_text(replaced(block("# /etc/dovecot/hamgate/learn,"), ours))
    (scripts / "learn").chmod(0o755)
    settings = replaced(block("# /etc/dovecot/conf.d/90-hamgate.conf"), {"/etc/dovecot/hamgate": str(scripts)})
    with Dovecot(settings, root) as instance:
        yield instance
    imap.remove(root)


@pytest.fixture
def client(server: Dovecot, request: pytest.FixtureRequest) -> Iterator[IMAP4]:
    found = server.client(request.node.name[:40])
    yield found
    found.logout()


def learned(server: Dovecot, raw: bytes) -> list[tuple[str, str, str]]:
    """Who did what with the message, in order."""
    path = server.root / "learned/journal.sqlite"
    if not path.exists():
        return []
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT who, action, label FROM event WHERE digest = ? ORDER BY seq", (digest(raw),))
        found = rows.fetchall()
    connection.close()
    return found


def put(client: IMAP4, box: str, raw: bytes) -> None:
    assert client.append(box, None, None, raw.replace(b"\n", b"\r\n"))[0] == "OK"


def move(client: IMAP4, source: str, target: str) -> None:
    """All messages of one box, as a mail program does it (RFC 6851)."""
    assert client.select(source)[0] == "OK"
    code, said = client.uid("MOVE", "1:*", target)
    assert code == "OK", said


def test_moved_to_junk_and_back_is_learned_as_the_newest_word_says(server: Dovecot, client: IMAP4) -> None:
    raw, user = mail.spam(1), "test_moved_to_junk_and_back_is_learned_a"
    put(client, "INBOX", raw)
    assert learned(server, raw) == []
    move(client, "INBOX", "Junk")
    assert learned(server, raw) == [(user, "learn", "spam")], server.log()
    move(client, "Junk", "INBOX")
    move(client, "INBOX", "Junk")
    assert [row[1:] for row in learned(server, raw)] == [("learn", "spam"), ("relabel", "ham"), ("relabel", "spam")]


def test_what_was_filed_by_hand_of_a_filter_and_moved_out_is_learned_as_ham(server: Dovecot, client: IMAP4) -> None:
    put(client, "INBOX", mail.ham(2))
    client.select("INBOX")
    assert client.uid("COPY", "1:*", "Junk")[0] == "OK"
    hamgate("forget", "-q", "--state", server.root / "learned", stdin=mail.ham(2))
    move(client, "Junk", "INBOX")
    assert learned(server, mail.ham(2))[-1][1:] == ("learn", "ham")


def test_what_is_thrown_away_out_of_junk_stays_spam(server: Dovecot, client: IMAP4) -> None:
    put(client, "INBOX", mail.spam(3))
    move(client, "INBOX", "Junk")
    move(client, "Junk", "Trash")
    assert [row[1:] for row in learned(server, mail.spam(3))] == [("learn", "spam")], server.log()


def test_a_message_is_moved_although_it_cannot_be_learned(server: Dovecot, client: IMAP4) -> None:
    script = server.root / "hamgate/learn"
    works = script.read_text()
    script.write_text("#!/bin/sh\necho no space >&2\nexit 75\n")
    try:
        put(client, "INBOX", mail.spam(4))
        move(client, "INBOX", "Junk")
        assert client.select("Junk")[1] == [b"1"]
        assert learned(server, mail.spam(4)) == []
    finally:
        script.write_text(works)
    assert "learn-spam.sieve failed" in server.log()
