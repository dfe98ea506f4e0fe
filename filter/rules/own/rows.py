"""An operator's rules as rows, and which of them are true of a message."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from filter import charsets
from filter.rules.evidence import Evidence
from filter.rules.own.entries import Members
from filter.rules.own.patterns import Patterns
from filter.verdict import Hit

HEADER = "header:"
_MOST_VALUES = 100
_LONGEST_VALUE = 2000


@dataclass(frozen=True, slots=True)
class PatternRule:
    """A pattern that is looked for in one place of a message."""

    symbol: str
    points: float
    meaning: str
    place: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ListRule:
    """A list that something of a message may stand on."""

    symbol: str
    points: float
    meaning: str
    place: str
    members: Members


def _subject(evidence: Evidence) -> Iterator[str]:
    yield evidence.message.subject[:_LONGEST_VALUE]


def _body(evidence: Evidence) -> Iterator[str]:
    yield evidence.text.rstrip("\n")


def _urls(evidence: Evidence) -> Iterator[str]:
    return (url.text[:_LONGEST_VALUE] for url in evidence.message.urls)


def _attachments(evidence: Evidence) -> Iterator[str]:
    return (part.filename for part in evidence.message.parts if part.filename)


TEXTS: Mapping[str, Callable[[Evidence], Iterator[str]]] = {
    "subject": _subject,
    "body": _body,
    "url": _urls,
    "attachment": _attachments,
}
"""Where a pattern can look, beside header:NAME; each link, file name and header field is a text of its own."""


def header_texts(evidence: Evidence, name: str) -> Iterator[str]:
    """The decoded values of the header fields `name` (lower case)."""
    for value in islice(evidence.message.all(name), _MOST_VALUES):
        yield charsets.from_header(value[:_LONGEST_VALUE])[0]


def _senders(evidence: Evidence) -> Iterator[str]:
    return (mailbox.address for mailbox in evidence.authors)


def _domains(evidence: Evidence) -> Iterator[str]:
    return (mailbox.domain for mailbox in evidence.authors if mailbox.domain)


def _envelope_sender(evidence: Evidence) -> Iterator[str]:
    if evidence.envelope.sender is not None:
        yield evidence.envelope.sender.decode("utf-8", "replace")


def _networks(evidence: Evidence) -> Iterator[str]:
    yield evidence.envelope.client_address


def _recipients(evidence: Evidence) -> Iterator[str]:
    return (recipient.decode("utf-8", "replace") for recipient in evidence.envelope.recipients)


MEMBERS: Mapping[str, Callable[[Evidence], Iterator[str]]] = {
    "sender": _senders,
    "domain": _domains,
    "envelope-sender": _envelope_sender,
    "network": _networks,
    "recipient": _recipients,
}
"""What can stand on a list: addresses and domains of From, and what the client said."""


class Rows:
    """Patterns and lists, ready to be asked. Immutable."""

    def __init__(self, rules: Sequence[PatternRule | ListRule]) -> None:
        self.rules = tuple(rules)
        self._lists = [rule for rule in rules if isinstance(rule, ListRule)]
        places: dict[str, dict[str, str]] = {}
        for rule in rules:
            if isinstance(rule, PatternRule):
                places.setdefault(rule.place, {})[rule.symbol] = rule.pattern
        self._places = [(place, Patterns(patterns)) for place, patterns in places.items()]

    def hits(self, evidence: Evidence) -> list[Hit]:
        """A hit for each rule that is true, in the order of the file."""
        found: dict[str, str] = {}
        for place, patterns in self._places:
            name = place.removeprefix(HEADER)
            texts = TEXTS[place](evidence) if place in TEXTS else header_texts(evidence, name)
            for symbol, words in patterns.find(texts).items():
                found[symbol] = f'{place}: "{words}"'
        for rule in self._lists:
            match = next(filter(None, map(rule.members.find, MEMBERS[rule.place](evidence))), None)
            if match is not None:
                found[rule.symbol] = f"{rule.place}: {match.entry}"
        return [Hit(rule.symbol, rule.points, found[rule.symbol]) for rule in self.rules if rule.symbol in found]
