"""The words of a message's text parts and of its subject, by our reader and by the standard library's."""

import email
import email.header
import re
from email.errors import HeaderParseError
from email.message import Message

from filter import charsets
from filter.limits import Limits
from filter.mime import Reader, first_of_each, normalise, text_of

Words = tuple[frozenset[str], frozenset[str]]
"""Of the text, of the subject."""

_WORD = re.compile(r"\w+")
_LARGE = Limits(part_text=16 * 1024 * 1024)


def words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def ours(raw: bytes) -> Words:
    reader = Reader(normalise(raw, set(), _LARGE), set(), _LARGE)
    headers, body = reader.headers(0, len(reader.raw))
    fields = first_of_each(headers)
    texts = [
        text_of(part, set(), _LARGE) for part in reader.leaves(fields, body) if part.content_type.startswith("text/")
    ]
    subject = fields.get("subject", b"")
    return words("\n".join(texts)), words(charsets.from_header(subject)[0])


def theirs(raw: bytes) -> Words:
    message = email.message_from_bytes(raw)
    parts = (part for part in message.walk() if part.get_content_maintype() == "text" and not part.is_multipart())
    return words("\n".join(map(_text, parts))), words(_subject(message))


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return _decoded(data, part.get_content_charset() or "utf-8") if isinstance(data, bytes) else str(data)


def _subject(message: Message) -> str:
    values = (str(value) for name, value in message.raw_items() if name.lower() == "subject")
    unfolded = re.sub(r"\r?\n", "", next(values, ""))
    try:
        chunks = email.header.decode_header(unfolded)
    except HeaderParseError:
        chunks = [(unfolded, None)]
    return "".join(
        _decoded(chunk.encode("ascii", "surrogateescape") if isinstance(chunk, str) else chunk, charset or "utf-8")
        for chunk, charset in chunks
    )


def _decoded(data: bytes, label: str) -> str:
    for charset in (label, "utf-8"):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")
