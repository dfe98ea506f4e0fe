"""The MIME structure of a message, from bytes: bounded, lenient, never raising (RFC 5322, RFC 2045 and 2046).

Lines end with LF here: call `normalise` once per message. What is cut or broken is named by a `Fact`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from filter import charsets, kernel, transfer
from filter.limits import Fact, Limits
from filter.parameters import parse_parameters


class Header(NamedTuple):
    """One header field: lower-case name, raw unfolded value without surrounding white space."""

    name: str
    value: bytes


_header: Callable[[tuple[str, bytes]], Header] = partial(tuple.__new__, Header)
"""A pair as a header, without the call of Python that `Header(...)` is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree. `body` is still transfer-encoded."""

    content_type: str
    parameters: Mapping[str, str]
    encoding: str
    disposition: str
    filename: str
    depth: int
    body: bytes = field(repr=False)

    @property
    def charset(self) -> str:
        """The label the part declares, lower case, empty if none."""
        return self.parameters.get("charset", "").lower()


_MAILBOX_LINE = re.compile(rb">?From (?![ \t]*:).*\n?")
_CONTENT_TYPE = re.compile(rb"\s*([!#$&^\w.+-]{1,80})\s*/\s*([!#$&^\w.+-]{1,80})")
_CR_TO_LF = bytes.maketrans(b"\r", b"\n")
MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
"""Parts that hold a whole message (RFC 2046 section 5.2.1, RFC 6532 section 3.7, RFC 5537 section 4.1)."""


def normalise(raw: bytes, facts: set[Fact], limits: Limits) -> bytes:
    """The message with LF as the only line end. A CR alone ends a line too, as in mail clients."""
    if len(raw) > limits.message:
        facts.add(Fact.SIZE_CUT)
        raw = raw[: limits.message]
    if b"\r" in raw:
        lines = kernel.unix_lines(raw)
        if lines is None:
            facts.add(Fact.BARE_CR)
            lines = _one_line_end(raw).translate(_CR_TO_LF)
        raw = lines
    if b"\0" in raw:
        facts.add(Fact.NUL)
    return raw


def _one_line_end(raw: bytes) -> bytes:
    """CR CR LF as one line end, up to five CR; a pattern for any number of them would be quadratic."""
    for _ in range(5):
        shorter = raw.replace(b"\r\n", b"\n")
        if len(shorter) == len(raw):
            break
        raw = shorter
    return raw


@dataclass(slots=True)
class Reader:
    """Reads one normalised message; the budgets shrink over all of its entities, so nesting multiplies nothing."""

    raw: bytes
    facts: set[Fact]
    limits: Limits
    header_budget: int = field(init=False)
    near_boundaries: int = field(init=False)
    searched: int = field(init=False)

    def __post_init__(self) -> None:
        self.header_budget = self.limits.header
        self.near_boundaries = self.limits.near_boundaries
        self.searched = self.limits.searched

    def headers(self, start: int, end: int) -> tuple[list[Header], int]:
        """Header fields of raw[start:end] and the offset at which the body begins.

        A line that can be no header field ends the header, as if the blank line had been forgotten.
        """
        if self.raw[start : start + 1] == b"\n":
            return [], min(start + 1, end)
        stop = self.raw.find(b"\n\n", start, end)
        body = stop + 2 if stop >= 0 else end
        stop = stop if stop >= 0 else end
        if stop - start > self.header_budget:
            self.facts.add(Fact.HEADER_CUT)
            cut = start + self.header_budget
            stop = max(start, self.raw.rfind(b"\n", start, cut))  # no half line, which would look like text
        self.header_budget -= stop - start
        fields, consumed = _fields(self.raw[start:stop], self.limits.header_value)
        if consumed < stop - start:
            self.facts.add(Fact.NO_SEPARATOR)
            body = start + consumed
        if len(fields) > self.limits.headers:
            self.facts.add(Fact.HEADERS_CUT)
            del fields[self.limits.headers :]
        return list(map(_header, fields)), min(body, end)

    def leaves(self, fields: Mapping[str, bytes], body: int) -> list[Part]:
        """All leaves below the entity with these fields, whose body starts at `body`; at most `limits.parts`."""
        parts: list[Part] = []
        for part in self._entity(fields, body, len(self.raw), 0, "text/plain"):
            if len(parts) >= self.limits.parts:
                self.facts.add(Fact.PARTS_CUT)
                break
            parts.append(part)
        return parts

    def _entity(self, fields: Mapping[str, bytes], start: int, end: int, depth: int, default: str) -> Iterator[Part]:
        value = fields.get("content-type", b"")
        match = _CONTENT_TYPE.match(value)
        content_type = (match[1] + b"/" + match[2]).lower().decode("ascii", "replace") if match else default
        parameters = self._parameters(value)
        if content_type.startswith("multipart/"):
            spans = self._children(start, end, parameters.get("boundary", ""), depth)
            inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
            for child_start, child_end in spans:
                child, body = self.headers(child_start, child_end)
                yield from self._entity(first_of_each(child), body, child_end, depth + 1, inner)
            if spans:
                return
            content_type = "text/plain"  # as clients show it
        elif content_type in MESSAGE_TYPES and self.limits.open_attached and self._may_descend(depth):
            child, body = self.headers(start, end)
            yield from self._entity(first_of_each(child), body, end, depth + 1, "text/plain")
            return
        yield self._leaf(self.raw[start:end], content_type, parameters, fields, depth)

    def _parameters(self, value: bytes) -> Mapping[str, str]:
        return parse_parameters(value, self.facts, self.limits) if b";" in value else {}

    def _may_descend(self, depth: int) -> bool:
        if depth >= self.limits.depth:
            self.facts.add(Fact.DEPTH_CUT)
            return False
        return True

    def _may_search(self, size: int) -> bool:
        """Multiparts that are never closed all reach to the end: each level searches everything again."""
        self.searched -= size
        if self.searched < 0:
            self.facts.add(Fact.DEPTH_CUT)
            return False
        return True

    def _leaf(
        self, body: bytes, content_type: str, parameters: Mapping[str, str], fields: Mapping[str, bytes], depth: int
    ) -> Part:
        disposition = fields.get("content-disposition", b"")
        filename = self._parameters(disposition).get("filename", "") or parameters.get("name", "")
        return Part(
            content_type=content_type,
            parameters=parameters,
            encoding=_keyword(fields.get("content-transfer-encoding", b"")),
            disposition=_keyword(disposition),
            filename=filename[:255],
            depth=depth,
            body=body,
        )

    def _children(self, start: int, end: int, boundary: str, depth: int) -> list[tuple[int, int]]:
        """Spans of the children of a multipart (RFC 2046 section 5.1.1). Empty: there are none to be found."""
        if not boundary.strip():
            self.facts.add(Fact.NO_BOUNDARY)
            return []
        if not self._may_descend(depth) or not self._may_search(end - start):
            return []
        spans: list[tuple[int, int]] = []
        child = -1
        marker = b"--" + boundary.rstrip().encode("utf-8", "surrogateescape")
        for line_start, line_end, closing in self._boundary_lines(start, end, marker):
            if child >= 0:
                spans.append((child, max(child, line_start - 1)))
            if closing or len(spans) > self.limits.parts:
                break
            child = min(line_end + 1, end)
        else:
            if child >= 0:
                self.facts.add(Fact.BOUNDARY_UNCLOSED)
                spans.append((child, end))
        if not spans:
            self.facts.add(Fact.BOUNDARY_UNSEEN)
        return spans

    def _boundary_lines(self, start: int, end: int, marker: bytes) -> Iterator[tuple[int, int, bool]]:
        """(start, end, is it the closing one) of each boundary line; lines that only begin like one are passed over."""
        raw = self.raw
        position = start if raw.startswith(marker, start, end) else raw.find(b"\n" + marker, start, end) + 1
        while position > start or raw.startswith(marker, position, end):
            after = position + len(marker)
            line_end = raw.find(b"\n", after, end)
            line_end = line_end if line_end >= 0 else end
            tail = raw[after : min(line_end, after + 200)].strip()
            if tail in (b"", b"--"):
                yield position, line_end, tail == b"--"
            else:
                self.near_boundaries -= 1
                if self.near_boundaries < 0:
                    self.facts.add(Fact.PARTS_CUT)
                    return
            position = raw.find(b"\n" + marker, line_end, end) + 1
            if not position:
                return


def _fields(block: bytes, longest: int) -> tuple[list[tuple[str, bytes]], int]:
    """Names and values, these up to `longest` bytes, of the fields of a header, and how many bytes of it they take."""
    mailbox_line = _MAILBOX_LINE.match(block)
    if mailbox_line is None:
        return kernel.fields(block, longest)
    start = mailbox_line.end()
    fields, size = kernel.fields(block[start:], longest)
    return fields, start + size


def first_of_each(headers: Sequence[Header]) -> dict[str, bytes]:
    """Value of the first field of each name."""
    return {name: value for name, value in reversed(headers)}  # noqa: C416 - `dict` takes twice as long for pairs


def _keyword(value: bytes) -> str:
    return value.partition(b";")[0].strip(b" \t\"'")[:40].lower().decode("ascii", "replace")


def text_of(part: Part, facts: set[Fact], limits: Limits) -> str:
    """Text of a text part: transfer encoding undone, then the charset. Reads at most `limits.part_text` bytes."""
    body = part.body[: limits.part_text]
    cut = len(body) < len(part.body)
    if cut:
        facts.add(Fact.TEXT_CUT)
    text, ok = charsets.decode(transfer.decode(body, part.encoding, facts), part.charset, cut=cut)
    if not ok:
        facts.add(Fact.BAD_CHARSET)
    return text.replace("\0", "")  # clients show nothing for it
