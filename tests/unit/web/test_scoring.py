"""Every message has its record once, whatever becomes of it."""

import asyncio

import pytest

from filter.door import spool
from filter.door.limits import DoorLimits
from filter.door.spool import Spool
from filter.policy import Policy
from filter.pool import ScanError
from tests.disk import nearly_full
from tests.web import HAM, SPAM, BuyJudge, Opened, asked, play, request

SMALL = DoorLimits(message=1000)


@pytest.mark.parametrize("path", ["/checkv2", "/v1/score"])
@pytest.mark.parametrize(("message", "action"), [(HAM, "accept"), (SPAM, "reject")])
def test_a_judged_message(path: str, message: bytes, action: str) -> None:
    async def scenario(door: Opened) -> None:
        assert (await door.ask("POST", path, message)).status == 200
        (record,) = door.records
        assert (record.action, record.size, record.listener, record.fault) == (action, len(message), "web", "")
        assert record.reply == "", "the answer was a verdict, not a reply of SMTP"
        assert record.seconds.keys() == {"receive", "scan"}
        assert door.judge.messages == [message]

    play(scenario)


@pytest.mark.parametrize(("path", "status"), [("/checkv2", 200), ("/v1/score", 503)])
def test_a_message_that_cannot_be_judged(path: str, status: int) -> None:
    async def scenario(door: Opened) -> None:
        assert (await door.ask("POST", path, HAM)).status == status
        (record,) = door.records
        assert (record.action, record.fault, record.score) == ("tempfail", "scan", None)
        assert record.reason == "ScanError: worker ended"

    play(scenario, judge=BuyJudge(ScanError("worker ended")))


@pytest.mark.parametrize(("path", "status"), [("/checkv2", 200), ("/v1/score", 503)])
def test_a_fault_of_ours_puts_the_message_off(path: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(door: Opened) -> None:
        answer = await door.ask("POST", path, HAM)
        assert answer.status == status
        assert b"secret" not in answer.body
        if status == 200:
            assert answer.json["action"] == "soft reject"
        (record,) = door.records
        assert (record.action, record.fault, record.reason) == ("tempfail", "internal", "fault: ZeroDivisionError")

    play(scenario, judge=BuyJudge(ZeroDivisionError("secret")))
    assert "fault" in caplog.text


@pytest.mark.parametrize(("path", "status"), [("/checkv2", 200), ("/v1/score", 503)])
def test_a_full_disk_puts_the_message_off(path: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Spool) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "_roll_over", full)

    async def scenario(door: Opened) -> None:
        assert (await door.ask("POST", path, HAM + b"x" * 300_000)).status == status
        (record,) = door.records
        assert (record.action, record.fault) == ("tempfail", "spool")
        assert door.judge.messages == []

    play(scenario, policy=Policy(on_fault="pass"))


@pytest.mark.parametrize(("path", "status"), [("/checkv2", 200), ("/v1/score", 503)])
def test_a_disk_that_is_full_at_the_end_puts_the_message_off(
    path: str, status: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spool, "new_file", lambda: nearly_full(spool.IN_MEMORY))

    async def scenario(door: Opened) -> None:
        assert (await door.ask("POST", path, HAM + b"x" * 300_000)).status == status
        assert [(record.action, record.fault) for record in door.records] == [("tempfail", "spool")]

    play(scenario, policy=Policy(on_fault="pass"))
    assert caplog.messages == [], "no fault of the program"


@pytest.mark.parametrize("path", ["/checkv2", "/v1/score"])
def test_unjudged_messages_pass_if_the_policy_says_so(path: str) -> None:
    answer = asked("POST", path, HAM, judge=BuyJudge(ScanError("x")), policy=Policy(on_fault="pass"))
    assert answer.status == 200
    assert answer.json["action"] in ("accept", "no action")


@pytest.mark.parametrize("declared", [True, False])
def test_a_message_that_is_too_long(declared: bool) -> None:
    async def scenario(door: Opened) -> None:
        body = b"x" * 1500
        if declared:
            answer = await door.ask("POST", "/checkv2", body)
        else:
            async with await door.connect() as client:
                client.write(
                    b"POST /checkv2 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5dc\r\n" + body + b"\r\n0\r\n\r\n"
                )
                answer = await client.answer()
                client.write(request("GET", "/ping"))
                assert (await client.answer()).body == b"pong\r\n"
        assert (answer.status, answer.json["error"]) == (
            413,
            "the message is longer than the 1000 octets that are taken here",
        )
        (record,) = door.records
        assert (record.action, record.fault) == ("-", "")
        assert record.reason.startswith("the message is longer")

    play(scenario, limits=SMALL)


def test_a_request_without_a_message() -> None:
    answer = asked("POST", "/checkv2")
    assert (answer.status, answer.json) == (400, {"error": "there is no message in this request"})


def test_a_long_message_comes_whole() -> None:
    message = HAM + bytes(range(256)) * 4000

    async def scenario(door: Opened) -> None:
        assert (await door.ask("POST", "/v1/score", message)).status == 200
        assert door.judge.messages == [message]

    play(scenario)


def test_a_client_that_goes_away_in_the_midst_of_its_message() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("POST", "/checkv2", HAM)[:-5])
            client.write_eof()
            await client.rest()
        await door.guests.gone()
        (record,) = door.records
        assert (record.action, record.reason) == ("dropped", "client went away")
        assert door.judge.messages == []

    play(scenario)


def test_a_client_that_goes_away_before_the_answer() -> None:
    judge = BuyJudge(wait=asyncio.Event())

    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("POST", "/checkv2", HAM))
            await judge.called.wait()
            client.vanish()
        await door.guests.gone()
        assert judge.wait is not None
        judge.wait.set()
        await door.told.wait()
        assert door.records[0].action == "dropped"

    play(scenario, judge=judge)
