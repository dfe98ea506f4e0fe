"""Models in the state folder: whole or not there, and compared by what was measured on the same mail."""

import math
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filter.store import versions
from filter.store.errors import StateError
from filter.store.folder import State
from models.model import CARD, DEFAULT, Model, ModelError, load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load()


def measured(model: Model, **figures: float) -> Model:
    return replace(model, metrics={"held_out": {**model.metrics["held_out"], **figures}})


def test_a_model_is_put_in_once_with_its_origin(tmp_path: Path, shipped: Model) -> None:
    state = State(tmp_path / "state")
    assert versions.install(state, shipped, "anna")
    assert not versions.install(state, shipped, "tom")
    assert versions.stored(state) == [shipped.version]
    assert load(state.model_folder(shipped.version)).version == shipped.version
    found = versions.origin(state, shipped.version)
    assert (found.parent, found.who, found.added[:2]) == ("shipped", "anna", "20")
    assert stat.S_IMODE(state.folder.stat().st_mode) == 0o700
    state.activate(shipped.version, "anna")
    other = replace(shipped, bias=0.0)
    versions.install(state, other, "anna")
    assert versions.origin(state, other.version).parent == shipped.version


def test_a_model_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, shipped: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StateError, match="the model could not be written: No space left on device"):
        versions.install(State(tmp_path), shipped, "anna")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_whose_card_cannot_be_shown_is_refused(tmp_path: Path, shipped: Model) -> None:
    hostile = replace(shipped, metrics={"held_out": {"ham": "many"}})
    with pytest.raises(ModelError, match="its card cannot be shown"):
        versions.install(State(tmp_path), hostile, "anna")
    assert versions.stored(State(tmp_path)) == []


def test_a_damaged_copy_is_named(tmp_path: Path, shipped: Model) -> None:
    state = State(tmp_path)
    versions.install(state, shipped, "anna")
    (state.model_folder(shipped.version) / CARD).write_text("{}")
    with pytest.raises(ModelError, match="not the card of a hamgate model"):
        versions.install(state, shipped, "anna")


def test_the_shipped_model_is_found_by_the_version_that_the_list_and_each_verdict_name(
    tmp_path: Path, shipped: Model
) -> None:
    assert versions.find(State(tmp_path), shipped.version) == DEFAULT
    with pytest.raises(StateError, match="no model of"):
        versions.find(State(tmp_path), "0" * 12)


def test_names_of_models(tmp_path: Path, shipped: Model) -> None:
    state = State(tmp_path / "state")
    versions.install(state, shipped, "anna")
    assert versions.find(state, "shipped") == DEFAULT
    assert versions.find(state, shipped.version) == state.model_folder(shipped.version)
    assert versions.find(state, str(tmp_path)) == tmp_path
    with pytest.raises(StateError, match=r"^123456789abc: no model of .* and no folder; see: hamgate model list$"):
        versions.find(state, "123456789abc")


@pytest.mark.parametrize("content", ["", "[]", '{"parent": ["x"]}', "\x00"])
def test_an_origin_that_cannot_be_read_is_empty_or_text(tmp_path: Path, content: str) -> None:
    folder = State(tmp_path).model_folder("0" * 12)
    folder.mkdir(parents=True)
    (folder / versions.ORIGIN).write_text(content)
    assert isinstance(versions.origin(State(tmp_path), "0" * 12).parent, str)
    assert versions.origin(State(tmp_path), "0" * 12).added == ""


@pytest.mark.parametrize(
    ("figures", "reasons"),
    [
        ({}, []),
        ({"roca": 0.05, "missed_at_fp": 1.5, "fp_tag": 0.0}, []),
        ({"brier": 0.9}, []),
        ({"roca": 0.07}, ["1 - area under the ROC curve: 0.07 % instead of 0.0603 %"]),
        ({"roca": 0.05, "fp_tag": 0.1}, ["ham called spam at 5 points: 0.1 % instead of 0.0482 %"]),
        ({"missed_at_fp": 3}, ["spam missed where 0.5 % of ham is called spam: 3 % instead of 2.11 %"]),
    ],
)
def test_what_speaks_against_a_model(figures: dict[str, float], reasons: list[str], shipped: Model) -> None:
    assert versions.reasons_against(shipped, measured(shipped, **figures)) == reasons


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": {}},
        {"metrics": {"held_out": {"roca": 0.01}}},
        {"metrics": {"held_out": dict.fromkeys(versions.FIGURES, math.nan)}},
        {"corpora": ()},
        {"corpora": ({"label": "ham", "sha256": "0"}, {"label": "spam", "sha256": "1"})},
    ],
)
def test_what_was_not_measured_on_the_same_mail_cannot_be_compared(change: dict[str, Any], shipped: Model) -> None:
    (reason,) = versions.reasons_against(shipped, replace(shipped, **change))
    assert reason.startswith("they were not measured on the same mail")


@pytest.mark.parametrize(
    ("before", "reasons"),
    [
        ({"roca": 0.2, "missed_at_fp": 2, "fp_tag": 0.1}, []),
        ({"roca": 0.05, "missed_at_fp": 2, "fp_tag": 0.1}, ["1 - area under the ROC curve: 0.1 % instead of 0.05 %"]),
    ],
)
def test_a_refitted_model_is_compared_with_the_one_in_use_on_learned_mail(
    before: dict[str, float], reasons: list[str], shipped: Model
) -> None:
    after = {"roca": 0.1, "missed_at_fp": 1, "fp_tag": 0.1}
    noted = {"base": "123456789abc", "version": shipped.version, "before": before, "after": after}
    refitted = replace(shipped, corpora=(), metrics={"held_out": {}, versions.REFIT: noted})
    assert versions.reasons_against(shipped, refitted) == reasons


@pytest.mark.parametrize(
    "noted",
    [None, {}, {"version": "123456789abc", "before": {}, "after": {}}, {"version": load().version, "before": 7}],
)
def test_a_refitted_model_cannot_be_compared_with_any_other(noted: object, shipped: Model) -> None:
    figures = {"roca": 0.1, "missed_at_fp": 1, "fp_tag": 0.1}
    refitted = replace(shipped, corpora=(), metrics={"held_out": figures, versions.REFIT: noted})
    (reason,) = versions.reasons_against(shipped, refitted)
    assert reason.startswith("they were not measured on the same mail")
