"""The pages for operators: the README, and those beside the code to which it sends them."""

import re
from pathlib import Path

from tests.conftest import ROOT

GENERATED = ROOT / "filter/rules/README.md"
PAGES: dict[Path, str] = {
    page: page.read_text()
    for page in (
        ROOT / "README.md", ROOT / "training/commands.md",
        *(page for page in sorted((ROOT / "filter").rglob("*.md")) if page != GENERATED),
    )
}  # fmt: skip
README = PAGES[ROOT / "README.md"]
TEXT = "\n".join(PAGES.values())


def blocks(*languages: str, text: str = TEXT) -> list[str]:
    """What stands between fences of these languages."""
    return re.findall(rf"^```(?:{'|'.join(languages)})\n(.*?)^```", text, re.S | re.M)


def block(first_line: str) -> str:
    """The one block of text that has a line beginning with `first_line` among its first two."""
    (found,) = (
        one for one in blocks("text", "sh") if any(line.startswith(first_line) for line in one.splitlines()[:2])
    )
    return found


def replaced(text: str, changes: dict[str, str]) -> str:
    """`text` with each key of `changes` replaced; every key must be there."""
    for written, tested in changes.items():
        assert written in text, written
        text = text.replace(written, tested)
    return text
