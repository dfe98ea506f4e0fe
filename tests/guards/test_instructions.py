"""A message takes no more instructions than before: counted, so that no other work on the machine matters.

What grew for a good reason is kept by `make guards`; so is what became less, else it may grow again unseen.
"""

import shutil

import pytest

from filter import kernel
from tests.conftest import require
from tests.guards.counted import BAR, BAR_ELSEWHERE, KEPT, Counts, count, made_with
from tests.guards.work import NAMES

HERE = dict.fromkeys(NAMES, 1000)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_step_takes_15_percent_more_instructions_than_were_kept(capsys: pytest.CaptureFixture[str]) -> None:
    valgrind = shutil.which("valgrind")
    require(valgrind is not None, "no valgrind (tests/install-debian-packages)")
    require(kernel.IN_USE == "native", "counts were made with the compiled kernel, which is not in use")
    kept, counts = Counts.read(), count(str(valgrind))
    bar, growth = counts.bar(kept), counts.growth(kept)
    less = {name: f"{ratio:.2f}" for name, ratio in growth.items() if ratio < 2 - bar}
    if less:
        with capsys.disabled():
            print(f"\nfewer instructions than {KEPT.name} has; keep them with `make guards`: {less}")
    assert {name: f"{ratio:.2f}" for name, ratio in growth.items() if ratio > bar} == {}


def test_growth_on_the_same_interpreter_is_that_of_instructions() -> None:
    kept, now = Counts(made_with(), HERE), Counts(made_with(), {**HERE, "read": 1200, "rules": 800})
    assert now.growth(kept) == {**dict.fromkeys(NAMES[1:], 1.0), "read": 1.2, "rules": 0.8}
    assert now.bar(kept) == BAR


def test_growth_on_another_interpreter_is_measured_by_the_reference() -> None:
    kept = Counts({**made_with(), "python": "2.7"}, HERE)
    now = Counts(made_with(), {**dict.fromkeys(NAMES, 2000), "read": 3000})
    assert now.growth(kept) == {**dict.fromkeys(NAMES[1:], 1.0), "read": 1.5}
    assert now.bar(kept) == BAR_ELSEWHERE


def test_what_is_kept_names_all_pieces() -> None:
    assert tuple(Counts.read().instructions) == NAMES
