"""What all sessions of an HTTP door share: who judges, teaches and remembers, and who may ask for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from filter.door.desk import Desk, Teacher
from filter.door.limits import DoorLimits
from filter.record import Record
from filter.web.access import Access
from filter.web.counts import Counts
from filter.web.settings import HttpDoor

Find = Callable[[str], Sequence[Record]]
"""The rows of the history with a reference, the newest first; it may read a disk, and may raise StateError."""


@dataclass(frozen=True, slots=True)
class Site:
    """Made when a door opens, and at each reload."""

    desk: Desk
    settings: HttpDoor
    limits: DoorLimits
    access: Access
    teacher: Teacher | None
    """None: nothing can be learned."""
    find: Find | None
    """None: no history is kept."""
    counts: Counts
