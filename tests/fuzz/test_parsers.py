"""Properties of each parser, for any input: none raises, all are bounded, and what was encoded comes back."""

import base64
import quopri
from email.header import Header as StdHeader
from email.utils import encode_rfc2231
from typing import AnyStr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filter import charsets, html, kernel, tokens, transfer, urls
from filter.limits import Fact, Limits
from filter.message import parse
from filter.mime import Reader, first_of_each, normalise
from filter.parameters import parse_parameters
from tests.fuzz.judge import check, judge

pytestmark = pytest.mark.slow


settings.register_profile("fuzz", derandomize=True, database=None, deadline=None, max_examples=300)
FUZZ = settings(settings.get_profile("fuzz"))

LIMITS = Limits()
ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates too
PLAIN_TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)
LABELS = st.sampled_from([*charsets._CODECS, "", "x-evil", "zlib", "idna"]) | ANY_TEXT


def many(piece: st.SearchStrategy[AnyStr]) -> st.SearchStrategy[list[AnyStr]]:
    """Short lists and long ones: hypothesis alone would make few of more than ten."""
    return st.lists(piece, max_size=8) | st.lists(piece, min_size=15, max_size=60)


def pieces(*choices: bytes) -> st.SearchStrategy[bytes]:
    """Bytes put together from what the format is made of, with some noise."""
    choice = st.sampled_from(choices)
    return many(choice | choice | choice | st.binary(max_size=3)).map(b"".join)


PARAMETERS = pieces(
    b";", b"=", b'"', b"\\", b" ", b"*", b"*0", b"*1*", b"'", b"%41", b";name", b";boundary*=utf-8''", b"utf-7''",
    b";boundary*=utf-7''", b"%2B2AA-",
)  # fmt: skip
ENCODED_WORDS = pieces(
    b"=?", b"?=", b"?", b"q", b"b", b"utf-8", b"utf-7", b"gb2312", b" ", b"=41", b"QQ==", b"_", b"=?utf-7?q?", b"+2AA-",
)  # fmt: skip
MESSAGES = pieces(
    b"\r\n", b"\n", b"\r", b"\n\n", b" ", b":", b"Subject:", b"From: a@b", b"Content-Type:", b"multipart/mixed;",
    b"multipart/digest;", b"message/rfc822", b"text/html", b"boundary=b", b"--b\n", b"--b--\n", b"charset=utf-7",
    b"Content-Transfer-Encoding: base64\n", b"<b>", b"<a href=", b"http://a@b:1/", b"=?utf-7?q?", b"+2AA-", b"?=",
)  # fmt: skip
TAGS = many(
    st.sampled_from(
        ["<", ">", "<p>", "</p>", "<b x=", "</b>", "<a href=x>", "</a>", "<table>", "<td hidden>", "<!--", "-->", "</",
         "/>", "<div style='display:none'>", "</div>", "<script>", "</script>", "<svg>", "<template>", "<select>",
         "&amp", "&#x", "<title>", "<form action=", "<frameset>", "<body>", "word ", "'", '"', "<![CDATA["]
    ) | st.text(st.characters(), max_size=3),
).map("".join)  # fmt: skip


@FUZZ
@given(raw=MESSAGES | st.binary(max_size=300))
def test_any_message(raw: bytes) -> None:
    check(judge(raw))


@FUZZ
@given(raw=MESSAGES)
def test_leaves_are_pieces_of_the_message(raw: bytes) -> None:
    """None is longer than the message, and together they do not exceed it: nesting multiplies nothing."""
    reader = Reader(normalise(raw, set(), LIMITS), set(), LIMITS)
    headers, body = reader.headers(0, len(reader.raw))
    leaves = reader.leaves(first_of_each(headers), body)
    assert all(leaf.body in reader.raw for leaf in leaves)
    assert sum(len(leaf.body) for leaf in leaves) <= len(reader.raw)


@FUZZ
@given(raw=MESSAGES, cut=st.integers(0, 400))
def test_any_limits(raw: bytes, cut: int) -> None:
    small = Limits(
        cut, cut // 2, cut // 4, cut // 8, cut // 16, cut // 16, cut // 32, cut // 8, cut, cut, cut, cut, cut
    )
    message = parse(raw, small)
    assert len(message.headers) <= small.headers
    assert len(message.parts) <= small.parts
    assert len(message.urls) <= small.urls
    assert max((part.depth for part in message.parts), default=0) <= small.depth


@FUZZ
@given(
    bodies=st.lists(st.binary(max_size=60).filter(lambda body: b"--b" not in body and b"\r" not in body), min_size=1)
)
def test_parts_come_back(bodies: list[bytes]) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n"
    raw += b"".join(b"--b\n\n%b\n" % body for body in bodies) + b"--b--\n"
    assert [part.body for part in parse(raw).parts] == bodies


@FUZZ
@given(value=PARAMETERS | st.binary(max_size=200))
def test_any_parameters(value: bytes) -> None:
    facts: set[Fact] = set()
    found = parse_parameters(value, facts, LIMITS)
    assert len(found) <= LIMITS.parameters
    assert all(name == name.lower() for name in found)
    for name, text in found.items():
        text.encode("utf-8", "surrogateescape" if name == "boundary" else "strict")


@FUZZ
@given(name=PLAIN_TEXT)
def test_file_names_come_back(name: str) -> None:
    value = f"attachment; filename*={encode_rfc2231(name, 'utf-8')}".encode("ascii")
    assert parse_parameters(value, set(), LIMITS) == {"filename": name}


@FUZZ
@given(value=ENCODED_WORDS | st.binary(max_size=200))
def test_any_header(value: bytes) -> None:
    charsets.from_header(value)[0].encode()


@FUZZ
@given(text=PLAIN_TEXT, charset=st.sampled_from(["utf-8", "iso-8859-1"]))
def test_encoded_words_come_back(text: str, charset: str) -> None:
    """Folded by the standard library into several words, where the text is long."""
    value = StdHeader(text, charset if text.isascii() or charset == "utf-8" else "utf-8").encode(linesep="\n")
    assert charsets.from_header(value.replace("\n", "").encode()) == (text, True)


@FUZZ
@given(data=st.binary(max_size=200), label=LABELS)
def test_any_charset(data: bytes, label: str) -> None:
    for cut in (False, True):
        charsets.decode(data, label, cut=cut)[0].encode()


@FUZZ
@given(text=PLAIN_TEXT, label=st.sampled_from(["utf-8", "utf-7", "utf-16", "utf-16-le", "gb18030", "utf-32"]))
def test_text_comes_back(text: str, label: str) -> None:
    assert charsets.decode(text.encode(label), label)[0].removeprefix("\ufeff") == text


@FUZZ
@given(
    body=st.binary(max_size=200)
    | pieces(b"=", b"=\n", b"QUJD", b"QQ==", b"begin 644 x\n", b"!00\n", b"`\n", b"end", b"\n"),
    encoding=st.sampled_from(["base64", "quoted-printable", "uuencode", "7bit", "x-evil"]),
)
def test_any_transfer_encoding(body: bytes, encoding: str) -> None:
    assert len(transfer.decode(body, encoding, set())) <= len(body)


@FUZZ
@given(data=st.binary(max_size=300))
def test_transfer_encodings_come_back(data: bytes) -> None:
    facts: set[Fact] = set()
    assert transfer.decode(base64.encodebytes(data), "base64", facts) == data
    assert transfer.decode(quopri.encodestring(data).rstrip(b"\n"), "quoted-printable", facts) == data.rstrip(b"\n")
    assert facts == set()


@FUZZ
@given(source=TAGS, budget=st.integers(0, 300))
def test_any_html(source: str, budget: int) -> None:
    page = html.read(source, budget, 5)
    assert len(page.links) <= 5
    for text in (page.text, page.hidden, *(part for link in page.links for part in (link.target, link.text))):
        text.encode()


@FUZZ
@given(words=st.lists(st.text("abcxyz", min_size=1, max_size=9), max_size=20), budget=st.integers(0, 400))
def test_words_of_html_are_seen_whatever_is_parsed(words: list[str], budget: int) -> None:
    source = "".join(f"<p class=x><b>{word}</b></p>" for word in words)
    assert html.read(source, budget, 5).text.split() == words


@FUZZ
@given(text=st.text(st.characters(), max_size=60) | st.text("htp:/\\@.%[]?#w41 ", max_size=60))
def test_any_url(text: str) -> None:
    url = urls.parse(text)
    assert url.host == url.host.lower()
    for found in kernel.addresses("http://" + text, 5):
        urls.parse(found)


@FUZZ
@given(text=ANY_TEXT)
def test_any_words(text: str) -> None:
    for word in tokens.words(text):
        assert word
        word.decode()
    tokens.without_list_tag(text)
    tokens.display_name(text)
    tokens.markup([text, text[:10]])
    tokens.upper_share(text)


@FUZZ
@given(
    data=st.binary(max_size=200)
    | pieces(b"from ", b"@", b".", b"1.2.3.4", b"<", b">", b"[", b" by ", b";", b"+0100", b"a")
)
def test_any_address(data: bytes) -> None:
    local, domain = tokens.address(data)
    assert local + domain == (local + domain).lower()
    assert len(tokens.shape(data)) <= 24
    assert len(tokens.domains(domain)) <= 7
    assert all(name == name.lower() for name in tokens.relay(data))
    assert tokens.host_kind(domain) in (b"none", b"bare", b"ip", b"domain")
    assert domain.endswith(tokens.parent(domain))
    tokens.zone(data)
