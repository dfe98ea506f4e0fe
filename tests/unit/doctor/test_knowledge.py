"""The model and its state folder."""

from dataclasses import replace
from pathlib import Path

from filter.config.settings import ModelSettings, Settings
from filter.doctor.knowledge import knowledge
from models.model import DEFAULT
from tests.commands import hamgate
from tests.unit.doctor.said import lines, one


def judged_by(**model: Path) -> Settings:
    return replace(Settings(), model=ModelSettings(**model))


def test_the_shipped_model_is_whole() -> None:
    model, learned = knowledge(Settings())
    assert model.state == "ok"
    assert model.text.endswith("(the shipped one) is whole and passes its self-test")
    assert learned.state == "skipped"


def test_a_new_state_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    folder, closed, model, learned = lines(knowledge(judged_by(state=tmp_path)))
    assert folder == f"ok {tmp_path} can be written"
    assert closed == f"ok {tmp_path} is closed to other users"
    assert "(the shipped one) is whole" in model
    assert learned == "ok nothing yet"


def test_a_state_folder_that_is_not_there(tmp_path: Path) -> None:
    finding = one(knowledge(judged_by(state=tmp_path / "state")), "warn")
    assert finding.text.startswith(f"there is no folder {tmp_path}/state yet")
    assert finding.remedy == f"$ install -d -m 0700 {tmp_path}/state"


def test_a_state_folder_that_all_can_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    finding = one(knowledge(judged_by(state=tmp_path)), "warn")
    assert finding.text.startswith(f"{tmp_path} is open to all users of this machine: who can read the journal")
    assert finding.remedy == f"$ chmod o-rwx {tmp_path}"


def test_a_damaged_model(tmp_path: Path) -> None:
    for file in DEFAULT.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "weights.npz").write_bytes((DEFAULT / "weights.npz").read_bytes()[:-100])
    finding = one(knowledge(judged_by(folder=tmp_path)), "fail")
    assert str(tmp_path) in finding.text
    assert "train it again" in finding.remedy


def test_a_damaged_pointer_to_the_active_model(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "current").write_text("nonsense\n")
    finding = one(knowledge(judged_by(state=tmp_path)), "fail")
    assert "damaged: no version of a model" in finding.text
    assert finding.remedy == f"move {tmp_path}/current away: then the shipped model judges"


def test_a_damaged_journal(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "journal.sqlite").write_bytes(b"no database at all" * 100)
    finding = one(knowledge(judged_by(state=tmp_path)), "fail")
    assert finding.step == "learned"
    assert "put back your copy" in finding.remedy


def test_learned_mail_is_counted(tmp_path: Path) -> None:
    state = tmp_path / "state"
    hamgate("learn", "-q", "--state", state, "ham", stdin=b"From: a@x.test\nSubject: lunch\n\nTwelve?\n")
    *_, learned = lines(knowledge(judged_by(state=state)))
    assert learned.startswith("ok 1 ham, 0 spam; missing: ")
