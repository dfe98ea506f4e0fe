"""Models trained on made mail, and surroundings, for the tests that need them."""

import pytest

from filter.shared_counts import SHARED
from models.model import Model
from tests import mail
from tests.conftest import ROOT
from training import dataset, fit
from training.dataset import Dataset
from training.recipes import PLANS


def made_dataset(recipe: str, first: int, count: int) -> Dataset:
    """`count` made messages of each class, beginning with number `first`, as the recipe reads them."""
    fields = PLANS[recipe].recipe.fields
    ham, spam = ([make(seed) for seed in range(first, first + count)] for make in (mail.ham, mail.spam))
    return dataset.build(dataset.extract_batch(ham, fields), dataset.extract_batch(spam, fields), fields)


@pytest.fixture(scope="session", params=["site", "starter"])
def made_model(request: pytest.FixtureRequest) -> tuple[Model, Dataset]:
    """A model of each recipe and what it was trained on."""
    data = made_dataset(request.param, 0, 60)
    return fit.fit(data, PLANS[request.param]), data


@pytest.fixture
def path_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find the scanners of the tests."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counters are those of one process, whatever the environment says."""
    monkeypatch.delenv(SHARED, raising=False)
