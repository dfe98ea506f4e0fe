import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.composite import Composite, ExpressionError, parse


@pytest.mark.parametrize(
    ("when", "symbols", "expected"),
    [
        ("A", "A", True),
        ("A", "B", False),
        ("A and B", "A", False),
        ("A and B", "A B", True),
        ("A or B and C", "A", True),  # "and" binds more than "or"
        ("(A or B) and C", "A", False),
        ("not A", "", True),
        ("A and not (B or C)", "A C", False),
        ("A and not B and not C", "A", True),
        ("not not A", "A", True),
    ],
)
def test_expressions(when: str, symbols: str, expected: bool) -> None:
    assert parse(when)[0](symbols.split()) is expected


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ("", "a symbol expected at 'the end'"),
        ("A and", "a symbol expected at 'the end'"),
        ("A B", "'and', 'or' or the end expected at 'B'"),
        ("(A", "')' expected at 'the end'"),
        ("A)", "'and', 'or' or the end expected at ')'"),
        ("A && B", "unexpected '&& B': write SYMBOL, and, or, not, ( or )"),
        ("a and b", "unexpected 'a and b'"),
        ("(" * 30 + "A" + ")" * 30, "nested deeper than 20"),
        ("not " * 30 + "A", "nested deeper than 20"),
        ("A or " * 300 + "A", "longer than 1000 characters"),
    ],
)
def test_what_is_wrong_is_said(when: str, error: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(when)
    assert error in str(caught.value)


def test_the_detail_names_what_was_true() -> None:
    composite = Composite("BOTH", 1.0, "two facts", "A and (B or C) and not D")
    assert composite.symbols == {"A", "B", "C", "D"}
    assert composite.holds({"A", "C", "X"})
    assert composite.detail({"A", "C", "X"}) == "A + C"


@given(st.text(alphabet="AB ()andort&\n", max_size=60))
def test_any_text_is_read_or_refused(when: str) -> None:
    try:
        test, symbols = parse(when)
    except ExpressionError:
        return
    assert test(symbols) in (True, False)
