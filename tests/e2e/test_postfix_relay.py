"""A real Postfix as the relay: what we say of a client, and the TLS between us."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from filter.smtp.peer import Peer
from filter.smtp.probe import survey
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay
from tests.e2e.postfix import Postfix
from tests.faults.certificates import Authority
from tests.faults.client import HAM

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

# A relay that trusts this machine, as most do.
SERVICE = """
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination
  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
  -o smtpd_authorized_xclient_hosts=127.0.0.0/8
  -o inet_protocols=all
  -o smtpd_tls_security_level=may
  -o smtpd_tls_received_header=yes
  -o smtpd_tls_cert_file=FOLDER/server2-relay.test.pem
  -o smtpd_tls_key_file=FOLDER/server2-relay.test.key
  -o syslog_name=postfix/back
"""
TLSMGR = "tlsmgr unix - - n 1000? 1 tlsmgr\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    authority = Authority.new(tmp_path_factory.mktemp("certificates"))
    authority.server("relay.test")
    return authority


@pytest.fixture(scope="module")
def trusting(postfix: Postfix, authority: Authority) -> Iterator[Postfix]:
    """`postfix` only says whether there can be one."""
    with Postfix(SERVICE.replace("FOLDER", str(authority.folder)) + TLSMGR) as instance:
        yield instance


def relay(postfix: Postfix, **values: Any) -> SmtpRelay:
    return SmtpRelay(RelaySettings((f"127.0.0.1:{postfix.ports['back']}",), **values), "proxy.test")


async def deliver(relay: SmtpRelay, peer: Peer, recipient: bytes) -> None:
    """Two messages in one session."""
    with contextlib.closing(await relay.open(peer)) as hop:
        for _ in range(2):
            assert (await hop.mail(b"MAIL FROM:<s@x.test>")).code == 250
            assert (await hop.rcpt(b"RCPT TO:<%s>" % recipient)).code == 250
            assert (await hop.data()).code == 354
            await hop.body([HAM])
            assert [reply.code for reply in await hop.commit()] == [250]


def test_with_xclient_our_clients_are_no_neighbours_of_the_relay(trusting: Postfix) -> None:
    found = {forward: asyncio.run(survey(relay(trusting, forward=forward))) for forward in ("none", "xclient")}
    assert {forward: one.open_relay for forward, one in found.items()} == {"none": True, "xclient": False}
    assert found["none"].greeting == "relay.test ESMTP Postfix"
    assert {b"XCLIENT", b"XFORWARD", b"STARTTLS"} <= found["none"].extensions.keys()


PEERS = (
    Peer("192.0.2.7", 2525, "mail.x.test", b"client.test", "ESMTP", "3F21", "REMOTE"),
    Peer("2001:db8::7", 25, "", b"[IPv6:2001:db8::7]", "SMTP", "", "LOCAL"),
    Peer(),
    Peer("192.0.2.8", 0, "not a name", b"\xff<>=+ " * 100, "LMTP", "x" * 300, "", "j\r\nane"),
)


@pytest.mark.parametrize("forward", ["xforward", "xclient"])
@pytest.mark.parametrize("peer", PEERS, ids=["all", "IPv6", "nothing", "odd"])
def test_postfix_takes_what_we_say_of_a_client(forward: str, peer: Peer, trusting: Postfix) -> None:
    asyncio.run(deliver(relay(trusting, forward=forward), peer, b"forward@proxied.test"))


def test_postfix_believes_it(trusting: Postfix) -> None:
    for number, forward in enumerate(("xforward", "xclient")):
        peer = Peer(f"192.0.2.{number + 100}", 25, f"{forward}.x.test", b"client.test")
        asyncio.run(deliver(relay(trusting, forward=forward), peer, b"believe@proxied.test"))
    trusting.wait_for(4, "believe@")
    assert "orig_client=xforward.x.test[192.0.2.100]" in trusting.log()
    assert "client=xclient.x.test[192.0.2.101]" in trusting.log()
    assert any(b"from client.test (xclient.x.test [192.0.2.101])" in path.read_bytes() for path in trusting.files())


def test_starttls(trusting: Postfix, authority: Authority) -> None:
    values: dict[str, Any] = {"tls": "require", "ca_file": str(authority.certificate), "name": "relay.test"}

    async def scenario() -> None:
        await deliver(relay(trusting, **values), Peer(), b"tls@proxied.test")
        await asyncio.to_thread(trusting.wait_for, 2, "tls@")

    asyncio.run(scenario())
    assert any(b"(using TLSv1.3" in path.read_bytes() for path in trusting.files())
