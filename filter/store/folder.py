"""The state folder of a site: where it is, and which of its models is active.

It holds `journal.sqlite`, `models/<version>/` and `current`, a file of one line for each model that was activated, the
active one last. Without a line the model that ships with hamgate is active.
"""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filter.store.errors import StateError
from models import model

JOURNAL, MODELS, CURRENT = "journal.sqlite", "models", "current"
VERSION = re.compile(r"[0-9a-f]{12}")
"""How a version of a model is written."""
_LARGEST, _MOST = 1 << 20, 1000
"""Bytes of the pointer that are read, and activations in it that are kept: far fewer bytes than that."""


def default(environment: Mapping[str, str] = os.environ, user: int | None = None) -> Path:
    """Where state is kept if nobody says: /var/lib/hamgate for root, else $XDG_STATE_HOME/hamgate.

    XDG_STATE_HOME is ~/.local/state if it is not set, or not absolute (XDG Base Directory Specification).
    """
    if (os.getuid() if user is None else user) == 0:
        return Path("/var/lib/hamgate")
    home = Path(environment.get("XDG_STATE_HOME", ""))
    return (home if home.is_absolute() else Path.home() / ".local" / "state") / "hamgate"


@dataclass(frozen=True, slots=True)
class Activation:
    """A model became the active one: its version, when (UTC, ISO 8601), and by whom."""

    version: str
    at: str
    who: str


@dataclass(frozen=True, slots=True)
class State:
    """A state folder; it need not be there yet."""

    folder: Path

    @property
    def journal(self) -> Path:
        """The file of learned mail."""
        return self.folder / JOURNAL

    @property
    def pointer(self) -> Path:
        """The file that says which model is active."""
        return self.folder / CURRENT

    def model_folder(self, version: str) -> Path:
        """The folder of one version."""
        return self.folder / MODELS / version

    def activations(self) -> list[Activation]:
        """The models that were activated and not rolled back, the active one last. Raises StateError."""
        try:
            with self.pointer.open("rb") as file:
                lines = file.read(_LARGEST).decode().splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"{self.pointer}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
        return [_activation(self.pointer, line) for line in lines]

    def active(self) -> Path:
        """The folder of the active model. Raises StateError."""
        found = self.activations()
        return self.model_folder(found[-1].version) if found else model.DEFAULT

    def activate(self, version: str, who: str) -> None:
        """Make `version` the active one. Raises StateError."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._point([*self.activations(), Activation(version, now, who)])

    def roll_back(self) -> None:
        """Make the model before the active one active again. Raises StateError."""
        found = self.activations()
        if not found:
            raise StateError(f"{self.folder}: the shipped model is active, there is none before it")
        self._point(found[:-1])

    def _point(self, activations: Sequence[Activation]) -> None:
        text = "".join(f"{entry.version}\t{entry.at}\t{entry.who}\n" for entry in activations[-_MOST:])
        temporary = self.folder / f".{CURRENT}.{os.getpid()}.tmp"
        try:
            with temporary.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.pointer)
        except OSError as error:
            raise StateError(f"{self.pointer}: cannot be written: {error.strerror or error}") from None
        finally:
            with suppress(OSError):
                temporary.unlink()


def _activation(path: Path, line: str) -> Activation:
    version, _, rest = line.partition("\t")
    at, _, who = rest.partition("\t")
    if not VERSION.fullmatch(version):
        raise StateError(f"{path}: damaged: no version of a model: {line[:40]!r}")
    return Activation(version, at, who)
