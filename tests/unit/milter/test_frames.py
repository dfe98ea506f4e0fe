"""Frames, whole and in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.milter.frames import LONGEST, FrameReader, MilterError, frame
from tests.unit.milter.talk import cut

FRAMES = st.lists(st.tuples(st.binary(min_size=1, max_size=1), st.binary(max_size=300)), max_size=8)


def test_a_frame_is_its_length_a_letter_and_data() -> None:
    assert frame(b"M", b"<s@x.test>\0") == b"\0\0\0\x0cM<s@x.test>\0"
    assert frame(b"c") == b"\0\0\0\x01c"


@pytest.mark.parametrize("size", [1, 7, 4096])
@given(said=FRAMES)
def test_what_is_cut_anywhere_is_read_as_it_was_written(size: int, said: list[tuple[bytes, bytes]]) -> None:
    reader, heard = FrameReader(), []
    for piece in cut(b"".join(frame(*one) for one in said), size):
        reader.feed(piece)
        while (found := reader.take()) is not None:
            heard.append(found)
    assert heard == said
    assert reader.waiting == 0


def test_an_unfinished_frame_waits() -> None:
    reader = FrameReader()
    reader.feed(frame(b"c") + frame(b"H", b"x\0")[:-1])
    assert reader.take() == (b"c", b"")
    assert reader.take() is None
    assert reader.waiting == 6


@pytest.mark.parametrize("length", [0, LONGEST + 1, 2**31, 2**32 - 1])
def test_a_length_that_cannot_be_is_refused_before_the_frame_is_here(length: int) -> None:
    reader = FrameReader()
    reader.feed(length.to_bytes(4, "big") + b"B")
    with pytest.raises(MilterError, match="a frame of impossible length"):
        reader.take()


def test_the_longest_frame_is_read() -> None:
    reader = FrameReader()
    reader.feed(frame(b"L", b"x" * (LONGEST - 1)))
    assert reader.take() == (b"L", b"x" * (LONGEST - 1))
