"""What a command does when its output is closed, or lies on a full disk."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from filter.cli.streams import is_unwritten
from tests.commands import COMMAND
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


SPAM = ROOT / "tests/samples/spam.eml"
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, as Linux has it")  # noqa: PTH110


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run `command`, in which $hamgate and $spam stand for themselves, as a shell would."""
    names = {**os.environ, "hamgate": COMMAND, "spam": str(SPAM)}
    return subprocess.run(["/bin/sh", "-c", command], env=names, capture_output=True, text=True, check=False)


@full
@pytest.mark.parametrize(
    "arguments",
    ["score $spam", "score --exit-code $spam", "score --format tsv $spam", "score --format json $spam", "rules list",
     "config init", "config describe", "--help", "doctor --config /nonexistent"],
)  # fmt: skip
def test_a_full_disk_is_one_line_and_never_a_verdict(arguments: str) -> None:
    done = shell(f'"$hamgate" {arguments} > /dev/full')
    assert done.stderr == "Error: the output cannot be written: No space left on device\n"
    assert done.returncode == 75  # 1 would say "spam" to a caller of --exit-code


@pytest.mark.parametrize(("closed", "code"), [(">&-", 1), ("2>&-", 1), ("<&-", 1), ("<&- >&- 2>&-", 1)])
def test_a_closed_stream_changes_no_verdict(closed: str, code: int) -> None:
    done = shell(f'"$hamgate" score --exit-code "$spam" {closed}')
    assert (done.returncode, done.stderr) == (code, "")


def test_no_file_is_opened_in_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    # Whatever is printed would be written into it.
    program = "import sys; from filter.cli.streams import open_closed; open_closed(); print(open(sys.argv[1]).fileno())"
    (file := tmp_path / "journal").touch()
    command = f"{Path(COMMAND).parent}/python -c '{program}' {file} <&- 2>&-"
    assert int(shell(command).stdout) > 2


def test_what_a_file_or_the_network_says_is_no_fault_of_the_output() -> None:
    assert is_unwritten(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_unwritten(OSError(errno.ENOSPC, "No space left on device", "/var/lib/hamgate/journal"))
    assert not is_unwritten(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))


@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_its_user_wants_none(value: str, coloured: bool) -> None:
    ours, theirs = os.openpty()
    command = [COMMAND, "score", str(SPAM)]
    subprocess.run(command, env={**os.environ, "NO_COLOR": value}, stdout=theirs, check=True)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        assert (b"\033[" in terminal.read(200)) is coloured
