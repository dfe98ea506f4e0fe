"""Wheels with the compiled kernel and without, as hatchling builds them with the hook in filter/kernel/build.py."""

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from filter.kernel import build
from filter.kernel.build import NAME, NotCompiledError
from tests.unit.kernel.building import SOURCES, copy_tree, hatchling, need_compiler, run

pytestmark = pytest.mark.slow


NO_COMPILER = {"PATH": ""}
BROKEN = "\nint broken(;\n"
OTHER = "native.of-another-python.so"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the build reads, in which a kernel of another Python was left."""
    tree = copy_tree(tmp_path / "tree")
    (tree / "filter" / "kernel" / OTHER).touch()
    return tree


@pytest.fixture
def compiling(tree: Path) -> Path:
    """The same, where a compiler is there."""
    need_compiler()
    return tree


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What stderr says beside the name of the wheel."""
    return "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("dist/"))


def wheel(tree: Path, **environment: str) -> tuple[str, set[str], str]:
    """Build the wheel: its tag, the names in its folder of the kernel, and what is said of it."""
    done = hatchling(tree, "wheel", **environment)
    assert done.returncode == 0, done.stderr
    (file,) = (tree / "dist").glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        inside = {Path(name).name for name in archive.namelist() if name.startswith("filter/kernel/")}
    return file.stem.split("-", 2)[2], inside, said(done)


def editable(tree: Path, **environment: str) -> str:
    """Build for an editable install: what is said of it."""
    done = hatchling(tree, "wheel:editable", **environment)
    assert done.returncode == 0, done.stderr
    assert next((tree / "dist").glob("*.whl")).name.endswith("-py3-none-any.whl")
    return said(done)


def in_use(tree: Path) -> str:
    """The kernel that is in use in the tree itself."""
    return run(sys.executable, "-c", "from filter import kernel; print(kernel.IN_USE)", cwd=tree).stdout.strip()


def test_a_wheel_for_this_machine_holds_the_compiled_kernel_and_not_its_source(compiling: Path) -> None:
    tag, inside, message = wheel(compiling)
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    assert tag == f"{python}-{python}-{sysconfig.get_platform().replace('-', '_')}"
    assert inside == {"__init__.py", "plain.py", "native.pyi", NAME}
    assert message == ""
    assert not (compiling / "filter" / "kernel" / NAME).exists()


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"HAMGATE_KERNEL": "plain"}, "HAMGATE_KERNEL=plain is set; unset it"),
        (NO_COMPILER, "there is no C compiler cc (in Debian: apt install gcc libc6-dev)"),
        ({"CC": "no-such-compiler -m64"}, "there is no C compiler no-such-compiler -m64"),
    ],
)
def test_without_a_compiler_the_wheel_is_pure_and_stderr_says_why(
    tree: Path, environment: dict[str, str], why: str
) -> None:
    tag, inside, message = wheel(tree, **environment)
    assert tag == "py3-none-any"
    assert inside == {"__init__.py", "plain.py", "native.pyi"}
    assert message.count("\n") == 1
    assert message.startswith(f"hamgate without its compiled kernel, and so slower: {why}")


def test_what_does_not_compile_makes_a_pure_wheel_and_stderr_says_where(compiling: Path) -> None:
    with (compiling / "filter" / "kernel" / "native.c").open("a") as source:
        source.write(BROKEN)
    tag, _, message = wheel(compiling)
    assert tag == "py3-none-any"
    assert "failed (in Debian: apt install libc6-dev)" in message
    assert "native.c:" in message


def test_a_kernel_that_is_required_fails_the_build_without_a_compiler(tree: Path) -> None:
    done = hatchling(tree, "wheel", HAMGATE_KERNEL="required", **NO_COMPILER)
    assert done.returncode != 0
    assert "NotCompiledError: there is no C compiler" in done.stderr
    assert not list((tree / "dist").glob("*.whl"))


def test_a_kernel_that_is_required_fails_the_build_when_it_does_not_compile(compiling: Path) -> None:
    (compiling / "filter" / "kernel" / "native.c").write_text(BROKEN)
    done = hatchling(compiling, "wheel", HAMGATE_KERNEL="required")
    assert done.returncode != 0
    assert "native.c:" in done.stderr


def test_without_the_headers_of_python_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAMGATE_KERNEL", raising=False)
    monkeypatch.setattr(sysconfig, "get_path", lambda _: "/nowhere")
    with pytest.raises(NotCompiledError, match=r"no /nowhere/Python.h \(in Debian: apt install python3-dev\)"):
        build.compile_anew(SOURCES, tmp_path / NAME)


def test_an_editable_install_compiles_beside_the_source(compiling: Path) -> None:
    assert in_use(compiling) == "plain"
    assert editable(compiling) == ""
    assert in_use(compiling) == "native"


def test_an_editable_install_compiles_what_has_changed_since(compiling: Path) -> None:
    editable(compiling)
    source = compiling / "filter" / "kernel" / "native.c"
    source.write_text(source.read_text().replace("PyInit_native(void) {", 'PyInit_native(void) { puts("new");', 1))
    editable(compiling)
    assert in_use(compiling) == "new\nnative"


def test_an_editable_install_that_is_not_compiled_leaves_no_kernel_of_before(compiling: Path) -> None:
    editable(compiling)
    assert "there is no C compiler" in editable(compiling, **NO_COMPILER)
    assert in_use(compiling) == "plain"


def test_the_source_distribution_can_compile_it_anew(tree: Path) -> None:
    assert hatchling(tree, "sdist", **NO_COMPILER).returncode == 0
    (file,) = (tree / "dist").glob("*.tar.gz")
    with tarfile.open(file) as archive:
        inside = {Path(name).name for name in archive.getnames() if "/filter/kernel/" in name}
    assert inside == {"__init__.py", "build.py", "native.pyi", "plain.py"} | {
        path.name for path in SOURCES.glob("*.[ch]")
    }
