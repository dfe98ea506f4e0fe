"""Learning and the history, for both kinds of clients."""

from pathlib import Path

import pytest

from filter.door import spool
from filter.door.limits import DoorLimits
from filter.lesson import Lesson, LessonError
from filter.pool import ScanError
from filter.record import Record
from filter.store.errors import StateError
from tests.disk import nearly_full
from tests.judge import FakeTeacher
from tests.web import HAM, TOKEN, Opened, asked, play, with_token

WITH = {"password": TOKEN}
OURS = {"authorization": f"Bearer {TOKEN}"}
ROW = Record(time=1.5, ref="0A1B2C3D", action="reject", score=20.0, hits=(("NB_WORDS", 20.0),), seconds={"scan": 0.1})


def test_lessons_reach_the_teacher_whole(tmp_path: Path) -> None:
    teacher = FakeTeacher()

    async def scenario(door: Opened) -> None:
        for path in ("/learnspam", "/learnham", "/v1/learn?label=forget"):
            assert (await door.ask("POST", path, HAM, **WITH)).status == 200
        assert teacher.lessons == [(HAM, Lesson(label, "http 127.0.0.1")) for label in ("spam", "ham", None)]
        assert door.door.site.counts.learned == 3
        assert door.records == [], "nothing was judged"

    play(scenario, teacher=teacher, settings=with_token(tmp_path))


@pytest.mark.parametrize("done", ["learned", "known", "relabelled", "forgotten", "unknown"])
def test_what_was_done_is_said(tmp_path: Path, done: str) -> None:
    answer = asked(
        "POST", "/v1/learn?label=ham", HAM, fields=OURS, teacher=FakeTeacher(done), settings=with_token(tmp_path)
    )
    assert (answer.status, answer.json) == (200, {"done": done})


def test_a_duplicate_is_no_fault_for_scripts_that_call_rspamc(tmp_path: Path) -> None:
    answer = asked("POST", "/learnspam", HAM, fields=WITH, teacher=FakeTeacher("known"), settings=with_token(tmp_path))
    assert (answer.status, answer.json) == (200, {"success": True})


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [(LessonError("it was learned as ham"), 409, "it was learned as ham"),
     (ScanError("dead"), 503, "the message cannot be learned now, try again later")],
)  # fmt: skip
def test_what_cannot_be_learned_says_why(tmp_path: Path, fault: Exception, status: int, text: str) -> None:
    for path in ("/learnspam", "/v1/learn?label=spam"):
        teacher = FakeTeacher(fault=fault)
        answer = asked("POST", path, HAM, fields=WITH, teacher=teacher, settings=with_token(tmp_path))
        assert (answer.status, answer.json) == (status, {"error": text})


def test_a_message_that_is_not_on_the_disk_is_not_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spool, "new_file", lambda: nearly_full(spool.IN_MEMORY))
    teacher = FakeTeacher()
    body = HAM + b"x" * 300_000
    answer = asked("POST", "/learnspam", body, fields=WITH, teacher=teacher, settings=with_token(tmp_path))
    assert (answer.status, answer.json) == (503, {"error": "the message cannot be learned now, try again later"})
    assert (teacher.lessons, caplog.messages) == ([], [])


def test_without_a_state_nothing_can_be_learned(tmp_path: Path) -> None:
    answer = asked("POST", "/learnham", HAM, fields=WITH, settings=with_token(tmp_path))
    assert (answer.status, "model.state" in answer.json["error"]) == (409, True)


def test_a_lesson_that_is_too_long(tmp_path: Path) -> None:
    limits, teacher = DoorLimits(message=10), FakeTeacher()
    answer = asked("POST", "/learnham", HAM, fields=WITH, teacher=teacher, limits=limits, settings=with_token(tmp_path))
    assert (answer.status, teacher.lessons) == (413, [])


@pytest.mark.parametrize("path", ["/learnspam", "/learnham", "/v1/learn?label=ham"])
def test_nobody_learns_without_the_token(tmp_path: Path, path: str) -> None:
    teacher = FakeTeacher()
    assert asked("POST", path, HAM, teacher=teacher, settings=with_token(tmp_path)).status == 401
    assert asked("POST", path, HAM, teacher=teacher).status == 403
    assert teacher.lessons == []


def test_a_row_of_the_history(tmp_path: Path) -> None:
    asked_for: list[str] = []

    def find(reference: str) -> list[Record]:
        asked_for.append(reference)
        return [ROW]

    answer = asked("GET", "/v1/explain/0a1b2c3d", find=find, fields=OURS, settings=with_token(tmp_path))
    assert answer.status == 200
    (row,) = answer.json["messages"]
    assert (row["ref"], row["action"], row["hits"]) == ("0A1B2C3D", "reject", [["NB_WORDS", 20.0]])
    assert asked_for == ["0A1B2C3D"]


def test_the_history_is_not_for_everybody(tmp_path: Path) -> None:
    assert asked("GET", "/v1/explain/0A1B2C3D", find=lambda _: [ROW], settings=with_token(tmp_path)).status == 401
    assert asked("GET", "/v1/explain/0A1B2C3D", find=lambda _: [ROW]).status == 403


def broken(_: str) -> list[Record]:
    raise StateError("/secret/history: damaged")


@pytest.mark.parametrize(
    ("find", "status", "text"),
    [(None, 404, "no history is kept here: name its file in the settings (history.file)"),
     (lambda _: [], 404, "no message with reference 0A1B2C3D in the history"),
     (broken, 503, "the history cannot be read now, try again later")],
)  # fmt: skip
def test_a_row_that_is_not_there(tmp_path: Path, find: object, status: int, text: str) -> None:
    answer = asked("GET", "/v1/explain/0A1B2C3D", find=find, fields=OURS, settings=with_token(tmp_path))
    assert (answer.status, answer.json) == (status, {"error": text})
