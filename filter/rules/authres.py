"""Authentication-Results fields (RFC 8601 section 2.2), read in linear time and within bounds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LONGEST = 8_192
MOST_RESULTS = 50
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_PLAIN = re.compile(rf'(?:{_QUOTED}|[^"(])++', re.S)
_MARK = re.compile(r"\\.|[()]", re.S)
_SECTION = re.compile(rf'((?:{_QUOTED}|[^";])*+)(?:;|\Z)', re.S)
_SERVER = re.compile(rf"\s*({_QUOTED}|[^\s=]++)(?:\s+1)?\s*", re.S)
# The result of a method looks like a property without a type; a value may hold "=", as local parts of bounces do.
_PAIR = re.compile(rf"\s*([^\s=/]++)(?:\s*/\s*\d++)?\s*=\s*({_QUOTED}(?:@[^\s\"]++)?|[^\s\"]++)\s*", re.S)


@dataclass(frozen=True, slots=True)
class Result:
    """What one method found; `properties` are such as header.d and smtp.mailfrom. All is in lower case."""

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuthResults:
    """One field: who vouches (lower case), and for what."""

    server: str
    results: tuple[Result, ...]


def parse(value: bytes) -> AuthResults | None:
    """Read the value of a field. None if it does not keep to the grammar: then nothing in it can be relied on."""
    if len(value) > LONGEST:
        return None
    try:
        first, *others = _sections(_without_comments(value.decode("utf-8", "replace")))
        match = _SERVER.fullmatch(first)
        server = _bare(match[1]).rstrip(".") if match else ""
        results = [_result(one) for one in others[:MOST_RESULTS] if one.strip().lower() not in ("", "none")]
    except ValueError:
        return None
    return AuthResults(server, tuple(results)) if server else None


def _without_comments(text: str) -> str:
    """Comments become a space; they nest (RFC 5322 section 3.2.2). ValueError: a quote or comment has no end."""
    parts, place = [], 0
    while place < len(text):
        if text[place] == "(":
            place = _comment_end(text, place)
            parts.append(" ")
        elif match := _PLAIN.match(text, place):
            place = match.end()
            parts.append(match[0])
        else:
            raise ValueError("open quote")
    return "".join(parts)


def _comment_end(text: str, start: int) -> int:
    depth = 0
    for mark in _MARK.finditer(text, start):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if not depth:
            return mark.end()
    raise ValueError("open comment")


def _sections(text: str) -> Iterator[str]:
    """What stands between semicolons outside of quotes."""
    return (match[1] for match in _SECTION.finditer(text))


def _result(section: str) -> Result:
    """method[/version]=result, then reason=... and ptype.property=value. ValueError: something else."""
    pairs, place = [], 0
    while place < len(section):
        match = _PAIR.match(section, place)
        if match is None:
            raise ValueError("no pair")
        pairs.append((match[1].lower(), _bare(match[2])))
        place = match.end()
    method, result = pairs[0]
    return Result(method, result, dict(reversed(pairs[1:])))


def _bare(value: str) -> str:
    """A value without quotes, in lower case."""
    return re.sub(r'\\(.)|"', r"\1", value, flags=re.S).lower()
