"""Letters that look like others: what a host name seems to read."""

import unicodedata
from functools import lru_cache

import regex

_TWO_SCRIPTS = regex.compile(
    r"(?=.*\p{Latin})(?=.*[\p{Cyrillic}\p{Greek}\p{Cherokee}\p{Armenian}])|(?=.*\p{Cyrillic})(?=.*\p{Greek})"
)
_DIGITS = str.maketrans("01357$|", "olestsl", "-_")


def mixes_scripts(label: str) -> bool:
    """Whether Latin letters stand beside those of alphabets that look like them."""
    return not label.isascii() and _TWO_SCRIPTS.search(label[:100]) is not None


@lru_cache(maxsize=4096)
def folded(label: str) -> str:
    """What `label` looks like in plain Latin letters: accents, look-alikes, digits and hyphens folded away."""
    text = unicodedata.normalize("NFKD", label[:100])
    latin = "".join(letter if letter.isascii() else _latin(letter) for letter in text)
    return latin.lower().translate(_DIGITS).replace("rn", "m").replace("vv", "w")


@lru_cache(maxsize=4096)
def _latin(letter: str) -> str:
    if unicodedata.combining(letter):
        return ""
    from confusable_homoglyphs import confusables  # noqa: PLC0415 - its tables take 40 ms to load

    found = confusables.is_confusable(letter, preferred_aliases=["latin"]) or ()
    for entry in found:
        for twin in entry["homoglyphs"]:
            if twin["c"].isascii() and twin["c"].isalnum():
                return str(twin["c"]).lower()
    return letter
