"""The lines that the README tells a mail administrator to put into master.cf, in a real Postfix."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.e2e.postfix import Postfix
from tests.e2e.test_postfix import SAMPLES, swaks
from tests.faults.process import served
from tests.pages import block

pytestmark = [pytest.mark.postfix, pytest.mark.slow]


def readme_services() -> str:
    """The block of the README, on the ports of the test."""
    services = block("smtp      inet")
    ports = {
        "smtp ": "127.0.0.1:{front} ",
        "127.0.0.1:10025": "127.0.0.1:{filter}",
        "127.0.0.1:10026": "127.0.0.1:{back}",
    }
    for written, tested in ports.items():
        assert services.count(written) == 1
        services = services.replace(written, tested)
    return services


@pytest.fixture
def readme_postfix(postfix: Postfix) -> Iterator[Postfix]:  # the first one says whether Postfix can run here
    with Postfix(readme_services()) as instance:
        yield instance


def test_mail_passes_through_the_filter(readme_postfix: Postfix) -> None:
    ports = readme_postfix.ports

    async def scenario() -> None:
        async with served(f"127.0.0.1:{ports['back']}", listen=f"127.0.0.1:{ports['filter']}"):
            code, talk = await swaks(ports["front"], "you@proxied.test", "--data", str(SAMPLES / "ham.eml"))
            assert (code, "queued as" in talk) == (0, True), talk
            code, talk = await swaks(ports["front"], "you@elsewhere.test", "--data", str(SAMPLES / "ham.eml"))
            assert (code, "554 5.7.1" in talk) == (24, True), talk  # the first Postfix checks who may send where

    asyncio.run(scenario())
    (message,) = readme_postfix.wait_for(1, "you@proxied.test")
    assert b"\r\nX-Spam-Flag: NO\r\n" in message


def test_without_the_filter_the_sender_hears_451(readme_postfix: Postfix) -> None:
    _, talk = asyncio.run(swaks(readme_postfix.ports["front"], "you@proxied.test", "--data", str(SAMPLES / "ham.eml")))
    assert " 451 4.3.0 " in talk
