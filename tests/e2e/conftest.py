"""What the end-to-end tests need: on a developer's machine they are skipped without it, in CI they fail."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import require
from tests.e2e.postfix import Postfix, program

PROGRAMS = ("postfix", "smtp-source", "swaks")


@pytest.fixture(scope="session")
def may_run_postfix() -> None:
    """For tests that run a Postfix, or more than one, with services of their own."""
    require(sys.platform == "linux" and os.geteuid() == 0, "needs root on Linux to run a Postfix of its own")
    absent = [name for name in PROGRAMS if program(name) is None]
    require(not absent, f"needs {', '.join(absent)} (Debian: apt install postfix swaks)")


@pytest.fixture(scope="module")
def postfix(may_run_postfix: None) -> Iterator[Postfix]:
    with Postfix() as instance:
        yield instance
