"""The tree keeps its shape: tests mirror the code, files and functions stay short."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("filter", "models", "training")
MODULES = sorted(
    path.relative_to(ROOT)
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py"
)

TESTED_ELSEWHERE = {
    "filter/envelope.py": "values without behaviour",
    "filter/lesson.py": "values without behaviour",
    "filter/child.py": "tests/unit/test_pool.py",
    "filter/door/limits.py": "values without behaviour",
    "filter/door/settings.py": "values without behaviour",
    "filter/door/scanned.py": "values without behaviour",
    "filter/assembly/http.py": "tests/unit/assembly/test_askable.py",
    "filter/assembly/milter.py": "tests/unit/assembly/test_askable.py",
    "filter/assembly/spamd.py": "tests/unit/assembly/test_askable.py",
    "filter/assembly/doors.py": "tests/unit/test_service.py",
    "filter/assembly/house.py": "tests/unit/test_service.py",
    "filter/smtp/limits.py": "values without behaviour",
    "filter/smtp/peer.py": "values without behaviour",
    "filter/smtp/relay.py": "an interface without behaviour",
    "filter/rules/rule.py": "values without behaviour",
    "filter/rules/header_evidence.py": "tests/unit/rules/test_evidence.py",
    "filter/rules/text_evidence.py": "tests/unit/rules/test_evidence.py",
    "filter/rules/link_evidence.py": "tests/unit/rules/test_evidence.py",
    "filter/rules/attachments.py": "tests/golden: a message that hits and one that misses, for every rule",
    "filter/rules/body.py": "tests/golden",
    "filter/rules/headers.py": "tests/golden",
    "filter/rules/ids.py": "tests/golden",
    "filter/rules/received.py": "tests/golden",
    "filter/rules/thread.py": "tests/golden",
    "filter/rules/unsigned.py": "tests/golden",
    "filter/rules/names.py": "tests/golden",
    "filter/rules/recipients.py": "tests/golden",
    "filter/rules/subject_cues.py": "tests/golden",
    "filter/rules/structure.py": "tests/golden",
    "filter/rules/link_sites.py": "tests/golden",
    "filter/rules/images.py": "tests/golden",
    "filter/rules/html_forms.py": "tests/golden",
    "filter/rules/hidden.py": "tests/golden",
    "filter/rules/charset.py": "tests/golden",
    "filter/rules/link_cues.py": "patterns; tests/golden",
    "filter/rules/link_lists.py": "values without behaviour",
    "filter/rules/subject.py": "tests/golden",
    "filter/rules/account_patterns.py": "tests/unit/rules/test_text_cues.py",
    "filter/rules/offer_patterns.py": "tests/unit/rules/test_text_cues.py",
    "filter/rules/swindle_patterns.py": "tests/unit/rules/test_text_cues.py",
    "filter/rules/bounces.py": "tests/golden",
    "filter/rules/documents.py": "tests/golden",
    "filter/rules/lists.py": "tests/golden",
    "filter/rules/lures.py": "tests/golden",
    "filter/rules/signed.py": "tests/golden",
    "filter/rules/alphabets.py": "tests/golden",
    "filter/rules/own/table.py": "tests/unit/rules/own/test_reader.py",
    "filter/rules/own/members.py": "tests/unit/rules/own/test_reader.py",
    "filter/rules/own/rule_tables.py": "tests/unit/rules/own/test_reader.py",
    "filter/store/errors.py": "tests/unit/store/test_database.py: every error with its text",
    "filter/store/schema.py": "tests/unit/store/test_journal.py",
    "filter/rules/wording.py": "tests/golden",
    "filter/web/site.py": "values without behaviour",
}


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_module_has_its_test(module: Path) -> None:
    assert str(module) in TESTED_ELSEWHERE or expected(module).is_file(), f"no {expected(module).relative_to(ROOT)}"


def expected(module: Path) -> Path:
    """Where the test of `module` is."""
    inside = module.parts[1:] if module.parts[0] == "filter" else module.parts
    return ROOT / "tests" / "unit" / Path(*inside[:-1]) / f"test_{module.name}"


@pytest.mark.parametrize("module", TESTED_ELSEWHERE)
def test_an_exception_is_a_module_without_a_test_of_its_own(module: str) -> None:
    assert (ROOT / module).is_file()
    assert not expected(Path(module)).exists()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_files_and_functions_stay_short(module: Path) -> None:
    text = (ROOT / module).read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"
