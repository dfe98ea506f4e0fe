"""Fixtures shared by all tests: the public corpora, where they are at hand."""

import os
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def require(condition: bool, reason: str) -> None:
    """Skip a test whose needs are not met; with CI=true that is a failure, so that nothing is skipped unseen."""
    if condition:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must run this: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the public corpora (HAMGATE_CORPORA, default ../shared/corpora)."""
    folder = Path(os.environ.get("HAMGATE_CORPORA", ROOT.parent / "shared" / "corpora"))
    require(folder.is_dir(), f"no corpora at {folder} (set HAMGATE_CORPORA)")
    return folder


def read_archive(path: Path, folder: str) -> list[tuple[str, bytes]]:
    """(file name, bytes) of every message below `folder` in a tar archive, sorted by name."""
    with tarfile.open(path) as archive:
        members = [member for member in archive if member.isfile() and member.name.startswith(f"{folder}/")]
        return sorted((Path(member.name).name, archive.extractfile(member).read()) for member in members)  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def sa_corpus(corpora: Path) -> dict[str, list[tuple[str, bytes]]]:
    """The SpamAssassin public corpus by class: (file name, bytes)."""
    archive = corpora / "spamassassin-2002.tar.xz"
    return {label: read_archive(archive, f"sa/{label}") for label in ("ham", "spam")}
