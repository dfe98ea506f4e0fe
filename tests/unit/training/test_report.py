"""The report is one file that needs nothing else and shows hostile names as text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.unit.training import made
from training import report

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


class Page(HTMLParser):
    """Tags, addresses that a browser would fetch, and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "srcset", "data", "action"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def source() -> str:
    names = [HOSTILE] * (len(made.HAM) + len(made.SPAM))
    return report.render(made.evaluated(made.scored(made.HAM, made.SPAM, names, f"says {HOSTILE}"), made.CURVE))


def test_names_and_details_are_text(source: str) -> None:
    page = Page(source)
    assert HOSTILE in page.text
    assert f"says {HOSTILE}" in page.text
    assert not {"script", "img", "iframe", "object", "embed", "link"} & set(page.tags)
    assert page.handlers == []


def test_nothing_is_fetched(source: str) -> None:
    page = Page(source)
    assert page.addresses
    assert all(address.startswith("#") for address in page.addresses)
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", source))
    assert "@import" not in source
    assert "default-src 'none'" in source


def test_it_has_the_four_pictures_the_figures_and_the_worst(source: str) -> None:
    page = Page(source)
    assert page.tags.count("svg") == 4
    for text in ("ROC", "Scores", "Calibration", "Learning", "ham called spam at 5 points, %", "Brier score", "2020"):
        assert text in page.text
    assert "5 in all." in page.text


def test_it_is_fit_to_print(source: str) -> None:
    assert "@media print" in source
    assert "@page" in source


def test_without_a_learning_curve_there_is_no_picture_of_one() -> None:
    page = Page(report.render(made.evaluated(made.scored(made.HAM, made.SPAM))))
    assert page.tags.count("svg") == 3


def test_an_old_report_stays_if_the_new_one_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.html"
    found = made.evaluated(made.scored(made.HAM, made.SPAM))
    report.write(found, path)
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    before = path.read_bytes()

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report, "render", full)
    with pytest.raises(OSError, match="No space left"):
        report.write(found, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
