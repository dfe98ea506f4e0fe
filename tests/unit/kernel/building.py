"""Building wheels and modules of the kernel in the tests."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.conftest import ROOT, require

SOURCES = ROOT / "filter" / "kernel"
_OURS = {"HAMGATE_KERNEL", "PYTHONPATH", "CC"}


def need_compiler() -> None:
    """Skip a test where nothing can be compiled."""
    found = shutil.which("cc") and Path(sysconfig.get_path("include"), "Python.h").is_file()
    require(bool(found), "no C compiler or no Python.h (tests/install-compiler)")


def run(*words: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose environment has of our variables only those named."""
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    command = [str(word) for word in words]
    return subprocess.run(
        command, cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False, timeout=250
    )


def hatchling(tree: Path, target: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build `target` (sdist, wheel, wheel:editable) into tree/dist, whatever becomes of it."""
    return run(sys.executable, "-m", "hatchling", "build", "-d", "dist", "-t", target, cwd=tree, **environment)


def copy_tree(to: Path) -> Path:
    """Copy what the build reads, with no more of a filter than the kernel, not compiled, and without git's files."""
    for name in ("pyproject.toml", "README.md", "LICENSE", "filter/__init__.py"):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, to / name)
    shutil.copytree(SOURCES, to / "filter" / "kernel", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    for name in ("training", "models"):
        (to / name).mkdir()
        (to / name / "__init__.py").touch()
    return to
