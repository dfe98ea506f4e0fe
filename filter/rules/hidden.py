"""Rules on what HTML hides from its reader, and on text that is broken up to hide it from filters."""

import re

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_WORD = re.compile(r"[^\W\d_]{4,30}")
_TAG_NAME = re.compile(r"<([a-z][a-z0-9]{4,30})[\s/>]")
_KNOWN = frozenset(
    """abbr acronym address applet area article aside audio base basefont bgsound blink blockquote body button canvas
    caption center cite code colgroup data datalist details dialog embed fieldset figcaption figure font footer form
    frame frameset head header hgroup html iframe ilayer image input keygen label layer legend link listing main
    marquee mark math menu menuitem meta meter nobr noembed noframes nolayer noscript object optgroup option output
    param picture plaintext portal progress ruby samp script search section select slot small source spacer span
    strike strong style summary svg table tbody template textarea tfoot thead time title track video multicol server
    shape xmp path rect circle group defs line polygon http https mailto news""".split()
)
_INLINE = re.compile(rb"<(?:span|font|b|i|u)\b[^<>]{0,200}>[a-z]{1,3}</(?:span|font|b|i|u)>[a-z]", re.I)
_INLINE_TAGS = ("span", "font", "b>", "i>")
_LAST_TAGS = 300
_FEWEST_STRANGE = 60
_CONTENT = re.compile(r"<(?:p|div|a|span|img|br|font|table)[\s/>]")


def text_block(evidence: Evidence) -> str | None:
    """Much text is hidden, and hardly any of it is shown elsewhere in the message."""
    hidden = evidence.message.hidden
    if len(hidden) < 600:
        return None
    words = list(dict.fromkeys(_WORD.findall(hidden[:10_000])))[:400]
    if len(words) < _FEWEST_STRANGE:
        return None
    text = evidence.text
    strange = sum([word not in text for word in words])
    return f"{strange} words are hidden" if strange >= _FEWEST_STRANGE and strange * 2 > len(words) else None


def ratio(evidence: Evidence) -> str | None:
    """More text is hidden than a third of all."""
    hidden = len(evidence.message.hidden)
    share = hidden / (hidden + len(evidence.message.text) + 1)
    return f"{share:.0%} of the text is hidden" if hidden > 200 and share > 1 / 3 else None


def comment_stuffing(evidence: Evidence) -> str | None:
    """Much prose stands in comments."""
    if evidence.shows_all_tags and "!--" not in evidence.elements:
        return None
    if max(map(len, evidence.tags), default=0) < 200:
        return None
    long = [tag for tag in evidence.tags if len(tag) > 200 and tag.startswith("<!--") and "{" not in tag]
    words = sum([len(tag.split()) for tag in long])
    return f"{words} words in comments" if words >= 400 else None


def unknown_tags(evidence: Evidence) -> str | None:
    """Elements that no version of HTML knows."""
    if not any(len(name) > 4 and name.isalnum() for name in evidence.elements - _KNOWN):
        return None
    names = set(_TAG_NAME.findall(evidence.markup[:10_000])) - _KNOWN
    return f"unknown elements such as <{min(names)}>" if names else None


def after_end(evidence: Evidence) -> str | None:
    """Several elements follow the end of the page."""
    if evidence.shows_all_tags and len(evidence.tags) <= _LAST_TAGS:
        if "/html" not in evidence.elements:
            return None
        last = evidence.markup
    else:
        last = "\n".join(evidence.tags[-_LAST_TAGS:]).lower()
    _, _, rest = last.partition("</html")
    after = sum(1 for _ in _CONTENT.finditer(rest[:20_000])) if len(rest) > 20 else 0
    return f"{after} elements after the end of the page" if after >= 3 else None


def split_words(evidence: Evidence) -> str | None:
    """Tags stand between the letters of words."""
    if len(evidence.tags) < 40 or len(evidence.tags) * 4 < evidence.words * 3:
        return None  # without counting
    inline = sum([evidence.tag_starts.count(name) for name in _INLINE_TAGS if name in evidence.elements])
    if inline < 20 or inline * 4 < evidence.words * 3:
        return None
    found = 0
    for part in evidence.message.parts[:20]:
        if part.content_type == "text/html":
            found += sum(1 for _ in _INLINE.finditer(part.body[:16_384]))
    return f"{found} words are split by tags" if found >= 10 else None


ROWS: tuple[Rule, ...] = (
    Rule("HTML_HIDDEN_TEXT_BLOCK", "html", 2.8, "much text is hidden and shown nowhere", text_block, needs="hidden"),
    Rule(
        "HTML_HIDDEN_RATIO",
        "html",
        0.0,
        "more than a third of the text is hidden",
        ratio,
        Speaks.EITHER,
        needs="hidden",
    ),
    Rule("HTML_COMMENT_STUFFING", "html", 2.0, "much prose in comments", comment_stuffing, needs="tags"),
    Rule("HTML_UNKNOWN_TAGS", "html", 1.0, "elements that no HTML knows", unknown_tags, needs="tags"),
    Rule("HTML_TEXT_AFTER_END", "html", 1.0, "more content after the end of the page", after_end, needs="tags"),
    Rule("HTML_SPLIT_WORDS_BY_TAGS", "html", 2.0, "tags between the letters of words", split_words, needs="tags"),
)
