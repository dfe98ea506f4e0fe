"""What a user of the wheel gets: the command, the shipped model, and nothing of the test tree or training libraries."""

import importlib.util
import sys
from importlib.metadata import distribution, files, requires
from pathlib import Path

import pytest

from models.model import DEFAULT
from tests import mail
from tests.commands import hamgate, run

pytestmark = [pytest.mark.wheel, pytest.mark.slow]


def test_the_wheel_holds_three_packages_and_the_model() -> None:
    installed = [str(path) for path in files("hamgate") or ()]
    if not any(path.endswith(".pth") for path in installed):  # an editable install lists no modules
        top = {path.split("/")[0] for path in installed if not path.startswith("..") and ".dist-info" not in path}
        assert top == {"filter", "models", "training"}
        assert "models/default/weights.npz" in installed
        assert "filter/py.typed" in installed
        assert {"filter/share/hamgate.service", "filter/share/hamgate.socket"} <= set(installed)
        assert Path(sys.prefix) in DEFAULT.parents


def test_a_wheel_for_this_machine_holds_the_kernel_and_a_pure_one_does_not() -> None:
    installed = [path for path in files("hamgate") or () if path.parent.name == "kernel"]
    if installed:  # no editable install
        native = [path.name for path in installed if path.suffix == ".so"]
        assert {path.name for path in installed} - set(native) >= {"__init__.py", "native.pyi", "plain.py"}
        assert not {path.name for path in installed} & {"build.py", "native.c"}
        tag = next(line for line in (distribution("hamgate").read_text("WHEEL") or "").splitlines() if "Tag" in line)
        assert len(native) == (tag != "Tag: py3-none-any")
        assert f"({'native' if native else 'plain'} kernel)" in hamgate("--version")


def test_servers_need_no_training_libraries() -> None:
    needed = [line for line in requires("hamgate") or () if "extra ==" not in line]
    assert sorted(line.split(">=")[0] for line in needed) == [
        "aiosmtpd",
        "annotated-types",
        "click",
        "confusable-homoglyphs",
        "google-re2",
        "httptools",
        "numpy",
        "prometheus-client",
        "publicsuffixlist",
        "pydantic",
        "regex",
        "selectolax",
        "starlette",
        "uvicorn",
    ]


def test_score_works(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(mail.spam(1))
    assert "points" in hamgate("score", tmp_path / "mail.eml")
    assert "whole" in hamgate("model", "verify")


def test_train_works_or_says_what_is_missing() -> None:
    done = run("train", "--help")
    if importlib.util.find_spec("sklearn") is None:
        assert done.returncode == 1
        assert b"pip install 'hamgate[train]'" in done.stderr
    else:
        assert done.returncode == 0


def test_serve_starts_from_the_wheel() -> None:
    assert "--relay" in hamgate("serve", "--help")
