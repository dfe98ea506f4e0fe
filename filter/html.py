"""What a reader of an HTML part sees, what is hidden from him, and where its links lead."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from filter import kernel

_BLOCK = re.compile(
    r"/?(?:p|br|div|t[dhr]|li|[uo]l|h[1-6]|table|hr|center|blockquote|d[dt]|pre|option|title|article|section)\b", re.I
)
# Elements that HTML opens again in each paragraph until they are closed (WHATWG HTML section 13.2.4.3): 48 KB of them
# make millions of nodes. Under a name that HTML does not know they are ordinary, and the text stays the same.
_FORMATTING = re.compile(r"\A(/?)(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\Z", re.I)
_TAG = re.compile(  # as the kernel finds them
    r"<[a-zA-Z/!?][^<>]{0,4000}>?"
)
_CODE_TAG = re.compile(  # as the kernel finds them
    r"<(/?)(style|script)\b[^<>]{0,400}>?", re.I
)
_UNSEEN = ["script", "style", "title", "template", "noframes", "object"]
_HIDING = re.compile(
    r"display:none|visibility:hidden|(?:font-size|max-height|opacity):0(?:\.0*)?(?:px|pt|em|%)?(?:!important)?(?:;|$)"
)
_HIDING_CUES = ("display:none", "visibility:hidden", "font-size:0", "max-height:0", "opacity:0")
_LINKS = "a[href],area[href],form[action],img[src]"
_STYLED = ":is([style],[hidden])"  # a list of the two would name an element with both twice


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads and what its reader sees; `text` is empty for pictures and forms. `tag` is its element."""

    target: str
    text: str
    tag: str = field(default="a", compare=False)


@dataclass(frozen=True, slots=True)
class Html:
    """One HTML part as read. `cut` says that only its beginning was parsed, the rest stripped of its tags."""

    text: str
    hidden: str
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    cut: bool


def read(source: str, budget: int, most_links: int) -> Html:
    """Read `source`, at most `budget` characters of it with the parser."""
    if len(source) > budget:
        source = _without_code(source)  # pages of today spend the budget on style before they say a word
    end = _without_half_tag(source, budget)
    head, rest = source[:end], source[end:]
    tags = tuple(kernel.tags(head))
    # Blocks end words, inline elements do not: "<td>a</td><td>b" is two words, "v<b>ia</b>gra" is one.
    tree = LexborHTMLParser(kernel.elements(head, _opening))
    tree.strip_tags(_UNSEEN)
    links = _links(tree, most_links)
    hidden = _take_hidden(tree)
    body = tree.body
    text = _text(body) if body is not None else ""
    if rest:
        text += _unescaped(_TAG.sub(" ", rest))
    return Html(text, hidden, links, tags, bool(rest))


@lru_cache(maxsize=1024)
def _opening(element: str) -> str:
    """What the parser gets to see of an element: white space before blocks, formatting elements under other names."""
    return " <" + element if _BLOCK.match(element) else "<" + _FORMATTING.sub(r"\1x-\2", element)


def _without_code(source: str) -> str:
    """The source without its style and script elements; one that is never closed stays, it hides nothing from us."""
    pieces: list[str] = []
    position, opened, element = 0, -1, ""
    for tag in _CODE_TAG.finditer(source):
        if opened < 0 and not tag[1]:
            opened, element = tag.start(), tag[2].lower()
        elif opened >= 0 and tag[1] and tag[2].lower() == element:
            pieces.append(source[position:opened])
            position, opened = tag.end(), -1
    return "".join([*pieces, source[position:]])


def _without_half_tag(source: str, end: int) -> int:
    """Where to cut before `end`: never inside a tag, the rest of which would be text."""
    if end >= len(source):
        return len(source)
    start = source.rfind("<", 0, end)
    return start if start > source.rfind(">", 0, end) else end


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a numeric entity of more than 4300 digits
        return text


def _links(tree: LexborHTMLParser, most: int) -> tuple[Link, ...]:
    links: list[Link] = []
    for node in tree.css(_LINKS)[:most]:
        attributes = node.attributes
        if node.tag == "a":
            links.append(Link(attributes.get("href") or "", " ".join(_text(node)[:2000].split())))
        else:
            target = attributes.get("href") or attributes.get("action") or attributes.get("src") or ""
            links.append(Link(target, "", node.tag or ""))
    return tuple(links)


def _take_hidden(tree: LexborHTMLParser) -> str:
    """Remove what style or the `hidden` attribute hides, and return its text."""
    texts: list[str] = []
    for node in reversed(tree.css(_STYLED)):  # inner nodes first: removing one frees all nodes below it
        attributes = node.attributes
        style = attributes.get("style") or ""
        if (_hides(style[:2000]) or "hidden" in attributes) and node.tag not in ("body", "html"):
            texts.append(_text(node))
            node.decompose()
    return " ".join(reversed(texts))


def _text(node: LexborNode) -> str:
    """All text in `node`, put together by lexbor: `node.text()` calls back for each piece of it."""
    try:
        return node.text_lexbor()
    except RuntimeError:  # there is none, for selectolax before 1.0
        return ""


@lru_cache(maxsize=1024)
def _hides(style: str) -> bool:
    compact = "".join(style.lower().split())
    return any(map(compact.__contains__, _HIDING_CUES)) and _HIDING.search(compact) is not None
