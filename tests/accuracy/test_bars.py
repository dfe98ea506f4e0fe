"""What the models must reach, measured through the commands an operator runs (protocol P1 of training/README.md)."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.commands import hamgate
from tests.conftest import read_archive
from training.evaluate import quality

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

Corpus = dict[str, list[tuple[str, bytes]]]


@pytest.fixture(scope="module")
def halves(sa_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """P1: each class sorted by the md5 of the file name, the first 70 % to train/, the rest to test/."""
    root = tmp_path_factory.mktemp("p1")
    for label, messages in sa_corpus.items():
        ordered = sorted(messages, key=lambda item: hashlib.md5(item[0].encode()).hexdigest())  # noqa: S324
        cut = int(len(ordered) * 0.7)
        for half, chosen in (("train", ordered[:cut]), ("test", ordered[cut:])):
            folder = root / half / label
            folder.mkdir(parents=True)
            for name, raw in chosen:
                (folder / name).write_bytes(raw)
    assert [len(list((root / "test" / label).iterdir())) for label in ("ham", "spam")] == [1245, 569]
    return root


@dataclass(frozen=True)
class Bar:
    roca: float
    missed_at_fp: float


@pytest.mark.parametrize(("recipe", "bar"), [("site", Bar(0.05, 1.5)), ("starter", Bar(0.07, 3.0))])
def test_p1(recipe: str, bar: Bar, halves: Path, tmp_path: Path) -> None:
    train = halves / "train"
    started = time.monotonic()
    hamgate("train", "--recipe", recipe, "--jobs", 2, "--ham", train / "ham", "--spam", train / "spam",
            "--out", tmp_path / "model")  # fmt: skip
    assert time.monotonic() - started <= 60.0
    points, spam = scores(halves / "test", "--model", tmp_path / "model")
    reached = quality(points, spam)
    print(f"{recipe}: {reached}")
    assert reached.roca <= bar.roca
    assert reached.missed_at_fp <= bar.missed_at_fp


def scores(folder: Path, *options: object) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Points and labels (is it spam?) of every file in folder/ham and folder/spam."""
    rows = list(tsv(folder, *options))
    assert len(rows) == sum(1 for path in folder.rglob("*") if path.is_file())
    return np.array([row[1] for row in rows]), np.array([Path(row[0]).parent.name == "spam" for row in rows])


def tsv(folder: Path, *options: object) -> Iterator[tuple[str, float]]:
    for line in hamgate("score", "--format", "tsv", *options, folder).splitlines():
        path, score, _probability, _verdict = line.split("\t")
        yield path, float(score)


def unpack(archive: Path, folder: str, to: Path) -> Path:
    to.mkdir()
    for name, raw in read_archive(archive, folder):
        (to / name).write_bytes(raw)
    return to


def test_the_shipped_model_leaves_modern_ham_alone(corpora: Path, tmp_path: Path) -> None:
    archive = corpora / "modern-ham-dev.tar.xz"
    newsletters = [s for _, s in tsv(unpack(archive, "modern_ham_dev/newsletters", tmp_path / "newsletters"))]
    templates = [s for _, s in tsv(unpack(archive, "modern_ham_dev/templates", tmp_path / "templates"))]
    points = np.array([*newsletters, *templates])
    print(f"modern ham: {np.mean(points >= 0):.1%} at 0, {np.mean(points >= 5):.1%} at 5 points")
    assert len(points) == 111
    assert max(newsletters) < 5
    assert np.mean(points >= 5) <= 0.02
    assert np.mean(points >= 0) <= 0.10


def test_the_shipped_model_catches_some_modern_phishing(corpora: Path, tmp_path: Path) -> None:
    folder = unpack(corpora / "phishing-2022-2023.tar.xz", "phish_dev/spam", tmp_path / "phishing")
    points = np.array([score for _, score in tsv(folder)])
    print(f"phishing: {np.mean(points >= 0):.1%} at 0, {np.mean(points >= 5):.1%} at 5 points")
    assert len(points) == 1000
    assert np.mean(points >= 5) >= 0.25


def test_the_shipped_card_says_what_was_measured() -> None:
    card = json.loads(hamgate("model", "show", "--json"))
    assert card["recipe"]["name"] == "starter"
    assert sum(card["messages"].values()) == 6046
    assert card["metrics"]["held_out"]["roca"] <= 0.07
