"""What `--report FILE` refuses, and when."""

import sys
from pathlib import Path

import click
import pytest

import training
from training import report_option


def test_without_the_library_that_draws_the_report_says_so_before_any_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for module in ("page", "plots"):
        monkeypatch.delitem(sys.modules, f"training.{module}", raising=False)
        monkeypatch.delattr(training, module, raising=False)
    with pytest.raises(click.ClickException, match=r"--report needs matplotlib\. .*pip install 'hamgate\[train\]'"):
        report_option.refuse(tmp_path / "out.html")


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "gone/out.html"):
        with pytest.raises(click.ClickException, match="cannot be written there"):
            report_option.refuse(place)
    report_option.refuse(tmp_path / "out.html")


def test_a_report_that_cannot_be_written_after_all_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match=r"out\.html: the report could not be written: No such file"):
        report_option.write(tmp_path / "gone/out.html", lambda: "text")
