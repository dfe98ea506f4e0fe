"""The model file format: `card.json` says everything about a model, `weights.npz` holds its counts.

Loading trusts nothing: sizes, types and shapes are checked against the card before anything is inflated, checksums
and values after. Nothing is unpickled. Every defect is a `ModelError` of one line.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models import weights
from models.symbol import is_symbol
from models.weights import WeightsError

FORMATS = (1, 2)
"""Of model files. 2 adds the linear part; a model without one is written as 1, which older versions read too."""
CARD, WEIGHTS, README = "card.json", "weights.npz", "README.md"
DEFAULT = Path(__file__).parent / "default"
"""The model that ships with hamgate."""

KINDS = ("ham_plain", "ham_html", "spam_plain", "spam_html")
"""Counts are kept apart by class and by whether a message has HTML, so that recipes can weigh the four."""

_LARGEST_CARD = 1 << 20
_LARGEST_SLOT_BITS = 20
_MOST_FIELDS = 32
_MOST_RULES, _MOST_RULE_POINTS = 1000, 20.0

Counts = npt.NDArray[np.uint32]
Linear = npt.NDArray[np.float32]


class ModelError(Exception):
    """The model cannot be used; the message is one line that says which file and why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How counts become points. See training/README.md for why each value is what it is.

    `smoothing` is the alpha of Naive Bayes; `balanced` gives HTML and plain mail half of each class's weight;
    `ham_cap` and `spam_cap` bound what one field may say for ham and for spam, in points (0: no bound);
    `language_guard` bounds what words and
    subject may say for spam when the text is not English, in points (0: no bound); `spam_slope` multiplies scores
    above 0.
    """

    name: str
    fields: tuple[str, ...]
    smoothing: float
    balanced: bool
    ham_cap: float
    language_guard: float
    spam_slope: float
    spam_cap: float = 0.0


@dataclass(frozen=True, slots=True)
class Field:
    """One Naive Bayes: slots seen in training (sorted), their counts in the four `KINDS` (4 x n), and its weight.

    `linear`: points (n) that each slot adds to `points` times its log ratio, before the sum is divided by the field's
    length; None: the recipe has no linear part.
    """

    slots: Counts
    counts: Counts
    points: float
    linear: Linear | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """All that is needed to score, and all that a person wants to know about it."""

    recipe: Recipe
    features_version: int
    slot_bits: int
    messages: tuple[int, int, int, int]
    fields: Mapping[str, Field]
    bias: float
    self_test: tuple[float, ...] = ()
    about: str = ""
    corpora: tuple[dict[str, Any], ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    rules: Mapping[str, float] = field(default_factory=dict)
    """Points of the rules that evidence has weighed, by symbol; all others count as they ship."""
    _version: str = field(default="", init=False, repr=False, compare=False)

    @property
    def version(self) -> str:
        """First twelve hexadecimal digits of the checksum over weights and parameters."""
        if not self._version:  # asked for often, and worked out from some MiB
            object.__setattr__(self, "_version", _checksum_of_weights(self)[:12])
        return self._version


def _checksum_of_weights(model: Model) -> str:
    digest = hashlib.sha256(json.dumps(_parameters(model), sort_keys=True).encode())
    for name, values in model.fields.items():
        digest.update(name.encode() + values.slots.tobytes() + values.counts.tobytes())
        digest.update(b"" if values.linear is None else values.linear.tobytes())
    return digest.hexdigest()


def _parameters(model: Model) -> dict[str, Any]:
    return {
        "recipe": asdict(model.recipe),
        "features_version": model.features_version,
        "slot_bits": model.slot_bits,
        "messages": dict(zip(KINDS, model.messages, strict=True)),
        "points": {name: values.points for name, values in model.fields.items()},
        "bias": model.bias,
        **({"rules": dict(model.rules)} if model.rules else {}),
    }


def _arrays(model: Model) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, values in model.fields.items():
        arrays[f"{name}.slots"] = np.ascontiguousarray(values.slots, weights.COUNTS)
        arrays[f"{name}.counts"] = np.ascontiguousarray(values.counts, weights.COUNTS)
        if values.linear is not None:
            arrays[f"{name}.linear"] = np.ascontiguousarray(values.linear, weights.LINEAR)
    return arrays


def save(model: Model, folder: Path, readme: str) -> None:
    """Write the three files into `folder`, each to a temporary file first; on any failure the old ones stay.

    The same model gives the same bytes (with the same zlib).
    """
    arrays = _arrays(model)
    card = {
        "format": 2 if any(values.linear is not None for values in model.fields.values()) else 1,
        "version": model.version,
        "about": model.about,
        **_parameters(model),
        "self_test": list(model.self_test),
        "corpora": list(model.corpora),
        "metrics": model.metrics,
        "arrays": weights.entries(arrays),
    }
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        WEIGHTS: weights.as_npz(arrays),
        CARD: (json.dumps({**card, "sha256": _checksum(card)}, indent=1, ensure_ascii=False) + "\n").encode(),
        README: readme.encode(),
    }
    _replace_files(folder, contents)


def _checksum(card: Mapping[str, Any]) -> str:
    """Of all the card says; finds damage in what no other check would, such as the metrics."""
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    temporary = {name: folder / f".{name}.{os.getpid()}.tmp" for name in contents}
    try:
        for name, data in contents.items():
            with temporary[name].open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for name, path in temporary.items():
            path.replace(folder / name)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load(folder: Path = DEFAULT) -> Model:
    """Read and check the model in `folder`. Raises ModelError, nothing else."""
    try:
        card = _read_card(folder / CARD)
        model = _model(card, weights.read(folder / WEIGHTS, card["arrays"], len(KINDS) << _LARGEST_SLOT_BITS))
    except ModelError:
        raise
    except WeightsError as error:
        raise ModelError(f"{folder / WEIGHTS}: {error}") from None
    except FileNotFoundError as error:
        raise ModelError(f"{folder}: no model here ({Path(error.filename).name} is missing)") from None
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read: {error.strerror or error}") from None
    except Exception as error:  # a hostile file finds a new way to be wrong; none may pass as a model
        raise ModelError(f"{folder}: damaged model: {type(error).__name__}: {_one_line(error)}") from None
    if card.get("version") != model.version:
        raise ModelError(f"{folder / CARD}: damaged model: its parameters do not match its version")
    return model


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _refuse_unless(condition: bool, path: Path, why: str) -> None:
    if not condition:
        raise ModelError(f"{path}: {why}")


def _read_card(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        data = file.read(_LARGEST_CARD + 1)
    _refuse_unless(len(data) <= _LARGEST_CARD, path, f"larger than {_LARGEST_CARD} bytes")
    try:
        card = json.loads(data)
    except (ValueError, RecursionError):
        raise ModelError(f"{path}: damaged model: not JSON") from None
    _refuse_unless(isinstance(card, dict) and "format" in card, path, "not the card of a hamgate model")
    known = " and ".join(map(str, FORMATS))
    _refuse_unless(
        card["format"] in FORMATS, path, f"model format {str(card['format'])[:20]}, this hamgate reads {known}"
    )
    checksum = card.pop("sha256", None)
    _refuse_unless(checksum == _checksum(card), path, "damaged model: wrong checksum")
    arrays = card.get("arrays")
    _refuse_unless(isinstance(arrays, dict) and len(arrays) <= 3 * _MOST_FIELDS, path, "damaged model: no arrays")
    return dict(card)


def _model(card: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Model:
    recipe = Recipe(**{**card["recipe"], "fields": tuple(map(str, card["recipe"]["fields"]))})
    slot_bits = int(card["slot_bits"])
    if not 1 <= slot_bits <= _LARGEST_SLOT_BITS:
        raise ValueError("slot_bits out of range")
    fields = {}
    for name in recipe.fields:
        slots, counts, linear = arrays[f"{name}.slots"], arrays[f"{name}.counts"], arrays.get(f"{name}.linear")
        if counts.shape != (len(KINDS), len(slots)):
            raise ValueError(f"{name}: counts and slots do not fit")
        if slots.size and (np.any(slots[1:] <= slots[:-1]) or int(slots[-1]) >= 1 << slot_bits):
            raise ValueError(f"{name}: slots out of order or range")
        if linear is not None and (linear.shape != slots.shape or not np.isfinite(linear).all()):
            raise ValueError(f"{name}: the linear part and slots do not fit")
        fields[name] = Field(slots, counts, _finite(card["points"][name]), linear)
    messages = tuple(int(card["messages"][kind]) for kind in KINDS)
    if min(messages) < 0:
        raise ValueError("negative message counts")
    return Model(
        recipe=Recipe(
            name=str(recipe.name),
            fields=recipe.fields,
            smoothing=_positive(recipe.smoothing),
            balanced=bool(recipe.balanced),
            ham_cap=_finite(recipe.ham_cap),
            language_guard=_finite(recipe.language_guard),
            spam_slope=_positive(recipe.spam_slope),
            spam_cap=_finite(recipe.spam_cap),
        ),
        features_version=int(card["features_version"]),
        slot_bits=slot_bits,
        messages=(messages[0], messages[1], messages[2], messages[3]),
        fields=fields,
        bias=_finite(card["bias"]),
        self_test=tuple(map(_finite, card["self_test"])),
        about=str(card["about"]),
        corpora=tuple(card["corpora"]),
        metrics=dict(card["metrics"]),
        rules=_rules(card.get("rules", {})),
    )


def _rules(points: Mapping[str, Any]) -> dict[str, float]:
    if len(points) > _MOST_RULES:
        raise ValueError(f"points for more than {_MOST_RULES} rules")
    for symbol, value in points.items():
        if not is_symbol(symbol):
            raise ValueError(f"no symbol of a rule: {symbol[:40]!r}")
        if abs(_finite(value)) > _MOST_RULE_POINTS:
            raise ValueError(f"{symbol}: more than {_MOST_RULE_POINTS:g} points")
    return {symbol: float(value) for symbol, value in points.items()}


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"not a finite number: {str(value)[:40]!r}")
    return float(value)


def _positive(value: Any) -> float:
    if _finite(value) <= 0:
        raise ValueError(f"not a positive number: {value!r}")
    return float(value)
