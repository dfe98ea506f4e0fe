"""The list in README.md names a test for every row of the fault matrix, and the tests are there."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROWS = [*range(1, 45), *range(50, 62), *range(70, 86), *range(90, 108)]
LINE = re.compile(r"\| F(\d+) \| [^|]+ \| (\w+)(?:: (\w+))? \|")
HERE = Path(__file__).parent
LISTED = {int(row): (file, name) for row, file, name in LINE.findall((HERE / "README.md").read_text())}


def source(name: str) -> str:
    """The test file that the list calls `name`."""
    folders = (HERE, ROOT / "tests/e2e", ROOT / "tests/unit/smtp")
    found = [path for folder in folders for path in folder.glob(f"test_{name}*.py")]
    places = [path for path in found if path.stem in (f"test_{name}", f"test_{name}_faults")]
    assert len(places) == 1, places
    return places[0].read_text()


def test_every_row_is_listed_in_order() -> None:
    assert list(LISTED) == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_the_test_of_a_row_is_there_and_bears_its_id(row: int) -> None:
    file, name = LISTED[row]
    text = source(file)
    if name:
        assert re.search(rf"_f{row:02}_", name)
        assert f"def {name}(" in text
    else:
        assert re.search(rf'"F{row:02} ', text)
