"""The loops over every octet and character of a message, in Python.

`native` is the same in C, with which a message takes a quarter less CPU. Which of them is used, `filter.kernel`
decides. Their results are equal to the last octet and bit: tests hold them so.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import IncrementalNewlineDecoder
from itertools import chain
from zlib import crc32

import numpy as np
import numpy.typing as npt

_PIECE = 1 << 20
"""Bytes whose line ends are changed at once: as text they are there twice more."""
_Latin1 = getincrementaldecoder("latin-1")
_NO_BARE_CR = ("\r\n", ("\n", "\r\n"))
"""Line ends that a decoder of text has seen: CR LF alone, or LF and CR LF."""

_END_OF_FIELD = re.compile(rb"\n(?![ \t])")
_NAME = re.compile(rb"[!-9;-~]+[ \t]*")
_LONGEST_NAME = 200

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,4000}>?")
# How an element begins: the slash, its name as far as names that matter go, and what else a parser would add to it.
_ELEMENT = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,11}[^\s/<>]?)")

_ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"'\x00-\x1f]{3,2000}", re.I)
_SCHEME_END = re.compile("://")
_SCHEME = re.compile(r"(?:https?|ftp)\Z", re.I)
_WWW = ("www.", "WWW.", "Www.")
_TRAILING = ".,;:!?)]}>*_'\""

_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = _CAPITALS + _CAPITALS.lower()


def unix_lines(raw: bytes) -> bytes | None:
    """`raw` with LF for CR LF; None if there is a CR that no LF follows.

    What decodes text files does it in half the time of `replace`, and says what it saw.
    """
    decoder = IncrementalNewlineDecoder(_Latin1(), translate=True)
    pieces = [
        decoder.decode(raw[start : start + _PIECE], start + _PIECE >= len(raw)).encode("latin-1")
        for start in range(0, len(raw), _PIECE)
    ]
    return b"".join(pieces) if decoder.newlines in (None, "\n", *_NO_BARE_CR) else None


def fields(block: bytes, longest: int) -> tuple[list[tuple[str, bytes]], int]:
    """Names and values of the fields of a header `block`, up to what is no field; and how many octets they take.

    Names are lower case and cut at 200 characters; values are unfolded, cut at `longest` octets, without blanks around
    them. A field that the block ends in counts as if a line feed followed it.
    """
    lines = _END_OF_FIELD.split(block)
    found: list[tuple[str, bytes]] = []
    for line in lines:
        before, colon, value = line.partition(b":")
        name = _name(before) if len(before) <= _LONGEST_NAME else _name_of(before)
        if not name or not colon:
            break
        found.append((name, value.replace(b"\n", b"")[:longest].strip()))
    return found, sum(map(len, lines[: len(found)])) + len(found)


def _name_of(before: bytes) -> str:
    """Lower-case name of a field from what stands before its colon; empty if that can be no name."""
    return before[:_LONGEST_NAME].rstrip().lower().decode("ascii") if _NAME.fullmatch(before) else ""


_name = lru_cache(maxsize=1024)(_name_of)


def tags(source: str) -> list[str]:
    """The raw tags of HTML, comments among them, as far as the next angle bracket, and 4000 characters."""
    return _TAG.findall(source)


def elements(source: str, opening: Callable[[str], str]) -> str:
    """HTML with the beginning of each element, its angle bracket included, replaced.

    `opening` gets the slash if there is one, up to twelve letters and digits of the name, and one character that a
    parser would add to it. It is asked once for each, or more often.
    """
    pieces = _ELEMENT.split(source)
    pieces[1::2] = map(opening, pieces[1::2])
    return "".join(pieces)


def addresses(text: str, most: int) -> list[str]:
    """Up to `most` web addresses written out in plain text, without the punctuation that ends a sentence.

    Looked for by the literals that few texts hold: that takes a tenth of the time of one pattern for all of it.
    """
    found: list[str] = []
    end = 0
    for start in sorted(_starts(text)):
        match = _ADDRESS.match(text, start) if start >= end else None
        if match is None:
            continue
        if len(found) >= most:
            break
        end = match.end()
        found.append(match[0].rstrip(_TRAILING))
    return found


def _starts(text: str) -> Iterator[int]:
    """Where an address may begin."""
    if "://" in text:
        for mark in _SCHEME_END.finditer(text):
            scheme = _SCHEME.search(text, max(0, mark.start() - 5), mark.start())
            if scheme is not None:
                yield scheme.start()
    for prefix in _WWW:
        if prefix in text:
            yield from (match.start() for match in re.finditer(re.escape(prefix), text))


def runs(text: str, table: bytes, least: int, most: int, most_beyond: int) -> list[bytes]:
    """Runs of the UTF-8 of `text` between blanks, each once as it first occurs, translated by `table` (256 octets).

    The table makes blanks of what separates, no other white space, and nothing ASCII of what is not, or the other way
    round. ASCII runs of `least` to `most` octets are kept, others up to `most_beyond`.
    """
    found = dict.fromkeys(text.encode("utf-8", "replace").translate(table).split())
    lengths = _lengths(least, most)
    if text.isascii():
        return [run for run in found if len(run) in lengths]
    return [run for run in found if (len(run) in lengths if run.isascii() else len(run) <= most_beyond)]


@lru_cache(maxsize=8)
def _lengths(least: int, most: int) -> frozenset[int]:
    return frozenset(range(least, most + 1))


def evidence(fields: list[list[bytes]], table: npt.NDArray[np.float32], bits: int) -> list[tuple[int, float]]:
    """How many tokens of each of `fields` the `table` knows, and the sum of their values in the order of the tokens.

    A token's slot is the low `bits` of its CRC-32, in the row of its field (2^bits values each); 0 there: not known.
    """
    counts = list(map(len, fields))
    owners = np.repeat(np.arange(len(fields)), counts)
    slots = np.fromiter(map(crc32, chain.from_iterable(fields)), np.int64, sum(counts))
    slots &= (1 << bits) - 1
    slots += owners << bits
    values = table[slots]
    known = np.bincount(owners, values != 0.0, len(fields)).astype(np.int64)
    return list(zip(known.tolist(), np.bincount(owners, values, len(fields)).tolist(), strict=True))


def letters(text: str) -> tuple[int, int]:
    """How many ASCII letters there are, and how many of them are capitals."""
    data = text.encode("ascii", "ignore")
    return len(data) - len(data.translate(None, _LETTERS)), len(data) - len(data.translate(None, _CAPITALS))
