"""Thousands of damaged messages: no exception, and no message takes long."""

import random
from pathlib import Path

import pytest

from tests.fuzz.judge import check, cpu_seconds, judge
from tests.fuzz.mutate import mutated

pytestmark = pytest.mark.slow


SEEDS = [path.read_bytes() for path in sorted((Path(__file__).parent / "seeds").glob("*.eml"))]
MOST_SECONDS = 0.25


def damage_and_judge(messages: list[bytes], count: int, seed: int) -> None:
    dice = random.Random(seed)
    for number in range(count):
        raw = mutated(messages, dice)
        try:
            seconds = cpu_seconds(raw)
            if seconds > MOST_SECONDS:  # the machine may have been busy
                seconds = min(seconds, cpu_seconds(raw))
            assert seconds <= MOST_SECONDS
            if number % 4 == 0:
                check(judge(raw))
        except BaseException as error:
            error.add_note(f"message {number} of seed {seed}: {raw[:5000]!r}")
            raise


def test_there_are_seeds() -> None:
    assert len(SEEDS) >= 12


@pytest.mark.parametrize("seed", range(4))
def test_damaged_seeds(seed: int) -> None:
    damage_and_judge(SEEDS, 500, seed)


@pytest.mark.slow
@pytest.mark.corpus
@pytest.mark.parametrize("seed", range(100, 108))
def test_damaged_corpus(seed: int, sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    messages = [raw for label in ("ham", "spam") for _, raw in sa_corpus[label]]
    damage_and_judge(SEEDS * 20 + messages, 2500, seed)
