import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from filter import logs
from filter.config.settings import LogSettings
from tests.records import made

log = logging.getLogger("hamgate.test")


@pytest.fixture(autouse=True)
def _root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def text() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(LogSettings(), stream)
    return stream


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(LogSettings(format="json"), stream)
    return stream


def test_text_is_time_level_and_what_is_said(text: io.StringIO) -> None:
    log.info("relay %s answers", "127.0.0.1:10026")
    date, clock, *words = text.getvalue().split()
    assert (len(date), len(clock)) == (len("2026-01-01"), len("12:00:00,000"))
    assert words == ["INFO", "relay", "127.0.0.1:10026", "answers"]


def test_each_line_bears_its_own_time_as_logging_would_write_it() -> None:
    lines, usual = logs.TextLines(dated=True), logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    for created in (1_800_000_000.001, 1_800_000_000.999, 1_800_000_001.5, 1_800_000_000.25):
        line = logging.makeLogRecord(
            {"levelname": "INFO", "msg": "hello", "created": created, "msecs": created % 1 * 1000}
        )
        assert lines.format(line) == usual.format(line)


def test_a_line_of_json_says_when_how_weighty_who_and_what(lines: io.StringIO) -> None:
    log.warning("relay %s does not answer", "postfix")
    content = json.loads(lines.getvalue())
    assert content.pop("time").endswith("+00:00")
    assert content == {"level": "warning", "logger": "hamgate.test", "message": "relay postfix does not answer"}


def test_a_message_is_told_by_its_fields_in_json(lines: io.StringIO) -> None:
    record = made()
    log.info("%s", record, extra={"record": record})
    content = json.loads(lines.getvalue())
    assert "message" not in content
    assert content["ref"] == "4F0C9E21"
    assert content["hits"] == [["GTUBE", 20.0], ["NB_WORDS", -2.75]]
    assert content["time"].endswith("+00:00")


@pytest.mark.parametrize("settings", [LogSettings(), LogSettings(format="json")], ids=["text", "json"])
@pytest.mark.parametrize(
    "hostile",
    ["two\nlines", "back\r\b", "\x1b[31mred", "nul\0", "\u2028", "\u202eright to left", "\udc80", "\x85"],
    ids=ascii,
)
def test_each_event_is_one_line_that_harms_no_terminal(settings: LogSettings, hostile: str) -> None:
    stream = io.StringIO()
    logs.configure(settings, stream)
    (ours,) = (one for one in logging.getLogger().handlers if getattr(one, "stream", None) is stream)
    # Not by `log`: what pytest captures too goes to its parent process, which takes no lone surrogate.
    ours.handle(log.makeRecord(log.name, logging.INFO, __file__, 1, "%s", (hostile,), None))
    written = stream.getvalue()
    assert written.endswith("\n")
    assert written[:-1].isprintable()
    assert len(written.splitlines()) == 1


def test_values_that_json_cannot_say_become_text(lines: io.StringIO) -> None:
    record = made(score=float("nan"), client=b"bytes", seconds={"scan": float("inf")})
    log.info("%s", "-", extra={"record": record})
    content = json.loads(lines.getvalue(), parse_constant=pytest.fail)
    assert content["score"] == "nan"
    assert content["client"] == "b'bytes'"
    assert content["seconds"] == {"scan": "inf"}


@pytest.mark.parametrize("settings", [LogSettings(), LogSettings(format="json")], ids=["text", "json"])
def test_an_exception_is_named_with_its_place_but_does_not_quote_mail(settings: LogSettings) -> None:
    stream = io.StringIO()
    logs.configure(settings, stream)
    try:
        int("Dear Ann, my password is hunter2")
    except ValueError:
        log.exception("ref=%s could not be noted", "4F0C9E21")
    written = stream.getvalue()
    assert "ValueError at test_logs.py:" in written
    assert "hunter2" not in written
    assert written.count("\n") == 1


def test_what_the_system_said_is_told(text: io.StringIO) -> None:
    try:
        Path("/nowhere/at/all").read_bytes()
    except OSError:
        log.exception("no key")
    assert "FileNotFoundError (No such file or directory)" in text.getvalue()


def test_a_log_call_with_a_mistake_is_still_logged() -> None:
    event = logging.makeLogRecord({"msg": "%d messages", "args": ("many",), "levelname": "INFO"})
    assert logs.TextLines(dated=False).format(event) == "INFO %d messages (TypeError while this was written)"


def test_endless_text_is_cut(lines: io.StringIO) -> None:
    log.info("%s", "x" * 1_000_000)
    assert len(lines.getvalue()) < 2 * logs.MAX_LINE


def test_what_is_less_weighty_than_the_level_is_left_out() -> None:
    stream = io.StringIO()
    logs.configure(LogSettings(level="warning"), stream)
    log.info("not told")
    log.warning("told")
    assert "not told" not in stream.getvalue()
    assert "WARNING told" in stream.getvalue()


def test_configured_again_it_writes_each_line_once() -> None:
    first, second = io.StringIO(), io.StringIO()
    logs.configure(LogSettings(), first)
    logs.configure(LogSettings(format="json"), second)
    log.info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_the_journal_notes_the_time_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "journal").open("w+") as stream:
        found = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        logs.configure(LogSettings(), stream)
        log.info("started")
        assert (tmp_path / "journal").read_text() == "INFO started\n"


def test_a_file_is_not_the_journal_even_if_the_service_has_one(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        assert not logs.under_journald(stream, {"JOURNAL_STREAM": "9:12345"})
        assert not logs.under_journald(stream, {})
    assert not logs.under_journald(io.StringIO(), {"JOURNAL_STREAM": "9:12345"})
