"""`weights.npz`: the arrays of a model by name, and what its card says of each of them.

Reading trusts nothing: sizes, types and shapes are checked before anything is inflated, checksums after. Nothing is
unpickled. The same arrays give the same bytes (with the same zlib).
"""

import hashlib
import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

COUNTS, LINEAR = np.dtype("<u4"), np.dtype("<f4")

Arrays = Mapping[str, npt.NDArray[Any]]


class WeightsError(Exception):
    """The text says in one line what is wrong with the file."""


def dtype_of(name: str) -> np.dtype[Any]:
    """What the array `name` consists of."""
    return LINEAR if name.endswith(".linear") else COUNTS


def entries(arrays: Arrays) -> dict[str, dict[str, Any]]:
    """What the card says of `arrays`: their shapes, and SHA-256 of their octets."""
    return {
        name: {"shape": list(array.shape), "sha256": hashlib.sha256(array.tobytes()).hexdigest()}
        for name, array in arrays.items()
    }


def as_npz(arrays: Arrays) -> bytes:
    """The file that holds `arrays`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")  # its date is fixed, unlike a file's
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue(), compresslevel=9)
    return buffer.getvalue()


def read(path: Path, expected: Mapping[str, Any], largest: int) -> dict[str, npt.NDArray[Any]]:
    """The arrays in the file at `path`: those that the card has `entries` for, of `largest` elements at most.

    Raises WeightsError, OSError, and for what is no archive whatever zipfile and numpy find wrong with it.
    """
    with zipfile.ZipFile(path) as archive:
        names = sorted(info.filename for info in archive.infolist())
        _refuse_unless(names == sorted(f"{name}.npy" for name in expected), "holds other arrays than its card")
        arrays = {}
        for name, entry in expected.items():
            with archive.open(f"{name}.npy") as member:
                arrays[name] = _read_array(member, name, entry, largest)
    return arrays


def _read_array(member: IO[bytes], name: str, entry: Mapping[str, Any], largest: int) -> npt.NDArray[Any]:
    _refuse_unless(np.lib.format.read_magic(member) == (1, 0), f"{name}: not an array of version 1.0")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(member)
    _refuse_unless(dtype == dtype_of(name) and not fortran, f"{name}: not an array of {dtype_of(name)}")
    _refuse_unless(list(shape) == entry["shape"] and len(shape) <= 2, f"{name}: another shape than its card says")
    size = math.prod(shape)
    _refuse_unless(size <= largest, f"{name}: larger than any model")
    data = member.read(size * dtype.itemsize)
    whole = hashlib.sha256(data).hexdigest() == entry["sha256"] and not member.read(1)
    _refuse_unless(whole, f"{name}: wrong checksum")
    return np.frombuffer(data, dtype).reshape(shape)


def _refuse_unless(condition: bool, why: str) -> None:
    if not condition:
        raise WeightsError(why)
