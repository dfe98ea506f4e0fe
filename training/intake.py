"""Reading mail to train on in bounded memory: a sample is kept whole, of the rest only what Naive Bayes counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from filter.features import SLOT_BITS
from filter.verdict import POINTS_PER_LOGIT
from models.model import KINDS
from training import dataset, evaluate
from training.dataset import Dataset, Extracted, Rest
from training.evaluate import Floats, Quality
from training.ledger import Ledger
from training.sample import Sample
from training.sources import Source


@dataclass(slots=True)
class Tally:
    """Messages by kind, and their tokens by field, kind and slot: what is left of messages that are not kept."""

    fields: tuple[str, ...]
    messages: npt.NDArray[np.intp] = field(default_factory=lambda: np.zeros(len(KINDS), np.intp))
    counts: dict[str, npt.NDArray[np.uint32]] = field(default_factory=dict)

    def add(self, rows: Sequence[Extracted], spam: bool) -> None:
        """Count `rows` of one class."""
        if not self.counts:  # 4 MiB a field, which most corpora never need
            self.counts = {name: np.zeros((len(KINDS), 1 << SLOT_BITS), np.uint32) for name in self.fields}
        for row in rows:
            kind = 2 * spam + row.html
            self.messages[kind] += 1
            for name, slots in zip(self.fields, row.by_field(), strict=True):
                np.add.at(self.counts[name][kind], slots, 1)

    def rest(self, stands_for: tuple[float, float]) -> Rest | None:
        """For a `Dataset` of the messages that were kept; None if all were."""
        if not self.counts:
            return None
        matrices = {name: sparse.csr_matrix(counts, dtype=np.float64) for name, counts in self.counts.items()}
        return Rest(self.messages, matrices, stands_for)


@dataclass(slots=True)
class Intake(Source[Extracted]):
    """One class of mail as it is read; `rows` stays empty."""

    ledger: Ledger = field(default_factory=Ledger)
    tally: Tally = field(default_factory=lambda: Tally(()))
    sample: Sample = field(default_factory=lambda: Sample(0))

    def keep(self, rows: list[Extracted]) -> None:
        """Write the next messages down, and keep or count them."""
        names, self.names[: len(rows)] = self.names[: len(rows)], []
        del self.origins[: len(rows)]
        self.ledger.add(self.label, zip((row.digest for row in rows), names, strict=True))
        gone = [left for row in rows for left in self.sample.add(row)]
        if gone:
            self.tally.add(gone, self.label == "spam")


def build(ham: Intake, spam: Intake) -> Dataset:
    """Both classes: all of their messages, or a sample and the counts of the rest."""
    data = dataset.build(ham.sample.rows(), spam.sample.rows(), ham.tally.fields)
    return replace(data, rest=ham.tally.rest((ham.sample.stands_for, spam.sample.stands_for)))


def quality(points: Floats, data: Dataset) -> Quality:
    """How good held-out `points` are. Of a sample, the errors of calibration count as its messages do in the corpus."""
    found = evaluate.quality(points, data.spam)
    if data.rest is None:
        return found
    weights = np.array(data.rest.stands_for)[data.spam.astype(np.intp)]
    probability = 1.0 / (1.0 + np.exp(-np.clip(points / POINTS_PER_LOGIT, -700, 700)))
    brier = float(np.average((probability - data.spam) ** 2, weights=weights))
    return replace(found, brier=brier, ece=_calibration_error(probability, data.spam, weights))


def _calibration_error(probability: Floats, spam: dataset.Bools, weights: Floats) -> float:
    bins = np.minimum((probability * 10).astype(int), 9)
    promised, happened = (np.bincount(bins, weights * values, 10) for values in (probability, spam))
    return float(np.abs(promised - happened).sum() / weights.sum())
