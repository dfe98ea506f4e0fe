"""The error of an operator's file that cannot be used."""

from collections.abc import Iterable
from pathlib import Path


class TomlFileError(ValueError):
    """The file cannot be used. `problems` are lines of the form `FILE:LINE: what is wrong: what to write instead`."""

    def __init__(self, file: Path, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        count = "1 error" if len(self.problems) == 1 else f"{len(self.problems)} errors"
        super().__init__("\n".join([f"{file} has {count}", *self.problems]))
