"""Streams that cannot be trusted."""

import bz2
import gzip
import io
import lzma
import shutil
import zlib

import pytest

from training import streams
from training.streams import Budget, Metered, OverBudgetError, Rewound


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_a_stream_is_unpacked_by_what_it_begins_with(pack: object) -> None:
    assert callable(pack)
    data = b"Subject: x\n\n" * 9000
    assert streams.unpacked(io.BytesIO(pack(data)), Budget(1000)).read() == data


def test_a_bomb_costs_no_more_than_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "RATIO_FREE", 1 << 20)
    bomb = gzip.compress(bytes(50 << 20))
    out = io.BytesIO()
    with pytest.raises(OverBudgetError, match=r"unpacks to more than [0-9,]+ bytes; the rest is not read"):
        shutil.copyfileobj(streams.unpacked(io.BytesIO(bomb), Budget(len(bomb))), out)
    assert len(out.getvalue()) <= 200 * len(bomb)


def test_small_files_may_pack_as_well_as_they_can() -> None:
    Budget(10).spend(streams.RATIO_FREE)
    Budget(None).spend(streams.LARGEST_UNPACKED)
    with pytest.raises(OverBudgetError):
        Budget(None).spend(streams.LARGEST_UNPACKED + 1)


def test_a_head_that_was_read_comes_first_again() -> None:
    assert io.BufferedReader(Rewound(b"ab", io.BytesIO(b"cd"))).read() == b"abcd"
    assert io.BufferedReader(Metered(io.BytesIO(b"cd"), Budget(2))).read() == b"cd"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FileNotFoundError("bucket/x"), "No such file or directory"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (zlib.error("Error -3"), "is damaged: Error -3"),
        (EOFError(), "EOFError"),
    ],
)
def test_reasons_are_few_words(error: Exception, text: str) -> None:
    assert streams.reason(error) == text
