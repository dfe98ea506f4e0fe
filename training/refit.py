"""A model fitted again to the own mail of a site: what its base model and own mail count, weighed on own mail only.

Naive Bayes adds up, so what the base has counted goes on counting. How much each field says here, and which tokens say
more, is fitted on own mail alone, held out from the counts. All of it is in the journal, which keeps no text.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np
from scipy import sparse

from filter.classifier import lacks_function_words
from filter.features import SLOT_BITS, SLOT_MASK
from filter.store.journal import label_of
from filter.tally import Lesson
from filter.tokens import FUNCTION_WORDS
from models.model import KINDS, Field, Model
from training import dataset
from training.dataset import Dataset, Extracted, Rest, Slots
from training.intake import Tally
from training.sample import Sample

_FUNCTION_SLOTS = np.array(sorted({crc32(word) & SLOT_MASK for word in FUNCTION_WORDS}), np.int32)
_NOTHING = Rest(np.zeros(len(KINDS), np.intp), {}, (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Own:
    """Mail of a site: `data` is all of it, or a sample and the counts of the others.

    `digests` by which the journal knows the messages in `data`, in their order; `labels` of all, by digest.
    """

    data: Dataset
    digests: tuple[bytes, ...]
    labels: Mapping[bytes, str]

    def messages(self, label: str) -> int:
        """How many there are of `ham` or `spam`."""
        return sum(found == label for found in self.labels.values())

    def card_entries(self) -> tuple[dict[str, Any], ...]:
        """What a model card says of this mail: as of any other, but by the digests of the journal."""
        return tuple(_card_entry(label, self.labels) for label in ("ham", "spam"))


def _card_entry(label: str, labels: Mapping[bytes, str]) -> dict[str, Any]:
    digests = sorted(digest.hex() for digest, found in labels.items() if found == label)
    return {"label": label, "messages": len(digests), "sha256": hashlib.sha256("\n".join(digests).encode()).hexdigest()}


def read(messages: Iterable[tuple[bytes, Lesson]], fields: tuple[str, ...], seed: int = 0) -> Own:
    """Take in messages of a journal (digest and lesson) in bounded memory: a sample of each class, as training does."""
    tally, samples, labels = Tally(fields), (Sample(seed), Sample(seed)), dict[bytes, str]()
    for digest, lesson in messages:
        labels[digest] = label_of(lesson.kind)
        spam = lesson.kind >= 2
        if gone := samples[spam].add(_row(digest, lesson, fields)):
            tally.add(gone, spam)
    ham, spam_rows = (sample.rows() for sample in samples)
    rest = tally.rest((samples[0].stands_for, samples[1].stands_for))
    digests = tuple(bytes.fromhex(row.digest) for row in (*ham, *spam_rows))
    return Own(replace(dataset.build(ham, spam_rows, fields), rest=rest), digests, labels)


def _row(digest: bytes, lesson: Lesson, fields: tuple[str, ...]) -> Extracted:
    slots = [lesson.slots.get(name, np.zeros(0, np.uint32)).astype(np.int32) for name in fields]
    sizes = tuple(map(len, slots))
    return Extracted(np.concatenate(slots), sizes, lesson.kind % 2 == 1, _foreign(lesson), digest.hex())


def _foreign(lesson: Lesson) -> bool:
    """As the reader of messages says it, but that numbers count as words here: slots do not tell them apart."""
    words: Slots = lesson.slots.get("words", np.zeros(0, np.uint32)).astype(np.int32)
    return lacks_function_words(len(words), int(np.isin(_FUNCTION_SLOTS, words).sum()))


def on_top_of(base: Model, own: Dataset) -> Dataset:
    """`own` mail beside what `base` has counted, which lacks fields that the recipe of `base` does not have."""
    rest = own.rest or _NOTHING
    matrices = {
        name: _counted(base.fields.get(name)) + rest.matrices.get(name, _counted(None)) for name in own.matrices
    }
    return replace(own, rest=Rest(rest.messages + np.array(base.messages), matrices, rest.stands_for))


def _counted(field: Field | None) -> sparse.csr_matrix:
    """The counts of a field as training has them (4 x 2^SLOT_BITS); None: none."""
    shape = (len(KINDS), 1 << SLOT_BITS)
    if field is None:
        return sparse.csr_matrix(shape)
    kinds, places = np.nonzero(field.counts)
    found = field.counts[kinds, places].astype(np.float64)
    return sparse.csr_matrix((found, (kinds, field.slots[places].astype(np.int32))), shape)
