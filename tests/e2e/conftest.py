"""What the end-to-end tests need. On a developer's machine they are skipped without it; in CI they fail."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.postfix import Postfix, program

PROGRAMS = ("postfix", "smtp-source", "swaks")


def missing(what: str) -> None:
    """Skip, or fail where all must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: required in CI", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    if sys.platform != "linux" or os.geteuid() != 0:
        missing("needs root on Linux to run a Postfix of its own")
    absent = [name for name in PROGRAMS if program(name) is None]
    if absent:
        missing(f"needs {', '.join(absent)} (Debian: apt install postfix swaks)")
    with Postfix() as instance:
        yield instance
