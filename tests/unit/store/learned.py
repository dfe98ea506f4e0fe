"""Who learns in tests of the journal, and what counts then."""

from filter.store.journal import Author
from filter.tally import Tally

ANNA = Author("anna", "64795f868d9d")


def listing(tally: Tally) -> tuple[object, ...]:
    """What `tally` holds, to be compared."""
    columns = {name: (column.slots.tolist(), column.counts.tolist()) for name, column in tally.columns.items()}
    return tally.messages, columns
