import subprocess
from pathlib import Path

import pytest

from tests.commands import COMMAND, hamgate


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_command(shell: str) -> None:
    assert "_HAMGATE_COMPLETE" in hamgate("completion", shell)


def test_bash_completes_subcommands(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND],
        env={
            "_HAMGATE_COMPLETE": "bash_complete",
            "COMP_WORDS": "hamgate sc",
            "COMP_CWORD": "1",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["plain,score", "plain,scan"]
