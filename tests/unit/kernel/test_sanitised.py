"""The compiled kernel under gcc's sanitisers: no octet read or written beside what is ours, and no undefined behaviour.

All of test_native.py runs again, with a kernel compiled for it alone. Warnings are errors here, and asserts are on.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from filter.kernel.build import NAME, compile_with
from tests.conftest import ROOT, require
from tests.unit.kernel.building import SOURCES, need_compiler, run

FLAGS = (
    "-O1", "-g", "-fno-omit-frame-pointer", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
    "-fsanitize=address,undefined", "-fno-sanitize-recover",
)  # fmt: skip
TESTS = ROOT / "tests" / "unit" / "kernel" / "test_native.py"
PYTEST = [*"-m pytest -q -s -c /dev/null -p no:cacheprovider -p tests.unit.kernel.planted --rootdir".split(), ROOT]
"""Uncaptured: what a sanitiser says when it ends the process would be lost."""
PLANTED = """
#include <stdlib.h>
void planted(void);
void planted(void) {
    volatile int four = 4;
    volatile char *volatile place = malloc(4);
    %s;
    free((void *)place);
}
"""
CALLED = """
from ctypes import PyDLL
from filter.kernel import native

def test_planted():
    PyDLL(native.__file__).planted()
"""

pytestmark = pytest.mark.slow


def library(name: str) -> str:
    """Path of a library of gcc's sanitisers."""
    found = run("gcc", f"-print-file-name={name}").stdout.strip()
    require(Path(found).is_absolute(), f"gcc has no {name}")
    return found


def outcome(sources: Path, folder: Path, tests: Path = TESTS) -> subprocess.CompletedProcess[str]:
    """Run `tests` with the kernel from `sources`, sanitised; what pytest says."""
    need_compiler()
    require(shutil.which("gcc") is not None, "needs gcc")
    compile_with(FLAGS, sources, folder / NAME)
    return run(
        sys.executable, *PYTEST, tests,
        PYTHONPATH=str(ROOT),
        HAMGATE_PLANTED_KERNEL=str(folder / NAME),
        LD_PRELOAD=f"{library('libasan.so')} {library('libubsan.so')}",
        ASAN_OPTIONS="detect_leaks=0",
        PYTHONMALLOC="malloc",
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )  # fmt: skip


def test_the_kernel_stays_within_its_memory_and_within_c(tmp_path: Path) -> None:
    done = outcome(SOURCES, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed in " in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("place[four] = 1", "AddressSanitizer: heap-buffer-overflow"),
        ("four = 0x7fffffff + four", "runtime error: signed integer overflow"),
    ],
)
def test_a_fault_planted_into_the_kernel_is_found(tmp_path: Path, fault: str, found: str) -> None:
    for path in SOURCES.glob("*.[ch]"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "native.c").open("a") as source:
        source.write(PLANTED % fault)
    (tmp_path / "test_planted.py").write_text(CALLED)
    done = outcome(tmp_path, tmp_path, tmp_path / "test_planted.py")
    assert done.returncode != 0
    assert found in done.stderr
