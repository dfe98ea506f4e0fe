"""Measured on the mail that it was trained on, any model looks perfect: that is said beside the figures."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from models.model import DEFAULT, Model, load
from tests import mail
from tests.commands import run
from training.familiar import known, warn


@dataclass(frozen=True)
class Class:
    """Mail of one label, by the digest of all its messages."""

    label: str
    sha256: str

    def card_entry(self) -> dict[str, Any]:
        return {"label": self.label, "messages": 40, "sha256": self.sha256}


HAM, SPAM, NEW = Class("ham", "aa"), Class("spam", "bb"), Class("spam", "cc")


@pytest.fixture
def model() -> Model:
    return replace(load(DEFAULT), corpora=(HAM.card_entry(), SPAM.card_entry()))


def test_mail_is_known_by_all_its_messages_and_its_label(model: Model) -> None:
    assert known(model, [HAM, SPAM]) == ["ham", "spam"]
    assert known(model, [HAM, NEW]) == ["ham"]
    assert known(model, [Class("spam", "aa"), NEW]) == []


def test_each_model_that_knows_the_mail_is_named_once(model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    warn([model, model], [HAM, SPAM])
    assert capsys.readouterr().err.count(f"model {model.version} was trained on this ham and this spam") == 1
    warn([model], [NEW])
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_evaluate_and_compare_say_it(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path / "old", 40)
    other, _ = mail.write_folders(tmp_path / "new", 30)
    old, new = ("--ham", ham, "--spam", spam, "--jobs", 1), ("--ham", other, "--spam", other, "--jobs", 1)
    run("train", *old, "--out", tmp_path / "model")
    assert b"was trained on this ham and this spam" in run("evaluate", *old, "--model", tmp_path / "model").stderr
    assert b"was trained on this ham and this spam" in run("compare", "shipped", tmp_path / "model", *old).stderr
    assert b"was trained on" not in run("evaluate", *new, "--model", tmp_path / "model").stderr
