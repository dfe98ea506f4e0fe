"""Which kernel is in use: the compiled one where it is there, unless HAMGATE_KERNEL says otherwise."""

import subprocess
import sys
from pathlib import Path

import pytest

from filter.kernel.build import NAME, compile_anew
from tests.unit.kernel.building import SOURCES, copy_tree, need_compiler, run

pytestmark = pytest.mark.slow


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A filter that is nothing but its kernel, not compiled."""
    return copy_tree(tmp_path / "tree")


@pytest.fixture
def compiled(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, compiled."""
    need_compiler()
    monkeypatch.delenv("HAMGATE_KERNEL", raising=False)
    compile_anew(SOURCES, tree / "filter" / "kernel" / NAME)
    return tree


def loaded(tree: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load it: what it says is in use, and from where its first function comes."""
    program = "from filter import kernel; print(kernel.IN_USE, kernel.unix_lines.__module__)"
    return run(sys.executable, "-c", program, cwd=tree, **environment)


@pytest.mark.parametrize("environment", [{}, {"HAMGATE_KERNEL": "required"}])
def test_the_compiled_one_is_taken(compiled: Path, environment: dict[str, str]) -> None:
    assert loaded(compiled, **environment).stdout == "native filter.kernel.native\n"


def test_the_one_in_python_is_taken_where_it_is_asked_for(compiled: Path) -> None:
    assert loaded(compiled, HAMGATE_KERNEL="plain").stdout == "plain filter.kernel.plain\n"


def test_the_one_in_python_is_taken_where_none_is_compiled(tree: Path) -> None:
    assert loaded(tree).stdout == "plain filter.kernel.plain\n"


def test_one_that_is_required_and_not_there_is_an_error(tree: Path) -> None:
    done = loaded(tree, HAMGATE_KERNEL="required")
    assert done.returncode == 1
    assert "No module named 'filter.kernel.native'" in done.stderr


def test_the_kernel_beside_its_source_is_not_older_than_it() -> None:
    """Else the tests would try one that was compiled before the last change: make compiles it again."""
    compiled = SOURCES / NAME
    newest = max(path.stat().st_mtime for path in SOURCES.glob("*.[ch]"))
    assert not compiled.exists() or compiled.stat().st_mtime >= newest, "run make .venv/.installed"
