"""Messages that killed a worker, by names that no trace field changes."""

import io
import tempfile

import pytest

from filter import killers
from filter.killers import HOUR, Killers


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def named(raw: bytes, known: Killers) -> bytes:
    return known.name(io.BytesIO(raw))


def test_name_of_a_message_in_memory_can_be_asked_for_when_it_is_closed() -> None:
    known = Killers()
    message = io.BytesIO(b"boom")
    named_later = known.named(message)
    message.close()
    assert named_later() == named(b"boom", known)


def test_name_of_a_message_in_a_file_does_too() -> None:
    known = Killers()
    with tempfile.TemporaryFile() as file:
        file.write(b"boom")
        file.flush()
        named_later = known.named(file)
    assert named_later() == named(b"boom", known)


def test_there_is_nothing_to_look_for_before_the_first_kill() -> None:
    known = Killers()
    assert not known
    known.add(known.named(io.BytesIO(b"boom"))())
    assert known


def test_second_kill_within_an_hour_is_enough() -> None:
    clock = Clock()
    known = Killers(clock)
    name = named(b"boom", known)
    known.add(name)
    assert not known.twice(name)
    clock.now += HOUR - 1
    known.add(name)
    assert known.twice(name)
    assert not known.twice(named(b"other", known))
    clock.now += 1  # now only one of the two lies in the last hour
    assert not known.twice(name)
    known.add(name)
    assert known.twice(name)


@pytest.mark.parametrize(
    "trace",
    [
        b"Received: by a; 1\n",
        b"Return-Path: <s@x.test>\r\nRECEIVED : from b\r\n\tby a; 2\r\nReceived: c\r\n",
        b"Delivered-To: r@y.test\n",
    ],
)
def test_trace_fields_do_not_count(trace: bytes) -> None:
    known = Killers()
    assert named(trace + b"Subject: x\r\n\r\nboom", known) == named(b"Subject: x\r\n\r\nboom", known)


def test_all_else_counts() -> None:
    known = Killers()
    names = {named(raw, known) for raw in (b"", b"boom", b"Subject: x\n\nboom", b"Subject: Received: x\n\nboom")}
    assert len(names) == 4


def test_name_is_nobody_elses() -> None:
    assert named(b"boom", Killers()) != named(b"boom", Killers())


def test_message_in_a_file_is_named_without_moving_it() -> None:
    known, raw = Killers(), b"Received: by a\n" + b"x" * 400_000
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.flush()
        file.seek(7)
        assert known.name(file) == named(raw, known)
        assert file.tell() == 7


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(killers, "MOST", 3)
    known = Killers()
    names = [bytes([number]) for number in range(4)]
    for name in names:
        known.add(name)
    for name in names:
        known.add(name)
    assert [known.twice(name) for name in names] == [False, False, False, False]
    known.add(names[3])
    assert known.twice(names[3])
