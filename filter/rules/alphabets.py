"""Rules on the alphabet of a text, for sites whose users do not read all of them."""

import unicodedata
from functools import lru_cache

import regex

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

NAMES = tuple(
    """
    Arabic Armenian Bengali Cherokee Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew
    Hiragana Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan
    """.split()
)
"""Scripts, as Unicode calls them. Japanese is Han, Hiragana and Katakana; Korean is Hangul and Han."""
_LOOKED_AT = 4_000
_FEWEST = 20
_BY_CHARACTER_NAME = {"CJK": "Han", "IDEOGRAPHIC": "Han"}


@lru_cache(maxsize=16)
def _others(scripts: frozenset[str]) -> "regex.Pattern[str]":
    """A letter of none of `scripts`."""
    known = "".join(rf"\p{{Script={name}}}" for name in sorted(scripts & set(NAMES)))
    return regex.compile(rf"(?V1)[\p{{L}}--[{known}\p{{Common}}\p{{Inherited}}]]")


_LETTER = regex.compile(r"\p{L}")


def unwanted_script(evidence: Evidence) -> str | None:
    """Most letters of subject and text are of scripts that the site's users do not read."""
    scripts = evidence.settings.scripts
    if not scripts:
        return None
    text = f"{evidence.subject}\n{evidence.text[:_LOOKED_AT]}"
    if text.isascii() and "Latin" in scripts:
        return None
    others = _others(scripts).findall(text)
    if len(others) < _FEWEST or 2 * len(others) <= len(_LETTER.findall(text)):
        return None
    return f"written in {_script(others[len(others) // 2])}"


def _script(letter: str) -> str:
    """The script of a letter, by its name in Unicode: "CYRILLIC SMALL LETTER A"."""
    word = unicodedata.name(letter, "an unknown script").partition(" ")[0]
    return _BY_CHARACTER_NAME.get(word, word.capitalize())


ROWS: tuple[Rule, ...] = (
    Rule(
        "CHARSET_UNWANTED_SCRIPT",
        "body",
        0.0,
        "written in a script that the site's users do not read",
        unwanted_script,
        needs="known_scripts",
    ),
)
