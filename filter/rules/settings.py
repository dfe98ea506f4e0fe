"""What an operator tells the rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from filter.rules import brands

_START = 3
_NAME = 200
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Names worth protecting, with the domains they really use, and the operator's own domains."""

    brands: Mapping[str, frozenset[str]] = field(default_factory=lambda: brands.BRANDS)
    own_domains: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    """Scripts that the site's users read, such as Latin or Cyrillic; empty: all."""
    trusted_authserv_ids: frozenset[str] = frozenset()
    """Servers, in lower case, whose Authentication-Results are believed (RFC 8601 section 5)."""
    brand_starts: frozenset[str] = field(init=False)
    """The first letters of each brand and own domain."""
    start_size: int = field(init=False)
    """How many letters those are."""
    brand_domains: frozenset[str] = field(init=False)
    """All domains of all brands."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "brand_domains", frozenset[str]().union(*self.brands.values()))
        names = [name for name in (*self.brands, *self.own_domains) if name.isascii()]
        size = min(_START, *map(len, names)) if names else _START
        object.__setattr__(self, "start_size", size)
        object.__setattr__(self, "brand_starts", frozenset(name[:size] for name in names))

    def may_name(self, text: str) -> bool:
        """Whether a brand or own domain may stand in `text` (folded): most texts tell at a glance that none does."""
        words = _WORD.findall(text[:_NAME])
        letters = "".join(words)
        if not letters.isascii():
            return True
        ends = accumulate(map(len, words), initial=0) if letters.isalpha() else range(len(letters))
        size = self.start_size
        return not self.brand_starts.isdisjoint([letters[at : at + size] for at in ends])


DEFAULTS = RuleSettings()
