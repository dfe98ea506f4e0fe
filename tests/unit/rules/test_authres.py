"""Authentication-Results as servers write them, and as forgers do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.authres import LONGEST, MOST_RESULTS, AuthResults, Result, parse


def test_the_usual_form() -> None:
    value = b"""mx.example.net; dkim=pass (2048-bit key; insecure) header.d=example.org header.b="a/=b";
 spf=pass (sender (of mail) is 192.0.2.1) smtp.mailfrom=news+a=b.test@example.org;
 dmarc=pass (p=NONE) header.from=Example.ORG"""
    assert parse(value) == AuthResults(
        "mx.example.net",
        (
            Result("dkim", "pass", {"header.d": "example.org", "header.b": "a/=b"}),
            Result("spf", "pass", {"smtp.mailfrom": "news+a=b.test@example.org"}),
            Result("dmarc", "pass", {"header.from": "example.org"}),
        ),
    )


@pytest.mark.parametrize(
    ("value", "server", "methods"),
    [
        (b"mx.example.net; none", "mx.example.net", []),
        (b"mx.example.net 1; none", "mx.example.net", []),
        (b"(x) mx.example.net (y) 1 (z) ; spf=fail", "mx.example.net", ["spf"]),
        (b'"mx.example.net"; spf=pass', "mx.example.net", ["spf"]),
        (b"MX.example.NET.; SPF = Pass ;", "mx.example.net", ["spf"]),
        (b'mx; dkim/1=pass reason="a; dmarc=pass"', "mx", ["dkim"]),
        (b'mx; spf=pass smtp.mailfrom="a; dmarc=pass"@example.org', "mx", ["spf"]),
        (b"mx; spf=pass (; dmarc=pass header.from=bank.example)", "mx", ["spf"]),
        (b"mx; x-odd=\xff", "mx", ["x-odd"]),
    ],
)
def test_comments_quotes_and_letter_case(value: bytes, server: str, methods: list[str]) -> None:
    found = parse(value)
    assert found is not None
    assert (found.server, [one.method for one in found.results]) == (server, methods)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b";",
        b"; spf=pass",
        b"spf=pass smtp.mailfrom=example.org",
        b"mx.example.net 2; spf=pass",
        b"a b; spf=pass",
        b"mx; pass",
        b"mx; spf=",
        b"mx; spf=pass header.d",
        b'mx; spf="pass',
        b"mx; spf=pass (open",
        b"mx; spf=pass " + b"x" * LONGEST,
    ],
)
def test_what_breaks_the_grammar_says_nothing(value: bytes) -> None:
    assert parse(value) is None


def test_the_first_of_two_equal_properties_counts() -> None:
    found = parse(b"mx; dkim=pass header.d=a.example header.d=b.example")
    assert found is not None
    assert found.results[0].properties == {"header.d": "a.example"}


@pytest.mark.parametrize("piece", [b"(", b"()", b'"', b"\\(", b";", b"; a=b", b" ", b"a= ", b"a/1", b'"\\', b"a=b "])
def test_hostile_values_take_little_time(piece: bytes) -> None:
    value = b"mx;" + piece * (LONGEST // len(piece) - 3)
    start = time.perf_counter()
    found = parse(value)
    assert time.perf_counter() - start < 0.2
    assert found is None or len(found.results) <= MOST_RESULTS


@given(st.text(alphabet='mx;=(")\\ /1.ab\n', max_size=60).map(str.encode) | st.binary(max_size=60))
def test_any_octets_are_read_or_refused(value: bytes) -> None:
    found = parse(value)
    assert found is None or (found.server and all(one.method and one.result is not None for one in found.results))


WORDS = st.text(alphabet="abcxyz09-", min_size=1, max_size=8)


@given(WORDS, st.lists(st.tuples(WORDS, WORDS, st.dictionaries(WORDS, WORDS, max_size=3)), min_size=1, max_size=4))
def test_what_is_written_is_read(server: str, results: list[tuple[str, str, dict[str, str]]]) -> None:
    parts = [f"{m} = {r} " + " (c;) ".join(f'{k}="{v}"' for k, v in p.items()) for m, r, p in results]
    assert parse(f"{server}; {'; '.join(parts)}".encode()) == AuthResults(
        server, tuple(Result(m, r, p) for m, r, p in results)
    )
