"""Mail that a model was trained on: what it scores there says nothing of other mail."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import click

from models.model import Model


class Labelled(Protocol):
    """All mail of one label, as `training.sources` has read it."""

    def card_entry(self) -> Mapping[str, Any]:
        """What a model's card would say of it."""
        ...


def known(model: Model, classes: Iterable[Labelled]) -> list[str]:
    """The labels of those `classes` whose messages are exactly those that `model` was trained on."""
    learned = {(corpus.get("label"), corpus.get("sha256")) for corpus in model.corpora}
    entries = [one.card_entry() for one in classes]
    return [entry["label"] for entry in entries if (entry["label"], entry["sha256"]) in learned]


def warn(models: Iterable[Model], classes: Sequence[Labelled]) -> None:
    """Say on standard error which of `models` know the answers already. Mail of which they know a part goes unseen."""
    for model in {one.version: one for one in models}.values():
        if labels := known(model, classes):
            click.echo(
                f"hamgate: model {model.version} was trained on this {' and this '.join(labels)}: it knows the "
                "answers, and these figures say nothing of other mail. Its README.md says what it reached on mail held "
                "out; or measure with: hamgate evaluate --cv 10",
                err=True,
            )
