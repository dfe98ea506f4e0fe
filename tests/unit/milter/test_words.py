"""Strings, addresses and fields in the data of frames."""

import pytest

from filter.milter.frames import MilterError
from filter.milter.words import client_address, connection, field, indexed, mailbox, read_indexed, strings


def test_strings_end_in_nul() -> None:
    assert strings(b"a\0\0bc\0") == [b"a", b"", b"bc"]
    for data in (b"", b"a", b"a\0b"):
        with pytest.raises(MilterError, match="without its end"):
            strings(data)


def test_a_field_is_a_name_and_a_value() -> None:
    assert field(b"Subject\0 a\n\tb\0") == (b"Subject", b" a\n\tb")
    for data in (b"Subject\0", b"\0x\0", b"a\0b\0c\0"):
        with pytest.raises(MilterError, match="a header field that is none"):
            field(data)


def test_a_field_with_its_place() -> None:
    assert indexed(3, b"X-Spam-Flag", b"") == b"\0\0\0\x03X-Spam-Flag\0\0"
    assert read_indexed(indexed(0, b"A", b" b")) == (0, b"A", b" b")
    with pytest.raises(MilterError, match="without its place"):
        read_indexed(b"\0\0\0")


@pytest.mark.parametrize(
    ("data", "address"),
    [
        (b"mx.test\0" + b"4\x04\x00192.0.2.7\0", "192.0.2.7"),
        (b"mx.test\0" + b"6\x04\x002001:DB8::1\0", "2001:db8::1"),
        (b"mx.test\0" + b"6\x04\x00IPv6:2001:db8::1\0", "2001:db8::1"),
        (b"mx.test\0" + b"6\x04\x00::ffff:192.0.2.7\0", "192.0.2.7"),
        (b"[192.0.2.7]\0" + b"4\0\0unknown\0", ""),
        (b"localhost\0" + b"L\0\0/run/socket\0", ""),
        (b"unknown\0U", ""),
        (b"\0" + b"4\0\0\0", ""),
    ],
)
def test_the_address_of_a_client(data: bytes, address: str) -> None:
    assert client_address(data) == address


@pytest.mark.parametrize("data", [b"", b"host", b"host\0", b"host\0" + b"4\0\x19192.0.2.7"])
def test_a_connection_of_no_kind(data: bytes) -> None:
    with pytest.raises(MilterError):
        client_address(data)


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", ""])
def test_a_connection_is_read_as_it_was_written(address: str) -> None:
    assert client_address(connection(b"localhost", address)) == address


@pytest.mark.parametrize(
    ("data", "address"),
    [
        (b"<s@x.test>\0SIZE=5\0BODY=8BITMIME\0", b"s@x.test"),
        (b"s@x.test\0", b"s@x.test"),
        (b"<>\0", b""),
        (b"\0", None),
        (b'<"a b"@x.test>\0', b'"a b"@x.test'),
    ],
)
def test_a_mailbox_stands_without_its_brackets(data: bytes, address: bytes | None) -> None:
    assert mailbox(data) == address
