"""Messages that look mislabelled: a model fitted without them is sure of the opposite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from filter.verdict import HAM_AT, SPAM_AT
from training import dataset, fit, weigh
from training.dataset import Dataset, Slots
from training.drawn import MOST_FITTED
from training.duplicates import Integers
from training.evaluate import Floats
from training.examined import Examined
from training.recipes import SITE

_REASONS = 3
_SMALL = 0.5


@dataclass(frozen=True, slots=True)
class Suspect:
    """A message (its row), what the model says of it, and why: the fields that say most, or what it is like."""

    row: int
    points: float
    why: tuple[str, ...]


def find(
    rows: Sequence[Examined],
    spam: Sequence[bool],
    groups: Integers,
    tokens: Mapping[str, tuple[Slots, tuple[int, ...]]],
    seed: int = 0,
) -> list[Suspect]:
    """Ham at 5 points or more and spam at -5 or less, the surest first. `groups`: equal for near-duplicates.

    Sought among the rows whose `tokens` are there (by digest, as `Drawn` keeps them), of which MOST_FITTED at most.
    Each message is judged by a site model that has seen neither it nor its near-duplicates: a whole campaign under the
    wrong label is found too. Each class needs as many groups as there are folds inside folds.
    """
    labels = np.array(spam)
    known = np.flatnonzero([row.digest in tokens for row in rows])
    chosen = known[_drawn(len(known), seed)]
    chosen = chosen[np.argsort(labels[chosen], kind="stable")]  # a dataset has ham first
    data, grouped = _dataset([rows[row] for row in chosen], labels[chosen], tokens), groups[chosen]
    parts, bias = _held_out(data, grouped, seed)
    points = parts.sum(axis=1) + bias
    wrong = np.where(data.spam, -points, points)
    order = np.argsort(-wrong, kind="stable")
    likes = _contradicted(groups, labels)
    return [
        Suspect(int(chosen[row]), float(points[row]), (*likes.get(int(grouped[row]), ()), *_why(parts[row])))
        for row in order[: int(np.sum(wrong >= min(SPAM_AT, -HAM_AT)))]
    ]


def _drawn(count: int, seed: int) -> Integers:
    if count <= MOST_FITTED:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, MOST_FITTED, replace=False))


def _dataset(rows: list[Examined], spam: dataset.Bools, tokens: Mapping[str, tuple[Slots, tuple[int, ...]]]) -> Dataset:
    kept = [(row.extracted, *tokens[row.digest]) for row in rows]
    whole = [replace(extracted, slots=slots, sizes=sizes) for extracted, slots, sizes in kept]
    both = [[row for row, label in zip(whole, spam, strict=True) if label == kind] for kind in (False, True)]
    return dataset.build(both[0], both[1], SITE.recipe.fields)


def _held_out(data: Dataset, groups: Integers, seed: int) -> tuple[Floats, Floats]:
    """Points of each field (messages x fields) and the bias of each message, by models fitted without its group."""
    parts, bias = np.zeros((len(data), len(SITE.recipe.fields))), np.zeros(len(data))
    for train, test in weigh.folds(data.spam, groups, fit.FOLDS, seed):
        part = data.rows(train)
        model = fit.fit(part, SITE, seed)
        parts[test] = fit.parts(model, part, data.rows(test))
        bias[test] = model.bias
    return parts, bias


def _why(parts: Floats) -> tuple[str, ...]:
    """The fields that say most for the side that the model is on."""
    side = 1.0 if parts.sum() > 0 else -1.0
    order = np.argsort(-side * parts, kind="stable")[:_REASONS]
    return tuple(f"{SITE.recipe.fields[i]} {parts[i]:+.1f}" for i in order if side * parts[i] >= _SMALL)


def _contradicted(groups: Integers, spam: dataset.Bools) -> dict[int, tuple[str]]:
    """By group with both labels, how many have which."""
    found = {}
    for group in np.intersect1d(groups[spam], groups[~spam]):
        labels = spam[groups == group]
        found[int(group)] = (f"near-duplicates: {int((~labels).sum())} ham, {int(labels.sum())} spam",)
    return found
