"""What `--out DIR` refuses, before any work."""

import os
from pathlib import Path

import click
import pytest

from tests import mail
from tests.commands import run
from training import out_option


def test_a_new_folder_an_empty_one_and_that_of_a_model_are_taken(tmp_path: Path) -> None:
    out_option.refuse(tmp_path)
    out_option.refuse(tmp_path / "new/model")
    for name in ("card.json", "weights.npz", "README.md"):
        (tmp_path / name).touch()
    out_option.refuse(tmp_path)


def test_a_page_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# My project\n")
    with pytest.raises(click.ClickException, match=r"holds no model, but a README\.md .*: name a new folder"):
        out_option.refuse(tmp_path)


def test_where_no_folder_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file/model"):
        with pytest.raises(click.ClickException, match=r"cannot be written there: .*file is no folder"):
            out_option.refuse(place)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(click.ClickException, match="may not be written by this user"):
        out_option.refuse(tmp_path / "new")


@pytest.mark.slow
@pytest.mark.parametrize("command", [["train"], ["rules", "fit"]])
def test_the_commands_say_it_before_they_read_any_mail(command: list[str], tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 1)
    (tmp_path / "README.md").touch()
    done = run(*command, "--ham", ham, "--spam", spam, "--out", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {tmp_path}: holds no model".encode())
