"""Mail at `s3://`, `gs://`, `https://` and other addresses that fsspec knows (extra `remote`), read as it streams."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, Any

from training.places import Entry, Place

_INSTALL = "addresses need fsspec: pip install 'hamgate[remote]'"


def is_address(path: str) -> bool:
    """Whether `path` has a scheme: `s3://bucket/mail`."""
    scheme, mark, _ = path.partition("://")
    return bool(mark) and scheme.isascii() and scheme.replace("+", "").isalnum()


@lru_cache(maxsize=4)  # a file system keeps its connections
def place(address: str) -> tuple[Place, str]:
    """The file system of `address`, and the path there.

    Raises OSError or ValueError in one line if fsspec, or what it needs for this scheme, is missing.
    """
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise OSError(_INSTALL) from None
    try:
        system, path = url_to_fs(address)
    except ImportError as error:
        raise OSError(str(error).splitlines()[0]) from None
    return Remote(system), path


@contextmanager
def _os_errors() -> Iterator[None]:
    """Every store has errors of its own; here they are OSError."""
    try:
        yield
    except (OSError, ValueError):
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


class Remote:
    """A file system of fsspec. Its methods raise OSError or ValueError whatever the store raises."""

    def __init__(self, system: Any) -> None:
        self._system = system

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder."""
        with _os_errors():
            return bool(self._system.info(path)["type"] == "directory")

    def entries(self, folder: str) -> list[Entry]:
        """What is in `folder`, sorted by name; markers that object stores keep for the folder itself are none."""
        own = folder.rstrip("/")
        with _os_errors():
            rows = [row for row in self._system.ls(folder, detail=True) if row["name"].rstrip("/") != own]
        return sorted((_entry(row) for row in rows), key=lambda entry: entry.name)

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file, a few MiB at a time."""
        with _os_errors():
            file: IO[bytes] = self._system.open(path, "rb")
            return file

    def size(self, path: str) -> int | None:
        """Bytes of a file, None if the store does not say."""
        with _os_errors():
            found = self._system.info(path).get("size")
        return int(found) if found is not None else None

    def join(self, folder: str, name: str) -> str:
        """`name` seen from `folder`."""
        return posixpath.normpath(posixpath.join(folder, name))

    def parent(self, path: str) -> str:
        """The folder that `path` is in."""
        return posixpath.dirname(path)

    def name(self, path: str) -> str:
        """The address of `path`."""
        return str(self._system.unstrip_protocol(path))


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        posixpath.basename(row["name"].rstrip("/")), row["type"] == "directory", link=bool(row.get("islink"))
    )  # fmt: skip
