"""Reading, features and rules cost what the size says: at most five times as much for four times the message."""

import time
from collections.abc import Callable
from functools import partial

import pytest

from filter.envelope import NO_ENVELOPE
from filter.features import extract
from filter.limits import Limits
from filter.message import parse
from filter.rules.ruleset import RuleSet
from tests.guards.growth import SIZES, measured, too_steep
from tests.guards.shapes import SHAPES

QUADRATIC = {"deep_page", "attributes"}
"""Shapes that lexbor takes quadratic time for. It never sees more than `Limits.html` of them; the rest is text."""
LARGE = [size for size in SIZES if size > Limits().html]
DEAREST = 0.5
"""CPU seconds of reading and judging one message, hostile or not, up to 10 MiB."""


@pytest.mark.alone
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
def test_cost_grows_with_size_and_no_faster(shape: Callable[[int], bytes]) -> None:
    rules = RuleSet()
    costs: dict[str, list[float]] = {"read": [], "features": [], "rules": []}
    for size in LARGE if shape.__name__ in QUADRATIC else SIZES:
        raw = shape(size)
        read, message = measured(partial(parse, raw))
        costs["read"].append(read)
        costs["features"].append(measured(partial(extract, message))[0])
        costs["rules"].append(measured(partial(rules.judge, message, NO_ENVELOPE, (), thorough=True))[0])
    assert max(map(sum, zip(*costs.values(), strict=True))) < DEAREST
    assert {step: steep for step, found in costs.items() if (steep := too_steep(found))} == {}


@pytest.mark.alone
def test_quadratic_work_is_noticed() -> None:
    def quadratic(count: int) -> None:
        text = "x" * count
        while text:
            text = text[1:]

    assert too_steep([measured(partial(quadratic, count))[0] for count in (20_000, 80_000)])


@pytest.mark.alone
def test_linear_work_passes() -> None:
    def linear(count: int) -> None:
        end = time.process_time() + count / 1_000_000
        while time.process_time() < end:
            pass

    assert not too_steep([measured(partial(linear, count))[0] for count in (5_000, 20_000)])


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
def test_a_shape_has_the_size_asked_for(shape: Callable[[int], bytes]) -> None:
    assert 0.9 < len(shape(1 << 20)) / (1 << 20) < 1.1
