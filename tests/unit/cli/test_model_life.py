"""`hamgate model list`, `activate`, `rollback`, `diff`, `export` and `import` as an operator calls them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from filter import selftest
from filter.classifier import Classifier
from models.model import CARD, Model, load, save
from tests import mail
from tests.commands import hamgate, run

pytestmark = pytest.mark.slow

SHIPPED = load().version


def make(folder: Path, bias: float, **figures: float) -> Model:
    """A model in `folder` whose scores differ by `bias` from the shipped one, with other held-out `figures`."""
    shipped = load()
    made = replace(
        shipped,
        bias=shipped.bias + bias,
        self_test=tuple(score + bias for score in shipped.self_test),
        metrics={"held_out": {**shipped.metrics["held_out"], **figures}},
    )
    save(made, folder, "")
    return made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def score(state: Path) -> float:
    return float(hamgate("score", "--format", "tsv", "--state", state, "-", stdin=mail.ham(1)).split("\t")[1])


def test_a_better_model_is_activated_and_rolled_back(state: Path, tmp_path: Path) -> None:
    better = make(tmp_path / "better", -2.0, roca=0.01)
    assert hamgate("model", "list", "--state", state).startswith(f"* shipped       is {SHIPPED}  ")
    printed = hamgate("model", "activate", tmp_path / "better", "--state", state, "--who", "anna")
    assert printed == f"model {better.version} is active; back to {SHIPPED}: hamgate model rollback\n"
    before = score(state)
    first, second = hamgate("model", "list", "--state", state).splitlines()
    assert first.startswith("  shipped ")
    assert second.startswith(f"* {better.version}  parent shipped ")
    assert "held out 0.01/2.11/0.0482 %  activated 20" in second
    assert second.endswith(" by anna")
    again = hamgate("model", "activate", better.version, "--state", state)
    assert again == f"model {better.version} is active already\n"
    assert hamgate("model", "rollback", "--state", state) == f"model {SHIPPED} is active again\n"
    assert score(state) == pytest.approx(before + 2.0, abs=1e-5)


def test_a_worse_model_is_refused_unless_told(state: Path, tmp_path: Path) -> None:
    worse = make(tmp_path / "worse", 1.0, fp_tag=0.5)
    done = run("model", "activate", tmp_path / "worse", "--state", state)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"Error: model {worse.version} is not activated in the place of {SHIPPED}: ham called spam at 5 points: 0.5 % "
        "instead of 0.0482 %. To do it all the same: --even-if-worse\n"
    )
    assert not state.exists()
    printed = hamgate("model", "activate", tmp_path / "worse", "--even-if-worse", "--state", state)
    assert printed.startswith("note: ham called spam at 5 points: 0.5 % instead of 0.0482 %\nmodel ")


def test_rolling_back_the_shipped_model_is_refused(state: Path) -> None:
    done = run("model", "rollback", "--state", state)
    assert done.returncode == 1
    assert done.stderr.decode() == f"Error: {state}: the shipped model is active, there is none before it\n"


def test_rolling_back_to_a_model_that_is_damaged_is_refused(state: Path, tmp_path: Path) -> None:
    first, second = make(tmp_path / "first", -1.0), make(tmp_path / "second", -2.0)
    hamgate("model", "activate", tmp_path / "first", "--state", state)
    hamgate("model", "activate", tmp_path / "second", "--state", state)
    (state / "models" / first.version / CARD).write_text("{}")
    done = run("model", "rollback", "--state", state)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    listed = hamgate("model", "list", "--state", state).splitlines()
    assert any(line.startswith(f"  {first.version}  damaged: ") for line in listed)
    assert any(line.startswith(f"* {second.version}") for line in listed)


def test_diff_shows_only_what_differs(state: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", 1.0, roca=0.5)
    assert hamgate("model", "diff", tmp_path / "other", "--state", state).splitlines() == [
        f"{'':<24} {other.version:>14} {SHIPPED:>14}",
        f"{'bias':<24} {other.bias!s:>14} {load().bias!s:>14}",
        f"{'held out roca':<24} {'0.5':>14} {'0.0603':>14}",
    ]


def test_diff_counts_tokens_with_points_of_their_own(state: Path, tmp_path: Path) -> None:
    words = load().fields["words"]
    linear = np.zeros(len(words.slots), np.float32)
    linear[:3] = 0.5
    other = replace(load(), fields={**load().fields, "words": replace(words, linear=linear)})
    save(replace(other, self_test=tuple(selftest.points(Classifier(other)))), tmp_path / "other", "")
    printed = hamgate("model", "diff", tmp_path / "other", "--state", state).splitlines()
    assert printed[1:] == [f"{'own points in words':<24} {3:>14} {'-':>14}"]


def test_a_model_travels_as_one_file(state: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", 1.0)
    archive = tmp_path / "other.tar"
    assert hamgate("model", "export", tmp_path / "other", archive, "--state", state) == (
        f"model {other.version} is in {archive}\n"
    )
    for word in ("is there now", "was there already"):
        printed = hamgate("model", "import", archive, "--state", state)
        assert printed == f"model {other.version} {word}; to use it: hamgate model activate {other.version}\n"
    assert hamgate("model", "list", "--state", state).startswith("* shipped")
    hamgate("model", "activate", other.version, "--state", state)


@pytest.mark.parametrize("words", [("import", "FILE"), ("activate", "FILE"), ("export", "0" * 12, "FILE")])
def test_what_is_no_model_is_one_line(words: tuple[str, ...], state: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no model" * 1000)
    done = run("model", *(word.replace("FILE", str(tmp_path / "file")) for word in words), "--state", state)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: ")
    assert done.stderr.count(b"\n") == 1
    assert not state.exists()


def test_a_model_that_fails_its_self_test_is_not_activated(state: Path, tmp_path: Path) -> None:
    save(replace(load(), self_test=(1.0, 2.0)), tmp_path / "odd", "")
    done = run("model", "activate", tmp_path / "odd", "--even-if-worse", "--state", state)
    assert done.returncode == 1
    assert b"fails its self-test" in done.stderr
    assert not state.exists()
