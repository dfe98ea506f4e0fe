"""Macros: facts that an MTA tells before a stage, under names of one letter or in braces; some leave the braces out."""

import re

from filter.milter.frames import MilterError
from filter.milter.words import strings

LONGEST = 512
"""Octets of a value that are kept."""
_WANTED = frozenset((b"i", b"auth_authen"))
_QUEUE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Macros:
    """Those that say something of a message; the others are passed over."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}

    def forget(self) -> None:
        """The message is over."""
        self._values.clear()

    def note(self, data: bytes) -> None:
        """Take the data of `D`: the letter of the stage, then names and values. Raises MilterError.

        A name told twice counts as told last, but an empty value tells nothing: Postfix has no queue id at first.
        """
        words = strings(data[1:]) if len(data) > 1 else []
        if not data or len(words) % 2:
            raise MilterError("a macro without its value")
        for name, value in zip(words[::2], words[1::2], strict=True):
            plain = name[1:-1] if name.startswith(b"{") and name.endswith(b"}") else name
            if value and plain in _WANTED:
                self._values[plain] = value[:LONGEST]

    @property
    def login(self) -> str:
        """The account that the client has authenticated as; empty if none."""
        return self._values.get(b"auth_authen", b"").decode("utf-8", "replace")

    @property
    def queue_id(self) -> str:
        """The MTA's own name of the message, for the log; empty if it has none, or none that fits into a line."""
        value = self._values.get(b"i", b"")
        return value.decode("ascii") if _QUEUE_ID.fullmatch(value) else ""
