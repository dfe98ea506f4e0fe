"""Relays: down, slow, in clear text, open, without what we need of them. A scripted relay plays each part."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from filter.config.settings import RelayTable, Settings
from filter.doctor import relays as module
from filter.doctor.finding import Finding
from filter.doctor.relays import relays
from filter.smtp.limits import Limits
from tests.faults.certificates import Authority
from tests.faults.relay import FakeRelay, Say, Step
from tests.unit.doctor.said import lines, one, related, setup

CLOSED: dict[str, list[Step]] = {"RCPT": [Say(b"554 5.7.1 Relay access denied\r\n")] * 2}
ALL = (b"8BITMIME", b"SMTPUTF8", b"DSN")
Make = Callable[[str], Settings]


def seen(relay: FakeRelay, make: Make = lambda address: setup(relay=address), *, local: bool = True) -> list[Finding]:
    """What the doctor says while `relay` runs; `make` gets its address. `local`: it is a Postfix of this machine."""

    async def scenario() -> list[Finding]:
        async with relay:
            settings = make(f"127.0.0.1:{relay.port}")
            services = dict.fromkeys(settings.relays["postfix"].addresses, "10026/inet") if local else {}
            return await asyncio.to_thread(lambda: list(relays(settings, "mx.test", services)))

    found = asyncio.run(scenario())
    assert relay.copies == []  # no message is sent
    return [replace(one, text=one.text.replace(f"127.0.0.1:{relay.port}", "RELAY")) for one in found]


def test_a_good_relay() -> None:
    answers, closed = seen(FakeRelay(CLOSED, ALL))
    assert answers.state == "ok"
    assert answers.text.startswith("postfix: RELAY answers in ")
    assert closed.text == "postfix: RELAY takes no mail for foreign domains through inbound"


def test_a_relay_that_is_down() -> None:
    finding = one(relays(setup(relay="127.0.0.1:1"), "mx.test"), "fail")
    assert finding.text == "postfix: 127.0.0.1:1: cannot connect: Connection refused"
    assert finding.remedy.startswith("start the mail server that should answer there")


def test_one_address_of_two_is_down() -> None:
    def both(address: str) -> Settings:
        return related(setup(), addresses=("127.0.0.1:1", address))

    down = one(seen(FakeRelay(CLOSED, ALL), both), "warn")
    assert down.text == "postfix: 127.0.0.1:1: cannot connect: Connection refused"


def test_a_relay_that_refuses_us() -> None:
    finding = one(seen(FakeRelay({"greeting": [Say(b"554 5.7.1 go away\r\n")]})), "fail")
    assert "554 5.7.1 go away" in finding.text


def test_a_slow_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", 0.0)
    assert one(seen(FakeRelay(CLOSED, ALL)), "warn").remedy.startswith("see why it is slow to greet")


def test_an_open_relay() -> None:
    found = seen(FakeRelay(extensions=ALL), lambda address: setup("0.0.0.0:25", address))
    finding = one(found, "fail")
    assert finding.text.startswith("postfix: open relay: RELAY takes mail for any domain from this machine")
    assert "mynetworks" in finding.remedy
    assert finding.remedy.endswith("[listeners.inbound]\ntrust_clients = true")


def test_it_is_no_open_relay_if_only_trusted_clients_connect() -> None:
    for listen, trust in (("127.0.0.1:25", False), ("0.0.0.0:25", True)):
        found = seen(FakeRelay(extensions=ALL), lambda a, to=listen, ok=trust: setup(to, a, trust_clients=ok))  # type: ignore[misc]
        assert [finding.state for finding in found] == ["ok"]


@pytest.mark.slow
def test_a_relay_without_auth_for_those_who_log_in() -> None:
    def submission(address: str) -> Settings:
        return setup("127.0.0.1:587", address, auth=True)

    finding = one(seen(FakeRelay(CLOSED, ALL), submission), "fail")
    assert finding.text == "postfix: RELAY offers no AUTH, so nobody can log in at the listener inbound"
    assert finding.remedy == "$ postconf -P 10026/inet/smtpd_sasl_auth_enable=yes && postfix reload"
    finding = one(seen(FakeRelay(CLOSED, ALL), submission, local=False), "fail")
    assert finding.remedy.endswith("write into its main.cf:\nsmtpd_sasl_auth_enable = yes")
    finding = one(seen(FakeRelay(CLOSED, (*ALL, b"STARTTLS")), submission), "fail")
    assert finding.remedy.endswith('[relays.postfix]\ntls = "require"')
    assert "fail" not in {one.state for one in seen(FakeRelay(CLOSED, (*ALL, b"AUTH PLAIN")), submission)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("forward", "state", "words"),
    [
        ("xforward", "warn", "postfix: RELAY does not offer XFORWARD to us"),
        ("xclient", "fail", "postfix: RELAY: XCLIENT is not offered to us"),
    ],
)
def test_a_relay_that_does_not_hear_who_the_client_is(forward: str, state: str, words: str) -> None:
    def make(address: str) -> Settings:
        return related(setup(relay=address), forward=forward)

    finding = one(seen(FakeRelay(CLOSED, ALL), make), state)
    assert finding.text.startswith(words)
    assert finding.remedy == (
        f"$ postconf -P 10026/inet/smtpd_authorized_{forward}_hosts=127.0.0.0/8 && postfix reload"
    )
    elsewhere = one(seen(FakeRelay(CLOSED, ALL), make, local=False), state)
    assert elsewhere.remedy.endswith(f"write into its main.cf:\nsmtpd_authorized_{forward}_hosts = OUR ADDRESS")


def test_a_relay_that_hears_it() -> None:
    relay = FakeRelay(CLOSED, (*ALL, b"XFORWARD NAME ADDR"))
    found = seen(relay, lambda address: related(setup(relay=address), forward="xforward"))
    assert "ok postfix: RELAY takes XFORWARD from us" in lines(found)


def test_what_we_offer_and_the_relay_does_not() -> None:
    finding = one(seen(FakeRelay(CLOSED, (b"8BITMIME",))), "warn")
    assert finding.text.startswith("postfix: RELAY does not offer SMTPUTF8, DSN: it refuses messages that need it")
    assert "$ postconf -e 'smtpd_discard_ehlo_keywords=SMTPUTF8, DSN' && postfix reload" in finding.remedy


def test_a_relay_that_takes_smaller_messages_only() -> None:
    relay = FakeRelay(CLOSED, ALL)
    relay._good["EHLO"] = Say(b"250-relay\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 SIZE 1000\r\n")
    finding = one(seen(relay), "warn")
    assert finding.text == f"postfix: RELAY takes messages up to 1000 octets, and we offer {Limits().message}"
    assert finding.remedy.endswith("[listeners.inbound.limits]\nmessage = 1000")


def under_tls(**relay: object) -> Make:
    return lambda address: related(setup(relay=address), **relay)


@pytest.mark.slow
def test_tls_that_is_good_unknown_or_not_offered(tmp_path: Path) -> None:
    authority = Authority.new(tmp_path)
    trusted = {"ca_file": str(authority.certificate), "tls": "require"}
    good = FakeRelay(CLOSED, (*ALL, b"STARTTLS"), tls=authority.server("127.0.0.1"))
    assert seen(good, under_tls(**trusted))[0].text.endswith(" ms, under TLS with a certificate that is valid")
    unknown = FakeRelay(CLOSED, (*ALL, b"STARTTLS"), tls=authority.server("127.0.0.1"))
    finding = one(seen(unknown, under_tls(tls="require")), "fail")
    assert "certificate verify failed" in finding.text
    assert "ca_file = " in finding.remedy
    finding = one(seen(FakeRelay(CLOSED, ALL), under_tls(**trusted)), "fail")
    assert finding.text.endswith("STARTTLS is not offered")
    assert finding.remedy.endswith('[relays.postfix]\ntls = "off"')


def test_clear_text_where_tls_was_tried(tmp_path: Path) -> None:
    authority = Authority.new(tmp_path)
    unknown = FakeRelay({"RCPT": CLOSED["RCPT"] * 2}, (*ALL, b"STARTTLS"), tls=authority.server("127.0.0.1"))
    finding = one(seen(unknown, under_tls(tls="try")), "warn")
    assert finding.text.startswith("postfix: mail to RELAY goes in clear text: ")
    assert "certificate verify failed" in finding.text


def test_certificates_that_cannot_be_read() -> None:
    finding = one(relays(related(setup(), tls="require", ca_file="/nowhere.pem"), "mx.test"), "fail")
    assert finding.text.endswith("ca_file '/nowhere.pem': No such file or directory")
    assert "[relays.postfix]\nca_file" in finding.remedy


def test_clear_text_through_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filter.door.endpoint.Endpoint.is_loopback", False)
    finding = one(seen(FakeRelay(CLOSED, (*ALL, b"STARTTLS"))), "warn")
    assert finding.text.startswith("postfix: mail to RELAY crosses the network in clear text")
    assert finding.remedy.endswith('[relays.postfix]\ntls = "require"')


def test_a_folder_is_for_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(setup(), relays={"postfix": RelayTable(maildir=tmp_path / "mail")})
    finding = one(relays(settings, "mx.test"), "warn")
    assert finding.text == f"postfix: all mail goes into the folder {tmp_path}/mail, which is good for trying only"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert one(relays(settings, "mx.test"), "fail").text == f"postfix: {tmp_path} cannot be written"
