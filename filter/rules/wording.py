"""Rules on how a text is written: greetings, disguised words, padding, and what speaks of a person."""

import re

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks
from filter.rules.text_evidence import OVERLAYS

_JUMBLED = re.compile(r"(?:[a-z]+\d+|\d+[a-z]+){2,}[a-z\d]*", re.I)
_GAP = re.compile(r"\n[ \t\xa0]?(?:\n[ \t\xa0]?){24}")
_EMPTY_LINES, _BLANK_LINES = 8 * "\n", 4 * "\n "
_ATTRIBUTIONS = ("wrote:", "writes:", "schrieb", "a écrit", "escribió", "escreveu", "ha scritto", "schreef")
_FEW_WORDS = 12
_FEW_CHARACTERS = 1_000
_START = 200
_PADDING_TOKENS = 8


def generic_greeting(evidence: Evidence) -> str | None:
    """Greets nobody by name: customer, friend, or the bare address."""
    for name in ("by_address", "generic"):
        if name in evidence.text_cues:
            return f'greets "{evidence.quote(name)}"'
    return None


def obfuscated_words(evidence: Evidence) -> str | None:
    """Known words spelled with digits or look-alikes, or letters struck through."""
    if "obfuscated" in evidence.text_cues and evidence.leads_away:
        return f'"{evidence.quote("obfuscated")}"'
    if evidence.odd_letters.isdisjoint(OVERLAYS):
        return None
    text = evidence.text[:4_000]
    return "letters are struck through" if sum(map(text.count, OVERLAYS)) >= 2 else None


def gibberish_padding(evidence: Evidence) -> str | None:
    """Many tokens of mixed letters and digits that are no words, links or code."""
    if evidence.is_list or evidence.is_reply:
        return None
    if evidence.digits < 2 * _PADDING_TOKENS:
        return None  # each has two
    words = evidence.folded[:2_000].split()
    jumbled = [word for word in words if 10 <= len(word) <= 60 and word.isalnum() and _JUMBLED.fullmatch(word)]
    return f"such as {jumbled[0]}" if len(jumbled) >= _PADDING_TOKENS else None


def blank_line_gap(evidence: Evidence) -> str | None:
    """Twenty-five empty lines in a row."""
    text = evidence.text
    gap = (_EMPTY_LINES in text or _BLANK_LINES in text) and _GAP.search(text)
    return "25 empty lines in a row" if gap else None


def too_short_with_link(evidence: Evidence) -> str | None:
    """Almost no words, and a link elsewhere."""
    text = evidence.message.text
    if len(text) > _FEW_CHARACTERS or evidence.is_reply or evidence.is_list:
        return None
    if len(text[:_START].split()) >= _FEW_WORDS:
        return None  # without counting all
    if evidence.words >= _FEW_WORDS or not evidence.leads_away:
        return None
    return f"{evidence.words} words and a link to {evidence.web_links[0].url.host[:50]}"


def empty_body_attachment(evidence: Evidence) -> str | None:
    """No words, one attachment."""
    if len(evidence.attached) != 1 or evidence.words > 2:
        return None
    return f"nothing but {evidence.attached[0].name or evidence.attached[0].part.content_type}"


def claims_compliance(evidence: Evidence) -> str | None:
    """Explains why it is no spam."""
    if "not_spam" not in evidence.text_cues or evidence.is_list or evidence.is_reply:
        return None
    return f'says "{evidence.quote("not_spam")}"'


def affiliate_exit(evidence: Evidence) -> str | None:
    """The ways out that mailers of bought addresses offer: removal from "our emails list", or by letter."""
    if "affiliate_exit" not in evidence.text_cues or not evidence.leads_away:
        return None
    return f'says "{evidence.quote("affiliate_exit")}"'


def adult_offer(evidence: Evidence) -> str | None:
    """Sex or potency for sale, over there."""
    if "adult" not in evidence.text_cues or not evidence.leads_away:
        return None
    return f'says "{evidence.quote("adult")}"'


def miracle_offer(evidence: Evidence) -> str | None:
    """Cures, casinos or riches with haste, over there."""
    found = evidence.text_cues
    topics = found & {"miracle", "gamble", "riches"}
    if not topics or not evidence.leads_away:
        return None
    if len(topics) < 2 and not found & {"deadline", "affiliate_exit", "prize", "promotion", "adult"}:
        return None
    return f'says "{evidence.quote(min(topics))}"'


def personal_context(evidence: Evidence) -> str | None:
    """An answer that quotes, and names whom it quotes."""
    if not evidence.is_reply or "\n>" not in evidence.text:
        return None
    return "quotes what it answers" if any(words in evidence.text for words in _ATTRIBUTIONS) else None


ROWS: tuple[Rule, ...] = (
    Rule("TXT_GENERIC_GREETING", "text", 0.5, "greets nobody by name", generic_greeting, needs="text_cues"),
    Rule(
        "TXT_OBFUSCATED_WORDS",
        "text",
        4.2,
        "known words are spelled to fool filters",
        obfuscated_words,
        needs="may_be_obfuscated",
    ),
    Rule(
        "TXT_GIBBERISH_PADDING",
        "text",
        1.0,
        "padded with tokens that are no words",
        gibberish_padding,
        needs="shows_page",
    ),
    Rule("TXT_BLANK_LINE_GAP", "text", 0.0, "a very large gap in the text", blank_line_gap, needs="shows_text"),
    Rule(
        "TXT_TOO_SHORT_WITH_LINK",
        "text",
        0.3,
        "almost no words, and a link elsewhere",
        too_short_with_link,
        needs="clickable",
    ),
    Rule("TXT_EMPTY_BODY_ATTACHMENT", "text", 0.0, "no words, one attachment", empty_body_attachment, needs="attached"),
    Rule("TXT_CLAIMS_COMPLIANCE", "text", 1.0, "explains why it is no spam", claims_compliance, needs="lures"),
    Rule(
        "TXT_AFFILIATE_EXIT",
        "text",
        4.0,
        "offers the way out that mailers of bought addresses offer",
        affiliate_exit,
        needs="lures",
    ),
    Rule(
        "TXT_ADULT_OFFER", "text", 2.8, "sex or potency, on a site that is not the sender's", adult_offer, needs="lures"
    ),
    Rule(
        "TXT_MIRACLE_OFFER",
        "text",
        2.8,
        "cures, casinos or riches, on a site that is not the sender's",
        miracle_offer,
        needs="lures",
    ),
    Rule(
        "TXT_PERSONAL_CONTEXT",
        "text",
        -0.5,
        "answers someone in particular",
        personal_context,
        Speaks.HAM,
        needs="is_reply",
    ),
)
