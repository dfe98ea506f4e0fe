"""The status port: off, silent, ready, not ready, or somebody else's."""

import asyncio
from dataclasses import replace
from http import HTTPStatus

from filter.config.settings import Settings, StatusSettings
from filter.doctor.finding import Finding
from filter.doctor.readiness import readiness
from filter.pages import Answer, PageServer
from tests.unit.doctor.said import setup


def at(port: int) -> Settings:
    return replace(setup(), status=StatusSettings(address=f"127.0.0.1:{port}"))


def asked(answer: Answer) -> Finding:
    async def page() -> Answer:
        return answer

    async def scenario() -> Finding:
        pages = PageServer({"/readyz": page})
        port = await pages.start("127.0.0.1", 0)
        try:
            return await asyncio.to_thread(readiness, at(port), True)
        finally:
            await pages.stop()

    return asyncio.run(scenario())


def test_a_server_that_is_ready() -> None:
    assert asked(Answer(b"ready\n")).state == "ok"


def test_a_server_that_is_not_ready_says_why() -> None:
    finding = asked(Answer(b"no worker runs\nrelay a: down\n", status=HTTPStatus.SERVICE_UNAVAILABLE))
    assert (finding.state, finding.text) == ("fail", "the server is not ready: no worker runs; relay a: down")
    assert finding.remedy == "$ hamgate status"


def test_another_program() -> None:
    assert asked(Answer(b"", status=HTTPStatus.NOT_FOUND)).text.endswith(" is no hamgate")


def test_nobody_answers() -> None:
    unknown = replace(setup(), status=StatusSettings(address=f"{'x' * 70}:1"))
    assert readiness(unknown, True).state == "warn"
    finding = readiness(at(1), True)
    assert (finding.state, finding.text) == ("warn", "nobody answers at 127.0.0.1:1 (Connection refused)")


def test_what_is_off_or_stopped_is_not_asked() -> None:
    assert readiness(setup(), True).text.startswith("no address is set")
    assert readiness(at(1), False).text == "the server does not run"
