"""What `hamgate corpus check` keeps of a message: enough to compare it with all others, none of its text."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from filter.limits import Fact
from filter.message import Message, parse
from filter.rules.date_field import read_date
from training import dataset, languages
from training.dataset import Extracted
from training.duplicates import likeness

_FIRST_YEAR = 1982  # of RFC 822: a Date before it is a wrong clock


@dataclass(frozen=True, slots=True)
class Examined:
    """One message. `date`: of its Date field, in UTC (None: none that can be true); `facts`: cut or broken."""

    extracted: Extracted
    likeness: tuple[str, ...]
    date: datetime | None
    script: str
    language: str
    facts: frozenset[Fact]

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return self.extracted.digest


def examine_batch(messages: list[bytes], fields: tuple[str, ...]) -> list[Examined]:
    """Examine messages; runs in a worker process."""
    return [_examine(raw, parse(raw), fields) for raw in messages]


def _examine(raw: bytes, message: Message, fields: tuple[str, ...]) -> Examined:
    return Examined(
        extracted=dataset.extracted(raw, message, fields),
        likeness=likeness(message),
        date=_date(message.raw("date")),
        script=languages.script(message.text),
        language=languages.language(message.text),
        facts=message.facts,
    )


def _date(value: bytes) -> datetime | None:
    found = read_date(value)
    if found is None or not _FIRST_YEAR <= found.year <= datetime.now(UTC).year + 1:
        return None
    found = found.astimezone(UTC)
    return found if found <= datetime.now(UTC) + timedelta(days=2) else None
