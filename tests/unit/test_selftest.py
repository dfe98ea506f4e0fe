from dataclasses import replace

import pytest

from filter import selftest
from filter.classifier import Classifier
from models.model import ModelError, load


def test_the_shipped_model_tells_the_two_samples_apart() -> None:
    ham, spam = selftest.points(Classifier(load()))
    assert ham < 0
    assert spam > 5


@pytest.mark.parametrize("recorded", [(), (0.0,), (-99.0, 99.0)])
def test_a_model_that_scores_otherwise_than_recorded_is_refused(recorded: tuple[float, ...]) -> None:
    model = replace(load(), self_test=recorded)
    with pytest.raises(ModelError, match="fails its self-test: train it again"):
        selftest.check(Classifier(model), model)


def test_rounding_is_no_failure() -> None:
    model = load()
    selftest.check(Classifier(model), replace(model, self_test=tuple(value + 1e-6 for value in model.self_test)))
