"""Where a message waits."""

import io

import pytest

from filter.door import spool
from filter.door.spool import IN_MEMORY, Spool
from tests.disk import nearly_full


def test_small_message_stays_in_memory() -> None:
    with Spool(1000) as one:
        one.write(b"hello ")
        one.write(b"world")
        assert one.in_memory
        assert one.ready().read() == b"hello world"


def test_large_message_moves_to_a_file() -> None:
    with Spool(10 * IN_MEMORY) as one:
        for _ in range(5):
            one.write(b"x" * IN_MEMORY)
        assert not one.in_memory
        assert one.ready().read() == b"x" * 5 * IN_MEMORY
        assert one.file.fileno() > 2


def test_what_exceeds_the_limit_is_forgotten_but_counted() -> None:
    with Spool(10) as one:
        one.write(b"x" * 10)
        assert not one.too_big
        one.write(b"y")
        one.write(b"z")
        assert (one.too_big, one.size, one.ready().read()) == (True, 12, b"x" * 10)


def test_full_disk_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "new_file", lambda: io.FileIO("/dev/full", "r+b"))
    with Spool(10 * IN_MEMORY) as one:
        one.write(b"x" * (IN_MEMORY + 1))
        one.write(b"y")
        assert isinstance(one.failure, OSError)
        assert not one.too_big


@pytest.mark.parametrize("parts", [10, 20_000], ids=["found when it is read", "found when it is written"])
def test_full_disk_is_no_fault_once_more_when_all_is_forgotten(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "new_file", lambda: nearly_full(IN_MEMORY + 100))
    with Spool(10 * IN_MEMORY) as one:
        one.write(b"x" * (IN_MEMORY + 1))
        for _ in range(parts):
            one.write(b"y" * 100)
        with pytest.raises(OSError, match="No space left"):
            one.ready()
    assert one.file.closed
