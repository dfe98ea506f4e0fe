"""The log on standard error, as text or as JSON: one line for each event, whatever is in it, and no text of a message.

Exceptions are logged by type and place. What they say is left out unless the system said it (OSError): the text of a
ValueError often quotes what could not be read, and that is somebody's mail.
"""

import json
import logging
import math
import os
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from filter.config.settings import LogSettings
from filter.record import Record

MAX_LINE = 16 * 1024
"""Characters of a message or of a field; journald splits lines of more than 48 KiB."""
_FRAMES = 8
_MILLISECONDS = 3
"""Digits at the end of a time as logging writes it."""
_MARK = "_hamgate"


def configure(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Log to `stream` (standard error) from now on. May be called again, for new settings."""
    stream = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if settings.format == "json" else TextLines(dated=not under_journald(stream)))
    setattr(handler, _MARK, True)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # each line would ask, none tells
    root = logging.getLogger()
    for old in [one for one in root.handlers if hasattr(one, _MARK)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.level.upper())


def under_journald(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `stream` goes to the journal, which notes the time itself (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


class TextLines(logging.Formatter):
    """`2026-01-31 12:00:00,000 INFO key=value ...`."""

    def __init__(self, dated: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s" if dated else "%(levelname)s %(message)s")
        self._second = (0, "")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """See `logging.Formatter`. Of a busy second the date is written once."""
        second = int(record.created)
        if second != self._second[0]:
            self._second = second, super().formatTime(record)[:-_MILLISECONDS]
        return f"{self._second[1]}{int(record.msecs):03d}"

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        record.message = one_line(_message(record))
        if self.usesTime():
            record.asctime = self.formatTime(record)
        fault = _exception(record)
        return f"{self.formatMessage(record)} exception={one_line(fault)}" if fault else self.formatMessage(record)


class JsonLines(logging.Formatter):
    """An object with time (ISO 8601, UTC), level, logger, and message or the fields of a message's record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of ASCII."""
        content: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        row = getattr(record, "record", None)
        if isinstance(row, Record):
            content |= row.fields() | {"time": content["time"]}
        else:
            content["message"] = _message(record)
        if fault := _exception(record):
            content["exception"] = fault
        return json.dumps(_safe(content), allow_nan=False)


def one_line(text: str) -> str:
    """`text` with everything escaped that could end a line, move a cursor or turn the direction of writing."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _message(record: logging.LogRecord) -> str:
    try:
        return _clipped(record.getMessage())
    except Exception as error:  # a mistake in a log call must not cost what is being logged
        return _clipped(f"{record.msg} ({type(error).__name__} while this was written)")


def _exception(record: logging.LogRecord) -> str:
    """Type and places, the innermost first, as `KeyError at scan.py:12 in judge, pool.py:7 in scan`."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = ", ".join(f"{Path(one.filename).name}:{one.lineno} in {one.name}" for one in reversed(frames))
    said = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return _clipped(f"{type(error).__name__}{said}" + (f" at {places}" if places else ""))


def _clipped(text: str) -> str:
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}..."


def _safe(value: Any) -> Any:
    """`value` in what JSON can say; numbers that it cannot become text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return _clipped(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _safe(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(inner) for inner in value]
    return _clipped(str(value))
