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
    assert parse(when).test(symbols.split()) is expected


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


@pytest.mark.parametrize(
    ("when", "triggers"),
    [
        ("A", "A"),
        ("A and (B or C)", "A"),
        ("(A or B) and not C", "A B"),
        ("A and B or C", "A C"),
        ("not A and (B or C and D)", "B C"),
        ("(A or B or C) and MODEL_SPAM", "A B C"),
    ],
)
def test_one_of_the_triggers_is_there_whenever_it_is_true(when: str, triggers: str) -> None:
    assert parse(when).triggers == frozenset(triggers.split())


@pytest.mark.parametrize("when", ["not A", "A or not B", "not (A and B)", "not not A"])
def test_what_may_be_true_of_nothing_has_no_triggers(when: str) -> None:
    assert parse(when).triggers is None


@given(st.text(alphabet="AB ()andort&\n", max_size=60))
def test_any_text_is_read_or_refused_and_triggers_lose_nothing(when: str) -> None:
    try:
        test, triggers, symbols = parse(when)
    except ExpressionError:
        return
    for there in (symbols, {"A"}, {"B"}, ()):
        if test(there) and triggers is not None:
            assert not triggers.isdisjoint(there)
