"""Blocks of configuration as they stand in the README, for tests that put them into real programs."""

import re

from tests.conftest import ROOT


def block(first_line: str) -> str:
    """The one block of README.md that has a line beginning with `first_line` among its first two."""
    blocks = re.findall(r"^```text\n(.*?)^```", (ROOT / "README.md").read_text(), re.S | re.M)
    (found,) = (one for one in blocks if any(line.startswith(first_line) for line in one.splitlines()[:2]))
    return str(found)


def replaced(text: str, changes: dict[str, str]) -> str:
    """`text` with each key of `changes` replaced; every key must be there."""
    for written, tested in changes.items():
        assert written in text, written
        text = text.replace(written, tested)
    return text
