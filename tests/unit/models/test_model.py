"""A model file that is damaged, foreign or hostile is refused with one line; nothing else ever comes out of loading."""

import hashlib
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.model import CARD, README, WEIGHTS, Field, Model, ModelError, Recipe, load, save

RECIPE = Recipe("site", ("words", "subject"), 0.05, False, 0.0, 0.0, 1.0)


def small_model() -> Model:
    """Its field `subject` has a linear part, `words` has none."""

    def field(seed: int) -> Field:
        random = np.random.default_rng(seed)
        slots = np.unique(random.integers(0, 1 << 18, 300)).astype(np.uint32)
        counts = random.integers(0, 9, (4, len(slots))).astype(np.uint32)
        return Field(slots, counts, 3.25, random.normal(0, 3, len(slots)).astype(np.float32) if seed == 2 else None)

    return Model(
        RECIPE, 1, 18, (30, 5, 20, 15), {"words": field(1), "subject": field(2)}, -1.5, (0.5, 2.5), "written here"
    )


def without_linear_part() -> Model:
    model = small_model()
    return replace(model, fields={name: replace(values, linear=None) for name, values in model.fields.items()})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(small_model(), tmp_path / "model", "about this model\n")
    return tmp_path / "model"


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) in message
    return message


def loaded_or_refused(folder: Path) -> Model | str:
    try:
        return load(folder)
    except ModelError as error:
        return str(error)


def test_what_is_saved_is_loaded(folder: Path) -> None:
    loaded, saved = load(folder), small_model()
    assert replace(loaded, fields={}) == replace(saved, fields={})
    for name, values in saved.fields.items():
        assert np.array_equal(loaded.fields[name].slots, values.slots)
        assert np.array_equal(loaded.fields[name].counts, values.counts)
        assert loaded.fields[name].points == values.points
        assert repr(loaded.fields[name].linear) == repr(values.linear)
    assert (folder / README).read_text() == "about this model\n"


def test_the_same_model_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save(small_model(), tmp_path / "again", "about this model\n")
    for name in (CARD, WEIGHTS, README):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_the_version_follows_weights_and_parameters_not_the_description() -> None:
    model = small_model()
    assert replace(model, about="other", metrics={"x": 1}).version == model.version
    assert replace(model, bias=-1.6).version != model.version  # it was asked for before: none is carried over


def test_points_of_rules_are_saved_loaded_and_part_of_the_version(tmp_path: Path) -> None:
    weighed = replace(small_model(), rules={"SUBJ_SHOUTING": 1.25, "URL_HOST_IS_IP": 0.0})
    save(weighed, tmp_path / "model", "")
    assert load(tmp_path / "model").rules == {"SUBJ_SHOUTING": 1.25, "URL_HOST_IS_IP": 0.0}
    assert weighed.version != small_model().version
    assert weighed.version != replace(weighed, rules={"SUBJ_SHOUTING": 1.26, "URL_HOST_IS_IP": 0.0}).version


def test_a_card_without_points_of_rules_is_one_from_before_there_were_any(folder: Path) -> None:
    assert "rules" not in json.loads((folder / CARD).read_bytes())
    assert load(folder).rules == {}


def test_a_model_without_a_linear_part_is_written_as_before_there_was_one(folder: Path, tmp_path: Path) -> None:
    save(without_linear_part(), tmp_path / "without", "")
    card = json.loads((tmp_path / "without" / CARD).read_bytes())
    assert card["format"] == 1
    assert list(card["arrays"]) == ["words.slots", "words.counts", "subject.slots", "subject.counts"]
    assert load(tmp_path / "without").fields["subject"].linear is None
    assert json.loads((folder / CARD).read_bytes())["format"] == 2


def test_the_linear_part_is_part_of_the_version() -> None:
    subject = small_model().fields["subject"]
    assert subject.linear is not None
    other = replace(small_model(), fields={**small_model().fields, "subject": replace(subject, linear=-subject.linear)})
    assert len({small_model().version, other.version, without_linear_part().version}) == 3


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda linear: np.full_like(linear, np.nan), "the linear part and slots do not fit"),
        (lambda linear: np.full_like(linear, np.inf), "the linear part and slots do not fit"),
        (lambda linear: linear[1:], "the linear part and slots do not fit"),
        (lambda linear: linear.astype(np.uint32), "subject.linear: not an array of float32"),
        (lambda linear: linear.astype(np.float64), "subject.linear: not an array of float32"),
    ],
)
def test_a_linear_part_that_makes_no_sense(change: Callable[[Any], Any], why: str, folder: Path) -> None:
    linear = change(small_model().fields["subject"].linear)
    write_npz(folder, members(folder) | {"subject.linear": npy(linear)})
    entry = {"shape": list(linear.shape), "sha256": hashlib.sha256(linear.tobytes()).hexdigest()}
    edit(folder, lambda card: card["arrays"].update({"subject.linear": entry}))
    assert why in refusal(folder)


def test_saving_over_a_model_leaves_only_the_new_one(folder: Path) -> None:
    save(replace(small_model(), bias=7.0), folder, "new\n")
    assert load(folder).bias == 7.0
    assert sorted(path.name for path in folder.iterdir()) == sorted([CARD, WEIGHTS, README])


def test_a_failed_save_leaves_the_old_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        save(replace(small_model(), bias=7.0), folder, "new\n")
    assert load(folder).bias == -1.5
    assert sorted(path.name for path in folder.iterdir()) == sorted([CARD, WEIGHTS, README])


@pytest.mark.parametrize("chunk", range(5))
def test_500_bit_flips_and_truncations_are_refused_or_change_nothing(chunk: int, folder: Path) -> None:
    chance = random.Random(chunk)
    original = {name: (folder / name).read_bytes() for name in (CARD, WEIGHTS)}
    whole = load(folder)
    refused = 0
    for _ in range(100):
        name = chance.choice([CARD, WEIGHTS])
        data = bytearray(original[name])
        if chance.random() < 0.5:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            del data[chance.randrange(len(data)) :]
        (folder / name).write_bytes(data)
        found = loaded_or_refused(folder)
        if isinstance(found, str):
            refused += 1
            assert "\n" not in found
        else:  # a flipped bit in a member's date, say
            assert found.version == whole.version
            assert replace(found, fields={}) == replace(whole, fields={})
        (folder / name).write_bytes(original[name])
    assert refused >= 90


@pytest.mark.parametrize("missing", [CARD, WEIGHTS])
def test_a_missing_file_is_named(missing: str, folder: Path) -> None:
    (folder / missing).unlink()
    assert f"no model here ({missing} is missing)" in refusal(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "no model here" in refusal(tmp_path / "nowhere")


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the card as a forger would, with a right checksum."""
    from models.model import _checksum  # noqa: PLC0415

    card = json.loads((folder / CARD).read_bytes())
    card.pop("sha256")
    change(card)
    (folder / CARD).write_text(json.dumps({**card, "sha256": _checksum(card)}))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda card: card.update(format=99), "model format 99, this hamgate reads 1 and 2"),
        (lambda card: card.update(bias=float("nan")), "not a finite number"),
        (lambda card: card.update(bias=float("inf")), "not a finite number"),
        (lambda card: card["points"].update(words=float("nan")), "not a finite number"),
        (lambda card: card["recipe"].update(smoothing=0), "not a positive number"),
        (lambda card: card["messages"].update(ham_plain=-1), "negative"),
        (lambda card: card.update(slot_bits=60), "out of range"),
        (lambda card: card.update(arrays={}), "holds other arrays than its card"),
        (lambda card: card.update(arrays=[1]), "no arrays"),
        (lambda card: card["recipe"].update(fields=["words"] * 9), "damaged"),
        (lambda card: card["recipe"].pop("name"), "damaged"),
        (lambda card: card["arrays"]["words.slots"].update(shape=[1]), "another shape"),
        (lambda card: card.update(self_test=["x"]), "not a finite number"),
        (lambda card: card.update(rules={"A": float("nan")}), "not a finite number"),
        (lambda card: card.update(rules={"A": True}), "not a finite number"),
        (lambda card: card.update(rules={"A": "1"}), "not a finite number"),
        (lambda card: card.update(rules={"A": 20.5}), "A: more than 20 points"),
        (lambda card: card.update(rules={"A": -20.5}), "A: more than 20 points"),
        (lambda card: card.update(rules={"a b": 1.0}), "no symbol of a rule: 'a b'"),
        (lambda card: card.update(rules={"A" * 65: 1.0}), "no symbol of a rule"),
        (lambda card: card.update(rules={f"A{n}": 1.0 for n in range(1001)}), "more than 1000 rules"),
        (lambda card: card.update(rules=[1.0]), "damaged"),
        (lambda card: card.update(rules={"A": 1.0}), "its parameters do not match its version"),
    ],
)
def test_a_card_that_makes_no_sense(change: Callable[[dict[str, Any]], None], why: str, folder: Path) -> None:
    edit(folder, change)
    assert why in refusal(folder)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": 1}', b"x" * (2 << 20), b"null"]
)
def test_a_card_that_is_none(data: bytes, folder: Path) -> None:
    (folder / CARD).write_bytes(data)
    refusal(folder)


def write_npz(folder: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / WEIGHTS, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)


def members(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / WEIGHTS) as archive:
        return {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}


def npy(array: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def test_slots_out_of_order_are_refused(folder: Path) -> None:
    slots = small_model().fields["words"].slots[::-1].copy()
    write_npz(folder, members(folder) | {"words.slots": npy(slots)})
    edit(folder, lambda card: card["arrays"]["words.slots"].update(sha256=hashlib.sha256(slots.tobytes()).hexdigest()))
    assert "out of order" in refusal(folder)


def test_an_array_larger_than_any_model_is_refused(folder: Path) -> None:
    header, shape = io.BytesIO(), (4 << 20) + 1
    np.lib.format.write_array_header_1_0(header, {"descr": "<u4", "fortran_order": False, "shape": (shape,)})
    write_npz(folder, members(folder) | {"words.slots": header.getvalue()})
    edit(folder, lambda card: card["arrays"]["words.slots"].update(shape=[shape]))
    assert refusal(folder).endswith("words.slots: larger than any model")


def test_another_zip_is_refused(folder: Path) -> None:
    write_npz(folder, {"readme": b"hello"})
    assert "holds other arrays than its card" in refusal(folder)


def test_files_of_two_models_do_not_mix(folder: Path, tmp_path: Path) -> None:
    other = replace(small_model(), fields={**small_model().fields, "words": without_linear_part().fields["subject"]})
    save(other, tmp_path / "other", "")
    shutil.copy(tmp_path / "other" / WEIGHTS, folder / WEIGHTS)
    assert "words.slots" in refusal(folder)
