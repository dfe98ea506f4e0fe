"""A table of a TOML file, asked for values of a type; whatever is odd is noted, and an empty value taken instead."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from filter.tomlfile.lines import Path as Key
from filter.tomlfile.problems import Problems, choices, shown
from models.symbol import is_symbol

MOST_POINTS = 1000.0


class Table:
    """One table at `key`."""

    def __init__(self, content: Mapping[str, Any], key: Key, problems: Problems) -> None:
        self.content = content
        self.key = key
        self.problems = problems

    def refuse(self, name: str, wrong: str, instead: str) -> None:
        """Note what is wrong with the value of `name`, or with the table if it has none."""
        self.problems.add((*self.key, name), wrong, instead)

    def knows(self, names: Iterable[str], where: str) -> None:
        """Refuse every key but `names`."""
        known = list(names)
        for name in self.content:
            if name not in known:
                self.refuse(name, f"unknown key {shown(name)} {where}", choices(name, known))

    def text(self, name: str) -> str:
        """A string without line ends; empty if there is none."""
        value = self.content.get(name, "")
        if not isinstance(value, str):
            self.refuse(name, f"{name} is {shown(value)}", f'write a text in quotes, as {name} = "..."')
            return ""
        if any(letter < " " for letter in value):
            self.refuse(name, f"{name} has a control character or a line end", "write one line")
            return ""
        return value

    def texts(self, name: str) -> list[str]:
        """An array of strings; where an element is none its place holds an empty one."""
        value = self.content.get(name, [])
        if not isinstance(value, list):
            example = f'{name} = ["{value}"]' if isinstance(value, str) else f'{name} = ["..."]'
            self.refuse(name, f"{name} is no list", f"write {example}")
            return []
        for number, element in enumerate(value):
            if not isinstance(element, str):
                self.problems.add((*self.key, name, number), f"{shown(element)} is no text", "write it in quotes")
        return [element if isinstance(element, str) else "" for element in value]

    def points(self, name: str, missing: str = "") -> float:
        """Finite points within +-1000; 0 if there are none, which is noted if `missing` says what to write."""
        value = self.content.get(name)
        if value is None:
            if missing:
                self.refuse(name, f"no {name}", missing)
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, f"{name} = {shown(value)} is no number", f"write points, as {name} = 2.5")
            return 0.0
        if not math.isfinite(value) or abs(value) > MOST_POINTS:
            self.refuse(name, f"{name} = {shown(value)}", f"write points from -{MOST_POINTS:g} to {MOST_POINTS:g}")
            return 0.0
        return float(value)

    def table(self, name: str) -> "Table":
        """The table `name`; an empty one if there is none."""
        value = self.content.get(name, {})
        if not isinstance(value, dict):
            self.refuse(name, f"{name} is {shown(value)}", f"write a table: [{name}] and its keys below")
            value = {}
        return Table(value, (*self.key, name), self.problems)

    def tables(self, name: str) -> list["Table"]:
        """The [[name]] tables."""
        value = self.content.get(name, [])
        if not isinstance(value, list) or not all(isinstance(element, dict) for element in value):
            self.refuse(name, f"{name} is no array of tables", f"write [[{name}]] and its keys below, once for each")
            return []
        return [Table(element, (*self.key, name, number), self.problems) for number, element in enumerate(value)]


def as_symbol(text: str) -> str:
    """A symbol like `text`."""
    plain = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")[:64]
    return plain if is_symbol(plain) else "OUR_RULE"
