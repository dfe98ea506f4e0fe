"""Content-Transfer-Encodings, as mail clients undo them."""

import base64
import binascii

import pytest

from filter import transfer
from filter.limits import Fact


def decode(body: bytes, encoding: str) -> tuple[bytes, set[Fact]]:
    facts: set[Fact] = set()
    return transfer.decode(body, encoding, facts), facts


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary"])
def test_no_encoding(encoding: str) -> None:
    assert decode(b"a=3D\xff", encoding) == (b"a=3D\xff", set())


def test_unknown_encoding_is_left_as_it_is() -> None:
    assert decode(b"text", "x-evil") == (b"text", {Fact.BAD_TRANSFER_ENCODING})


@pytest.mark.parametrize(
    ("body", "data", "clean"),
    [
        (b"SGVsbG8=", b"Hello", True),
        (b"SGVs\nbG8=\n", b"Hello", True),
        (b"  SGVs bG8= ", b"Hello", True),
        (b"", b"", True),
        (b"SGVsbG8", b"Hello", False),  # padding forgotten
        (b"SGVsbG8==", b"Hello", True),
        (b"SGVsbG8hIQ=", b"Hello!!", False),  # half the padding
        (b"SGVsb", b"Hel", False),  # five digits: one too many
        (b"SGVs*bG8=", b"Hello", True),
        # Blocks that were encoded one by one and joined: clients show them all.
        (b"SGVsbG8=IHdvcmxk", b"Hello world", False),
        (b"SGVsbG8=\n\nIHdvcmxk\n", b"Hello world", False),
        (b"====", b"", True),
        (b"=", b"", True),
        (b"\xff\xfe", b"", True),
    ],
)
def test_base64(body: bytes, data: bytes, clean: bool) -> None:
    found, facts = decode(body, "base64")
    assert found == data
    assert facts == (set() if clean else {Fact.BAD_BASE64})


def test_base64_of_everything_comes_back() -> None:
    data = bytes(range(256)) * 20
    assert decode(base64.encodebytes(data), "base64") == (data, set())


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b"caf=C3=A9", b"caf\xc3\xa9"),
        (b"caf=c3=a9", b"caf\xc3\xa9"),
        (b"soft=\nbreak", b"softbreak"),
        (b"soft= \nbreak", b"soft= \nbreak"),
        (b"a = b", b"a = b"),
        (b"a=ZZb", b"a=ZZb"),
        (b"the end=", b"the end"),
        (b"the end=4", b"the end=4"),
        (b"under_score", b"under_score"),
        (b"\xe9", b"\xe9"),
    ],
)
def test_quoted_printable(body: bytes, data: bytes) -> None:
    assert decode(body, "quoted-printable") == (data, set())


def uuencoded(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)]
    return b"begin 644 x\n" + b"".join(lines) + b"`\nend\n"


@pytest.mark.parametrize("encoding", ["x-uuencode", "uuencode", "x-uue", "uue"])
def test_uuencode(encoding: str) -> None:
    data = b"Hello, world! " * 20
    assert decode(uuencoded(data), encoding) == (data, set())


def test_uuencode_may_begin_below_text() -> None:
    assert decode(b"see below\n\n" + uuencoded(b"hello"), "uuencode") == (b"hello", set())


@pytest.mark.parametrize("body", [b"no begin line", b"", b"see begin 644 x\n", b"begin 644 x", b"begin 644 x\nend"])
def test_uuencode_without_data_is_left_as_it_is(body: bytes) -> None:
    assert decode(body, "uuencode") == (body, set())


def test_broken_uuencode_gives_what_came_before() -> None:
    body = b"begin 644 x\n" + binascii.b2a_uu(b"hello") + b"\xff\xff\n" + binascii.b2a_uu(b"never")
    assert decode(body, "uuencode") == (b"hello", {Fact.BAD_TRANSFER_ENCODING})


def test_base64_joined_by_a_mailer_is_read_on_and_a_list_footer_is_not() -> None:
    joined = b"Zmlyc3Q=\nc2Vjb25k\n"
    footer = b"Zmlyc3Q=\n_______\nlist mailing list\nlist@lists.example.org\n"
    assert transfer.from_base64(joined) == (b"firstsecond", False)
    assert transfer.from_base64(footer) == (b"first", False)
