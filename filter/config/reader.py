"""From the settings file to `Settings`: all errors at once, each with its line and what to write instead."""

import dataclasses
import json
import re
import types
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from filter.config.clashes import clashes, infinite
from filter.config.mistakes import mistakes
from filter.config.settings import Settings
from filter.tomlfile.files import Files
from filter.tomlfile.lines import Path as Key
from filter.tomlfile.problems import Problems, choices, shown
from filter.tomlfile.reader import load

_SEE = "see hamgate config describe"
_INSTEAD = {
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "finite_number": "write a number",
    "bool_type": "write true or false",
    "string_type": "write a text in quotes",
    "path_type": "write a path in quotes",
    "greater_than_equal": "write {ge:g} or more",
    "greater_than": "write more than {gt:g}",
    "less_than_equal": "write {le:g} or less",
    "tuple_type": 'write a list, as ["..."]',
    "dataclass_type": "write a table: its name in brackets and its keys below",
    "dict_type": "write tables: [table.name] and keys below, once for each",
}


@cache
def _adapter() -> TypeAdapter[Settings]:
    return TypeAdapter(Settings)


def read(path: Path, files: Files | None = None) -> Settings:
    """Read the settings file at `path`; relative paths in it are taken from its folder. Raises TomlFileError."""
    content, problems = load(path, Files() if files is None else files)
    content = _without(content, list(_unknown(content, Settings, (), problems)))
    endless = dict(infinite(content))
    for key, value in endless.items():
        problems.add(key, f"{key[-1]} = {value}", "write a number")
    settings, lost = _checked(_without(content, list(endless)), problems)
    for key, wrong, instead in (*mistakes(settings, lost), *clashes(settings)) if settings else ():
        problems.add(key, wrong, instead)
    problems.raise_any()
    if settings is None:
        raise AssertionError("settings without an error that are none")
    return settings.below(path.absolute().parent)


def _checked(content: Mapping[str, Any], problems: Problems) -> tuple[Settings | None, frozenset[Key]]:
    """The settings; those with errors are noted and left out, so that the others can be looked at together.

    Returns the places of what was left out, too.
    """
    lost: frozenset[Key] = frozenset()
    for _ in range(2):
        try:
            return _adapter().validate_json(json.dumps(content, default=str), strict=True), lost
        except ValidationError as error:
            wrong = _by_place(error)
        for key, errors in wrong.items():
            _note(problems, key, errors)
        content, lost = _without(content, list(wrong)), lost | wrong.keys()
    return None, lost


def _by_place(error: ValidationError) -> dict[Key, list[Any]]:
    """The errors at each place; a value that may be of several types has one for each of them."""
    found: dict[Key, list[Any]] = {}
    for one in error.errors(include_url=False):
        key = tuple(part for part in one["loc"] if not _is_a_branch(part))
        found.setdefault(key, []).append(one)
    return found


def _unknown(content: Mapping[str, Any], kind: type, key: Key, problems: Problems) -> Iterator[Key]:
    """Note and yield each key that no setting has."""
    hints = get_type_hints(kind)
    for name, value in content.items():
        here = (*key, name)
        if name not in hints:
            where = f"in [{'.'.join(map(str, key))}]" if key else "in the file"
            problems.add(here, f"unknown key {shown(name)} {where}", choices(name, hints, 20, _SEE))
            yield here
            continue
        for place, table, inner in _tables(value, hints[name], here):
            yield from _unknown(table, inner, place, problems)


def _tables(value: Any, hint: Any, key: Key) -> Iterator[tuple[Key, Mapping[str, Any], type]]:
    """The tables of settings that `value` holds: itself, or one for each name in it."""
    if not isinstance(value, dict):
        return
    if get_origin(hint) in (Union, types.UnionType):
        for part in get_args(hint):
            yield from _tables(value, part, key)
    elif isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield key, value, hint
    elif get_origin(hint) is not None and get_args(hint)[-1:] and get_origin(hint) in (dict, Mapping):
        for name, inner in value.items():
            yield from _tables(inner, get_args(hint)[-1], (*key, name))


def _without(content: Mapping[str, Any], keys: list[Key]) -> dict[str, Any]:
    """`content` without the keys that are unknown: they are noted already."""
    kept: dict[str, Any] = {}
    for name, value in content.items():
        if (name,) not in keys:
            below = [key[1:] for key in keys if key[:1] == (name,)]
            if isinstance(value, dict):
                kept[name] = _without(value, below)
            elif not below:  # an element of a list takes the list with it
                kept[name] = value
    return kept


def _note(problems: Problems, key: Key, errors: list[Any]) -> None:
    name = key[-1] if key else "the file"
    if errors[0]["type"] == "missing":
        problems.add(key[:-1], f"no {name}", f"write {name} = ...")
        return
    instead = dict.fromkeys(_in_words(one) for one in errors)
    if isinstance(table := errors[0]["input"], dict) and errors[0]["type"] == "value_error":
        place = next(((*key, word) for word in re.findall(r"^\w+", next(iter(instead))) if word in table), key)
        problems.add(place, f"[{'.'.join(map(str, key))}]", ", or ".join(instead))
        return
    problems.add(key, f"{name} = {shown(errors[0]['input'])}", ", or ".join(instead))


def _is_a_branch(part: str | int) -> bool:
    """Pydantic names the branch of a union in the place, as `function-after[...]` or `literal['off']`."""
    return isinstance(part, str) and (part in ("float", "int", "str") or "[" in part)


def _in_words(error: Any) -> str:
    if error["type"] in _INSTEAD:
        return _INSTEAD[error["type"]].format_map(error.get("ctx") or {})
    if error["type"] == "literal_error":
        return f"write {error['ctx']['expected']}".replace("'", '"')
    text = str(error["msg"]).removeprefix("Value error, ")
    return text.replace("Input should be", "write what is", 1)
