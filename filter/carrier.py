"""Messages that another one carries, byte for byte: what a mail program makes of "forward as attachment"."""

from filter import transfer
from filter.limits import Fact, Limits
from filter.mime import MESSAGE_TYPES, Reader, first_of_each, normalise

_LIMITS = Limits(open_attached=False)


def attached(raw: bytes) -> list[bytes]:
    """The messages attached to `raw`, in order, at whatever depth of its multiparts (RFC 2046 section 5.2.1).

    Line ends become LF, which no digest sees. A message attached to an attached one stays inside it. Never raises;
    bounded as all reading is.
    """
    facts: set[Fact] = set()
    lines = normalise(raw, facts, _LIMITS)
    reader = Reader(lines, facts, _LIMITS)
    headers, body = reader.headers(0, len(lines))
    parts = reader.leaves(first_of_each(headers), body)
    found = (transfer.decode(part.body, part.encoding, facts) for part in parts if part.content_type in MESSAGE_TYPES)
    return [message for message in found if message.strip()]
