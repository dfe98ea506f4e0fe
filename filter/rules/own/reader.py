"""An operator's TOML file, read and checked as a whole. What may stand in it: see the README, "Your own rules"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from filter.rules.alphabets import NAMES
from filter.rules.brands import BRANDS
from filter.rules.composite import Composite
from filter.rules.letters import fold
from filter.rules.own import rule_tables
from filter.rules.own.entries import Addresses, Domains, Networks, usual_domain
from filter.rules.own.listing import Listing, Lists, Scoped
from filter.rules.own.members import ListReader
from filter.rules.own.rows import ListRule, PatternRule, Rows
from filter.rules.own.scope import Scope
from filter.rules.own.table import Table
from filter.rules.settings import DEFAULTS, RuleSettings
from filter.tomlfile.files import Files
from filter.tomlfile.problems import choices, shown
from filter.tomlfile.reader import load

_KEYS = (
    "own_domains",
    "scripts",
    "trusted_authserv_ids",
    "trusted_networks",
    "brands",
    "points",
    "rule",
    "allow",
    "deny",
    "lists",
)


@dataclass(frozen=True, slots=True)
class OwnRules:
    """All that an operator's file says. `points` replace those of shipped symbols; `lists` counts his lists."""

    settings: RuleSettings = DEFAULTS
    points: Mapping[str, float] = field(default_factory=dict)
    rows: Rows = field(default_factory=lambda: Rows(()))
    composites: tuple[Composite, ...] = ()
    listing: Listing | None = None
    lists: int = 0

    @property
    def rules(self) -> tuple[PatternRule | ListRule | Composite, ...]:
        """His rules, composites last."""
        return (*self.rows.rules, *self.composites)


def read(path: Path, files: Files | None = None) -> OwnRules:
    """Read the file at `path` and the lists it names; each is noted in `files`. Raises TomlFileError."""
    seen = Files() if files is None else files
    content, problems = load(path, seen)
    own = _own(Table(content, (), problems), ListReader(path.parent, seen, problems))
    problems.raise_any()
    return own


def _own(top: Table, lists: ListReader) -> OwnRules:
    top.knows(_KEYS, "in the file")
    trusted = lists.read(top, "trusted_networks", Networks())
    tables = rule_tables.read(top, lists)
    points = rule_tables.read_points(top.table("points"), tables.lines)
    allow, deny = (_lists(top.table(name), lists) for name in ("allow", "deny"))
    scoped = [_scoped(table, lists) for table in top.tables("lists")]
    entries = len(allow) + len(deny) + sum(map(len, scoped))
    return OwnRules(
        settings=_settings(top, lists),
        points=points,
        rows=Rows(tables.rows),
        composites=tables.composites,
        listing=Listing(allow, deny, trusted, points, scoped) if entries else None,
        lists=lists.count,
    )


def _lists(table: Table, lists: ListReader) -> Lists:
    table.knows(("senders", "domains", "networks", "recipients"), f"in [{table.key[-1]}]")
    return Lists(
        lists.read(table, "senders", Addresses()),
        lists.read(table, "domains", Domains()),
        lists.read(table, "networks", Networks()),
        lists.read(table, "recipients", Addresses()),
    )


def _scoped(table: Table, lists: ListReader) -> Scoped:
    """Lists for some listeners, domains or recipients."""
    table.knows(("listeners", "domains", "recipients", "allow", "deny"), "in [[lists]]")
    scope = Scope(
        frozenset(filter(None, table.texts("listeners"))),
        lists.read(table, "recipients", Addresses()),
        lists.read(table, "domains", Domains()),
    )
    if table.content.keys().isdisjoint(("listeners", "domains", "recipients")):
        table.refuse("listeners", "[[lists]] holds for nobody in particular", "name listeners, domains or recipients")
    allow, deny = (_lists(table.table(name), lists) for name in ("allow", "deny"))
    return Scoped(scope, allow, deny)


def _settings(top: Table, lists: ListReader) -> RuleSettings:
    brands = _brands(top.table("brands"), lists)
    return replace(
        DEFAULTS,
        brands={**BRANDS, **brands} if brands else DEFAULTS.brands,
        own_domains=frozenset(lists.read(top, "own_domains", Domains())),
        scripts=frozenset(_scripts(top)),
        trusted_authserv_ids=frozenset(usual_domain(name) for name in top.texts("trusted_authserv_ids") if name),
    )


def _scripts(top: Table) -> list[str]:
    names = top.texts("scripts")
    for number, name in enumerate(names):
        if name and name not in NAMES:
            instead = choices(name.capitalize(), NAMES, most=len(NAMES))
            top.problems.add(("scripts", number), f"unknown script {shown(name)}", instead)
    return names


def _brands(table: Table, lists: ListReader) -> dict[str, frozenset[str]]:
    """The operator's brands, with the domains that ship where he names one of those."""
    brands: dict[str, frozenset[str]] = {}
    for name in table.content:
        key = re.sub(r"[^\w]|_", "", fold(name))
        domains = frozenset(lists.read(table, name, Domains()))
        if not key:
            table.refuse(name, f"{shown(name)} is no name", "write the brand as people read it")
        elif not domains and isinstance(table.content[name], list):
            table.refuse(name, f"no domain of {shown(name)}", 'write the domains that it uses, as ["example.org"]')
        brands[key] = domains | BRANDS.get(key, frozenset()) | brands.get(key, frozenset())
    return brands
