"""The file of a model's arrays: what it holds, and how little it is believed."""

import io
import pickle
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models import weights
from models.weights import WeightsError, as_npz, entries

ARRAYS: dict[str, npt.NDArray[Any]] = {
    "words.slots": np.array([3, 70_000], weights.COUNTS),
    "words.counts": np.array([[1, 2], [3, 4], [5, 6], [7, 8]], weights.COUNTS),
    "words.linear": np.array([0.5, -0.25], weights.LINEAR),
}
LARGEST = 8


def read(path: Path, card: dict[str, dict[str, Any]] | None = None) -> dict[str, npt.NDArray[Any]]:
    return weights.read(path, entries(ARRAYS) if card is None else card, LARGEST)


def npy(array: npt.NDArray[Any], **header: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=True, **header)
    return buffer.getvalue()


def written(folder: Path, **changed: bytes) -> Path:
    """A file that holds ARRAYS but for what is `changed`: octets of words.NAME."""
    members = {name: npy(array) for name, array in ARRAYS.items()} | {
        f"words.{n}": octets for n, octets in changed.items()
    }
    path = folder / "weights.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in members.items():
            archive.writestr(f"{name}.npy", octets)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(as_npz(ARRAYS))
    found = read(path)
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert found[name].tolist() == array.tolist()


def test_the_same_arrays_give_the_same_bytes() -> None:
    assert as_npz(ARRAYS) == as_npz({name: array.copy() for name, array in ARRAYS.items()})


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"counts": npy(ARRAYS["words.counts"].astype("<f8"))}, "words.counts: not an array of uint32"),
        ({"linear": npy(ARRAYS["words.linear"].astype("<u4"))}, "words.linear: not an array of float32"),
        ({"counts": npy(np.asfortranarray(ARRAYS["words.counts"]))}, "words.counts: not an array of uint32"),
        ({"counts": npy(ARRAYS["words.counts"].T.copy())}, "words.counts: another shape than its card says"),
        ({"slots": npy(ARRAYS["words.slots"], version=(2, 0))}, "words.slots: not an array of version 1.0"),
        ({"slots": npy(ARRAYS["words.slots"][::-1].copy())}, "words.slots: wrong checksum"),
        ({"slots": npy(ARRAYS["words.slots"]) + b"\0"}, "words.slots: wrong checksum"),
        ({"slots": npy(ARRAYS["words.slots"])[:-1]}, "words.slots: wrong checksum"),
        ({"more": npy(ARRAYS["words.slots"])}, "holds other arrays than its card"),
    ],
)  # fmt: skip
def test_other_arrays_than_the_card_says(changed: dict[str, bytes], why: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=f"^{why}$"):
        read(written(tmp_path, **changed))


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return (Path.touch, (self.path,))


def test_a_pickle_inside_is_refused_and_not_run(tmp_path: Path) -> None:
    trap = Trap(tmp_path / "was-unpickled")
    with pytest.raises(WeightsError, match=r"words\.counts: not an array of uint32"):
        read(written(tmp_path, counts=npy(np.array([trap], dtype=object))))
    (tmp_path / "weights.npz").write_bytes(pickle.dumps(trap))
    with pytest.raises(zipfile.BadZipFile):
        read(tmp_path / "weights.npz")
    assert not trap.path.exists()
    pickle.loads(pickle.dumps(trap))  # noqa: S301 - the trap works
    assert trap.path.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "why"), [([100_000_000], "words.slots: larger than any model"), ([2], "words.slots: another shape")]
)
def test_a_400_mb_bomb_is_refused_without_being_inflated(shape: list[int], why: str, tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<u4", "fortran_order": False, "shape": (100_000_000,)})
    path = tmp_path / "weights.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in ARRAYS.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                member.write(header.getvalue() if name == "words.slots" else npy(array))
                for _ in range(400 if name == "words.slots" else 0):
                    member.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    card = entries(ARRAYS)
    card["words.slots"]["shape"] = shape
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(WeightsError, match=why):
        read(path, card)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB
