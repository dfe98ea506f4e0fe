"""All that is wrong with a file at once, in its order, each with what to write instead."""

from pathlib import Path

import pytest

from filter.tomlfile.errors import TomlFileError
from filter.tomlfile.problems import MOST, Problems, choices, shown

FILE = Path("hamgate.toml")


def test_problems_come_in_the_order_of_the_file_and_once() -> None:
    problems = Problems(FILE, {("b",): 7, ("a",): 3, ("a", "x"): 4})
    problems.add(("b",), "no b", "write b = 1")
    problems.add(("a", "x", 3), "odd x", "write it")  # an element without a line stands on that of its list
    problems.add(("b",), "no b", "write b = 1")
    with pytest.raises(TomlFileError) as caught:
        problems.raise_any()
    assert str(caught.value).splitlines() == [
        "hamgate.toml has 2 errors",
        "hamgate.toml:4: odd x: write it",
        "hamgate.toml:7: no b: write b = 1",
    ]


def test_without_problems_nothing_happens() -> None:
    Problems(FILE, {}).raise_any()


def test_a_flood_of_problems_is_cut() -> None:
    problems = Problems(FILE, {})
    for number in range(10 * MOST):
        problems.add((), f"odd {number}", "no")
    with pytest.raises(TomlFileError) as caught:
        problems.raise_any()
    assert len(caught.value.problems) == MOST + 1
    assert caught.value.problems[-1] == "hamgate.toml:1: and more"


@pytest.mark.parametrize(
    ("word", "text"),
    [("adress", "write address"), ("relays", "write relay"), ("zzz", "write one of address, relay")],
)
def test_choices(word: str, text: str) -> None:
    assert choices(word, ["address", "relay"]) == text


def test_too_many_choices_are_not_listed() -> None:
    assert choices("zzz", map(str, range(100)), manual="see the manual") == "see the manual"


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 1000) == "'" + "x" * 59 + "..."
