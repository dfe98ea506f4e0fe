"""Parameters of MIME header fields: `name=value` lists and their RFC 2231 forms. Bounded, never raising."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote_to_bytes

from filter import charsets
from filter.limits import Fact, Limits

_PARAMETER = re.compile(rb';\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.S)
_LONGEST = 4096
"""Bytes of a field that are read for parameters; a boundary has at most 70 (RFC 2046 section 5.1.1)."""


def parse_parameters(value: bytes, facts: set[Fact], limits: Limits) -> Mapping[str, str]:
    """Lower-case names and decoded values of `value`, a Content-Type or Content-Disposition field.

    The same mapping is given out again and again: it is to be read only.
    """
    parameters, cut = _parsed(value[:_LONGEST], limits.parameters)
    if cut or len(value) > _LONGEST:
        facts.add(Fact.PARAMETERS_CUT)
    return parameters


@lru_cache(maxsize=512)
def _parsed(value: bytes, most: int) -> tuple[Mapping[str, str], bool]:
    """Up to `most` parameters of `value`, and whether there are more."""
    found: dict[str, bytes] = {}
    matches = list(islice(_PARAMETER.finditer(value), most + 1))
    for match in matches[:most]:
        name = match[1].lower().decode("ascii", "replace")
        found.setdefault(name, match[3].strip() if match[2] is None else match[2].replace(b"\\", b""))
    return _decoded(found), len(matches) > most


def _decoded(found: dict[str, bytes]) -> dict[str, str]:
    if any("*" in name for name in found):
        return {name: _joined(name, found) for name in dict.fromkeys(key.partition("*")[0] for key in found)}
    return {name: _plain(name, text) for name, text in found.items()}


def _plain(name: str, text: bytes) -> str:
    # A boundary is compared with the body byte for byte, whatever those bytes are.
    return text.decode("utf-8", "surrogateescape") if name == "boundary" else charsets.from_header(text)[0]


def _joined(name: str, found: dict[str, bytes]) -> str:
    """RFC 2231 sections 3 and 4: name*0, name*1* ..., the first as charset'language'percent-encoded."""
    if name in found:
        return _plain(name, found[name])
    label, value = "", b""
    for position, key in enumerate(_continuations(name, found)):
        piece = found[key]
        if key.endswith("*"):
            if not position and piece.count(b"'") >= 2:
                label_bytes, _, piece = piece.split(b"'", 2)
                label = label_bytes.decode("ascii", "replace")
            piece = unquote_to_bytes(piece)
        value += piece
    return charsets.decode(value, label)[0]


def _continuations(name: str, found: dict[str, bytes]) -> list[str]:
    if name + "*" in found:
        return [name + "*"]
    keys: list[str] = []
    for number in range(len(found)):
        key = next((k for k in (f"{name}*{number}", f"{name}*{number}*") if k in found), None)
        if key is None:
            break
        keys.append(key)
    return keys
