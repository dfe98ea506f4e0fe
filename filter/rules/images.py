"""Rules on pictures: where they come from, and how much they leave to read."""

import re

from filter.rules.domains import is_address, site
from filter.rules.evidence import Evidence
from filter.rules.link_lists import IMAGE_HOSTS
from filter.rules.rule import Rule, Speaks

_FEW_WORDS = 25
_FEWEST_CELLS = 200
_CELL = re.compile(r"<td[^<>]{0,300}(?:bgcolor\s*=|background(?:-color)?\s*:)\s*[\"']?\s*(#?\w{3,7})", re.I)
_BORROWED = re.compile(r"(?:ci\d\.googleusercontent|encrypted-tbn\d\.gstatic|camo\.githubusercontent)\.com$")
_BLACK = frozenset({"#000", "#000000", "black"})
_WHITE = frozenset({"#fff", "#ffffff", "white"})


def only_linked(evidence: Evidence) -> str | None:
    """A linked picture and almost no text."""
    if not evidence.message.has_html or evidence.is_reply or evidence.words > _FEW_WORDS or not evidence.clickable:
        return None
    if not evidence.pictures:
        return None
    return f"linked pictures and {evidence.words} words"


def few_words_each(evidence: Evidence) -> str | None:
    """Fewer than ten words for each picture."""
    count = len(evidence.pictures)
    return f"{count} pictures and {evidence.words} words" if count and evidence.words < 10 * count else None


def free_host(evidence: Evidence) -> str | None:
    """Pictures come from a site that takes them from anybody."""
    if not evidence.picture_hosts or evidence.is_reply or evidence.is_list:
        return None
    for host in evidence.picture_hosts:
        if site(host) in IMAGE_HOSTS:
            return f"pictures from {host[:60]}"
    return None


def borrowed(evidence: Evidence) -> str | None:
    """Pictures are those that a web mailer or a search engine showed to somebody else."""
    if not evidence.picture_hosts or evidence.is_reply or evidence.is_list:
        return None
    for host in evidence.picture_hosts:
        if _BORROWED.match(host):
            return f"pictures from {host[:60]}"
    return None


def from_address(evidence: Evidence) -> str | None:
    """Pictures are loaded from a bare IP address."""
    host = next(filter(is_address, evidence.picture_hosts), None)
    return f"pictures from {host[:60]}" if host is not None else None


def qr_matrix(evidence: Evidence) -> str | None:
    """A table of black and white cells draws a code that cameras read."""
    if len(evidence.tags) < 400 or evidence.markup.count("<td") < _FEWEST_CELLS:
        return None
    colours = [match[1].lower() for tag in evidence.message.tags[:6000] if (match := _CELL.match(tag))]
    black = sum(1 for colour in colours if colour in _BLACK)
    white = sum(1 for colour in colours if colour in _WHITE)
    return f"a table of {black} black and {white} white cells" if black >= 100 and white >= 100 else None


ROWS: tuple[Rule, ...] = (
    Rule("HTML_IMAGE_ONLY_LINKED", "html", 2.8, "linked pictures and almost no text", only_linked, needs="tags"),
    Rule(
        "HTML_IMAGE_TEXT_RATIO",
        "html",
        0.0,
        "fewer than ten words for each picture",
        few_words_each,
        Speaks.EITHER,
        needs="tags",
    ),
    Rule(
        "HTML_IMAGE_FREE_HOST",
        "html",
        3.5,
        "pictures from a site that takes them from anybody",
        free_host,
        needs="picture_hosts",
    ),
    Rule(
        "HTML_IMAGE_BORROWED",
        "html",
        2.0,
        "pictures that a web mailer or search engine showed",
        borrowed,
        needs="picture_hosts",
    ),
    Rule("HTML_IMAGE_FROM_IP", "html", 2.0, "pictures from a bare IP address", from_address, needs="picture_hosts"),
    Rule("HTML_TABLE_QR_MATRIX", "html", 4.2, "a table of cells that draws a QR code", qr_matrix, needs="tags"),
)
