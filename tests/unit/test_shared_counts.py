import os
import stat
from pathlib import Path

import pytest

from filter import shared_counts as module
from filter.shared_counts import SHARED, shared_counts


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(SHARED, raising=False)
    monkeypatch.setenv("RUNTIME_DIRECTORY", f"{tmp_path}:/elsewhere")


def test_one_process_counts_for_itself(tmp_path: Path) -> None:
    with shared_counts(1):
        assert SHARED not in os.environ
        assert list(tmp_path.iterdir()) == []


def test_several_share_a_private_empty_folder_as_long_as_they_run(tmp_path: Path) -> None:
    with shared_counts(2):
        folder = Path(os.environ[SHARED])
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "counter_1.db").touch()
    assert SHARED not in os.environ
    assert not folder.exists()


def test_without_a_runtime_directory_it_lies_in_memory_or_among_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/nowhere")
    monkeypatch.setattr(module, "_IN_MEMORY", tmp_path)
    assert module._place() == tmp_path
    monkeypatch.setattr(module, "_IN_MEMORY", tmp_path / "nothing")
    assert module._place() is None
