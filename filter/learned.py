"""How many messages a site has learned, for the status: counted now and then, away from the event loop."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from filter.store.errors import StateError
from filter.store.folder import State
from filter.store.journal import Journal

log = logging.getLogger("hamgate.learned")

PAUSE = 15.0
"""Seconds between two counts."""


class Learned:
    """Knows the last count."""

    def __init__(self, folder: Callable[[], Path | None]) -> None:
        """`folder` gives the state that the server uses now, if it uses one."""
        self._folder = folder
        self.messages: int | None = None
        """None: nobody knows."""

    async def run(self) -> None:
        """Count, for ever."""
        while True:
            try:
                self.messages = await asyncio.to_thread(count, self._folder())
            except Exception as error:  # there may be no thread to have just now
                log.warning("learned messages could not be counted: %s", type(error).__name__)
                self.messages = None
            await asyncio.sleep(PAUSE)


def count(folder: Path | None) -> int | None:
    """Messages learned in the state `folder`; None if there is no state, or it cannot be read just now."""
    if folder is None:
        return None
    try:
        journal = Journal.for_reading(State(folder).journal)
        if journal is None:
            return 0
        with journal:
            return len(journal)
    except StateError:
        return None
