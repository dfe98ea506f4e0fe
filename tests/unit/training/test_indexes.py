"""Files that list messages with their labels."""

import io

import pytest

from filter.mailfiles import Unreadable
from training import indexes


def csv(text: str, label: str = "spam") -> list[str | Unreadable]:
    return list(indexes.table(io.BytesIO(text.encode()), label, "l.csv"))


@pytest.mark.parametrize(
    "text",
    [
        "a.eml,spam\nb.eml,ham\n",
        "path,label\na.eml,SPAM\nb.eml,ham\n",
        "Label,id,Path\r\nspam,1,a.eml\r\nham,2,b.eml\r\n",
        '\ufeffpath,label\n"a.eml", spam\n\nb.eml,ham\n',
    ],
)
def test_columns_are_named_by_a_header_or_come_first(text: str) -> None:
    assert csv(text) == ["a.eml"]
    assert csv(text, "ham") == ["b.eml"]


def test_a_path_may_hold_commas_quotes_and_bytes_of_any_charset() -> None:
    assert csv('"a, ""b"".eml",spam\n') == ['a, "b".eml']
    assert list(indexes.table(io.BytesIO(b"\xff.eml,spam\n"), "spam", "l.csv")) == ["\udcff.eml"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a.eml,junk\n", 1, "the label 'junk' is neither ham nor spam"),
        ("b.eml,ham\na.eml\n", 2, "has no column for path and label"),
        (",spam\n", 1, "has no path"),
        ('"a.eml,spam\n', 1, "unexpected end of data; the rest is not read"),
        ("x" * 200_000, 0, "field larger than field limit (131072); the rest is not read"),
    ],
)
def test_a_row_that_says_nothing_is_named(text: str, line: int, why: str) -> None:
    [found] = csv(text)
    assert found == Unreadable(f"l.csv:{line}", why) or (line == 0 and isinstance(found, Unreadable))
    assert isinstance(found, Unreadable)
    assert found.why == why


def test_lines_of_a_trec_index_that_say_nothing_are_named() -> None:
    index = io.BytesIO(b"spam ../data/1\nHAM ../data/2 \n\nnonsense\nspam ../data/a b\n")
    found = list(indexes.trec(index, "spam", "full/index"))
    assert found == ["../data/1", Unreadable("full/index:4", "is no line `ham PATH` or `spam PATH`"), "../data/a b"]


@pytest.mark.parametrize(("first", "is_index"), [(b"spam ../1\n", True), (b"Subject: spam 1\n", False), (b"", False)])
def test_an_index_is_known_by_its_first_line(first: bytes, is_index: bool) -> None:
    assert indexes.is_trec(first) is is_index
