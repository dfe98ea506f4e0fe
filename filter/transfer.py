"""Content-Transfer-Encodings (RFC 2045 section 6), decoded as leniently as mail clients do. Never raises."""

import binascii

from filter.limits import Fact

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_BASE64_AND_SPACE = _BASE64 + b" \t\n"
IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
"""Encodings that leave octets as they are."""
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode(body: bytes, encoding: str, facts: set[Fact]) -> bytes:
    """Undo the transfer `encoding` (lower case) of `body`; an unknown one leaves it as it is."""
    if encoding in IDENTITY:
        return body
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        data, clean = from_base64(body)
        if not clean:
            facts.add(Fact.BAD_BASE64)
        return data
    if encoding in _UUENCODE:
        return _from_uuencode(body, facts)
    facts.add(Fact.BAD_TRANSFER_ENCODING)
    return body


def from_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode base64, skipping what is not base64; says whether the input was clean.

    Padding in the middle does not end the data where more base64 follows: mailers join encoded blocks, and clients
    show them all. What follows and is no base64, such as the footer of a mailing list, is left out.
    """
    padding = data.find(b"=")
    if padding < 0 or not data[padding:].strip(b"= \t\n"):
        try:
            return binascii.a2b_base64(data), True
        except binascii.Error:
            pass
    first, *others = data.split(b"=")[:1000]
    joined = (block for block in others if not block.translate(None, _BASE64_AND_SPACE))
    return b"".join(map(_block, [first, *joined])), False


def _block(block: bytes) -> bytes:
    clean = block.translate(None, _NOT_BASE64)
    usable = len(clean) - (len(clean) % 4 == 1)
    return binascii.a2b_base64(clean[:usable] + b"=" * (-usable % 4))


def _from_uuencode(body: bytes, facts: set[Fact]) -> bytes:
    data = bytearray()
    begin = 0 if body.startswith(b"begin ") else body.find(b"\nbegin ") + 1
    if not body.startswith(b"begin ", begin):
        return body
    for line in body[begin:].split(b"\n")[1:]:
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            data += binascii.a2b_uu(line)
        except binascii.Error:
            facts.add(Fact.BAD_TRANSFER_ENCODING)
            break
    return bytes(data) or body
