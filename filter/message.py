"""A message as its reader gets it: headers, parts, visible and hidden text, links; and what was cut or broken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from filter import charsets, html, kernel, urls
from filter.limits import Fact, Limits
from filter.mime import Header, Part, Reader, first_of_each, normalise, text_of


@dataclass(frozen=True, slots=True)
class Message:
    """One message, read within `Limits`. `text` is all visible text, `tags` the raw tags of its HTML.

    `text` up to `html_at` comes from plain parts, the rest from HTML.
    """

    headers: tuple[Header, ...]
    parts: tuple[Part, ...]
    subject: str
    text: str
    hidden: str
    links: tuple[html.Link, ...]
    urls: tuple[urls.Url, ...]
    tags: tuple[str, ...]
    facts: frozenset[Fact]
    size: int
    html_at: int
    fields: Mapping[str, bytes] = field(repr=False, compare=False)
    """Raw value of the first field of each name (lower case)."""

    def raw(self, name: str) -> bytes:
        """Raw value of the first field `name` (lower case), empty if there is none."""
        return self.fields.get(name, b"")

    def get(self, name: str) -> str:
        """Decoded value of the first field `name` (lower case), empty if there is none."""
        return charsets.from_header(self.raw(name))[0]

    def has(self, name: str) -> bool:
        """Whether the field `name` (lower case) is there at all."""
        return name in self.fields

    def all(self, name: str) -> list[bytes]:
        """Raw values of every field `name` (lower case), in order."""
        return [value for named, value in self.headers if named == name]

    @property
    def has_html(self) -> bool:
        """Whether any part is HTML."""
        return any(part.content_type == "text/html" for part in self.parts)


LIMITS = Limits()
_BYTES_PER_CHARACTER = 8
"""What long encodings take (UTF-8 as quoted-printable: 9). More counts as text, else nothing would bound decoding."""


def parse(raw: bytes, limits: Limits = LIMITS, size: int = 0) -> Message:
    """Read `raw`, with any line ends. Never raises; what is not read is named in `Message.facts`.

    `size`: octets of the whole message, if `raw` is only its beginning; `limits.message` octets of it are enough.
    """
    facts: set[Fact] = {Fact.SIZE_CUT} if size > limits.message else set()
    lines = normalise(raw, facts, limits)
    reader = Reader(lines, facts, limits)
    headers, body = reader.headers(0, len(lines))
    fields = first_of_each(headers)
    parts = reader.leaves(fields, body)
    plain, pages = _read_text(parts, facts, limits)
    text = "\n".join([*plain, *[page.text for page in pages]])
    links = tuple(chain.from_iterable([page.links for page in pages]))
    return Message(
        headers=tuple(headers),
        parts=tuple(parts),
        subject=_subject(fields.get("subject", b""), facts),
        text=text,
        hidden=" ".join([page.hidden for page in pages if page.hidden]),
        links=links,
        urls=_urls(text, links, facts, limits),
        tags=tuple(chain.from_iterable([page.tags for page in pages])),
        facts=frozenset(facts),
        size=max(size, len(raw)),
        html_at=sum(map(len, plain)) + len(plain),
        fields=fields,
    )


def _read_text(parts: list[Part], facts: set[Fact], limits: Limits) -> tuple[list[str], list[html.Html]]:
    """Texts of the plain parts and the pages of the HTML parts, within the budgets of the whole message."""
    plain: list[str] = []
    pages: list[html.Html] = []
    text_budget, html_budget = limits.text, limits.html
    for part in parts:
        if not part.content_type.startswith("text/"):
            continue
        if text_budget <= 0:
            facts.add(Fact.TEXT_CUT)
            break
        source = text_of(part, facts, limits)
        if len(source) > text_budget:
            facts.add(Fact.TEXT_CUT)
            source = source[:text_budget]
        text_budget -= max(len(source), min(len(part.body), limits.part_text) // _BYTES_PER_CHARACTER)
        if part.content_type == "text/html":
            page = html.read(source, max(0, html_budget), limits.urls + 1)
            html_budget -= len(source)
            if page.cut:
                facts.add(Fact.HTML_CUT)
            pages.append(page)
        else:
            plain.append(source)
    return plain, pages


def _subject(value: bytes, facts: set[Fact]) -> str:
    if not value.isascii():
        facts.add(Fact.HEADER_8BIT)
    text, clean = charsets.from_header(value)
    if not clean and value.isascii():
        facts.add(Fact.BAD_ENCODED_WORD)
    return text


def _urls(text: str, links: tuple[html.Link, ...], facts: set[Fact], limits: Limits) -> tuple[urls.Url, ...]:
    """Link targets and addresses written in the text, each once."""
    found = dict.fromkeys([link.target for link in links if link.target] + kernel.addresses(text, limits.urls + 1))
    if len(found) > limits.urls:
        facts.add(Fact.URLS_CUT)
    return tuple(map(urls.parse, islice(found, limits.urls)))
