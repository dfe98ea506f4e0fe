"""From a Message to the tokens that the model counts, field by field. The only extractor: training uses it too.

Which headers may become words, and which never may because they recognise a mailbox or a period instead of spam, is
decided here (training/README.md has the measurements). Any change to a token changes `FEATURES_VERSION`.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from filter import tokens
from filter.message import Message

FEATURES_VERSION = 1
SLOT_BITS = 18
"""A token's slot is the low bits of its CRC-32, in a table of 2^18 slots per field."""
SLOT_MASK = (1 << SLOT_BITS) - 1

_MAILER_HEADERS = ("x-mailer", "user-agent", "x-priority", "x-msmail-priority", "importance", "mime-version")


@dataclass(frozen=True, slots=True)
class Features:
    """Tokens of one message by field, each token once, and what recipes ask beside them; `html`: any part is HTML."""

    fields: Mapping[str, list[bytes]]
    html: bool

    @property
    def distinct_words(self) -> int:
        """Words of the text that are no numbers."""
        words = self.fields["words"]
        return len(words) - sum(map(bytes.isdigit, words))

    @property
    def function_words(self) -> int:
        """English words of grammar in the text."""
        return len(tokens.FUNCTION_WORDS.intersection(self.fields["words"]))


def extract(message: Message, wanted: Iterable[str] = ()) -> Features:
    """The `wanted` fields of `message`; all of `FIELDS` if none is named."""
    fields = {name: _EXTRACTORS[name](message) for name in wanted or FIELDS if name != "words"}
    return Features({"words": tokens.words(message.text), **fields}, message.has_html)


def _distinct(extractor: Callable[[Message], Iterable[bytes]]) -> Callable[[Message], list[bytes]]:
    """Each token once, in order: sums, and so scores, are the same to the last bit in every process."""
    return lambda message: list(dict.fromkeys(extractor(message)))


def _subject(message: Message) -> list[bytes]:
    return tokens.words(tokens.without_list_tag(message.subject)) or [b"(empty)"]


@_distinct
def _urls(message: Message) -> Iterable[bytes]:
    for url in message.urls:
        host = url.host.encode("utf-8", "replace")[:200]
        if not url.is_web:
            yield b"scheme:" + url.scheme.encode()[:20]
        if url.user:
            yield b"has:user"
        if url.port:
            yield b"port:" + url.port.encode()
        if host.replace(b".", b"").isdigit():
            yield b"host:ip"
        yield from tokens.domains(host)
        yield from tokens.words(url.rest[:300])


def _markup(message: Message) -> list[bytes]:
    return tokens.markup(dict.fromkeys(message.tags))


@_distinct
def _structure(message: Message) -> Iterable[bytes]:
    message_id = message.raw("message-id")
    yield b"id:" + tokens.shape(message_id.partition(b"@")[0])
    id_domain = message_id.rpartition(b"@")[2].rstrip(b"> ").lower()
    from_domain = tokens.address(message.raw("from"))[1]
    yield b"id-host:" + tokens.host_kind(id_domain)
    yield b"id-is-from:%d" % (bool(id_domain) and tokens.parent(id_domain) == tokens.parent(from_domain))
    yield b"zone:" + tokens.zone(message.raw("date"))
    yield b"thread:%d" % (message.has("in-reply-to") or message.has("references"))


@_distinct
def _mime(message: Message) -> Iterable[bytes]:
    yield b"size:%d" % math.log2(message.size + 1)
    yield b"words:%d" % (2 * math.log2(len(message.text) + 1))
    yield b"links:%d" % (2 * math.log2(len(message.links) + 1))
    yield b"parts:%d" % min(len(message.parts), 9)
    for word in tokens.field_words(message.raw("content-type").partition(b"boundary")[0]):
        yield b"top:" + word
    for part in message.parts:
        yield b"type:" + part.content_type.encode()
        yield b"charset:" + part.charset.encode("utf-8", "replace")[:40]
        yield b"encoding:" + part.encoding.encode("utf-8", "replace")
        if part.disposition:
            yield b"disposition:" + part.disposition.encode("utf-8", "replace")
    for fact in sorted(message.facts):
        yield b"fact:" + fact.encode()


@_distinct
def _mailer(message: Message) -> Iterable[bytes]:
    for name in _MAILER_HEADERS:
        value = message.raw(name)
        if not value:
            yield name.encode() + b":none"
        for word in tokens.field_words(value):
            yield b"%s:%s" % (name.encode(), word)


@_distinct
def _from(message: Message) -> Iterable[bytes]:
    for name in ("from", "reply-to"):
        local, domain = tokens.address(message.raw(name))
        yield b"%s:%s@" % (name.encode(), local)
        for suffix in tokens.domains(domain):
            yield b"%s:%s" % (name.encode(), suffix)
    yield from tokens.words(tokens.display_name(message.get("from")))


def _name(message: Message) -> list[bytes]:
    return tokens.words(tokens.display_name(message.get("from"))) or [b"(none)"]


@_distinct
def _received(message: Message) -> Iterable[bytes]:
    lines = message.all("received")
    yield b"hops:%d" % min(len(lines), 20)
    for line in lines[:20]:
        yield from tokens.relay(line)


@_distinct
def _shape(message: Message) -> Iterable[bytes]:
    text = message.text[:20000]
    yield b"upper:" + tokens.upper_share(text)
    yield b"subject-upper:" + tokens.upper_share(message.subject)
    quoted = text.count("\n>") + text.startswith(">")
    yield b"quoted:%d" % (min(9, 10 * quoted // (text.count("\n") + 1)) if quoted else 0)
    yield b"bangs:%d" % min(4, text.count("!").bit_length())
    yield b"subject-bangs:%d" % min(3, message.subject.count("!"))
    for part in message.parts:
        if "." in part.filename:
            yield b"ext:" + part.filename.rpartition(".")[2].lower().encode("utf-8", "replace")[:10]


_EXTRACTORS: Mapping[str, Callable[[Message], list[bytes]]] = {
    "words": lambda message: tokens.words(message.text),
    "subject": _subject,
    "urls": _urls,
    "markup": _markup,
    "structure": _structure,
    "mime": _mime,
    "mailer": _mailer,
    "from": _from,
    "name": _name,
    "received": _received,
    "shape": _shape,
}
FIELDS = tuple(_EXTRACTORS)
