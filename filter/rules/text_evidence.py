"""What rules ask of a message's text, markup and parts."""

import re

from filter.envelope import Envelope
from filter.message import Message
from filter.mime import Part
from filter.rules import text_cues
from filter.rules.attached import attached
from filter.rules.cues import NONE
from filter.rules.header_evidence import HeaderEvidence
from filter.rules.lazy import lazy
from filter.rules.letters import plain
from filter.rules.settings import RuleSettings
from filter.transfer import IDENTITY

OVERLAYS = "\u0334\u0335\u0336\u0337\u0338"
"""Strokes through the letter before them."""
_TEXT = 20_000
_COUNTED = 8_000
_MARKUP = 20_000
_TAGS = 1_000
_ODD_TEXT = 4_000
_ASCII = bytes(range(128))
_NO_DIGITS = bytes(set(range(256)).difference(b"0123456789"))
_TAG_START = re.compile("<([bi]>|!--|/html|[a-z][a-z0-9]{3,30})")
_ODD_LETTERS = re.compile(
    "[\u00ad\u0334-\u0338\u0370-\u0556\u13a0-\u13f5\u200b-\u200d\u2060\ufeff\U0001d400-\U0001d7ff]"
)
_CUED, _LAST = 3_500, 500
_HARMLESS = frozenset({"unsubscribe", "act", "deadline", "generic", "by_address", "gift", "promotion"})


class TextEvidence(HeaderEvidence):
    """The header and the text of one message."""

    def __init__(self, message: Message, envelope: Envelope, settings: RuleSettings) -> None:
        super().__init__(message, envelope, settings)
        self._look_at_parts(message)

    def _look_at_parts(self, message: Message) -> None:
        """What nearly every message is asked of its parts, seen at one glance."""
        self.tags = message.tags
        self.hidden = message.hidden
        self.text = message.text[:_TEXT]
        """The first 20 000 characters that a reader sees."""
        self.shows_page = bool(message.tags)
        self.shows_text = bool(message.text)
        self.is_compound = len(message.parts) > 1 or not message.text
        self.types = frozenset([part.content_type for part in message.parts])
        """Content types of all parts."""
        self.is_html_only = "text/html" in self.types and "text/plain" not in self.types
        """There is HTML, and no plain text as the mail programs of people send it along."""
        self.alternatives = _alternatives(message) if {"text/html", "text/plain"} <= self.types else None
        """Beginnings of the plain text and of the HTML text; None if there is only one of them."""
        self.is_structured = bool(message.facts) or len(message.parts) != 1 or _is_special(message.parts[0])
        """Not just one plain text as it is."""
        self.attached = attached(message) if self.is_structured else ()
        """The first attached files."""
        self.odd_letters = NONE if self.text.isascii() else _odd_letters(self.text)
        """Look-alike, styled and invisible characters in the beginning of the text."""

    @lazy
    def cued(self) -> str:
        """The beginning of the text and its last words, where ways out stand: 4000 characters at most.

        Without quoted lines: who answers a fraud, or reports one, does not commit it.
        """
        text = self.text
        if "\n>" in text:
            text = "\n".join([line for line in text.split("\n") if line[:1] != ">"])
        return text if len(text) <= _CUED + _LAST else f"{text[:_CUED]}\n{text[-_LAST:]}"

    @lazy
    def folded(self) -> str:
        """Subject and the ends of the text in plain ASCII letters."""
        return plain(f"{self.message.subject[:500]}\n{self.cued}")

    @lazy
    def digits(self) -> int:
        """How many there are in the first 2000 characters of `folded`."""
        return len(self.folded[:2_000].encode().translate(None, _NO_DIGITS))

    @lazy
    def text_cues(self) -> frozenset[str]:
        """Names of the wordings found in subject and text (`rules/text_cues.py`)."""
        return text_cues.cues(self.cued, self.folded)

    @lazy
    def _said(self) -> dict[str, str]:
        return {}

    def quote(self, name: str, most: int = 60) -> str:
        """The words that the cue `name` was found by, looked for once; empty if they are not in plain letters."""
        if name not in self._said:
            self._said[name] = text_cues.quote(name, self.folded)
        return self._said[name][:most]

    @lazy
    def lures(self) -> bool:
        """The text holds more than what all mail may hold."""
        return not self.text_cues <= _HARMLESS

    @lazy
    def may_be_obfuscated(self) -> bool:
        """Letters are struck through, or words are known to be misspelled."""
        return "obfuscated" in self.text_cues or not self.odd_letters.isdisjoint(OVERLAYS)

    @lazy
    def words(self) -> int:
        """How many words a reader sees in the first 8000 characters."""
        return len(self.message.text[:_COUNTED].split())

    @lazy
    def markup(self) -> str:
        """The first 20 000 characters of the tags, comments included, in lower case."""
        return "\n".join(self.message.tags[:_TAGS])[:_MARKUP].lower() if self.message.tags else ""

    @lazy
    def shows_all_tags(self) -> bool:
        """`markup` was not cut."""
        return len(self.message.tags) <= _TAGS and len(self.markup) < _MARKUP

    @lazy
    def tag_starts(self) -> list[str]:
        """How the tags in `markup` begin that rules ask for: names of four letters and more, b>, i>, /html and !--."""
        return _TAG_START.findall(self.markup)

    @lazy
    def elements(self) -> frozenset[str]:
        """`tag_starts`, each once."""
        return frozenset(self.tag_starts)


def _alternatives(message: Message) -> tuple[str, str]:
    text, start = message.text, message.html_at
    return text[: min(start, 800)], text[start : start + 6_000]


def _is_special(part: Part) -> bool:
    """Named, coded or anything but plain text in the message itself."""
    if part.content_type != "text/plain" or part.depth or part.filename or part.disposition == "attachment":
        return True
    return part.encoding not in IDENTITY or not part.body.isascii()


def _odd_letters(text: str) -> frozenset[str]:
    others = text[:_ODD_TEXT].encode("utf-8", "replace").translate(None, _ASCII).decode()
    return frozenset(_ODD_LETTERS.findall(others))
