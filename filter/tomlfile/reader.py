"""Reading a TOML file within bounds: its values, and where each of them stands."""

import re
import tomllib
from pathlib import Path
from typing import Any

from filter.tomlfile.errors import TomlFileError
from filter.tomlfile.files import Files
from filter.tomlfile.lines import lines
from filter.tomlfile.problems import Problems

MOST_BYTES = 1 << 20
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def load(path: Path, files: Files) -> tuple[dict[str, Any], Problems]:
    """The values in the file at `path`, which is noted in `files`, and what collects errors in them.

    Raises TomlFileError if it cannot be read, is too large or is no TOML.
    """
    text = _text(path, files)
    try:
        return tomllib.loads(text), Problems(path, lines(text))
    except tomllib.TOMLDecodeError as error:
        raise TomlFileError(path, [_not_toml(path, text, str(error))]) from None
    except RecursionError:
        raise TomlFileError(path, [f"{path}:1: nested too deeply: write no lists in lists"]) from None


def _text(path: Path, files: Files) -> str:
    try:
        return files.read(path, MOST_BYTES).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise TomlFileError(path, [f"{path}:{line}: not UTF-8: write the file in UTF-8"]) from None
    except OSError as error:
        hint = "do this as root, or as its owner" if isinstance(error, PermissionError) else "name a TOML file"
        raise TomlFileError(path, [f"{path}:1: cannot be read ({error.strerror}): {hint}"]) from None
    except ValueError as error:
        hint = "write long lists into files of their own" if path.is_file() else "name a TOML file"
        raise TomlFileError(path, [f"{path}:1: {error}: {hint}"]) from None


def _not_toml(path: Path, text: str, error: str) -> str:
    place = _AT_LINE.search(error)
    line = place[1] if place and place[1] else text.count("\n") + 1
    what = _AT_LINE.sub("", error)
    hint = (
        "a backslash in \"...\" must be doubled, in '...' it need not be" if "escape" in what else "see https://toml.io"
    )
    return f"{path}:{line}: no TOML, {what}: {hint}"
