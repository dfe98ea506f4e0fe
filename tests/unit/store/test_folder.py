"""Where state is kept, and the pointer to the active model."""

from pathlib import Path

import pytest

from filter.store.errors import StateError
from filter.store.folder import State, default
from models.model import DEFAULT

FIRST, SECOND = "0" * 12, "abc123abc123"


def test_root_keeps_its_state_in_var_lib() -> None:
    assert default({"XDG_STATE_HOME": "/elsewhere"}, user=0) == Path("/var/lib/hamgate")


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_STATE_HOME": "/state"}, Path("/state/hamgate")),
        ({"XDG_STATE_HOME": "not/absolute"}, Path.home() / ".local/state/hamgate"),
        ({}, Path.home() / ".local/state/hamgate"),
    ],
)
def test_others_keep_it_at_home(environment: dict[str, str], folder: Path) -> None:
    assert default(environment, user=1000) == folder


def test_the_shipped_model_is_active_at_first(tmp_path: Path) -> None:
    assert State(tmp_path / "none").active() == DEFAULT


def test_activating_and_rolling_back(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.activate(FIRST, "anna")
    state.activate(SECOND, "tom")
    assert state.active() == tmp_path / "models" / SECOND
    assert [(entry.version, entry.who) for entry in state.activations()] == [(FIRST, "anna"), (SECOND, "tom")]
    state.roll_back()
    assert state.active() == tmp_path / "models" / FIRST
    state.roll_back()
    assert state.active() == DEFAULT
    with pytest.raises(StateError, match="the shipped model is active, there is none before it"):
        state.roll_back()


def test_a_pointer_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("../../etc\t2024-01-01T00:00:00+00:00\tmallory\n")
    with pytest.raises(StateError, match=r"current: damaged: no version of a model: '\.\./\.\./etc"):
        State(tmp_path).active()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match=r"file/current: cannot be (read|written): Not a directory"):
        State(tmp_path / "file").activate(FIRST, "anna")


def test_old_activations_are_dropped_before_the_pointer_grows_too_long_to_read(tmp_path: Path) -> None:
    line = f"{FIRST}\t2024-01-01T00:00:00+00:00\tanna\n"
    (tmp_path / "current").write_text(line * 1200)
    State(tmp_path).activate(SECOND, "tom")
    assert len(State(tmp_path).activations()) == 1000
    assert State(tmp_path).active().name == SECOND
