"""What a reader of an HTML part sees, what is hidden from him, and where its links lead."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCK = re.compile(
    r"<(?=/?(?:p|br|div|t[dhr]|li|[uo]l|h[1-6]|table|hr|center|blockquote|d[dt]|pre|option|title|article|section)\b)",
    re.I,
)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,4000}>?")
_UNSEEN = ["script", "style", "title", "template", "noframes", "object"]
_HIDING = re.compile(
    r"display:none|visibility:hidden|(?:font-size|max-height|opacity):0(?:\.0*)?(?:px|pt|em|%)?(?:!important)?(?:;|$)"
)
_HIDING_CUES = ("display:none", "visibility:hidden", "font-size:0", "max-height:0", "opacity:0", "hidden")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads and what its reader sees; `text` is empty for pictures and forms."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Html:
    """One HTML part as read. `cut` says that only its beginning was parsed, the rest stripped of its tags."""

    text: str
    hidden: str
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    cut: bool


NOTHING = Html("", "", (), (), False)


def read(source: str, budget: int, most_links: int) -> Html:
    """Read `source`, at most `budget` characters of it with the parser."""
    head, rest = source[:budget], source[budget:]
    tags = tuple(_TAG.findall(head))
    # Blocks end words, inline elements do not: "<td>a</td><td>b" is two words, "v<b>ia</b>gra" is one.
    tree = LexborHTMLParser(_BLOCK.sub(" <", head))
    tree.strip_tags(_UNSEEN)
    links = _links(tree, most_links)
    hidden = _take_hidden(tree, head)
    body = tree.body
    text = body.text() if body is not None else ""
    if rest:
        text = f"{text} {_TAG.sub(' ', rest)}"
    return Html(text, hidden, links, tags, bool(rest))


def _links(tree: LexborHTMLParser, most: int) -> tuple[Link, ...]:
    links: list[Link] = []
    for node in tree.css("a[href],area[href],form[action],img[src]")[:most]:
        attributes = node.attributes
        if node.tag == "a":
            links.append(Link(attributes.get("href") or "", _SPACE.sub(" ", node.text()[:2000]).strip()))
        else:
            links.append(Link(attributes.get("href") or attributes.get("action") or attributes.get("src") or "", ""))
    return tuple(links)


def _take_hidden(tree: LexborHTMLParser, source: str) -> str:
    """Remove what style or the `hidden` attribute hides, and return its text."""
    compact = source.lower().replace(" ", "")
    if not any(cue in compact for cue in _HIDING_CUES):
        return ""
    texts: list[str] = []
    # Inner nodes first: removing one frees all nodes below it.
    for node in reversed(tree.css("[style],[hidden]")):
        if node.tag not in ("body", "html") and _is_hidden(node):
            texts.append(node.text())
            node.decompose()
    return " ".join(reversed(texts))


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "")[:2000].lower()
    return "hidden" in attributes or _HIDING.search(_SPACE.sub("", style)) is not None
