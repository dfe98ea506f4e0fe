"""The models that a state folder keeps: put in whole, listed, and compared before one takes the place of another."""

import json
import math
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filter.store.errors import StateError
from filter.store.folder import MODELS, VERSION, State
from models import card
from models.model import DEFAULT, Model, ModelError, load, save

SHIPPED = "shipped"
"""The name of the model that comes with hamgate."""
ORIGIN = "origin.json"
"""Beside the files of a model: where it came from. No part of the model."""
FIGURES = {
    "roca": "1 - area under the ROC curve",
    "missed_at_fp": "spam missed where 0.5 % of ham is called spam",
    "fp_tag": "ham called spam at 5 points",
}
"""Held-out figures, in percent, by which a model is called worse; less is better."""
REFIT = "refit"
"""In the metrics of a model fitted to learned mail: the version of its `base`; if it was compared with the model that
was in use, the `version` of that and what both reach on learned mail that neither had seen, `before` and `after`."""
_LARGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Origin:
    """How a version came here: the version that was active then, when (UTC, ISO 8601), and who put it here."""

    parent: str
    added: str
    who: str


def find(state: State, name: str) -> Path:
    """The folder of the model `name`: `shipped` or its version, a version of `state`, or any folder.

    Raises StateError.
    """
    if name == SHIPPED:
        return DEFAULT
    if VERSION.fullmatch(name) and state.model_folder(name).is_dir():
        return state.model_folder(name)
    if Path(name).is_dir():
        return Path(name)
    if VERSION.fullmatch(name) and name == load(DEFAULT).version:  # as `hamgate model list` and headers call it
        return DEFAULT
    raise StateError(f"{name}: no model of {state.folder} and no folder; see: hamgate model list")


def install(state: State, model: Model, who: str) -> bool:
    """Put a checked model into `state`; False if it was there. Raises StateError and ModelError."""
    folder = state.model_folder(model.version)
    if folder.is_dir():
        load(folder)  # a damaged copy is named, not trusted
        return False
    parent = state.activations()[-1].version if state.activations() else SHIPPED
    origin = {"parent": parent, "added": datetime.now(UTC).isoformat(timespec="seconds"), "who": who}
    temporary = state.folder / MODELS / f".{model.version}.{os.urandom(6).hex()}.tmp"
    try:
        state.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        save(model, temporary, _readme(model))
        (temporary / ORIGIN).write_text(json.dumps(origin) + "\n", encoding="utf-8")
        temporary.rename(folder)
    except OSError as error:
        raise StateError(f"{folder}: the model could not be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(temporary)
    return True


def _readme(model: Model) -> str:
    try:
        return card.render(model)
    except Exception as error:  # a foreign card may hold anything; none may be half of one
        raise ModelError(f"model {model.version}: its card cannot be shown: {type(error).__name__}") from None


def stored(state: State) -> list[str]:
    """The versions that `state` keeps, in the order in which they came. Raises StateError."""
    try:
        names = [path.name for path in (state.folder / MODELS).iterdir() if VERSION.fullmatch(path.name)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StateError(f"{state.folder / MODELS}: cannot be read: {error.strerror or error}") from None
    return sorted(names, key=lambda name: (origin(state, name).added, name))


def origin(state: State, version: str) -> Origin:
    """Where `version` came from; empty where that is not known."""
    try:
        with (state.model_folder(version) / ORIGIN).open("rb") as file:
            found: Any = json.loads(file.read(_LARGEST))
    except (OSError, ValueError):
        found = {}
    entry: Mapping[str, Any] = found if isinstance(found, dict) else {}
    parent, added, who = (str(entry.get(key, "")) for key in ("parent", "added", "who"))
    return Origin(parent, added, who)


def reasons_against(old: Model, new: Model) -> list[str]:
    """Why `new` should not take the place of `old`, by the held-out figures of their cards; empty if it may."""
    before, after = _figures(old, new)
    if before is None or after is None:
        return ["they were not measured on the same mail: their held-out figures say nothing of which is better"]
    return [
        f"{name}: {after[key]:.4g} % instead of {before[key]:.4g} %"
        for key, name in FIGURES.items()
        if after[key] > before[key]
    ]


def _figures(old: Model, new: Model) -> tuple[Mapping[str, float] | None, Mapping[str, float] | None]:
    """Of both on the same mail, as far as they are known."""
    refit = new.metrics.get(REFIT)
    if isinstance(refit, dict) and refit.get("version") == old.version:
        return _complete(refit.get("before")), _complete(refit.get("after"))
    if _corpus(old) != _corpus(new):
        return None, None
    return _complete(old.metrics.get("held_out")), _complete(new.metrics.get("held_out"))


def _complete(found: object) -> Mapping[str, float] | None:
    complete = isinstance(found, dict) and all(_is_number(found.get(key)) for key in FIGURES)
    return found if complete else None  # type: ignore[return-value]  # `complete` says that it is a dict


def _is_number(value: object) -> bool:
    """JSON has NaN for Python, than which nothing is more or less: it would speak against no model."""
    return isinstance(value, int | float) and math.isfinite(value)


def _corpus(model: Model) -> list[tuple[str, str]]:
    return sorted((str(entry.get("label")), str(entry.get("sha256"))) for entry in model.corpora)
