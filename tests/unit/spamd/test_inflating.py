"""zlib streams: whole ones, cut ones, and bombs."""

import io
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.spamd.inflating import InflateError, inflated


def content(octets: bytes) -> bytes:
    return b"".join(inflated(io.BytesIO(octets)))


@given(st.binary(max_size=2000), st.integers(1, 200), st.binary(max_size=5))
def test_there_and_back(octets: bytes, times: int, behind: bytes) -> None:
    assert content(zlib.compress(octets * times) + behind) == octets * times


@pytest.mark.parametrize("size", [65535, 65536, 65537, 131072, 1_000_000])
def test_whatever_the_size(size: int) -> None:
    assert content(zlib.compress(b"a" * size, 9)) == b"a" * size


def test_a_stream_must_have_its_end() -> None:
    octets = zlib.compress(b"hello" * 100)
    for broken in (b"", octets[:-1], octets[:5], b"hello", octets[:-1] + b"x", b"\x78\x9c\xff\xff"):
        with pytest.raises(InflateError, match="zlib: failed to find end of zlib stream"):
            content(broken)


def test_a_dictionary_is_not_had() -> None:
    stream = zlib.compressobj(zdict=b"hello")
    with pytest.raises(InflateError):
        content(stream.compress(b"hello") + stream.flush())


@pytest.mark.slow
def test_a_bomb_comes_in_parts() -> None:
    """100 MB in 100 KB: whoever has enough stops, and has held no more than a part of it."""
    bomb = io.BytesIO(zlib.compress(b"\0" * 100_000_000, 9))
    tracemalloc.start()
    try:
        parts = inflated(bomb)
        assert sum(len(next(parts)) for _ in range(100)) <= 100 * 65536
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
