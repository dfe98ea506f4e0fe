"""Where things stand in a TOML file, against what tomllib reads from it."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.tomlfile.lines import Path, lines

EXAMPLE = '''\
# a comment with [brackets] and "quotes
own_domains = ["example.org", # first
    "example.net"]
text = """
[not.a.table]
key = 1
"""
"quoted = key" = 1.5
date = 1979-05-27 07:32:00
inline = { a = [1, 2], b = "]" }

[points] # here
URL_HOST_IS_IP = 3
a.b = 'x'

[[rule]]
symbol = "A"
list = [
  "one",
  ["nested", "more"], { x = 1 },
  "four",
]
[rule.sub]
deep = true
[[rule]]
symbol = "B"
[[rule.part]]
x = 1
[[rule.part]]
x = 2
'''


def test_tables_keys_and_elements() -> None:
    found = lines(EXAMPLE)
    assert {path: line for path, line in found.items() if path[0] != "rule"} == {
        ("own_domains",): 2,
        ("own_domains", 0): 2,
        ("own_domains", 1): 3,
        ("text",): 4,
        ("quoted = key",): 8,
        ("date",): 9,
        ("inline",): 10,
        ("points",): 12,
        ("points", "URL_HOST_IS_IP"): 13,
        ("points", "a"): 14,
        ("points", "a", "b"): 14,
    }


def test_arrays_of_tables_are_numbered() -> None:
    found = lines(EXAMPLE)
    assert [found["rule", 0, "list", number] for number in range(4)] == [19, 20, 20, 21]
    assert found["rule", 0] == 16
    assert found["rule", 0, "sub", "deep"] == 24
    assert found["rule", 1, "symbol"] == 26
    assert [found["rule", 1, "part", number, "x"] for number in range(2)] == [28, 30]


def test_line_ends_of_windows() -> None:
    assert lines("a = 1\r\n\r\n[b]\r\nc = 2\r\n")["b", "c"] == 4


KEYS = st.sampled_from(["a", "b-1", '"x.y"', "'q]'", "a.b", '"t\\tab"'])
SCALARS = st.sampled_from(
    [
        "1",
        "-1.5e3",
        "true",
        '"text"',
        "'[x]'",
        '"""\nk = 1\n[t]\n"""',
        "'''a\n''b'''",
        '"\\"#"',
        '""""q""""',
        "07:32:00",
    ]
)
GAPS = st.sampled_from(["", " ", "\n", " # x = [\n", "\n\n"])


@st.composite
def values(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(SCALARS)
    members = [draw(GAPS) + draw(st.one_of(SCALARS, st.just("[1, 2]"), st.just("{ a = 1 }"))) for _ in range(3)]
    return "[" + ",".join(members) + draw(GAPS) + "]"


@st.composite
def documents(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 8))):
        parts.append(
            draw(
                st.one_of(
                    st.builds("{} = {}{}\n".format, KEYS, values(), st.sampled_from(["", " # [c]"])),
                    st.builds("[{}]\n".format, KEYS),
                    st.builds("[[ {} ]]\n".format, KEYS),
                    st.just('\n# comment ] = "\n'),
                )
            )
        )
    return "".join(parts)


def paths(value: Any, path: Path, found: dict[Path, int]) -> list[Path]:
    """The paths that tomllib knows, down to what `found` has no more parts of: inline tables and nested arrays."""
    inside = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    below = [(*path, key) for key, _ in inside]
    if path and not any(one in found for one in below):
        return [path]
    return [path] * bool(path) + [one for key, member in inside for one in paths(member, (*path, key), found)]


@pytest.mark.slow
@given(documents())
def test_it_knows_the_paths_that_tomllib_reads(text: str) -> None:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = lines(text)
    assert sorted(map(repr, paths(table, (), found))) == sorted(map(repr, found))
    numbered = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert path[-1].replace("\t", "\\t") in numbered[line - 1]


@given(st.text(alphabet="ab=[]{},.\"'# \n1\\", max_size=40))
def test_whatever_tomllib_takes_has_lines(text: str) -> None:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert {path[0] for path in lines(text)} == set(table)
