"""The manual of the settings file, made from the settings themselves, and the settings in force with their origin."""

import ast
import dataclasses
import inspect
import textwrap
import types
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from filter.config.settings import Settings
from filter.tomlfile.lines import Path as Key

_WIDTH = 100
_NAMES = {"domains": '"example.net"', "recipients": '"ann@example.net"'}


def manual() -> Iterator[str]:
    """The lines of a settings file that holds every setting with its default, each under what it means."""
    yield from _table(Settings, "")


def _table(kind: type, name: str) -> Iterator[str]:
    yield from _comment(inspect.getdoc(kind) or "")
    if name:
        yield f"[{name}]"
    later = []
    for field, hint, meaning in _fields(kind):
        inner = _inner(hint)
        if inner is not None:
            later.append((inner, _below(name, field.name, hint), meaning))
            continue
        yield ""
        yield from _comment(meaning)
        value = _value(field)
        yield f"{field.name} = {value}  # {_kind(hint)}" if value else f"# {field.name} = ...  # {_kind(hint)}"
    for inner, below, _ in later:
        yield ""
        yield from _table(inner, below)


def _below(name: str, field: str, hint: Any) -> str:
    path = f"{name}.{field}" if name else field
    return f"{path}.{_NAMES.get(field, 'NAME')}" if _is_mapping(hint) else path


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(" ".join(text.split()), _WIDTH):
        yield f"# {line}"


def _fields(kind: type) -> Iterator[tuple[dataclasses.Field[Any], Any, str]]:
    hints, meanings = get_type_hints(kind, include_extras=True), docstrings(kind)
    for field in dataclasses.fields(kind):
        yield field, hints[field.name], meanings.get(field.name, "")


@cache
def docstrings(kind: type) -> Mapping[str, str]:
    """What stands below each field of the dataclass `kind` and of those that it extends."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if dataclasses.is_dataclass(one):
            body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0].body  # type: ignore[attr-defined]
            for statement, after in pairwise(body):
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    found[statement.target.id] = _text(after)
    return found


def _text(statement: ast.stmt) -> str:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return str(statement.value.value) if is_text else ""  # type: ignore[attr-defined]


def _inner(hint: Any) -> type | None:
    """The dataclass that a table of this setting is, or that each of its tables is."""
    if _is_mapping(hint):
        return _inner(get_args(hint)[1])
    return hint if isinstance(hint, type) and dataclasses.is_dataclass(hint) else None


def _is_mapping(hint: Any) -> bool:
    return get_origin(hint) is not None and len(get_args(hint)) == 2 and get_args(hint)[0] is str


def _value(field: dataclasses.Field[Any]) -> str:
    value = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
    return "" if value is dataclasses.MISSING or value is None else toml(value)


def toml(value: Any) -> str:
    """`value` as it is written in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, int | float):
        return f"{value:_}" if isinstance(value, int) and value >= 100_000 else str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _kind(hint: Any) -> str:
    """What may be written, in words."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(toml(one) for one in inner)
    if origin in (Union, types.UnionType):
        return " | ".join(_kind(one) for one in inner if one is not types.NoneType)
    if hasattr(hint, "__metadata__"):
        return " ".join([_kind(inner[0]), *map(_bound, hint.__metadata__)])
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    return {str: "text", int: "whole number", float: "number", bool: "true | false", Path: "path"}.get(hint, str(hint))


def _bound(one: Any) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return " ".join(f"{words[name]} {getattr(one, name):g}" for name in words if hasattr(one, name))


def shown(settings: Settings, lines: Mapping[Key, int], file: Path) -> Iterator[str]:
    """Each setting in force, one on a line, with the line of the file that says so, or `default`."""
    for key, value in _walk(settings, ()):
        origin = f"{file}:{lines[key]}" if key in lines else "default"
        yield f"{'.'.join(_quoted(part) for part in key)} = {'(none)' if value is None else toml(value)}  # {origin}"


def _quoted(part: str | int) -> str:
    text = str(part)
    return text if text.replace("_", "").replace("-", "").isalnum() else f'"{text}"'


def _walk(value: Any, key: Key) -> Iterator[tuple[Key, Any]]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if not isinstance(value, Mapping):
        yield key, value
        return
    for name, inner in value.items():
        yield from _walk(inner, (*key, name))
