"""What the Makefile does for the kernel, and what tests/install-compiler asks Debian for."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.kernel.building import need_compiler, run


def asked_for(folder: Path, python: object, **environment: str) -> str:
    """Packages that tests/install-compiler asks for, whose other half only says so here."""
    (folder / "tests").mkdir()
    (folder / "tests" / "install-debian-packages").write_text("#!/bin/sh\necho $*\n")
    (folder / "tests" / "install-debian-packages").chmod(0o755)
    return run(shutil.which("bash"), ROOT / "tests" / "install-compiler", python, cwd=folder, **environment).stdout


def fake_python(folder: Path) -> Path:
    """A Python without headers."""
    (folder / "python").write_text("#!/bin/sh\necho /nowhere\n")
    (folder / "python").chmod(0o755)
    return folder / "python"


def test_nothing_is_installed_where_all_is_there(tmp_path: Path) -> None:
    need_compiler()
    assert asked_for(tmp_path, sys.executable) == ""


def test_nothing_is_installed_for_a_plain_kernel(tmp_path: Path) -> None:
    assert asked_for(tmp_path, sys.executable, PATH="", HAMGATE_KERNEL="plain") == ""


def test_a_compiler_is_installed_for_a_python_with_headers(tmp_path: Path) -> None:
    assert asked_for(tmp_path, sys.executable, CC="no-such-compiler") == "gcc libc6-dev\n"


def test_headers_are_installed_for_a_python_without(tmp_path: Path) -> None:
    assert asked_for(tmp_path, fake_python(tmp_path)) == "gcc libc6-dev python3-dev\n"


@pytest.mark.parametrize(("ci", "kernel"), [("true", "required"), ("false", "")])
def test_make_requires_the_kernel_where_nothing_may_be_skipped(ci: str, kernel: str) -> None:
    assert (
        run("make", "--no-print-directory", "--eval", "show: ; @echo $$HAMGATE_KERNEL", "show", f"CI={ci}").stdout
        == f"{kernel}\n"
    )


def test_make_clean_removes_it() -> None:
    assert "filter/kernel/*.so" in run("make", "-n", "clean").stdout


@pytest.mark.parametrize("source", ["filter/kernel/native.c", "filter/kernel/kernel.h"])
def test_make_compiles_it_again_when_its_source_is_newer(tmp_path: Path, source: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "filter/kernel/build.py", source, ".venv/.installed"):
        made(tmp_path / name, 2 if name.startswith(".venv") else 1)
    assert run("make", "-q", ".venv/.installed", cwd=tmp_path).returncode == 0
    made(tmp_path / source, 3)
    assert run("make", "-q", ".venv/.installed", cwd=tmp_path).returncode == 1


def made(file: Path, at: int) -> None:
    """Make an empty file, `at` so many seconds of the epoch."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file, (at, at))
