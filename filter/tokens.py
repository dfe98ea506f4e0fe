"""Cutting text, addresses, hosts and tags into tokens: UTF-8 bytes, case-folded. Linear in the input."""

import re
import sys
from collections.abc import Iterable
from functools import lru_cache

import regex

from filter import kernel

_LONGEST = 24
_ANY_LENGTH = sys.maxsize
_KEPT = b"abcdefghijklmnopqrstuvwxyz0123456789$%'!-"
_WORD_BYTES = bytes(byte if byte in _KEPT or byte > 127 else 32 for byte in bytes(range(256)).lower())
_UNSPACED_SCRIPTS = "".join(
    rf"\p{{Script={name}}}" for name in ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")
)
# A run of letters, marks, digits and the same punctuation: of scripts without spaces, or of all the others.
_WORD = regex.compile(
    rf"([{_UNSPACED_SCRIPTS}]+)|([\p{{L}}\p{{M}}\p{{N}}$%'!\---[{_UNSPACED_SCRIPTS}]]{{2,}})", regex.V1
)
_TAG_WORDS = bytes(byte if byte in _KEPT + b"#/:" else 32 for byte in bytes(range(256)).lower())
_LIST_TAG = re.compile(r"(\s*(?:re|fwd?|aw|wg|sv):)?\s*\[[^\]]{1,40}\]", re.I)
_SHOWN_ADDRESS = re.compile(r"<[^>]*>?|\S+@\S+")
_DIGITS_RUN, _LOWER_RUN, _CAPITALS_RUN = re.compile(rb"[0-9]+"), re.compile(rb"[a-z]+"), re.compile(rb"[A-Z]+")
_ADDRESS = re.compile(rb"([^\s<>\",;:@]{1,100})@([A-Za-z0-9._-]{1,200})")
_ZONE = re.compile(rb"([+-]\d{4})\b|\b([A-Z]{3,4})\b\s*$")
_IP = re.compile(rb"\b(\d{1,3}\.\d{1,3})(\.\d{1,3})\.\d{1,3}\b")
_HOST = re.compile(rb"\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b")
_FROM_CLAUSE = re.compile(rb"from\s([^;\s]*(?:\s(?!by\s)[^;\s]*)*)", re.I)
_LONGEST_CLAUSE = 400
_SHORT_VALUE = 100
_SHORT_RUN = 64
_KNOWN_NAMES = 2048
"""Hosts, addresses, clauses and runs whose tokens are kept: they come again within a message and from day to day."""

FUNCTION_WORDS = frozenset(
    b"""a about after all also am an and any are as at be because been but by can could did do does for from get had
    has have he her here him his how i if in into is it its just like me more my no not now of on one only or other our
    out over she should so some than that the their them then there these they this to up us was we were what when
    which who will with would you your""".split()
)
"""English words of grammar: any English text is full of them, other languages hold next to none."""


def words(text: str) -> list[bytes]:
    """Words of `text`, each once as they first occur, 2 to 24 characters; scripts without spaces give pairs.

    Runs are looked at once each: half of what a text says are repetitions.
    """
    runs = kernel.runs(text, _WORD_BYTES, 2, _LONGEST, _ANY_LENGTH)
    if text.isascii():
        return runs
    found: dict[bytes, None] = {}
    for run in runs:
        if run.isascii():
            found[run] = None
        else:
            for word in _known_run(run) if len(run) <= _SHORT_RUN else _unicode_words(run):
                found[word] = None
    return list(found)


def _unicode_words(run: bytes) -> list[bytes]:
    """Words of text between two ASCII separators; what else separates words is found here."""
    found: list[bytes] = []
    for unspaced, word in _WORD.findall(run.decode().casefold()):
        if unspaced:
            found += [unspaced[i : i + 2].encode() for i in range(max(1, len(unspaced) - 1))]
        elif len(word) <= _LONGEST:
            found.append(word.encode())
    return found


_known_run = lru_cache(maxsize=_KNOWN_NAMES)(_unicode_words)


def markup(tags: Iterable[str]) -> list[bytes]:
    """Elements, attributes and values of raw HTML tags, each once as they first occur."""
    return kernel.runs(" ".join([tag[:300] for tag in tags]), _TAG_WORDS, 1, _LONGEST, _LONGEST)


def without_list_tag(subject: str) -> str:
    """The subject without the [name] that a mailing list puts in front; replies keep their "Re:"."""
    match = _LIST_TAG.match(subject)
    return (match[1] or "") + subject[match.end() :] if match else subject


def field_words(value: bytes) -> tuple[bytes, ...]:
    """Words of the raw value of a header field; those of a short one are kept, which many programs write alike."""
    return _short_words(value) if len(value) <= _SHORT_VALUE else tuple(words(value.decode("latin-1")))


@lru_cache(maxsize=_KNOWN_NAMES)
def _short_words(value: bytes) -> tuple[bytes, ...]:
    return tuple(words(value.decode("latin-1")))


def address(value: bytes) -> tuple[bytes, bytes]:
    """Local part and domain, lower case, of the last address in a From-like field; empty if there is none."""
    return _address(value[:2000])


@lru_cache(maxsize=_KNOWN_NAMES)
def _address(value: bytes) -> tuple[bytes, bytes]:
    found = _ADDRESS.findall(value)
    return (found[-1][0].lower(), found[-1][1].lower().strip(b".")) if found else (b"", b"")


def display_name(value: str) -> str:
    """What a From field shows beside its address."""
    return _SHOWN_ADDRESS.sub(" ", value[:1000])


def parent(domain: bytes) -> bytes:
    """What is probably registered of a domain: the last two labels, three below names such as co.uk and com.au."""
    labels = domain.split(b".")[-3:]
    below_country = len(labels) == 3 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return b".".join(labels if below_country else labels[-2:])


@lru_cache(maxsize=_KNOWN_NAMES)
def domains(host: bytes) -> tuple[bytes, ...]:
    """The host and each parent of it down to two labels, and its top-level domain."""
    labels = host.split(b".")[-6:]
    suffixes = [b".".join(labels[i:]) for i in range(max(1, len(labels) - 1))]
    return (*suffixes, b"." + labels[-1])


def host_kind(host: bytes) -> bytes:
    """What kind of name stands right of the @: none, bare, ip or domain."""
    if not host:
        return b"none"
    if host.strip(b"[]").replace(b".", b"").isdigit():
        return b"ip"
    return b"domain" if b"." in host else b"bare"


def shape(text: bytes) -> bytes:
    """Runs of digits as 9, of lower-case letters as a, of capitals as A, the rest as it stands; 24 bytes at most."""
    return _CAPITALS_RUN.sub(b"A", _LOWER_RUN.sub(b"a", _DIGITS_RUN.sub(b"9", text[:200])))[:24]


def zone(date: bytes) -> bytes:
    """Time zone of a Date field as it stands there, or `none`."""
    match = _ZONE.search(date[:100])
    return (match[1] or match[2]) if match else b"none"


def relay(received: bytes) -> tuple[bytes, ...]:
    """Names and networks in the from clause of a Received field (RFC 5321 section 4.4): who handed the message over."""
    match = _FROM_CLAUSE.match(received, 0, _LONGEST_CLAUSE + 10)
    return _names_and_networks(match[1]) if match and len(match[1]) <= _LONGEST_CLAUSE else ()


@lru_cache(maxsize=_KNOWN_NAMES)
def _names_and_networks(clause: bytes) -> tuple[bytes, ...]:
    clause = clause.lower()
    found = [parent(host) for host in _HOST.findall(clause)]
    for wide, narrow in _IP.findall(clause):
        found += [wide, wide + narrow]
    return tuple(found)


def upper_share(text: str) -> bytes:
    """Capitals among the ASCII letters, in tenths; `none` without letters."""
    letters, capitals = kernel.letters(text)
    return b"%d" % (10 * capitals // letters) if letters else b"none"
