"""The header of a balancer: what the specification's examples say, and nothing beyond it."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.smtp.proxyproto import LONGEST_BLOCK, LONGEST_LINE, SIGNATURE, HeaderReader, ProxyError, Source

HERE = ipaddress.ip_address("192.0.2.1").packed
THERE = ipaddress.ip_address("192.0.2.7").packed


def read(octets: bytes) -> tuple[Source | None, bytes]:
    """Feed what is asked for; returns the client, and the octets that nobody asked for."""
    reader = HeaderReader()
    while reader.needed:
        assert octets, "it asks for more than there is"
        share, octets = octets[: reader.needed], octets[reader.needed :]
        reader.feed(share)
    return reader.source, octets


def block(command: int = 0x21, family: int = 0x11, body: bytes = THERE + HERE + struct.pack("!HH", 1234, 25)) -> bytes:
    return SIGNATURE + bytes([command, family]) + struct.pack("!H", len(body)) + body


@pytest.mark.parametrize(
    ("header", "source"),
    [
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 1234 25\r\n", Source("192.0.2.7", 1234)),
        (b"PROXY TCP6 2001:DB8::7 2001:db8::1 0 65535\r\n", Source("2001:db8::7", 0)),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", None),
        (block(), Source("192.0.2.7", 1234)),
        (block(body=THERE + HERE + struct.pack("!HH", 1234, 25) + b"\x04\x00\x00"), Source("192.0.2.7", 1234)),
        (block(family=0x21, body=bytes(15) + b"\1" + bytes(16) + b"\0\7\0\x19"), Source("::1", 7)),
        (block(command=0x20), None),
        (block(family=0x00, body=b""), None),
        (block(family=0x31, body=bytes(216)), None),
    ],
)
def test_header_is_read_and_not_an_octet_more(header: bytes, source: Source | None) -> None:
    assert read(header + b"\x16\x03\x01 a TLS handshake") == (source, b"\x16\x03\x01 a TLS handshake")


@pytest.mark.parametrize(
    "header",
    [
        b"EHLO client.test\r\n",
        b"proxy TCP4 192.0.2.7 192.0.2.1 1234 25\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 1234 25\n" + b"x" * LONGEST_LINE,
        b"PROXY TCP4 192.0.2.7  192.0.2.1 1234 25\r\n",
        b"PROXY TCP4 192.0.2.007 192.0.2.1 1234 25\r\n",
        b"PROXY TCP4 ::1 ::1 1234 25\r\n",
        b"PROXY TCP6 192.0.2.7 192.0.2.1 1234 25\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 01234 25\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 99999 25\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1\r\n",
        b"PROXY UDP4 192.0.2.7 192.0.2.1 1234 25\r\n",
        b"PROXY TCP4 192.0.2.7\r192.0.2.1 1234 25\r\n",
        b"PROXY UNKNOWN " + b"x" * LONGEST_LINE + b"\r\n",
        block(command=0x11),
        block(command=0x22),
        block(family=0x12),
        block(family=0x41),
        block(body=THERE + HERE),
        SIGNATURE + b"\x21\x11" + struct.pack("!H", LONGEST_BLOCK + 1),
    ],
)
def test_all_else_is_refused(header: bytes) -> None:
    with pytest.raises(ProxyError):
        read(header)


@given(
    prefix=st.sampled_from([b"", b"PROXY ", b"PROXY TCP4 ", SIGNATURE, SIGNATURE + b"\x21\x11\x00", block()[:20]]),
    noise=st.binary(max_size=200),
)
def test_noise_is_a_header_or_an_error_and_bounded(prefix: bytes, noise: bytes) -> None:
    reader, octets, taken = HeaderReader(), prefix + noise, 0
    try:
        while reader.needed and taken < len(octets):
            share = octets[taken : taken + reader.needed]
            taken += len(share)
            reader.feed(share)
    except ProxyError:
        return
    assert taken + reader.needed <= len(SIGNATURE) + 4 + LONGEST_BLOCK
    if reader.source is not None:
        ipaddress.ip_address(reader.source.address)
