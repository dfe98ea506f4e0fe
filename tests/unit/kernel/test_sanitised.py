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
from tests.unit.kernel.building import SOURCE, need_compiler, run

FLAGS = (
    "-O1", "-g", "-fno-omit-frame-pointer", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
    "-fsanitize=address,undefined", "-fno-sanitize-recover",
)  # fmt: skip
PYTEST = (
    "-m",
    "pytest",
    "-q",
    "-c",
    "/dev/null",
    "--rootdir",
    ROOT,
    "-p",
    "tests.unit.kernel.planted",
    "-p",
    "no:cacheprovider",
)
PLANTED = """
#include <stdlib.h>
__attribute__((constructor)) static void planted(void) {
    volatile int place = 4;
    char *four = malloc(4);
    %s;
    free(four);
}
"""

pytestmark = pytest.mark.slow


def library(name: str) -> str:
    """Path of a library of gcc's sanitisers."""
    found = run("gcc", f"-print-file-name={name}").stdout.strip()
    require(Path(found).is_absolute(), f"gcc has no {name}")
    return found


def outcome(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run test_native.py with the kernel from `source`, sanitised; what pytest says."""
    need_compiler()
    require(shutil.which("gcc") is not None, "needs gcc")
    compile_with(FLAGS, source, folder / NAME)
    return run(
        sys.executable, *PYTEST, "tests/unit/kernel/test_native.py",
        PYTHONPATH=str(ROOT),
        HAMGATE_PLANTED_KERNEL=str(folder / NAME),
        LD_PRELOAD=f"{library('libasan.so')} {library('libubsan.so')}",
        ASAN_OPTIONS="detect_leaks=0",
        PYTHONMALLOC="malloc",
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )  # fmt: skip


def planted(folder: Path, fault: str) -> Path:
    """A copy of native.c that does something wrong when it is loaded."""
    copy = folder / "native.c"
    copy.write_text(SOURCE.read_text() + PLANTED % fault)
    return copy


def test_the_kernel_stays_within_its_memory_and_within_c(tmp_path: Path) -> None:
    done = outcome(SOURCE, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed in " in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("memset(four, 0, 1 + (size_t)place)", "AddressSanitizer: heap-buffer-overflow"),
        ("place = 0x7fffffff + place", "runtime error: signed integer overflow"),
    ],
)
def test_a_fault_of_memory_or_of_c_is_found(tmp_path: Path, fault: str, found: str) -> None:
    done = outcome(planted(tmp_path, fault), tmp_path)
    assert done.returncode != 0
    assert found in done.stderr
