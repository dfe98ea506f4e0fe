"""Our headers on a message, as the changes that an MTA is asked for: forged ones out, ours on top."""

from collections.abc import Iterator, Mapping

from filter.milter.frames import frame
from filter.milter.negotiation import Agreement, May
from filter.milter.words import indexed


def changes(ours: bytes, forged: Mapping[bytes, int], agreement: Agreement) -> bytes:
    """Frames that take out the `forged` fields (names and how many of each) and put `ours` on top, as it stands.

    `ours` are whole lines with CRLF. What the agreement does not allow is left out.
    """
    out = removed(forged) if May.CHANGE_HEADERS in agreement.may else b""
    return out + (inserted(ours, spaced=agreement.spaced) if May.ADD_HEADERS in agreement.may else b"")


def removed(forged: Mapping[bytes, int]) -> bytes:
    """Each field by its place among those of its name, the last one first: the others keep their places."""
    return b"".join(
        frame(b"m", indexed(place, name, b"")) for name, count in forged.items() for place in range(count, 0, -1)
    )


def inserted(ours: bytes, *, spaced: bool) -> bytes:
    """Each field at the very top, the last one first: so they stand there in our order. Folds are LF between us."""
    fields = list(_fields(ours))
    return b"".join(
        frame(b"i", indexed(0, name, value if spaced else value.removeprefix(b" "))) for name, value in fields[::-1]
    )


def _fields(lines: bytes) -> Iterator[tuple[bytes, bytes]]:
    unfolded = lines.replace(b"\r\n\t", b"\n\t").removesuffix(b"\r\n")
    for line in unfolded.split(b"\r\n"):
        name, _, value = line.partition(b":")
        yield name, value
