"""A model as one file, to hand on: an uncompressed tar archive of its three files, and nothing else in it."""

import io
import os
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

from filter.store.errors import StateError
from models.model import CARD, README, WEIGHTS, Model, ModelError, load

LARGEST = {CARD: 1 << 20, README: 1 << 20, WEIGHTS: 256 << 20}
"""Bytes of each file."""


def write(folder: Path, archive: Path) -> None:
    """Write the model in `folder`; the same model gives the same bytes. An old `archive` stays if that fails.

    Raises StateError.
    """
    temporary = archive.with_name(f".{archive.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                for name in LARGEST:
                    _add(tar, name, (folder / name).read_bytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(archive)
    except OSError as error:
        raise StateError(f"{archive}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)  # no owner, no date
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def read(archive: Path) -> Model:
    """The model in `archive`, checked as every model is. Raises ModelError."""
    try:
        if not archive.is_file():
            raise ModelError("is no file")  # a pipe would never end
        if archive.stat().st_size > sum(LARGEST.values()):
            raise ModelError("is larger than any model")
        with archive.open("rb") as file, tempfile.TemporaryDirectory(prefix="hamgate") as folder:
            with tarfile.open(fileobj=file, mode="r:") as tar:
                for name, content in _members(archive, tar).items():
                    (Path(folder) / name).write_bytes(content)
            return load(Path(folder))
    except ModelError as error:
        raise ModelError(f"{archive}: not taken: {_without_folder(error)}") from None
    except tarfile.ReadError as error:
        raise ModelError(f"{archive}: not taken: is no file of hamgate model export ({error})") from None
    except Exception as error:  # a hostile archive finds a new way to be wrong; none may pass as a model
        why = getattr(error, "strerror", None) or " ".join(str(error).split())[:100]
        raise ModelError(f"{archive}: cannot be read: {why}") from None


def _members(archive: Path, tar: tarfile.TarFile) -> dict[str, bytes]:
    """The three files by name. Whatever else an archive holds, it is not a model's."""
    found: dict[str, bytes] = {}
    for member in tar:
        most = LARGEST.get(member.name)
        if most is None or not member.isreg() or member.name in found:
            raise ModelError(f"it holds {member.name[:60]!r}, which is no file of a model")
        if member.size > most:
            raise ModelError(f"its {member.name} is larger than {most >> 20} MiB")
        content = tar.extractfile(member)
        found[member.name] = content.read() if content else b""
    if missing := LARGEST.keys() - found.keys():
        raise ModelError(f"it holds no {sorted(missing)[0]}")
    return found


def _without_folder(error: ModelError) -> str:
    """The loader names a temporary folder first, which tells nobody anything."""
    text = str(error)
    return text.partition(": ")[2] if text.startswith(tempfile.gettempdir()) else text
