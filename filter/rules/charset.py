"""Rules on letters: alphabets mixed in a word, styled and invisible characters, needless entities."""

import re

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_TWIN = r"[асеорхуіјѕһӏԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαιρνАВЕКМНОРСТХІЈЅ]"
_SANDWICH = re.compile(
    rf"(?<=[a-zA-Z]){_TWIN}{{1,3}}(?=[a-zA-Z])|(?<=[a-zA-Z]{{3}}){_TWIN}\b|\b{_TWIN}(?=[a-zA-Z]{{3}})"
)
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_STYLED = re.compile("[\U0001d400-\U0001d7ff]")
_BETWEEN = re.compile(
    r"(?<=[A-Za-z])[\u200b\u200c\u200d\u2060\ufeff]{1,20}\s?(?=[A-Za-z])|\u00ad[A-Za-z]\u00ad[A-Za-z]\u00ad"
)
_ENTITIES = re.compile(rb"(?:&#(?:6[5-9]|[7-9]\d|1[01]\d|12[0-2]|x[46][1-9a-f]|x[57][0-9a]);){5}", re.I)


def mixed_scripts(evidence: Evidence) -> str | None:
    """Latin words hold letters of other alphabets that look the same."""
    if not any("\u0370" <= letter < "\u2000" for letter in evidence.odd_letters):
        return None
    found = sum(1 for _ in _SANDWICH.finditer(evidence.text))
    return f"{found} words mix alphabets" if found >= 2 else None


def styled(evidence: Evidence) -> str | None:
    """Words are written in mathematical letters."""
    if not any(letter >= "\U0001d400" for letter in evidence.odd_letters):
        return None
    found = len(_STYLED.findall(evidence.text))
    return f"{found} styled letters" if found >= 8 else None


def invisible_flood(evidence: Evidence) -> str | None:
    """Invisible characters stand between the letters of words."""
    if evidence.odd_letters.isdisjoint(_UNSEEN):
        return None
    found = sum(1 for _ in _BETWEEN.finditer(evidence.text))
    return f"invisible characters in {found} words" if found >= 4 else None


def entity_flood(evidence: Evidence) -> str | None:
    """Plain letters are written as numbers."""
    found = 0
    for part in evidence.message.parts[:20]:
        if part.content_type == "text/html" and _many_numbers(part.body):
            found += sum(1 for _ in _ENTITIES.finditer(part.body[:65_536]))
    return f"{found} words are written in numbers" if found >= 25 else None


def _many_numbers(body: bytes) -> bool:
    """One octet is counted ten times as fast as two are."""
    return body.count(b"&", 0, 16_384) >= 100 and body.count(b"&#", 0, 16_384) >= 100


ROWS: tuple[Rule, ...] = (
    Rule(
        "CHARSET_MIXED_SCRIPTS", "body", 2.8, "words mix alphabets that look alike", mixed_scripts, needs="odd_letters"
    ),
    Rule("CHARSET_STYLED_LETTERS", "body", 2.0, "words in mathematical letters", styled, needs="odd_letters"),
    Rule(
        "CHARSET_INVISIBLE_FLOOD",
        "body",
        3.5,
        "invisible characters between letters",
        invisible_flood,
        needs="odd_letters",
    ),
    Rule("CHARSET_ENTITY_FLOOD", "body", 2.0, "plain letters written as numbers", entity_flood, needs="tags"),
)
