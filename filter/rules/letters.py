"""Letters that deceive the eye, and text as the eye reads it."""

import itertools
import re
import unicodedata
from functools import lru_cache

_UNSEEN = (
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\U000e0001-\U000e007f"
)
_DROPPED = re.compile(f"[\u00ad{_UNSEEN}]+")
# Zero-width joiners belong between emoji, in Persian and in Indian scripts, marks of direction beside Hebrew and
# Arabic: only between Latin letters have they no work. The override U+202E has none in any header.
_HIDDEN = re.compile(f"[A-Za-z][{_UNSEEN}]{{1,9}}[A-Za-z]|[A-Za-z]\u00ad[A-Za-z]\u00ad|\u202e")
_LOOKALIKES = dict(zip("тмкаеорсухіјѕԁԛԝһӏɡνοαικρτυАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
                       "tmkaeopcyxijsdqwhlgvoaikptuABEKMHOPCTYXIJSABEZHIKMNOPTYX", strict=True))  # fmt: skip
_ALIKE = "".join(_LOOKALIKES)
_FOLD = str.maketrans(_LOOKALIKES)
# Between two letters of the other alphabet: Russian adds its endings to Latin words ("SMSки"), that is no disguise.
_MIXED = re.compile(f"[A-Za-z][{_ALIKE}]{{1,3}}[A-Za-z]|[а-яё][aeopcyxi]{{1,2}}[а-яё]")
_STYLED = re.compile("(?:[\U0001d400-\U0001d7ff] ?){3}")
_STRUCK = re.compile("[A-Za-z][\u0321-\u0338\u0488\u0489\u0730-\u074a]")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0730-\u074a]+")  # those of kana and Indian scripts stay
_MIXED_WORD = re.compile("[a-zA-Z][Ѐ-ԯ]|[Ѐ-ԯ][a-zA-Z]")
_CYRILLIC = re.compile("[Ѐ-ԯ]")
_CAPITAL_I = re.compile("(?<=[a-z])I")


def fold(text: str) -> str:
    """Lower case without accents, styles and invisible characters, look-alikes as the Latin letters they imitate."""
    if "I" in text[1:]:
        text = _CAPITAL_I.sub("l", text)
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", _DROPPED.sub("", text)).translate(_FOLD))
    return unicodedata.normalize("NFC", plain).lower()


def plain(text: str) -> str:
    """`text` in ASCII: styled, accented and look-alike letters as plain ones, all others gone."""
    if text.isascii():
        return text
    if _CYRILLIC.search(text) and _MIXED_WORD.search(text):
        text = text.translate(_FOLD)
    text = text.replace("ß", "ss").replace("’", "'")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def hides(text: str) -> bool:
    """Invisible characters split its words, or turn its direction around."""
    return not text.isascii() and _HIDDEN.search(text) is not None


def disguises(text: str) -> str:
    """How its letters pose as others; empty if they do not."""
    if text.isascii():
        return ""
    if _MIXED.search(text):
        return "letters of two alphabets in one word"
    if _STYLED.search(text):
        return "letters from the mathematical alphabets"
    if _STRUCK.search(text):
        return "letters with strokes and marks over them"
    return ""


@lru_cache(maxsize=8192)
def looks_random(label: str) -> bool:
    """A name that a machine made up: letters and digits by turns, or hardly a vowel. Lower case."""
    if not 8 <= len(label) <= 63 or not label.isascii():
        return False
    name = label.replace("-", "")
    turns = sum(a.isdigit() != b.isdigit() for a, b in itertools.pairwise(name))
    vowels = sum(name.count(vowel) for vowel in "aeiouy")
    letters = sum(map(str.isalpha, name))
    if turns >= 3:
        return letters >= 3
    return letters >= 7 and vowels <= (0.22 if turns == 2 else 0.12) * len(name)
