import subprocess
import sys
from pathlib import Path

import pytest

from filter import kernel
from filter.assembly.house import version
from filter.cli import main
from tests.commands import hamgate, run

pytestmark = pytest.mark.slow


def test_help_lists_every_command_with_its_purpose() -> None:
    printed = hamgate("--help")
    for name, (_, purpose) in main._COMMANDS.items():
        assert f"{name} " in printed
        assert purpose in printed


@pytest.mark.parametrize("name", main._COMMANDS)
def test_each_command_has_help_with_examples(name: str) -> None:
    printed = hamgate(name, "--help")
    assert "Example" in printed
    assert f"hamgate {name}" in printed


@pytest.mark.parametrize("group", ["", "config", "corpus", "model", "rules"])
def test_no_line_in_a_list_of_commands_is_cut(group: str) -> None:
    assert "...\n" not in hamgate(*group.split(), "--help").partition("Commands:")[2]


def test_help_loads_no_command() -> None:
    program = (
        "import sys; from filter.cli.main import cli\n"
        "cli(['--help'], standalone_mode=False); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize("arguments", [["scoer"], ["score"], ["score", "--format", "xml", "-"], ["--nonsense"]])
def test_wrong_calls_exit_64_with_a_hint(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 64
    assert b"Error: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_without_the_training_libraries_train_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['sklearn'] = None; sys.modules['joblib'] = None\n"
        "sys.argv = ['hamgate', 'train', '--help']; from filter.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Error: `hamgate train` needs joblib. Install it with: pip install 'hamgate[train]'\n"


def test_version_names_the_kernel_in_use() -> None:
    assert hamgate("--version") == f"hamgate, version {version()} ({kernel.IN_USE} kernel)\n"


def test_version_of_a_filter_told_to_do_without_the_compiled_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAMGATE_KERNEL", "plain")
    assert hamgate("--version").endswith(" (plain kernel)\n")
