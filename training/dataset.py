"""A corpus as sparse matrices: one row per message, one column per slot, one matrix per field."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy import sparse

from filter.classifier import is_foreign
from filter.features import SLOT_BITS, SLOT_MASK, extract
from filter.message import Message, parse

BATCH, BATCH_BYTES = 128, 4 << 20
"""Messages that a worker gets at once: fewer cost more in passing them, more leave workers idle at the end. Long ones
make it fewer, so that what is under way stays small."""

Bools = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.int32]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What training keeps of one message: the slots of its tokens, field after field, and a digest of its bytes.

    `sizes`: how many of them are each field's. One array for all is passed between processes seven times faster.
    """

    slots: Slots
    sizes: tuple[int, ...]
    html: bool
    foreign: bool
    digest: str

    def by_field(self) -> list[Slots]:
        """The slots of each field."""
        return [self.slots[start:end] for start, end in pairwise(accumulate(self.sizes, initial=0))]


@dataclass(frozen=True, slots=True)
class Dataset:
    """`n` messages. `matrices`: n x 2^SLOT_BITS per field; `spam`, `html` and `foreign`: n booleans.

    If they are a sample of a larger corpus, `rest` counts what the others hold.
    """

    matrices: Mapping[str, sparse.csr_matrix]
    spam: Bools
    html: Bools
    foreign: Bools
    rest: "Rest | None" = None

    def __len__(self) -> int:
        return len(self.spam)

    def rows(self, chosen: npt.NDArray[np.intp]) -> "Dataset":
        """The messages at the given row numbers."""
        matrices = {name: matrix[chosen] for name, matrix in self.matrices.items()}
        return Dataset(matrices, self.spam[chosen], self.html[chosen], self.foreign[chosen], self.rest)

    def kinds(self) -> npt.NDArray[np.intp]:
        """For each message the index of its kind in `models.model.KINDS`."""
        return 2 * self.spam.astype(np.intp) + self.html


@dataclass(frozen=True, slots=True)
class Rest:
    """What a corpus holds beside a sample of it: messages of each of `KINDS`, and their tokens (4 x 2^SLOT_BITS).

    `stands_for`: how many messages of the corpus each one of the sample stands for, ham and spam.
    """

    messages: npt.NDArray[np.intp]
    matrices: Mapping[str, sparse.csr_matrix]
    stands_for: tuple[float, float]


def extract_batch(messages: list[bytes], fields: tuple[str, ...]) -> list[Extracted]:
    """Extract messages; runs in a worker process."""
    return [extracted(raw, parse(raw), fields) for raw in messages]


def extracted(raw: bytes, message: Message, fields: tuple[str, ...]) -> Extracted:
    """What training keeps of `message`, read from `raw`."""
    features = extract(message, fields)
    tokens = [features.fields[name] for name in fields]
    sizes = tuple(map(len, tokens))
    return Extracted(
        slots=_slots(chain.from_iterable(tokens), sum(sizes)),
        sizes=sizes,
        html=features.html,
        foreign=is_foreign(features),
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _slots(tokens: Iterable[bytes], count: int) -> Slots:
    slots = np.fromiter(map(crc32, tokens), np.uint32, count)
    slots &= SLOT_MASK
    return slots.view(np.int32)


def stream(messages: Iterable[bytes], work: Callable[[list[bytes]], list[Row]], jobs: int) -> Iterator[list[Row]]:
    """What `work` keeps of each batch of `messages`, done in `jobs` processes, in order."""
    parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="4*n_jobs")
    yield from parallel(delayed(work)(batch) for batch in batches(messages))


def batches(messages: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Lists of up to BATCH messages, and of not much more than BATCH_BYTES."""
    batch, size = list[bytes](), 0
    for raw in messages:
        batch.append(raw)
        size += len(raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def build(ham: list[Extracted], spam: list[Extracted], fields: tuple[str, ...]) -> Dataset:
    """Both classes as one dataset, ham first."""
    rows = [*ham, *spam]
    sizes = np.array([row.sizes for row in rows], np.intp).reshape(len(rows), len(fields))
    slots = _by_field(np.concatenate([*(row.slots for row in rows), np.zeros(0, np.int32)]), sizes)
    columns = np.split(slots, np.cumsum(sizes.sum(axis=0))[:-1])
    return Dataset(
        matrices={name: _matrix(columns[i], sizes[:, i]) for i, name in enumerate(fields)},
        spam=np.array([False] * len(ham) + [True] * len(spam)),
        html=np.array([row.html for row in rows]),
        foreign=np.array([row.foreign for row in rows]),
    )


def _by_field(slots: Slots, sizes: npt.NDArray[np.intp]) -> Slots:
    """`slots`, message after message and there field after field (`sizes`), the other way round, sorted in each."""
    places = np.arange(sizes.size, dtype=np.uint64).reshape(sizes.T.shape).T.ravel()
    keys = np.repeat(places << SLOT_BITS, sizes.ravel())
    keys |= slots.view(np.uint32)
    keys.sort()  # all at once, three times faster than each message by itself
    keys &= SLOT_MASK
    return keys.astype(np.int32)


def _matrix(columns: Slots, sizes: npt.NDArray[np.intp]) -> sparse.csr_matrix:
    starts = np.append(0, np.cumsum(sizes))
    ones = np.ones(len(columns), np.float64)
    matrix = sparse.csr_matrix((ones, columns, starts), shape=(len(sizes), 1 << SLOT_BITS))
    matrix.sum_duplicates()  # two tokens of a message that share a slot count twice, as they do when served
    return matrix
