import json
import shutil
from pathlib import Path

from models.model import DEFAULT, WEIGHTS
from tests.commands import hamgate, run


def test_show_prints_the_card_of_the_shipped_model() -> None:
    printed = hamgate("model", "show")
    assert printed == (DEFAULT / "README.md").read_text()
    assert "## What it is not good for" in printed


def test_show_json_is_the_card() -> None:
    assert json.loads(hamgate("model", "show", "--json", DEFAULT)) == json.loads((DEFAULT / "card.json").read_text())


def test_verify_says_that_the_shipped_model_is_whole() -> None:
    assert hamgate("model", "verify").endswith("(starter) is whole and passes its self-test\n")


def test_verify_says_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(DEFAULT, folder)
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[5000] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    done = run("model", "verify", folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {folder}".encode())
    assert done.stderr.count(b"\n") == 1
