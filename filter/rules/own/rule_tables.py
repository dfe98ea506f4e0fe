"""The [[rule]] and [points] tables of an operator's file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from filter.rules.catalogue import RULES
from filter.rules.composite import MODEL, Composite, ExpressionError
from filter.rules.composites import COMPOSITES
from filter.rules.own import listing, patterns
from filter.rules.own.entries import Addresses, Domains, Members, Networks
from filter.rules.own.members import ListReader
from filter.rules.own.rows import HEADER, MEMBERS, TEXTS, ListRule, PatternRule
from filter.rules.own.table import Table, as_symbol
from filter.tomlfile.problems import choices, shown
from models.symbol import is_symbol

MOST_RULES = 1000
_KEYS = ("symbol", "points", "meaning", "in", "pattern", "list", "when")
_LONGEST_MEANING = 200
_HEADER_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_EXAMPLE = 'an expression as "A and not (B or C)"'
_KINDS: Mapping[str, type[Addresses | Domains | Networks]] = {
    "sender": Addresses,
    "domain": Domains,
    "envelope-sender": Addresses,
    "network": Networks,
    "recipient": Addresses,
}


def shipped() -> list[str]:
    """Symbols whose points an operator may set."""
    return [*(rule.symbol for rule in RULES), *(one.symbol for one in COMPOSITES), *listing.POINTS]


@dataclass(frozen=True, slots=True)
class RuleTables:
    """What the tables say; `lines` is where each own symbol stands."""

    rows: list[PatternRule | ListRule] = field(default_factory=list)
    composites: tuple[Composite, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)


def read_points(table: Table, own: Mapping[str, int]) -> dict[str, float]:
    """Points for shipped symbols; `own` are the operator's with their lines."""
    known = shipped()
    points = {}
    for symbol in table.content:
        points[symbol] = table.points(symbol)
        if symbol in own:
            table.refuse(symbol, f"{symbol} is your own rule", f"change its points on line {own[symbol]}")
        elif symbol.startswith(("NB_", "MODEL_")):
            table.refuse(symbol, f"{symbol} is a part of the model", "train a model to change it, or add rules")
        elif symbol not in known:
            table.refuse(symbol, f"no rule is called {shown(symbol)}", choices(symbol, known))
    return points


def read(top: Table, lists: ListReader) -> RuleTables:
    """The rules; composites may name rules in any order, but of composites only those above them."""
    tables = top.tables("rule")
    if len(tables) > MOST_RULES:
        top.problems.add(("rule", MOST_RULES), f"{len(tables)} rules", f"write {MOST_RULES} at most, or lists")
    own: dict[str, int] = {}
    for table in tables[:MOST_RULES]:
        _symbol(table, own)
    composed = [table for table in tables[:MOST_RULES] if "when" in table.content]
    rows = [row for table in tables[:MOST_RULES] for row in _row(table, lists)]
    _bound(tables, rows)
    return RuleTables(rows, tuple(_composites(composed, own)), own)


def _symbol(table: Table, own: dict[str, int]) -> None:
    """Check the symbol of a rule, and note it in `own`."""
    table.knows(_KEYS, "in a rule")
    symbol = table.text("symbol")
    line = table.problems.line((*table.key, "symbol"))
    if "symbol" not in table.content:
        table.refuse("symbol", "a rule without a symbol", 'write symbol = "OUR_RULE", its name in reports')
    elif not is_symbol(symbol):
        table.refuse("symbol", f"{shown(symbol)} is no symbol", f"write capitals, digits and _, as {as_symbol(symbol)}")
    elif symbol in shipped():
        table.refuse("symbol", f"{symbol} ships with hamgate", "choose another name, or set its points in [points]")
    elif symbol.startswith("NB_") or symbol in MODEL:
        table.refuse("symbol", f"{symbol} is a name of the model", "choose another name")
    elif symbol in own:
        table.refuse("symbol", f"{symbol} is on line {own[symbol]} already", "choose another name")
    else:
        own[symbol] = line


def _row(table: Table, lists: ListReader) -> Iterator[PatternRule | ListRule]:
    """The rule in `table` if it is a pattern or a list, and has no defect of its own."""
    symbol, meaning = table.text("symbol"), _meaning(table)
    points = table.points("points", 'write points = 2.5, or 0 for a fact that only serves "when"')
    tests = [name for name in ("pattern", "list", "when") if name in table.content]
    if len(tests) != 1:
        wrong = f"a rule with {' and '.join(tests)}" if tests else "a rule without a test"
        instead = "write one of them in a rule of its own" if tests else "write in and pattern, in and list, or when"
        table.refuse(tests[-1] if tests else "symbol", wrong, instead)
    elif tests == ["pattern"]:
        place = _place(table, (*TEXTS, f"{HEADER}NAME"))
        if (pattern := _pattern(table)) and place:
            yield PatternRule(symbol, points, meaning, place, pattern)
    elif tests == ["list"]:
        if place := _place(table, tuple(MEMBERS)):
            yield ListRule(symbol, points, meaning, place, _members(table, lists, place))
    elif "in" in table.content:
        table.refuse("in", "in has no meaning beside when", "leave it out")


def _meaning(table: Table) -> str:
    meaning = table.text("meaning")
    if len(meaning) > _LONGEST_MEANING:
        table.refuse("meaning", f"a meaning of {len(meaning)} characters", f"write {_LONGEST_MEANING} at most")
    return meaning


def _place(table: Table, places: tuple[str, ...]) -> str:
    """Where the rule looks; empty if that is no place for its test."""
    test = "pattern" if "pattern" in table.content else "list"
    place = table.text("in").lower() if table.text("in").lower().startswith(HEADER) else table.text("in")
    if "in" not in table.content:
        table.refuse(test, f"no in beside {test}", f"write in = one of {_quoted(places)}")
    elif test == "pattern" and place.startswith(HEADER):
        if place != HEADER and _HEADER_NAME.issuperset(place.removeprefix(HEADER)):
            return place
        table.refuse("in", f"{shown(place)} names no header field", f'write in = "{HEADER}X-Name"')
    elif place not in places:
        table.refuse("in", f"a {test} cannot look in {shown(place)}", _other_place(place, places))
    else:
        return place
    return ""


def _other_place(place: str, places: tuple[str, ...]) -> str:
    if place in MEMBERS and "network" not in places:
        return f'write in = "{HEADER}From", or a list'
    if place in TEXTS or place.startswith(HEADER):
        return f"write a pattern, or in = one of {_quoted(places)}"
    return choices(f'"{place}"', [f'"{name}"' for name in places])


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _pattern(table: Table) -> str:
    """The pattern; empty if it cannot be used."""
    pattern = table.content["pattern"]
    if not isinstance(pattern, str):
        table.text("pattern")
        return ""
    if why := patterns.defect(pattern):
        table.refuse("pattern", *why.split(": ", 1) if ": " in why else (why, ""))
        return ""
    return pattern


def _members(table: Table, lists: ListReader, place: str) -> Members:
    members = lists.read(table, "list", _KINDS[place]())
    if table.content["list"] == []:
        table.refuse("list", "an empty list", 'write entries, or "file:NAME" for a file of them')
    return members


def _bound(tables: list[Table], rows: list[PatternRule | ListRule]) -> None:
    """Refuse patterns that are too large together."""
    places: dict[str, list[str]] = {}
    for row in rows:
        if isinstance(row, PatternRule):
            places.setdefault(row.place, []).append(row.pattern)
    for place, together in places.items():
        if (size := patterns.size(together)) > patterns.LARGEST:
            wrong = f"the patterns in {place} are too large together ({size} of {patterns.LARGEST} instructions)"
            tables[0].problems.add(("rule",), wrong, "write fewer, or fewer counted repetitions such as {100}")


def _composites(tables: list[Table], own: Mapping[str, int]) -> Iterator[Composite]:
    """The composites that have no defect."""
    later = {table.text("symbol") for table in tables}
    known = {*own, *shipped(), *MODEL}
    for table in tables:
        symbol = table.text("symbol")
        if not table.text("when"):
            table.refuse("when", "no expression", f"write {_EXAMPLE}")
            continue
        try:
            one = Composite(symbol, table.points("points"), table.text("meaning"), table.text("when"))
        except ExpressionError as error:
            what, _, instead = str(error).partition(": ")
            table.refuse("when", what, instead or f"write {_EXAMPLE}")
            continue
        for name in sorted(one.symbols):
            if name in later:
                table.refuse("when", f"{name} is not above {symbol}", _below(name == symbol))
            elif name not in known:
                table.refuse("when", f"no rule is called {name}", choices(name, known))
        later.discard(symbol)
        yield one


def _below(is_itself: bool) -> str:
    if is_itself:
        return "a rule cannot be made of itself; name others"
    return "a composite may name rules, and composites above it; move it up"
