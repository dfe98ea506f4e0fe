"""Running the installed `hamgate` command as its users do."""

import subprocess
import sys
from pathlib import Path
from typing import IO

COMMAND = str(Path(sys.executable).parent / "hamgate")


def run(
    *arguments: object, stdin: bytes = b"", timeout: float = 120.0, stdout: IO[bytes] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Run `hamgate` with `arguments`, whatever it exits with."""
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(command, input=stdin, stdout=stdout, stderr=subprocess.PIPE, timeout=timeout, check=False)


def hamgate(*arguments: object, stdin: bytes = b"") -> str:
    """What `hamgate` prints; fails unless it exits 0."""
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape")
