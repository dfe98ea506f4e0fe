"""A soak: senders at work, and something killed again and again while they are."""

import asyncio
from collections.abc import Callable, Sequence

from tests.soak.ledger import Fate
from tests.soak.senders import Senders

Blow = Callable[[], None]


async def soak(port: int, count: int, blows: Sequence[Blow], seed: int = 1) -> dict[int, Fate]:
    """Send `count` messages to `port`, with the blows spread evenly over them; returns what the senders know."""
    senders = Senders(port, count, seed)
    due: asyncio.Queue[Blow | None] = asyncio.Queue()
    marks = {count * (place + 1) // (len(blows) + 1): blow for place, blow in enumerate(blows)}

    def on_finished(finished: int) -> None:
        if finished in marks:
            due.put_nowait(marks[finished])

    async def strike() -> None:
        while (blow := await due.get()) is not None:
            await asyncio.to_thread(blow)

    async with asyncio.TaskGroup() as group:
        group.create_task(strike())
        await senders.run(on_finished)
        due.put_nowait(None)
    return senders.fates
