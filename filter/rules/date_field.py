"""The Date field and the dates in Received (RFC 5322 section 3.3)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

_USUAL = re.compile(
    rb"\s*(?:[A-Z][a-z]{2},\s{1,8})?(\d{1,2})\s{1,8}([A-Z][a-z]{2})\s{1,8}(\d{4})\s{1,8}(\d\d):(\d\d):(\d\d)\s{1,8}"
    rb"([+-]\d\d[0-5]\d|GMT|UT|[ECMP][SD]T)(?![^\s(])"
)
_WELL_WRITTEN = re.compile(
    rb"\s*(?:[A-Z][a-z]{2},  ?)?([12]?\d|0\d|30) ([A-Z][a-z]{2}) ((?:19|20)\d\d) "
    rb"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d (?:[+-](?:0\d|1[0-3])[0-5]\d|GMT|UT|[ECMP][SD]T)(?![^\s(])"
)
"""Day, month and year of a date that needs no second look."""
_MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_ZONES = {b"GMT": 0, b"UT": 0, b"EST": -500, b"EDT": -400, b"CST": -600, b"CDT": -500, b"MST": -700, b"MDT": -600,
          b"PST": -800, b"PDT": -700}  # fmt: skip
"""Zones that have a name (RFC 5322 section 4.3), as they would stand in digits."""
Day = tuple[int, int, int]
"""Year, month and day of a date, in its own zone."""
_DAYS = 7
"""By how many days a date may lie before the reception without being odd."""


def read_date(value: bytes) -> datetime | None:
    """A date of RFC 5322 section 3.3; None if it is none."""
    usual = _USUAL.match(value)
    try:
        if usual is not None:
            day, month, year, hour, minute, second, zone = usual.groups()
            ahead = _zone(_ZONES[zone] if zone in _ZONES else int(zone))
            return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=ahead)
        date = parsedate_to_datetime(value[:100].decode("ascii"))
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def day_of(written: bytes) -> Day | None:
    """The day of a date that is well written, else None; the hour and whether the month has that day are not asked."""
    match = _WELL_WRITTEN.match(written)
    if match is None or match[2] not in _MONTHS:
        return None
    return int(match[3]), _MONTHS[match[2]], int(match[1])


def fit_together(sent: Day | None, came: Day | None) -> bool:
    """Both are well written, and it was `sent` on the day it `came` or up to a week before in the same month.

    True for nine of ten messages without working out either date; False says nothing.
    """
    if sent is None or came is None or sent[:2] != came[:2]:
        return False
    return 0 <= came[2] - sent[2] < _DAYS


@lru_cache(maxsize=200)
def _zone(digits: int) -> timezone:
    """The zone that stands in a date as +hhmm. Raises ValueError beyond a day."""
    hours, minutes = divmod(abs(digits), 100)
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if digits > 0 else -ahead)
