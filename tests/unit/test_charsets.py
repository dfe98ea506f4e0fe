"""Bytes to text, in bodies and in headers."""

import pytest

from filter import charsets
from filter.charsets import codec_for, decode, from_header


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf_8"),
        ("UTF8", "utf_8"),
        (' "utf-8" ', "utf_8"),
        ("utf-8*en", "utf_8"),
        ("us-ascii", "ascii"),
        ("iso-8859-1", "latin_1"),
        ("ISO_8859-15", "iso8859_15"),
        ("windows-1252", "cp1252"),
        ("cp1251", "cp1251"),
        ("koi8-r", "koi8_r"),
        ("GB2312", "gb2312"),
        ("ks_c_5601-1987", "cp949"),
        ("shift_jis", "shift_jis"),
        ("x-sjis", "cp932"),
        ("iso-2022-jp", "iso2022_jp"),
        ("unicode-1-1-utf-7", "utf_7"),
        # Python has codecs of these names that are no charsets.
        ("zlib", None),
        ("hex", None),
        ("rot13", None),
        ("idna", None),
        ("punycode", None),
        ("undefined", None),
        ("unicode_escape", None),
        ("raw_unicode_escape", None),
        ("x-evil", None),
        ("", None),
        ("\0", None),
        ("é", None),
    ],
)
def test_label(label: str, codec: str | None) -> None:
    assert codec_for(label) == codec


@pytest.mark.parametrize(
    ("data", "label", "text", "ok"),
    [
        (b"plain", "", "plain", True),
        (b"plain", "us-ascii", "plain", True),
        (b"plain", "x-evil", "plain", False),
        (b"caf\xc3\xa9", "utf-8", "café", True),
        (b"caf\xe9", "iso-8859-1", "café", True),
        # No label, an unknown one, or one that cannot be true: UTF-8 if it is that, else Windows-1252.
        (b"caf\xc3\xa9", "", "café", False),
        (b"caf\xe9", "", "café", False),
        (b"caf\xc3\xa9", "us-ascii", "café", False),
        (b"caf\xe9", "utf-8", "café", False),
        (b"caf\xe9", "x-evil", "café", False),
        # As browsers do: the wider charset of the same family.
        (b"\x93hi\x94", "iso-8859-1", "“hi”", True),
        ("漢字".encode("gbk"), "gb2312", "漢字", True),
        ("漢字".encode("big5"), "big5", "漢字", True),
        ("漢字".encode("shift_jis"), "shift_jis", "漢字", True),
        ("漢字".encode("iso2022_jp"), "iso-2022-jp", "漢字", True),
        ("한글".encode("euc_kr"), "euc-kr", "한글", True),
        ("привет".encode("koi8_r"), "koi8-r", "привет", True),
        ("hi".encode("utf-16-le"), "utf-16", "hi", True),
        (b"\xfe\xff\0h\0i", "utf-16", "\ufeffhi", True),
        (b"caf+AOk-", "utf-7", "café", True),
        (b"\x81", "windows-1252", "\ufffd", False),
        (b"+2AA-", "utf-7", "\ufffd", False),  # half of a surrogate pair
        (b"+2ADcAA-", "utf-7", "\U00010000", True),
        (b"", "x-evil", "", False),
    ],
)
def test_decode(data: bytes, label: str, text: str, ok: bool) -> None:
    assert decode(data, label) == (text, ok)


@pytest.mark.parametrize("codec", charsets._CODECS)
def test_every_codec_takes_any_bytes(codec: str) -> None:
    """What comes out can be encoded again: no lone surrogates."""
    assert decode(b"~{+2AA-\x1b$B" + bytes(range(256)) * 4, codec)[0].encode()


@pytest.mark.parametrize(
    ("value", "text", "clean"),
    [
        (b"plain", "plain", True),
        (b"=?utf-8?q?caf=C3=A9?=", "café", True),
        (b"=?UTF-8?Q?caf=C3=A9?=", "café", True),
        (b"=?utf-8?b?Y2Fmw6k=?=", "café", True),
        (b"=?iso-8859-1?q?caf=E9?=", "café", True),
        (b"=?utf-8*fr?q?caf=C3=A9?=", "café", True),
        (b"=?utf-8?q?two_words?=", "two words", True),
        (b"Re: =?utf-8?q?caf=C3=A9?= au lait", "Re: café au lait", True),
        # White space between encoded-words is not shown (RFC 2047 section 6.2).
        (b"=?utf-8?q?ca?= =?utf-8?q?f=C3=A9?=", "café", True),
        (b"=?utf-8?q?ca?=\t =?iso-8859-1?q?f=E9?=", "café", True),
        (b"=?utf-8?q?ca?= - =?utf-8?q?f=C3=A9?=", "ca - fé", True),
        # A character split over two words, as careless mailers write it.
        (b"=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café", True),
        (b"=?utf-8?b?Y2Fmw6?= =?utf-8?b?k=?=", "cafÃ", False),
        # Against the standard, but common.
        (b"x=?utf-8?q?caf=C3=A9?=y", "xcaféy", True),
        (b"=?utf-8?q?raw space?=", "raw space", True),
        (b"=?utf-8?b?Y2Fmw6k?=", "café", False),
        (b"=?x-evil?q?caf=C3=A9?=", "café", False),
        (b"=?utf-8?q?caf=E9?=", "café", False),
        (b"=?utf-8?x?cafe?=", "=?utf-8?x?cafe?=", True),
        (b"=?utf-8?q?never closed", "=?utf-8?q?never closed", True),
        (b"=?utf-8?q??=", "", True),
        (b"caf\xc3\xa9", "café", False),
        (b"caf\xe9", "café", False),
        (b"=?utf-8?q?a?= caf\xe9", "a café", False),
        (b"=?utf-7?q?+2AA-?=", "\ufffd", False),
        (b"", "", True),
    ],
)
def test_header(value: bytes, text: str, clean: bool) -> None:
    assert from_header(value) == (text, clean)


def test_encoded_words_are_limited() -> None:
    text, clean = from_header(b"=?utf-8?q?a?= " * 5, max_words=3)
    assert text.startswith("aaa")
    assert not clean
