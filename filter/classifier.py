"""Naive Bayes per field, combined by a logistic regression, served by numpy: Features in, hits in points out.

Each field scores the mean log-likelihood ratio of its known tokens, shrunk for short ones: z / (known + 5). If the
model has a linear part, each token's own points are added to its ratio. The hits add up to the model's score exactly;
what caps, guard and slope change are hits of their own.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from filter import kernel
from filter.features import FEATURES_VERSION, FIELDS, SLOT_BITS, SLOT_MASK, Features
from filter.tally import Column, Messages, Tally, merged
from filter.verdict import Clue, Hit
from models.model import KINDS, Counts, Field, Model, ModelError, Recipe

SHRINKAGE = 5.0
"""Tokens of no evidence that each field is mixed with, so that two words alone decide nothing."""

BELIEF = 10.0
"""Learned messages of one kind at which each of them counts half: a first one moves a score, it does not decide."""
FREE_PLAIN_SPAM = 5
"""Plain spam that counts in full before any ham is learned."""

GUARDED = ("words", "subject", "shape")
"""Fields that read letters of the text: trained on English, they say little of other languages."""
ADJUSTMENTS = frozenset({"NB_BIAS", "NB_HAM_CAP", "NB_SPAM_CAP", "NB_LANGUAGE_GUARD", "NB_SLOPE"})
"""Hits that no part of the message caused: what the model adds or takes by itself."""
_GUARD_WORDS = 15
_GUARD_SHARE = 0.06

Floats = npt.NDArray[np.float64]

_hit: Callable[[tuple[str, float, str, tuple[Clue, ...]]], Hit] = partial(tuple.__new__, Hit)
"""A tuple as a hit, without the call of Python that `Hit(...)` is."""


def kind_weights(messages: tuple[int, ...], balanced: bool) -> Floats:
    """Weight of one message of each of `KINDS`; balanced: both kinds of a class get half of the class's weight."""
    weights = np.ones(len(KINDS))
    if balanced:
        for plain, html in ((0, 1), (2, 3)):
            total = messages[plain] + messages[html]
            for kind in (plain, html):
                if messages[plain] and messages[html]:
                    weights[kind] = total / 2 / messages[kind]
    return weights


def own_weights(messages: Messages) -> Floats:
    """Weight of one learned message of each of `KINDS`: few are not believed, and spam not without ham beside it.

    HTML spam weighs no more than the HTML ham learned, else it teaches that HTML is spam; plain spam no more than all
    ham, else what is common at this site is spam.
    """
    ham_plain, ham_html, spam_plain, spam_html = messages
    weights = np.array([count / (count + BELIEF) for count in messages])
    weights[2] *= min(1.0, (ham_plain + ham_html + FREE_PLAIN_SPAM) / max(1, spam_plain))
    weights[3] *= min(1.0, (ham_html + 1) / max(1, spam_html))
    return weights


def log_ratios(field: Field, weights: Floats, smoothing: float) -> Floats:
    """Log of P(token | spam) / P(token | ham) for each slot of `field`: multinomial Naive Bayes over seen slots."""
    return _ratios(_by_class(field.counts, weights) + smoothing)


def _by_class(counts: npt.NDArray[np.integer[Any]], weights: Floats) -> Floats:
    """Weighted `counts` in `KINDS` (4 x n) of ham and of spam (2 x n)."""
    weighted = counts * weights[:, None]
    classes: Floats = weighted[0::2] + weighted[1::2]
    return classes


def _ratios(evidence: Floats) -> Floats:
    """From smoothed counts of ham and of spam (2 x n) to the log of how much likelier each slot is in spam."""
    ham, spam = evidence
    ratios: Floats = np.log(spam / spam.sum()) - np.log(ham / ham.sum())
    return ratios


def is_foreign(features: Features) -> bool:
    """Whether a text long enough to tell holds too few English function words to be English."""
    function_words = features.function_words
    if function_words >= _GUARD_SHARE * len(features.fields["words"]):
        return False  # whatever number of them are numbers
    return lacks_function_words(features.distinct_words, function_words)


def lacks_function_words(distinct_words: int, function_words: int) -> bool:
    """The same of two counts. `distinct_words`: those that are no numbers."""
    return distinct_words >= _GUARD_WORDS and function_words < _GUARD_SHARE * distinct_words


def bounded(parts: Floats, recipe: Recipe) -> Floats:
    """Points of fields within what each may say at most (see `Recipe`)."""
    return np.clip(parts, -recipe.ham_cap or -np.inf, recipe.spam_cap or np.inf)


def _with_own(
    field: Field, weights: Floats, own: Column, own_weights: Floats, smoothing: float
) -> tuple[Counts, Floats]:
    """The slots that the model or learned mail knows (sorted), and their log ratios.

    What only learned mail knows begins at 0, like the unknown token that it was: its smoothing is shared out by the
    size of the classes. Else a first message of ham would make its new words spam wherever the model holds more ham.
    """
    slots, (old, new) = merged(field.slots, own.slots)
    weighted = np.zeros((2, len(slots)))  # of ham and spam
    weighted[:, old] += _by_class(field.counts, weights)
    weighted[:, new] += _by_class(own.counts, own_weights)
    classes = weighted.sum(axis=1) + smoothing * len(old)
    prior = np.repeat(2.0 * smoothing * classes[:, None] / classes.sum(), len(slots), axis=1)
    prior[:, old] = smoothing
    return slots, _ratios(weighted + prior)


def _points_of_the_table(field: Field) -> float:
    """Points of 1 in the classifier's table: it holds log ratios, or points if there is a linear part to add."""
    return field.points if field.linear is None else 1.0


class Classifier:
    """Serves one model. Immutable; safe to share."""

    def __init__(self, model: Model, own: Tally | None = None) -> None:
        """`own`: mail learned on top of the model. Raises ModelError if the model was made for another extractor."""
        if (model.features_version, model.slot_bits) != (FEATURES_VERSION, SLOT_BITS):
            raise ModelError(
                f"model {model.version} was made for features version {model.features_version}, "
                f"this hamgate has version {FEATURES_VERSION}: train it again"
            )
        if unknown := set(model.recipe.fields) - set(FIELDS):
            raise ModelError(f"model {model.version} has fields that this hamgate does not read: {sorted(unknown)}")
        self.version = model.version
        self.recipe: Recipe = model.recipe
        self.bias = model.bias
        self.fields = model.recipe.fields
        self._symbols = [f"NB_{name.upper()}" for name in self.fields]
        self._guarded = [i for i, name in enumerate(self.fields) if name in GUARDED]
        self._scale = [_points_of_the_table(model.fields[name]) for name in self.fields]
        self._table = np.zeros(len(self.fields) << SLOT_BITS, np.float32)
        self._fill(model, own or Tally())

    def _fill(self, model: Model, own: Tally) -> None:
        weights, learned = kind_weights(model.messages, model.recipe.balanced), own_weights(own.messages)
        smoothing = model.recipe.smoothing
        for number, name in enumerate(self.fields):
            field, column = model.fields[name], own.columns.get(name)
            if column is None:
                slots, values = field.slots, log_ratios(field, weights, smoothing)
            else:
                slots, values = _with_own(field, weights, column, learned, smoothing)
            if field.linear is not None:
                values *= field.points
                values[np.searchsorted(slots, field.slots)] += field.linear
            row = values.astype(np.float32)
            row[row == 0.0] = np.finfo(np.float32).tiny  # 0 in the table means: never seen
            self._table[(number << SLOT_BITS) + slots.astype(np.int64)] = row

    def tables(self) -> Iterator[tuple[str, npt.NDArray[np.float32], float]]:
        """Each field with the log ratio of every slot (0: never seen), and how many points a mean of them is."""
        rows = self._table.reshape(len(self.fields), 1 << SLOT_BITS)
        return zip(self.fields, rows, self._scale, strict=True)

    def hits(self, features: Features, clues: int = 0) -> list[Hit]:
        """The model's part of the verdict, with up to `clues` tokens behind each field in either direction."""
        tokens = [features.fields[name] for name in self.fields]
        found = kernel.evidence(tokens, self._table, SLOT_BITS)
        parts = [scale * total / (known + SHRINKAGE) for scale, (known, total) in zip(self._scale, found, strict=True)]
        hits = [_hit((symbol, part, "", ())) for symbol, part in zip(self._symbols, parts, strict=True)]
        if clues:
            shares = [scale / (known + SHRINKAGE) for scale, (known, _) in zip(self._scale, found, strict=True)]
            hits = [
                _with_clues(hit, mine, self._values(number, mine) * share, clues)
                for number, (hit, mine, share) in enumerate(zip(hits, tokens, shares, strict=True))
            ]
        return [*hits, *self._adjustments(parts, features)]

    def _values(self, number: int, tokens: list[bytes]) -> Floats:
        """What the table holds for each of the `tokens` of the field at `number`."""
        slots = np.fromiter(map(crc32, tokens), np.int64, len(tokens))
        values: Floats = self._table[(number << SLOT_BITS) + (slots & SLOT_MASK)].astype(np.float64)
        return values

    def _adjustments(self, parts: list[float], features: Features) -> list[Hit]:
        """Bias, and what caps, guard and slope take or add."""
        recipe = self.recipe
        hits = [Hit("NB_BIAS", self.bias, "before anything is read")]
        least, most = -recipe.ham_cap or -math.inf, recipe.spam_cap or math.inf
        if min(parts, default=0.0) < least:
            capped = sum([least - part for part in parts if part < least])
            hits.append(Hit("NB_HAM_CAP", capped, f"no field may say more than {-recipe.ham_cap:g} for ham"))
        if max(parts, default=0.0) > most:
            capped = sum([most - part for part in parts if part > most])
            hits.append(Hit("NB_SPAM_CAP", capped, f"no field may say more than {recipe.spam_cap:g} for spam"))
        if recipe.language_guard:
            excess = sum([max(0.0, min(most, parts[i]) - recipe.language_guard) for i in self._guarded])
            if excess > 0 and is_foreign(features):
                detail = "the text is not English: its words are little evidence"
                hits.append(Hit("NB_LANGUAGE_GUARD", -excess, detail))
        total = sum(parts) + sum([hit.points for hit in hits])
        if recipe.spam_slope != 1.0 and total > 0:
            detail = f"evidence for spam counts {recipe.spam_slope:g} times"
            hits.append(Hit("NB_SLOPE", (recipe.spam_slope - 1.0) * total, detail))
        return hits


def _with_clues(hit: Hit, tokens: list[bytes], worth: Floats, most: int) -> Hit:
    order = np.argsort(-np.abs(worth), kind="stable")[:most]
    found = tuple(Clue(tokens[i].decode("utf-8", "replace"), float(worth[i])) for i in order if worth[i] != 0.0)
    return Hit(hit.symbol, hit.points, hit.detail, found)
