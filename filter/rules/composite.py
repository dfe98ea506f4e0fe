"""Composites: facts that together say more than each alone, as boolean expressions over symbols.

expression := term ("or" term)*      term := factor ("and" factor)*
factor := "not" factor | "(" expression ")" | SYMBOL
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

Test = Callable[[Collection[str]], bool]

_TOKEN = re.compile(r"\s*(?:([A-Z][A-Z0-9_]*)|(and|or|not)\b|([()]))")
_LONGEST = 1000
_DEEPEST = 20


class ExpressionError(ValueError):
    """The expression cannot be read; the text says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Composite:
    """One row. `when` is an expression over symbols of rules; see the module's text."""

    symbol: str
    points: float
    meaning: str
    when: str
    symbols: frozenset[str] = field(init=False)
    _test: Test = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        test, symbols = parse(self.when)
        object.__setattr__(self, "_test", test)
        object.__setattr__(self, "symbols", symbols)

    def holds(self, symbols: Collection[str]) -> bool:
        """Whether the expression is true of a message with these symbols."""
        return self._test(symbols)

    def detail(self, symbols: Collection[str]) -> str:
        """The facts of this composite that were true."""
        return " + ".join(sorted(self.symbols.intersection(symbols)))


def parse(expression: str) -> tuple[Test, frozenset[str]]:
    """The test that `expression` describes and the symbols it names. Raises ExpressionError."""
    parser = _Parser(expression)
    test = parser.any_of(0)
    if parser.word:
        raise parser.error("'and', 'or' or the end")
    return test, frozenset(parser.symbols)


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, expression: str) -> None:
        if len(expression) > _LONGEST:
            raise ExpressionError(f"longer than {_LONGEST} characters")
        self._expression = expression.rstrip()
        self._end = 0
        self.symbols: set[str] = set()
        self.word = ""
        self._advance()

    def _advance(self) -> None:
        self._start = self._end
        match = _TOKEN.match(self._expression, self._end)
        if match is None and self._end < len(self._expression):
            raise ExpressionError(
                f"unexpected {self._expression[self._end :].strip()[:20]!r}: write SYMBOL, and, or, not, ( or )"
            )
        self.word = match[match.lastindex or 0] if match else ""
        self._end = match.end() if match else self._end

    def error(self, wanted: str) -> ExpressionError:
        """What is wrong at the token that we are at."""
        return ExpressionError(f"{wanted} expected at {(self.word or 'the end')!r}")

    def any_of(self, depth: int) -> Test:
        tests = [self._all_of(depth)]
        while self.word == "or":
            self._advance()
            tests.append(self._all_of(depth))
        return tests[0] if len(tests) == 1 else lambda symbols: any(test(symbols) for test in tests)

    def _all_of(self, depth: int) -> Test:
        tests = [self._factor(depth)]
        while self.word == "and":
            self._advance()
            tests.append(self._factor(depth))
        return tests[0] if len(tests) == 1 else lambda symbols: all(test(symbols) for test in tests)

    def _factor(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise ExpressionError(f"nested deeper than {_DEEPEST}")
        word = self.word
        if word == "not":
            self._advance()
            negated = self._factor(depth + 1)
            return lambda symbols: not negated(symbols)
        if word == "(":
            self._advance()
            inner = self.any_of(depth + 1)
            if self.word != ")":
                raise self.error("')'")
            self._advance()
            return inner
        if not word[:1].isupper():
            raise self.error("a symbol")
        self.symbols.add(word)
        self._advance()
        return lambda symbols: word in symbols
