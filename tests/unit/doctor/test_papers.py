"""Settings and rules: there or not, good or broken."""

from pathlib import Path

import pytest

from filter.doctor.papers import rules_file, settings_file
from tests.unit.config.test_reader import SMALL


def test_without_a_settings_file_the_remedy_is_to_begin_one(tmp_path: Path) -> None:
    finding, settings = settings_file(tmp_path / "etc of ours/hamgate.toml")
    assert settings is None
    assert (finding.state, finding.text) == ("fail", f"there is no {tmp_path}/etc of ours/hamgate.toml")
    folder = f"'{tmp_path}/etc of ours'"
    assert finding.remedy == f"$ mkdir -p {folder} && hamgate config init > '{tmp_path}/etc of ours/hamgate.toml'"


def test_broken_settings_are_said_with_all_their_errors(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(SMALL + "[worker]\n[log]\nlevel = 7\n")
    finding, settings = settings_file(file)
    assert settings is None
    assert finding.text.splitlines() == [
        f"{file} has 2 errors",
        f"{file}:5: unknown key 'worker' in the file: write workers",
        f'{file}:7: level = 7: write "debug", "info", "warning" or "error"',
    ]
    assert finding.remedy.endswith(f"\n$ hamgate config check --config {file}")


def test_good_settings_with_and_without_rules(tmp_path: Path) -> None:
    file, rules = tmp_path / "hamgate.toml", tmp_path / "rules.toml"
    file.write_text(SMALL)
    finding, settings = settings_file(file)
    assert (finding.state, finding.text) == ("ok", f"{file}: 1 listener, 1 relay")
    assert settings is not None
    assert rules_file(settings, file).text == "the shipped ones, none of your own"
    file.write_text(f"{SMALL}[model]\nrules = 'rules.toml'\n")
    _, settings = settings_file(file)
    assert settings is not None
    rules.write_text("[points]\nQQ = 1\n")
    finding = rules_file(settings, file)
    assert finding.state == "fail"
    assert f"{rules}:2: no rule is called 'QQ'" in finding.text
    rules.write_text("[points]\nGTUBE = 100\n")
    assert rules_file(settings, file).text == f"{rules}: no errors"


def test_settings_that_only_others_may_read_are_not_called_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:  # root may read everything
        raise PermissionError(13, "Permission denied")

    (file := tmp_path / "hamgate.toml").touch()
    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(PermissionError):
        settings_file(file)


def test_a_folder_in_the_place_of_the_settings_is_told(tmp_path: Path) -> None:
    finding, settings = settings_file(tmp_path)
    assert settings is None
    assert "is no file: name a TOML file" in finding.text
