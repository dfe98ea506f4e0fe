"""Logging in through us: the relay decides, and nothing of it is kept, logged or tried without end."""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable

import pytest

from filter.reply import Reply
from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.relay import RelayError
from tests.faults.client import Client
from tests.faults.house import House, house
from tests.unit.smtp.memory import OK, MemoryHop, MemoryRelay

YES = Reply(235, "", (b"2.7.0 Welcome",))
NO = Reply(535, "", (b"5.7.8 No",))
MORE = Reply(334, "", (b"UGFzc3dvcmQ6",))
PLAIN = base64.b64encode(b"\0jane@example.org\0correct horse")


class Scene:
    """A client that has said EHLO, and the relay that it logs in to."""

    def __init__(self, hop: MemoryHop, relay: MemoryRelay, proxy: House, client: Client) -> None:
        self.hop, self.relay, self.proxy, self.client = hop, relay, proxy, client


def play(
    scenario: Callable[[Scene], Awaitable[None]], *words: Reply | RelayError, limits: Limits | None = None
) -> None:
    async def run() -> None:
        hop = MemoryHop(*words)
        hop.extensions = {b"AUTH": b"PLAIN LOGIN CRAM-MD5"}
        relay = MemoryRelay(*[hop] * 9)
        async with house(relay, None, limits, listener=Listener(auth=True)) as proxy, await proxy.client() as client:
            await client.hello()
            await scenario(Scene(hop, relay, proxy, client))

    asyncio.run(run())


def test_lines_reach_the_relay_as_they_came_and_the_account_is_known() -> None:
    async def scenario(scene: Scene) -> None:
        assert await scene.client.say(b"AUTH PLAIN " + PLAIN) == b"235 2.7.0 Welcome\r\n"
        assert scene.hop.heard == [b"AUTH PLAIN " + PLAIN]
        assert (await scene.client.say(b"MAIL FROM:<s@x.test>")).startswith(b"250")
        (session,) = scene.proxy.guests._present
        assert session.sender.login == "jane@example.org"  # type: ignore[attr-defined]

    play(scenario, YES, OK)


def test_login_in_two_steps() -> None:
    async def scenario(scene: Scene) -> None:
        assert await scene.client.say(b"AUTH LOGIN") == b"334 UGFzc3dvcmQ6\r\n"
        assert await scene.client.say(base64.b64encode(b"jane")) == b"334 UGFzc3dvcmQ6\r\n"
        assert (await scene.client.say(base64.b64encode(b"secret"))).startswith(b"235")
        assert scene.hop.heard == [b"AUTH LOGIN", b"amFuZQ==", b"c2VjcmV0"]
        (session,) = scene.proxy.guests._present
        assert session.peer.login == "jane"  # type: ignore[attr-defined]

    play(scenario, MORE, MORE, YES)


def test_nothing_of_a_login_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(scene: Scene) -> None:
        await scene.client.say(b"AUTH PLAIN " + PLAIN)
        await scene.client.say(b"AUTH LOGIN " + PLAIN)
        await scene.client.say(PLAIN)
        await scene.client.say(PLAIN)
        await scene.client.say(b"AUTH PLAIN " + PLAIN[:-1])

    with caplog.at_level(logging.DEBUG):
        play(scenario, NO, MORE, RelayError("gone"), limits=Limits(errors=100))
    for secret in (PLAIN.decode(), PLAIN.decode()[:20], "horse"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("line", "reply"),
    [(b"*", b"501 5.7.0 Authentication cancelled"), (b"no base64", b"501 5.5.2 "), (b"A" * 12300, b"500 5.5.6 ")],
)
def test_exchange_that_fails_on_our_side_is_cancelled_at_the_relay(line: bytes, reply: bytes) -> None:
    async def scenario(scene: Scene) -> None:
        await scene.client.say(b"AUTH LOGIN")
        assert (await scene.client.say(line)).startswith(reply)
        assert scene.hop.heard == [b"AUTH LOGIN", b"*"]
        assert (await scene.client.say(b"NOOP")).startswith(b"250")

    play(scenario, MORE, Reply(501, "", (b"5.7.0 Aborted",)))


def test_long_lines_of_big_tickets_pass() -> None:
    async def scenario(scene: Scene) -> None:
        await scene.client.say(b"AUTH CRAM-MD5")
        assert (await scene.client.say(b"A" * 12280)).startswith(b"235")

    play(scenario, MORE, YES)


def test_empty_initial_response_is_an_equals_sign() -> None:
    async def scenario(scene: Scene) -> None:
        assert (await scene.client.say(b"AUTH LOGIN =")).startswith(b"535")
        assert scene.hop.heard == [b"AUTH LOGIN ="]

    play(scenario, NO)


def test_relay_that_asks_for_ever_is_left() -> None:
    async def scenario(scene: Scene) -> None:
        reply = await scene.client.say(b"AUTH LOGIN")
        for _ in range(20):
            if not reply.startswith(b"334"):
                break
            reply = await scene.client.say(b"AAAA")
        assert reply.startswith(b"421 4.7.0")
        assert await scene.client.closed()

    play(scenario, *[MORE] * 30)


def test_address_that_failed_too_often_must_wait_also_on_a_new_connection() -> None:
    async def scenario(scene: Scene) -> None:
        for _ in range(2):
            assert (await scene.client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"535")
        async with await scene.proxy.client() as other:
            await other.hello()
            assert (await other.say(b"AUTH PLAIN " + PLAIN)).startswith(b"421 4.7.0 Too many failed logins")
            assert await other.closed()
        assert len(scene.hop.heard) == 2

    play(scenario, NO, NO, limits=Limits(logins_per_address=2))


def test_temporary_failures_of_the_relay_are_not_the_clients() -> None:
    async def scenario(scene: Scene) -> None:
        for _ in range(5):
            assert (await scene.client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"454 4.7.0")

    play(scenario, *[Reply(454, "", (b"4.7.0 Later",))] * 5)


def test_relay_that_is_lost_takes_the_login_with_it() -> None:
    async def scenario(scene: Scene) -> None:
        assert (await scene.client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"235")
        assert (await scene.client.say(b"MAIL FROM:<s@x.test>")).startswith(b"250")
        assert (await scene.client.say(b"RCPT TO:<r@y.test>")).startswith(b"451 4.3.0")
        assert (await scene.client.say(b"RSET")).startswith(b"421 4.3.0 ")
        assert await scene.client.closed()

    play(scenario, YES, OK, RelayError("gone"))


@pytest.mark.parametrize("said", [b"AUTH", b"AUTH PLAIN %", b"AUTH PLAIN AGEAYg== x", b"AUTH PLAIN AGE"])
def test_syntax_errors_do_not_reach_the_relay(said: bytes) -> None:
    async def scenario(scene: Scene) -> None:
        assert (await scene.client.say(said)).startswith(b"501 5.5.2")
        assert scene.hop.heard == []

    play(scenario)


def test_not_in_the_middle_of_a_transaction() -> None:
    async def run() -> None:
        hop = MemoryHop(YES, OK)
        hop.extensions = {b"AUTH": b"PLAIN"}
        async with house(MemoryRelay(hop), listener=Listener(auth=True)) as proxy, await proxy.client() as client:
            await client.hello()
            await client.say(b"AUTH PLAIN " + PLAIN)
            await client.say(b"MAIL FROM:<s@x.test>")
            assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"503")

    asyncio.run(run())
