"""In which script and language a text is written, as far as a few function words can tell."""

import regex

LOOKED_AT = 4000
"""Characters of a text that are looked at."""
UNKNOWN = "unknown"

_SCRIPTS = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Han", "Kana", "Hangul", "Thai", "Devanagari")
_SCRIPT = regex.compile(
    "|".join(
        rf"(?P<{name}>{pattern}+)"
        for name, pattern in {
            **{name: rf"\p{{{name}}}" for name in _SCRIPTS}, "Kana": r"[\p{Hiragana}\p{Katakana}]"
        }.items()
    )
)  # fmt: skip
_BY_SCRIPT = {"Greek": "el", "Hebrew": "he", "Kana": "ja", "Hangul": "ko", "Thai": "th"}
"""Scripts that one language is written in, or nearly so."""

_WORD = regex.compile(r"\p{L}{2,}")  # single letters are of many languages, and of formulas
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "cs": "a v na se je že to s z do jako by pro jsem ale tak jak nebo když být ze jsou není má už bude",
        "da": "og i det at en den til er som på de med for ikke der var jeg har af et vi kan fra eller om hvis din",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus "
        "er hat dass sie nach wird bei einer um am sind noch wie einem über so zum haben nur oder aber wir ich ihre",
        "en": "the of and to in is it you that was for on are with as his they be at one have this from or had by but "
        "not what all were we when your can said there an each which she do how their if will",
        "es": "de la que el en y los del se las por un para con no una su al lo como más pero sus le ya o este sí "
        "porque esta entre cuando muy sin sobre también me hasta hay donde usted está",
        "fi": "ja on ei se että hän oli en joka mutta niin ole kun mitä minä sen kuin jos tai nyt vain myös kuten",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son "
        "ou mais nous vous je cette être aux leur comme elle votre",
        "it": "di e il la che in a per un è del non le si una con i da sono della al come alla ma ha lo più nel anche "
        "ci gli dei questo o mi se delle",
        "nl": "de van het een en in is dat op te zijn met voor niet die aan er om ook als dan maar bij nog naar je u "
        "uit ik door wordt heeft kan worden hebben uw",
        "pl": "w i na z do się nie że to jest o jak a po od za przez co dla są ale tym już czy tak lub być może oraz",
        "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou "
        "quando muito nos já eu também só pelo você",
        "ru": "и в не на я что он с как это по но из у за то так же от о для бы все вы мы его если или при ваш",
        "sv": "och i att det som en på är av för med till den har de inte om ett han var men jag vi kan från så du",
        "tr": "bir ve bu da de için ile çok ne gibi daha olarak var o ben kadar ama en sonra mi her değil olan",
        "uk": "і в не на що я з це до як у та за від він для але є по ми про так чи якщо або ви його",
    }.items()
}
_FEWEST_WORDS, _FEWEST_DISTINCT = 12, 4
_SHARE = 0.12
"""Of words that must be function words: running text has 30 to 50 %, lists of names and goods next to none."""
_AHEAD = 1.25
"""How many times more function words than the next language has: near relatives share many."""


def script(text: str) -> str:
    """The script of most letters, `unknown` if there are none."""
    counts: dict[str, int] = {}
    for match in _SCRIPT.finditer(text[:LOOKED_AT]):
        name = match.lastgroup or UNKNOWN
        counts[name] = counts.get(name, 0) + len(match[0])
    if counts.get("Kana", 0) * 10 > counts.get("Han", 0):
        counts["Kana"] = counts.pop("Kana") + counts.pop("Han", 0)  # Japanese mixes both
    return max(counts, key=counts.__getitem__, default=UNKNOWN)


def language(text: str) -> str:
    """ISO 639-1 code of the language of `text`, or `unknown`: too short, mixed, or none that is known here."""
    found = script(text)
    if found in _BY_SCRIPT:
        return _BY_SCRIPT[found]
    words = _WORD.findall(text[:LOOKED_AT].lower())
    if found == "Han" and "".join(words):
        return "zh"
    if len(words) < _FEWEST_WORDS:
        return UNKNOWN
    counts = sorted(((sum(word in known for word in words), name) for name, known in _FUNCTION_WORDS.items()))
    (second, _), (best, name) = counts[-2:]
    varied = len(_FUNCTION_WORDS[name].intersection(words)) >= _FEWEST_DISTINCT
    return name if varied and best >= _SHARE * len(words) and best >= _AHEAD * second else UNKNOWN
