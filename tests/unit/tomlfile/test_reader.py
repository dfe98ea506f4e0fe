"""Files that are no TOML, or no files at all."""

from pathlib import Path

import pytest

from filter.tomlfile.errors import TomlFileError
from filter.tomlfile.files import Files
from filter.tomlfile.reader import MOST_BYTES, load


def test_values_and_where_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("\nx = 1\n[t]\ny = 2\n")
    content, problems = load(file, Files())
    assert content == {"x": 1, "t": {"y": 2}}
    assert [problems.line(key) for key in (("x",), ("t",), ("t", "y"))] == [2, 3, 4]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"x = \n", "1: no TOML, Invalid value: see https://toml.io"),
        (b'x = "\\q"\n', "1: no TOML, Unescaped '\\' in a string: a backslash"),
        (b"x = 1\ny = \xff\n", "2: not UTF-8: write the file in UTF-8"),
        (b"x = " + b"[" * 5000, "1: nested too deeply: write no lists in lists"),
        (b"#" * (MOST_BYTES + 1), "1: is larger than 1 MiB: write long lists into files of their own"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(content)
    with pytest.raises(TomlFileError) as caught:
        load(file, Files())
    assert caught.value.problems[0].startswith(f"{file}:{problem}")


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match=r"name a TOML file|is no file"):
        load(tmp_path, Files())
