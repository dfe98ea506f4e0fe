"""No second message hides in a first one: all bodies of a few octets, against the readers that relays use.

What we hand on must end for each of them at its last octet: not before (a second message), not after (a lost end).
`HAMGATE_SMUGGLING_OCTETS=9` tries all 349 525 bodies up to nine octets, as `make soak` does.
"""

import itertools
import os
import random
import re
from collections.abc import Iterator

import pytest

from filter.smtp.data import CRLF, DataReader, stuffed

LONGEST = int(os.environ.get("HAMGATE_SMUGGLING_OCTETS", "7"))
END = b"\r\n.\r\n"
READERS = {
    "strict": re.compile(rb"\r\n\.\r\n"),
    "postfix": re.compile(rb"\n\.\r*\n"),  # Debian 12's Postfix 3.7.11 ends lines at LF and drops all CR before it
    "cr-tolerant": re.compile(rb"(?:\r\n|\r|\n)\.(?:\r\n|\r|\n)"),
}


def bodies(length: int) -> Iterator[bytes]:
    return map(bytes, itertools.product(b"\r\n.x", repeat=length))


def pieces(octets: bytes, chance: random.Random) -> Iterator[bytes]:
    """`octets` as they may come over the wire."""
    while octets:
        cut = chance.randrange(1, len(octets) + 1)
        yield octets[:cut]
        octets = octets[cut:]


def handed_on(body: bytes, chance: random.Random) -> bytes | None:
    """What the relay gets of `body`; None if it is refused."""
    reader, content = DataReader(), b""
    sent = body + END + b"EVIL"
    for piece in pieces(sent, chance):
        if not reader.done:
            content += reader.feed(piece)
        else:
            reader.rest += piece
    assert reader.done
    end = (CRLF + sent).find(END) + len(END) - len(CRLF)
    assert reader.rest == sent[end:], "it must end where RFC 5321 says, and nowhere else"
    return None if reader.smuggling else b"".join(stuffed(pieces(content, chance)))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("length", range(LONGEST + 1))
def test_every_reader_ends_at_the_end(length: int) -> None:
    chance = random.Random(length)
    refused = 0
    for body in bodies(length):
        wire = handed_on(body, chance)
        if wire is None:
            refused += 1
            continue
        for name, end in READERS.items():
            match = end.search(CRLF + wire)
            assert match is not None, (name, body)
            assert match.end() == len(CRLF + wire), (name, body)
    assert (refused > 0) == (length >= 2)


@pytest.mark.parametrize("reader", ["postfix", "cr-tolerant"])
def test_the_proof_can_fail(reader: str) -> None:
    """Without our rule, readers of this kind do end early: what goes out as it came is cut."""
    early = 0
    for body in itertools.chain.from_iterable(bodies(length) for length in range(6)):
        wire = b"".join(stuffed([body]))
        match = READERS[reader].search(CRLF + wire)
        early += match is not None and match.end() < len(CRLF + wire)
    assert early > 50
