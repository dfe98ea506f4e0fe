"""Lock step with the relay for clients that authenticate, are slow, speak LMTP, or want all or nothing."""

import pytest

from filter.reply import Reply
from filter.smtp.answers import RELAY_FAULT, TOO_MANY_RECIPIENTS
from filter.smtp.courier import Courier
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from tests.unit.smtp.errands import CLIENT, STEPS, TAKEN, commit, mail, message, play, rcpt, send
from tests.unit.smtp.memory import GO, GONE, NO, OK, MemoryHop, MemoryRelay

# A client that has authenticated: only in that session does the relay know it


WELCOME = Reply.of(235, "2.7.0", "Welcome")
KNOWN = Peer("192.0.2.1", helo=b"client.test", login="jane", encrypted=True)


async def login(*words: Reply | RelayError) -> tuple[Courier, MemoryHop, MemoryRelay]:
    hop = MemoryHop(WELCOME, *words)
    relay = MemoryRelay(hop, MemoryHop(*TAKEN))
    courier = Courier(relay)
    assert await courier.open(CLIENT) is None
    assert await courier.auth(b"AUTH PLAIN x") == WELCOME
    assert courier.authenticated
    return courier, hop, relay


@pytest.mark.parametrize("code", [334, 535, 454])
def test_only_235_authenticates(code: int) -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(MemoryHop(Reply.of(code, "", "x"))))
        await courier.open(CLIENT)
        assert (await courier.auth(b"AUTH PLAIN x")).code == code
        assert not courier.authenticated

    play(scenario)


def test_authenticated_session_is_kept_with_rset_when_a_message_is_given_up() -> None:
    async def scenario() -> None:
        courier, hop, relay = await login(OK, OK, OK, *TAKEN, *TAKEN)
        await mail(courier)
        await rcpt(courier)
        courier.reset()  # the client said RSET, or we refused its message as spam
        assert not hop.closed
        assert [await message(courier), await message(courier)] == [OK, OK]
        assert hop.heard[3:5] == [b"RSET", b"MAIL FROM:<s@x.test>"]
        assert hop.heard.count(b"RSET") == 1
        assert relay.opened == 1

    play(scenario)


def test_authenticated_session_is_kept_though_more_is_known_of_the_client() -> None:
    async def scenario() -> None:
        courier, _, relay = await login(OK)
        assert await courier.mail(b"MAIL FROM:<>", b"", KNOWN) == OK
        assert relay.opened == 1

    play(scenario)


@pytest.mark.parametrize("words", [(GONE,), (OK, GONE), (OK, OK, GONE), (OK, OK, GO, GONE), (OK, OK, GO, OK, GONE)])
def test_authenticated_session_that_is_lost_is_not_replaced(words: tuple[Reply | RelayError, ...]) -> None:
    async def scenario() -> None:
        courier, hop, relay = await login(*words)
        replies = [await step(courier) for step in STEPS]
        assert RELAY_FAULT in replies
        courier.reset()
        assert (courier.authenticated, courier.connected, hop.closed) == (True, False, True)
        assert await mail(courier) == RELAY_FAULT
        assert await courier.open(CLIENT) == RELAY_FAULT
        assert relay.opened == 1

    play(scenario)


def test_lost_while_logging_in() -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(MemoryHop(GONE), MemoryHop(OK)))
        await courier.open(CLIENT)
        assert await courier.auth(b"AUTH PLAIN x") == RELAY_FAULT
        assert (courier.authenticated, courier.connected) == (False, False)
        assert await mail(courier) == OK

    play(scenario)


def test_message_given_up_in_the_middle_ends_even_an_authenticated_session() -> None:
    async def scenario() -> None:
        courier, hop, _ = await login(OK, OK, GO, OK)
        for step in STEPS[:-1]:
            await step(courier)
        courier.reset()
        assert (hop.closed, courier.connected) == (True, False)

    play(scenario)


# F104: the relay did not wait for a slow client


async def slow_client(courier: Courier, hop: MemoryHop) -> Reply | None:
    """Name three recipients, of which the second is refused, and be slow."""
    await mail(courier)
    await rcpt(courier)
    assert await courier.rcpt(b"RCPT TO:<no@y.test>", b"no@y.test") == NO
    await courier.rcpt(b"RCPT TO:<z@y.test>", b"z@y.test")
    hop.alive = False
    return await send(courier)


def test_envelope_is_said_again_to_a_relay_that_hung_up_before_data() -> None:
    async def scenario() -> None:
        hop, again = MemoryHop(OK, OK, NO, OK), MemoryHop(OK, OK, OK, GO, OK, OK)
        relay = MemoryRelay(hop, again)
        courier = Courier(relay)
        assert await slow_client(courier, hop) is None
        assert await commit(courier) == OK
        lines = [b"MAIL FROM:<s@x.test>", b"RCPT TO:<r@y.test>", b"RCPT TO:<z@y.test>"]
        assert again.heard[:3] == lines
        assert (hop.closed, len(hop.heard)) == (True, 4)
        assert relay.peers == [CLIENT] * 2

    play(scenario)


@pytest.mark.parametrize(
    "again",
    [MemoryHop(NO), MemoryHop(OK, NO), MemoryHop(OK, OK, NO), MemoryHop(OK, GONE), GONE],
    ids=["MAIL", "RCPT", "second RCPT", "lost again", "not there"],
)
def test_envelope_that_is_not_taken_again_is_451(again: MemoryHop | RelayError) -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, NO, OK)
        relay = MemoryRelay(hop, again, MemoryHop(*TAKEN))
        courier = Courier(relay)
        assert await slow_client(courier, hop) == RELAY_FAULT
        assert (courier.connected, relay.opened) == (False, 2)
        assert not isinstance(again, MemoryHop) or (again.closed and b"DATA" not in again.heard)

    play(scenario)


def test_envelope_of_an_authenticated_client_is_not_said_again() -> None:
    async def scenario() -> None:
        courier, hop, relay = await login(OK, OK, NO, OK)
        assert await slow_client(courier, hop) == RELAY_FAULT
        assert (courier.connected, relay.opened) == (False, 1)

    play(scenario)


# LMTP: a reply for each recipient (RFC 2033)


FULL = Reply.of(452, "4.2.2", "Full")


async def to_two(courier: Courier) -> tuple[Reply, ...]:
    await mail(courier)
    await rcpt(courier)
    assert await courier.rcpt(b"RCPT TO:<z@y.test>", b"z@y.test") == OK
    assert await send(courier) is None
    return await courier.commit()


def test_client_that_can_hear_only_one_reply_has_one_recipient() -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, GO, OK, FULL, lmtp=True)
        courier = Courier(MemoryRelay(hop))
        await mail(courier)
        assert await rcpt(courier) == OK
        assert await rcpt(courier) == TOO_MANY_RECIPIENTS
        assert courier.recipients == [b"r@y.test"]
        assert await send(courier) is None
        assert await courier.commit() == (FULL,)
        assert len(hop.heard) == 5, "the second recipient was not told to the relay"

    play(scenario)


def test_recipient_that_was_refused_does_not_count_as_the_one() -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(MemoryHop(OK, NO, OK, lmtp=True)))
        await mail(courier)
        assert [await rcpt(courier), await rcpt(courier)] == [NO, OK]

    play(scenario)


def test_client_that_speaks_lmtp_hears_of_each_recipient() -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, OK, GO, OK, OK, FULL, lmtp=True)
        assert await to_two(Courier(MemoryRelay(hop), per_recipient=True)) == (OK, FULL)

    play(scenario)


def test_relay_lost_among_the_replies_leaves_451_for_the_rest() -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, OK, GO, OK, RelayError("gone", (OK,)), lmtp=True)
        courier = Courier(MemoryRelay(hop), per_recipient=True)
        assert await to_two(courier) == (OK, RELAY_FAULT)
        assert (hop.closed, courier.connected) == (True, False)
        assert await courier.commit() == (RELAY_FAULT,) * 2

    play(scenario)


@pytest.mark.parametrize(("word", "reply"), [(OK, OK), (NO, NO), (GONE, RELAY_FAULT)])
def test_one_reply_of_an_smtp_relay_holds_for_each_recipient(word: Reply | RelayError, reply: Reply) -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, OK, GO, OK, word)
        assert await to_two(Courier(MemoryRelay(hop), per_recipient=True)) == (reply, reply)

    play(scenario)


# F105: to all or to nobody


LATER = Reply.of(450, "4.2.1", "Later")


@pytest.mark.parametrize(
    ("words", "answer"), [((OK, NO), NO), ((NO, OK), NO), ((OK, NO, LATER), LATER), ((LATER, OK, NO), LATER)]
)
def test_message_of_which_a_recipient_is_refused_goes_to_nobody(words: tuple[Reply, ...], answer: Reply) -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, *words)
        courier = Courier(MemoryRelay(hop), all_or_nothing=True)
        await mail(courier)
        assert [await rcpt(courier) for _ in words] == list(words)
        assert courier.refusal == answer
        assert await send(courier) == answer
        assert b"DATA" not in hop.heard
        courier.reset()
        assert courier.refusal is None

    play(scenario)


def test_refusal_of_ours_counts_as_one_of_the_relay() -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(MemoryHop(OK, OK)), all_or_nothing=True)
        await mail(courier)
        await rcpt(courier)
        assert courier.refuse(TOO_MANY_RECIPIENTS) == TOO_MANY_RECIPIENTS
        assert await send(courier) == TOO_MANY_RECIPIENTS

    play(scenario)


def test_otherwise_it_goes_to_whom_it_can() -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(MemoryHop(OK, OK, NO, GO, OK, OK)))
        await mail(courier)
        assert [await rcpt(courier), await rcpt(courier)] == [OK, NO]
        assert courier.refusal is None
        assert await send(courier) is None

    play(scenario)
