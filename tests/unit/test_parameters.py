"""Parameters of Content-Type and Content-Disposition, plain and in the forms of RFC 2231."""

from collections.abc import Mapping

import pytest

from filter.limits import Fact, Limits
from filter.parameters import parse_parameters

LIMITS = Limits()


def parameters(value: bytes) -> Mapping[str, str]:
    return parse_parameters(value, set(), LIMITS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"text/plain; charset=utf-8", {"charset": "utf-8"}),
        (b"text/plain;CHARSET=UTF-8", {"charset": "UTF-8"}),
        (b'text/plain; charset="utf-8"; name="a b.txt"', {"charset": "utf-8", "name": "a b.txt"}),
        (b"text/plain; charset = utf-8 ; format=flowed", {"charset": "utf-8", "format": "flowed"}),
        (b"text/plain", {}),
        (b"text/plain;", {}),
        (b"text/plain; charset", {}),
        (b"text/plain; charset=", {"charset": ""}),
        (b"text/plain; =utf-8", {}),
        # Quotes hold semicolons and escaped quotes.
        (b'a/b; name="a;b=c"; x=y', {"name": "a;b=c", "x": "y"}),
        (b'a/b; name="say \\"hi\\".txt"', {"name": 'say "hi".txt'}),
        (b'a/b; name="never closed; x=y', {"name": "never closed; x=y"}),
        # File names with spaces and without quotes are common.
        (b"a/b; name=my file.pdf; x=y", {"name": "my file.pdf", "x": "y"}),
        # The first of two counts.
        (b"a/b; name=one; name=two", {"name": "one"}),
        # No standard allows encoded-words here; mailers write them and clients read them.
        (b'a/b; name="=?utf-8?q?caf=C3=A9?="', {"name": "café"}),
        (b"a/b; name=caf\xc3\xa9", {"name": "café"}),
        (b"a/b; name=caf\xe9", {"name": "café"}),
        # A boundary is compared byte for byte with the body.
        (b"a/b; boundary=\xe9", {"boundary": "\udce9"}),
        (b'a/b; boundary="=?utf-8?q?x?="', {"boundary": "=?utf-8?q?x?="}),
    ],
)
def test_plain_parameters(value: bytes, expected: dict[str, str]) -> None:
    assert parameters(value) == expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"a; filename*=utf-8''caf%C3%A9.txt", "café.txt"),
        (b"a; filename*=iso-8859-1'fr'caf%E9.txt", "café.txt"),
        (b"a; filename*=''plain.txt", "plain.txt"),
        (b"a; filename*=no-quotes.txt", "no-quotes.txt"),
        (b"a; filename*=utf-8''50%", "50%"),
        (b"a; filename*=x-evil''caf%C3%A9", "café"),
        (b"a; filename*0=inv; filename*1=oice; filename*2=.exe", "invoice.exe"),
        (b"a; filename*1=oice; filename*0=inv; filename*2=.exe", "invoice.exe"),
        (b"a; filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=%.txt", "café%.txt"),
        (b'a; filename*0="inv; "; filename*1="x"', "inv; x"),
        # A gap ends it (RFC 2231 section 3).
        (b"a; filename*0=a; filename*2=c", "a"),
        (b"a; filename*1=b", ""),
        # The plain form is what old clients show.
        (b"a; filename=plain.txt; filename*=utf-8''other.exe", "plain.txt"),
    ],
)
def test_rfc_2231(value: bytes, name: str) -> None:
    assert parameters(value)["filename"] == name


def test_no_lone_surrogates_from_utf_7() -> None:
    assert parameters(b"a; boundary*=utf-7''%2B2AA-")["boundary"] == "\ufffd"


def test_parameters_are_limited_in_number() -> None:
    facts: set[Fact] = set()
    found = parse_parameters(b"a; x=1; y=2; z=3", facts, Limits(parameters=2))
    assert found == {"x": "1", "y": "2"}
    assert facts == {Fact.PARAMETERS_CUT}


def test_what_is_known_already_is_limited_alike() -> None:
    for most, expected in ((1, {"x": "1"}), (2, {"x": "1", "y": "2"}), (1, {"x": "1"})):
        facts: set[Fact] = set()
        assert parse_parameters(b"a; x=1; y=2", facts, Limits(parameters=most)) == expected
        assert facts == ({Fact.PARAMETERS_CUT} if most == 1 else set())


def test_parameters_are_limited_in_size() -> None:
    facts: set[Fact] = set()
    found = parse_parameters(b"a; x=1;" + b" " * 5000 + b"y=2", facts, LIMITS)
    assert found == {"x": "1"}
    assert facts == {Fact.PARAMETERS_CUT}
