"""Bytes to text as leniently as mail clients do it, for bodies and for headers. Never raises."""

import binascii
import codecs
import re
from encodings.aliases import aliases
from functools import lru_cache

from filter.transfer import from_base64

# Only these codecs are ever used: Python also registers "zlib", "idna" or "undefined" under charset-like names.
_CODECS = """ascii utf_8 utf_7 utf_16 utf_16_le utf_16_be utf_32 latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5
iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 cp1250 cp1251
cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp850 cp852 cp866 cp874 koi8_r koi8_u koi8_t mac_roman
mac_cyrillic tis_620 kz1048 gb2312 gbk gb18030 hz big5 big5hkscs cp950 euc_jp shift_jis cp932 iso2022_jp
iso2022_jp_1 iso2022_jp_2 iso2022_kr euc_kr cp949 johab""".split()

# What browsers and mail clients decode these labels with (WHATWG Encoding, section 4.2).
_WIDER = {"ascii": "cp1252", "latin_1": "cp1252", "iso8859_9": "cp1254", "iso8859_11": "cp874", "tis_620": "cp874",
          "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "euc_kr": "cp949", "shift_jis": "cp932",
          "utf_16": "utf_16_le"}  # fmt: skip
_NOT_ASCII_BASED = frozenset({"utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "hz", "iso2022_kr"} |
                             {"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2"})  # fmt: skip
_LOCAL_LABELS = {"unicode_1_1_utf_7": "utf_7", "ks_c_5601_1987": "cp949", "ks_c_5601": "cp949", "x_sjis": "cp932",
                 "x_gbk": "gb18030", "x_mac_roman": "mac_roman", "x_unknown": "utf_8", "unknown_8bit": "utf_8",
                 "default": "utf_8", "dos_874": "cp874", "windows_874": "cp874", "utf8mb4": "utf_8",
                 "cp_850": "cp850", "unicode": "utf_16_le"}  # fmt: skip
_LABELS = (
    {label: codec for label, codec in aliases.items() if codec in _CODECS}
    | {codec: codec for codec in _CODECS}
    | _LOCAL_LABELS
)
_LONGEST_LABEL = 100
_LABEL_PUNCTUATION = str.maketrans("-.: ", "____")

_ENCODED_WORD = re.compile(rb"=\?([!#-+\--<>@-~]{1,64})\?([BbQq])\?([^?\n]*)\?=")


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """Python codec for a charset label, or None where we know none. RFC 2231 language suffixes are dropped."""
    name = label.partition("*")[0].strip(" \t'\"").lower().translate(_LABEL_PUNCTUATION)
    return _LABELS.get(name)


def decode(data: bytes, label: str = "", *, cut: bool = False) -> tuple[str, bool]:
    """Text of `data` in the charset `label`, and whether it was what it claimed to be.

    No or an unknown label, and 8-bit data under the label ASCII: UTF-8 if it is valid UTF-8, else Windows-1252.
    The last character of `cut` data may be incomplete. The text holds no lone surrogates: it can always be encoded.
    """
    codec = codec_for(label[:_LONGEST_LABEL]) if label else "ascii"
    if data.isascii() and codec not in _NOT_ASCII_BASED:
        return data.decode("ascii"), codec is not None
    if codec is None or codec in ("ascii", "utf_8"):
        try:
            return codecs.utf_8_decode(data, "strict", not cut)[0], codec == "utf_8"
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
            return text, False
    if codec == "utf_16" and data[:2] == b"\xfe\xff":
        codec = "utf_16_be"
    text = data.decode(_WIDER.get(codec, codec), "replace")
    if codec == "utf_7":  # the one codec that lets them through
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if cut:
        text = text.removesuffix("\ufffd")
    return text, "\ufffd" not in text


def from_header(value: bytes, max_words: int = 200) -> tuple[str, bool]:
    """Text of an unfolded header field with its encoded-words decoded (RFC 2047), and whether all was well-formed."""
    if b"=?" not in value:
        return (value.decode("ascii"), True) if value.isascii() else (decode(value, "utf-8")[0], False)
    pieces: list[str] = []
    clean = True
    position = 0
    pending, label = b"", ""
    for count, word in enumerate(_ENCODED_WORD.finditer(value)):
        if count >= max_words:
            clean = False
            break
        gap = value[position : word.start()]
        charset = word[1].decode("ascii").lower()
        if pending and (gap.strip() or charset != label):
            clean &= _flush(pieces, pending, label)
            pending = b""
        # White space between two encoded-words is not shown (RFC 2047 section 6.2).
        if gap.strip() or not position:
            pieces.append(decode(gap, "utf-8")[0])
        payload, ok = _word_payload(word[2], word[3])
        clean &= ok
        pending, label = pending + payload, charset
        position = word.end()
    clean &= _flush(pieces, pending, label)
    rest = value[position:]
    pieces.append(decode(rest, "utf-8")[0])
    return "".join(pieces), clean and rest.isascii()


def _word_payload(encoding: bytes, payload: bytes) -> tuple[bytes, bool]:
    if encoding in b"Bb":
        return from_base64(payload)
    return binascii.a2b_qp(payload, header=True), True


def _flush(pieces: list[str], pending: bytes, label: str) -> bool:
    text, ok = decode(pending, label)
    pieces.append(text)
    return ok or not pending
