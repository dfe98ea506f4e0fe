"""Whether the relay may hear us in clear text, and whom we take for the relay. F103 is here in all its forms."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filter.smtp.dialler import Dialler
from filter.smtp.limits import Patience
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings, Secrecy
from tests.faults.certificates import Authority
from tests.faults.relay import Body, Close, FakeRelay, Hang, Say, Step
from tests.unit.smtp.errands import spoken

SHORT = Patience(connect=0.2, command=5, write=5, final=5)
MAIL = b"MAIL FROM:<>"
STARTTLS = (b"STARTTLS",)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def good(authority: Authority) -> ssl.SSLContext:
    return authority.server("relay.test")


def secret(relay: FakeRelay, authority: Authority, tls: Secrecy, **values: Any) -> RelaySettings:
    address = (f"127.0.0.1:{relay.port}",)
    return RelaySettings(
        **{"addresses": address, "tls": tls, "ca_file": str(authority.certificate), "name": "relay.test"} | values
    )


def test_starttls(authority: Authority, good: ssl.SSLContext) -> None:
    async def scenario() -> None:
        script: dict[str, list[Step]] = {
            "EHLO": [Say(b"250-relay\r\n250 STARTTLS\r\n"), Say(b"250-relay\r\n250 DSN\r\n")]
        }
        async with FakeRelay(script, tls=good) as relay:
            hop = await spoken(secret(relay, authority, "require"))
            assert relay.commands[:4] == [b"EHLO proxy.test", b"STARTTLS", b"EHLO proxy.test", MAIL]
            assert hop.extensions == {b"DSN": b""}, "what was said in clear text is forgotten"

    asyncio.run(scenario())


def test_implicit_tls(authority: Authority, good: ssl.SSLContext) -> None:
    async def scenario() -> None:
        async with FakeRelay(tls=good, implicit=True) as relay:
            await spoken(secret(relay, authority, "implicit"))
            assert relay.commands[:2] == [b"EHLO proxy.test", MAIL]

    asyncio.run(scenario())


def test_tls_over_a_unix_socket(authority: Authority, good: ssl.SSLContext, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with FakeRelay(None, STARTTLS, tls=good, path=tmp_path / "smtp") as relay:
            addresses = (f"unix:{tmp_path}/smtp",)
            await spoken(secret(relay, authority, "require", addresses=addresses))
            await spoken(secret(relay, authority, "require", addresses=addresses, verify=False, name=""))

    asyncio.run(scenario())


def test_the_host_is_the_name_if_no_other_is_given(authority: Authority) -> None:
    async def scenario() -> None:
        async with FakeRelay(None, STARTTLS, tls=authority.server("127.0.0.1")) as relay:
            await spoken(secret(relay, authority, "require", name=""))

    asyncio.run(scenario())


def test_a_long_message_goes_through(authority: Authority, good: ssl.SSLContext) -> None:
    content = b"".join(b"line %07d %s\r\n" % (i, b"x" * 80) for i in range(10_000))

    async def scenario() -> None:
        async with FakeRelay(None, STARTTLS, tls=good) as relay:
            hop = await Dialler(secret(relay, authority, "require"), "proxy.test").dial()
            for _ in range(2):
                await hop.mail(MAIL)
                await hop.rcpt(b"RCPT TO:<r@y.test>")
                await hop.data()
                await hop.body([content])
                assert [reply.code for reply in await hop.commit()] == [250]
            hop.close()
            assert [copy.content == content for copy in relay.copies] == [True, True]

    asyncio.run(scenario())


Certificate = Callable[[Authority], ssl.SSLContext]
BAD: dict[str, tuple[Certificate, str]] = {
    "wrong name": (lambda authority: authority.server("other.test"), "Hostname mismatch"),
    "expired": (lambda authority: authority.server("relay.test", days=-1), "expired"),
    "self-signed": (lambda authority: authority.unknown("relay.test"), "self-signed"),
}


@pytest.mark.parametrize("tls", ["require", "implicit"])
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_certificate_is_refused(kind: str, tls: Secrecy, authority: Authority) -> None:
    certificate, text = BAD[kind]

    async def scenario() -> None:
        async with FakeRelay(None, STARTTLS, tls=certificate(authority), implicit=tls == "implicit") as relay:
            settings = secret(relay, authority, tls)
            with pytest.raises(RelayError, match=rf"^no TLS: .*{text}"):
                await spoken(settings)
            assert MAIL not in relay.commands
            await spoken(replace(settings, verify=False))

    asyncio.run(scenario())


async def refuses(settings: RelaySettings, text: str) -> None:
    with pytest.raises(RelayError, match=text):
        await spoken(settings)


def test_required_tls_that_is_not_offered(authority: Authority) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay:
            await refuses(secret(relay, authority, "require"), "STARTTLS is not offered")
            await spoken(secret(relay, authority, "try"))

    asyncio.run(scenario())


def test_required_tls_that_is_refused(authority: Authority) -> None:
    async def scenario() -> None:
        refused: list[Step] = [Say(b"454 4.7.0 not now\r\n")]
        async with FakeRelay({"STARTTLS": refused * 2}, STARTTLS) as relay:
            await refuses(secret(relay, authority, "require"), "STARTTLS is refused")
            await spoken(secret(relay, authority, "try"))
            assert relay.connections == 2, "a refusal leaves the session as it was"

    asyncio.run(scenario())


def test_tls_that_is_only_tried_fails_into_clear_text(authority: Authority, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with FakeRelay(None, STARTTLS, tls=authority.unknown("relay.test")) as relay:
            await spoken(secret(relay, authority, "try"))
            assert relay.commands == [b"EHLO proxy.test", b"STARTTLS", b"EHLO proxy.test", MAIL]
            assert relay.connections == 2

    with caplog.at_level(logging.WARNING, "hamgate.smtp"):
        asyncio.run(scenario())
    (line,) = caplog.messages
    assert "self-signed certificate" in line
    assert line.endswith("going on in clear text")


@pytest.mark.parametrize("tls", ["try", "require"])
@pytest.mark.parametrize("rest", [b"250 injected\r\n", b"250-inj", b"\r\n"])
def test_what_is_slipped_in_before_tls_breaks_the_session(
    rest: bytes, tls: Secrecy, authority: Authority, good: ssl.SSLContext
) -> None:
    async def scenario() -> None:
        script: dict[str, list[Step]] = {"STARTTLS": [Say(b"220 go on\r\n" + rest)]}
        async with FakeRelay(script, STARTTLS, tls=good) as relay:
            await refuses(secret(relay, authority, tls), r"in clear text before TLS|out of turn|not a reply")
            assert (relay.connections, MAIL in relay.commands) == (1, False)

    asyncio.run(scenario())


def test_relay_that_speaks_in_clear_text_where_tls_is_due(authority: Authority) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay:
            await refuses(secret(relay, authority, "implicit"), r"no TLS: |in clear text before TLS")
            assert MAIL not in relay.commands

    asyncio.run(scenario())


@pytest.mark.parametrize(("step", "text"), [(Hang(), "no TLS: "), (Close(b"220 go on\r\n"), "no TLS: |closed")])
def test_handshake_that_comes_to_nothing(step: Step, text: str, authority: Authority) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay\r\n")
        await reader.readline()
        writer.write(b"250-relay\r\n250 STARTTLS\r\n")
        await reader.readline()
        writer.write(b"220 go on\r\n")
        if isinstance(step, Hang):
            await reader.read()
        writer.close()

    async def scenario() -> None:
        async with await asyncio.start_server(silent, "127.0.0.1", 0) as server, asyncio.timeout(10):
            address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await refuses(RelaySettings((address,), tls="require", verify=False, patience=SHORT), text)

    asyncio.run(scenario())


def test_relay_that_stops_reading_under_tls_is_a_fault(authority: Authority, good: ssl.SSLContext) -> None:
    patience = Patience(connect=5, command=5, write=0.2, final=5)

    async def scenario() -> None:
        script: dict[str, list[Step]] = {"body": [Body(1, Hang())]}
        async with FakeRelay(script, STARTTLS, tls=good) as relay, asyncio.timeout(20):
            hop = await Dialler(secret(relay, authority, "require", patience=patience), "proxy.test").dial()
            await hop.mail(MAIL)
            await hop.data()
            with pytest.raises(RelayError, match="the relay reads no more"):
                await hop.body([b"x" * 998 + b"\r\n"] * 20_000)
            hop.close()

    asyncio.run(scenario())
