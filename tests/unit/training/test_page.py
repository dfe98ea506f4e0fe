"""How reports are written."""

from pathlib import Path

import pytest

from training import page


def test_a_page_is_written_whole_in_place_of_the_old_one(tmp_path: Path) -> None:
    for text in ("first", "second"):
        page.write(text, tmp_path / "out.html")
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [tmp_path / "out.html"]


def test_an_old_page_stays_if_the_new_one_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.html"
    page.write("first", path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        page.write("second", path)
    assert path.read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [path]
