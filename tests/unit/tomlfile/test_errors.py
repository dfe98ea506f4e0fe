"""What an operator reads when a file cannot be used."""

from pathlib import Path

from filter.tomlfile.errors import TomlFileError


def test_one_error_and_several() -> None:
    assert str(TomlFileError(Path("a.toml"), ["a.toml:1: odd: no"])) == "a.toml has 1 error\na.toml:1: odd: no"
    assert str(TomlFileError(Path("a.toml"), ["x", "y"])) == "a.toml has 2 errors\nx\ny"
