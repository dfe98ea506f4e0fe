"""The strict reader of MAIL and RCPT arguments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.smtp.address import AddressError, parse_path


@pytest.mark.parametrize(
    ("argument", "address", "parameters"),
    [
        (b"TO:<a@y.test>", b"a@y.test", {}),
        (b"to:<postmaster>", b"postmaster", {}),
        (b"TO:<>", b"", {}),
        (b"TO:<@relay.test:a@y.test>", b"@relay.test:a@y.test", {}),  # RFC 5321 appendix C: source routes
        (b'TO:<"a b>c"@y.test>', b'"a b>c"@y.test', {}),
        (b'TO:<"a\\"b"@y.test>', b'"a\\"b"@y.test', {}),
        (b"TO:<a@[IPv6:::1]>", b"a@[IPv6:::1]", {}),
        ("TO:<jörg@y.test>".encode(), "jörg@y.test".encode(), {}),
        (b"TO:<a@y.test> notify=NEVER", b"a@y.test", {b"NOTIFY": b"NEVER"}),
        (b"TO:<a@y.test>  X  Y=1=2 ", b"a@y.test", {b"X": None, b"Y": b"1=2"}),
        (b"TO:<=?utf-8?q?x?=@y.test>", b"=?utf-8?q?x?=@y.test", {}),
    ],
)
def test_good_path(argument: bytes, address: bytes, parameters: dict[bytes, bytes | None]) -> None:
    path = parse_path(argument, b"TO:")
    assert (path.address, path.parameters) == (address, parameters)


@pytest.mark.parametrize(
    "argument",
    [b"", b"TO:", b"TO", b"FROM:<a@y>", b"TO:a@y", b"TO: <a@y>", b"TO:<a@y", b"TO:<a@y>>", b"TO:<a@y>x", b"TO:<a b@y>",
     b"TO:<a\tb@y>", b"TO:<a\r@y>", b"TO:<a\n@y>", b"TO:<a\0@y>", b"TO:<a\x7f@y>", b"TO:<<a@y>>", b'TO:<"a@y>',
     b'TO:<"a\r\n"@y>', b"TO:<a\x85@y>", b"TO:<a@y> X=", b"TO:<a@y> =1", b"TO:<a@y> X=\x01", b"TO:<a@y> X X",
     b"TO:<a@y>\tX", b"TO:<a@y> -X"],
)  # fmt: skip
def test_bad_path(argument: bytes) -> None:
    with pytest.raises(AddressError):
        parse_path(argument, b"TO:")


@given(st.binary(max_size=80))
def test_whatever_is_accepted_is_one_command_line(noise: bytes) -> None:
    argument = b"TO:<" + noise
    try:
        path = parse_path(argument, b"TO:")
    except AddressError:
        return
    assert not any(octet < 32 or octet == 127 for octet in argument)
    assert argument.startswith(b"TO:<" + path.address + b">")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs")), max_size=40))
def test_address_comes_back_as_it_was(text: str) -> None:
    address = text.translate({ord(c): None for c in '<>"'}).encode()
    assert parse_path(b"FROM:<" + address + b">", b"FROM:").address == address


def test_long_garbage_is_quick() -> None:
    with pytest.raises(AddressError):
        parse_path(b"TO:<" + b'"' * 100_000, b"TO:")
    with pytest.raises(AddressError):
        parse_path(b"TO:<" + b'"a' * 100_000 + b"\0", b"TO:")
