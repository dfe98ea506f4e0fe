"""Composites: facts that together say more than each alone, as boolean expressions over symbols.

expression := term ("or" term)*      term := factor ("and" factor)*
factor := "not" factor | "(" expression ")" | SYMBOL
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

Test = Callable[[Collection[str]], bool]

_TOKEN = re.compile(r"\s*(?:([A-Z][A-Z0-9_]*)|(and|or|not)\b|([()]))")
_LONGEST = 1000
MODEL_SPAM = "MODEL_SPAM"
"""The model alone gives 0 points or more."""
MODEL_HAM = "MODEL_HAM"
"""The model alone gives -5 points or less."""
MODEL = frozenset({MODEL_SPAM, MODEL_HAM})
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
    triggers: frozenset[str] | None = field(init=False, repr=False, compare=False)
    _test: Test = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        test, triggers, symbols = parse(self.when)
        object.__setattr__(self, "_test", test)
        object.__setattr__(self, "triggers", triggers)
        object.__setattr__(self, "symbols", symbols)

    def holds(self, symbols: Collection[str]) -> bool:
        """Whether the expression is true of a message with these symbols."""
        return (self.triggers is None or not self.triggers.isdisjoint(symbols)) and self._test(symbols)

    def detail(self, symbols: Collection[str]) -> str:
        """The facts of this composite that were true."""
        return " + ".join(sorted(self.symbols.intersection(symbols)))


class Expression(NamedTuple):
    """An expression as it was read: its test, symbols of which one is there whenever it is true, and all it names.

    Asking for the `triggers` first costs a twentieth of the test. None: it may be true without any symbol.
    """

    test: Test
    triggers: frozenset[str] | None
    symbols: frozenset[str]


def parse(expression: str) -> Expression:
    """The test that `expression` describes. Raises ExpressionError."""
    parser = _Parser(expression)
    part = parser.any_of(0)
    if parser.word:
        raise parser.error("'and', 'or' or the end")
    return Expression(part.test, part.triggers, frozenset(parser.symbols))


class _Part(NamedTuple):
    """A part of an expression; `plain` if it is true whenever one of its triggers is there."""

    test: Test
    triggers: frozenset[str] | None
    plain: bool = False


def _one_of(symbols: frozenset[str]) -> _Part:
    return _Part(lambda there: not symbols.isdisjoint(there), symbols, plain=True)


def _any(parts: list[_Part]) -> _Part:
    tests = [part.test for part in parts]
    triggers = [part.triggers for part in parts if part.triggers is not None]
    together = frozenset[str]().union(*triggers) if len(triggers) == len(parts) else None
    if together is not None and all(part.plain for part in parts):
        return _one_of(together)
    return _Part(lambda symbols: any(test(symbols) for test in tests), together)


def _all(parts: list[_Part]) -> _Part:
    tests = [part.test for part in parts]
    triggers = [part.triggers for part in parts if part.triggers is not None]
    return _Part(lambda symbols: all(test(symbols) for test in tests), min(triggers, key=_how_common, default=None))


def _how_common(triggers: frozenset[str]) -> tuple[bool, int]:
    """What the model thinks is true of every other message, facts are of few."""
    return not triggers.isdisjoint(MODEL), len(triggers)


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

    def any_of(self, depth: int) -> _Part:
        parts = [self._all_of(depth)]
        while self.word == "or":
            self._advance()
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else _any(parts)

    def _all_of(self, depth: int) -> _Part:
        parts = [self._factor(depth)]
        while self.word == "and":
            self._advance()
            parts.append(self._factor(depth))
        return parts[0] if len(parts) == 1 else _all(parts)

    def _factor(self, depth: int) -> _Part:
        if depth > _DEEPEST:
            raise ExpressionError(f"nested deeper than {_DEEPEST}")
        word = self.word
        if word == "not":
            self._advance()
            test = self._factor(depth + 1).test
            return _Part(lambda symbols: not test(symbols), None)
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
        return _one_of(frozenset({word}))
