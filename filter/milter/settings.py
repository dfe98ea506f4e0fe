"""The settings of a milter's address."""

from dataclasses import dataclass

from filter.door.settings import DoorTable


@dataclass(frozen=True, slots=True, kw_only=True)
class MilterDoor(DoorTable):
    """How we get along with mail servers (MTAs) that ask us by the milter protocol."""

    patience: float = 7210.0
    """Seconds an MTA may have nothing to say before its connection is closed: it says nothing while its client sends a
    message, which can take hours. A client that stops in the midst of it, the MTA itself sends away."""
    progress: float = 5.0
    """Seconds between two words that a verdict is still coming. Postfix waits 300 seconds for the next one."""

    def __post_init__(self) -> None:
        """Raise ValueError for times that are none."""
        if not (self.patience > 0.0 and self.progress > 0.0):
            raise ValueError("patience and progress must be more than 0")
