"""Rules on the name that a message shows for its sender."""

import re

from filter.rules.brands import MANY_HOUSES, ORDINARY, READERS, SERVICE
from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.freemail import is_freemail
from filter.rules.letters import disguises, fold, hides
from filter.rules.rule import Rule

_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})", re.I)
_DOMAIN = re.compile(
    r"(?:^|[\s(@])((?:[a-z0-9-]{2,30}\.){1,3}(?:com|org|net|io|me|to|de|uk|br|ch|fr|it|es|nl))(?![\w.@-])"
)
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+|\d+[^\W\d_]+|[^\W\d_]+\d+")
_VIA = re.compile(r"\b(?:via|through|uber|par|por) |\(via")
_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_NO_NAME = re.compile(rb"[A-Za-z0-9!'\"?].{0,300},[\s,_.]*<[^<>@\s]{1,64}@[^<>@\s]{1,255}>\s*")
_EXCHANGE = "microsoftexchange"
"""Every Exchange server writes its bounces as "Microsoft Outlook", from this mailbox of its own domain."""
_MOST_WORDS = 14


def name_has_other_address(evidence: Evidence) -> str | None:
    """The display name shows an address of another domain than the real one."""
    name = evidence.folded_name
    shown = _ADDRESS.search(name) if "@" in name else None
    own = evidence.own_site
    if shown is None or not own or evidence.is_list or _VIA.search(name):
        return None
    other = site(shown[1])
    return f"shows an address at {other}, comes from {own}"[:100] if other != own else None


def name_has_other_domain(evidence: Evidence) -> str | None:
    """The display name shows a domain that is not the sender's."""
    name = evidence.folded_name
    own = evidence.own_site
    if "." not in name or "@" in name or not own or evidence.is_list or _VIA.search(name):
        return None
    shown = _DOMAIN.search(name)
    if shown is None or _label(site(shown[1])) in evidence.sender.domain:
        return None
    return f"shows {shown[1]}, comes from {own}"[:100]


def _label(domain: str) -> str:
    return domain.partition(".")[0]


def brand_in(evidence: Evidence, text: str) -> str:
    """A protected brand that `text` (folded) names though the sender's domain is not the brand's; or nothing."""
    brands = evidence.settings.brands
    own = evidence.own_site
    words = _WORD.findall(text)[:_MOST_WORDS]
    split = [part for word in words for part in _LETTERS.findall(word)] if any(map(_has_digit, words)) else words
    for size in (3, 2, 1):
        for start in range(len(split) - size + 1):
            brand = "".join(split[start : start + size])
            domains = brands.get(brand)
            if domains is None and len(brand) > 5 and brand.removesuffix("s") != brand:
                domains = brands.get(brand.removesuffix("s"))
            if domains is None or own in domains or _label(own) == brand:
                continue
            if evidence.sender.domain in domains or _label(own) in map(_label, domains):
                return ""  # a brand that has several names, or its owner in another country
            rest = split[:start] + split[start + size :]
            if not READERS.isdisjoint(rest):
                continue
            if brand in ORDINARY and not SERVICE.issuperset(rest):
                continue
            if brand in MANY_HOUSES and any(part in own for part in MANY_HOUSES[brand]):
                return ""
            return brand
    if _UNSPACED.search(text):
        foreign = (key for key, domains in brands.items() if key in text and own not in domains and not key.isascii())
        return next(foreign, "")
    return ""


def _has_digit(word: str) -> bool:
    return not word.isalpha()


def name_has_brand(evidence: Evidence) -> str | None:
    """The display name claims a brand or one of the operator's own domains, its address belongs to another."""
    name, own = evidence.folded_name, evidence.own_site
    if not name or not own or _VIA.search(name) or evidence.sender.local.lower().startswith(_EXCHANGE):
        return None
    brand = brand_in(evidence, name)
    if brand and not _resembles(own, brand):
        return f"claims {brand}, comes from {own}"[:100]
    for domain in evidence.settings.own_domains:
        if domain in name and own != site(domain):
            return f"claims {domain}, comes from {own}"[:100]
    return None


def _resembles(domain: str, brand: str) -> bool:
    """The domain bears the brand's name, as its owners' other domains do, and those that forgers buy."""
    return len(brand) > 3 and brand in domain.replace("-", "")


def name_has_brand_nearby(evidence: Evidence) -> str | None:
    """The display name claims a brand, its address belongs to a domain that bears the name but is not known as its."""
    name, own = evidence.folded_name, evidence.own_site
    if not any(len(word) > 3 and word in own for word in name.split()[:_MOST_WORDS]) or _VIA.search(name):
        return None
    brand = brand_in(evidence, name)
    return f"claims {brand}, comes from {own}"[:100] if brand and _resembles(own, brand) else None


def subject_has_brand(evidence: Evidence) -> str | None:
    """The subject names a brand and trouble or a gift, the sender's domain is not the brand's."""
    if not evidence.own_site or evidence.is_list or evidence.is_reply or not evidence.subject_cues & _HOOKS:
        return None
    brand = brand_in(evidence, evidence.folded_subject)
    return f"writes of {brand}, comes from {evidence.own_site}"[:100] if brand else None


_HOOKS = frozenset(
    {
        "harmed account",
        "account harm",
        "do account",
        "signin",
        "password end",
        "last warning",
        "parcel held",
        "renewal failed",
        "japanese",
        "prize",
        "points expire",
        "mailbox full",
        "urgent",
    }
)


def name_is_recipient(evidence: Evidence) -> str | None:
    """The display name is the recipient's own address or domain, the sender's is another."""
    name, own = evidence.folded_name, evidence.own_site
    if "." not in name or not own:
        return None
    for box in evidence.recipients[:5]:
        if box.domain and box.site != own and (box.address.lower() in name or re.search(_bounded(box.site), name)):
            return f"poses as {box.site}, comes from {own}"[:100]
    return None


def _bounded(domain: str) -> str:
    return rf"(?:^|[\s@(]){re.escape(domain)}(?:$|[\s)|:-])"


def name_disguises(evidence: Evidence) -> str | None:
    """Letters of the display name pose as others."""
    return disguises(evidence.shown_name) or None


def name_hides(evidence: Evidence) -> str | None:
    """Invisible characters inside the words of the display name."""
    return "invisible characters in the name" if hides(evidence.shown_name) else None


def name_with_emoji(evidence: Evidence) -> str | None:
    """Pictures in the name, to stand out."""
    return "pictures in the name" if not evidence.shown_name.isascii() and _EMOJI.search(evidence.shown_name) else None


def name_broken(evidence: Evidence) -> str | None:
    """From says its piece, then a comma, then an address without a name: two authors, the first without an address."""
    value = evidence.fields.get("from", b"")[:700]
    if b"," not in value or not _NO_NAME.fullmatch(value):
        return None
    return f"{evidence.shown_name[:60]}, then nothing"


def freemail_claim(evidence: Evidence) -> str | None:
    """A mailbox that anybody can have, under the name of an office."""
    sender = evidence.sender
    if not is_freemail(sender.domain) or not evidence.name_cues & {"service", "authority"}:
        return None
    return f'"{fold(evidence.shown_name)[:50]}" at {sender.domain}'


ROWS: tuple[Rule, ...] = (
    Rule(
        "FROM_NAME_HAS_OTHER_ADDR",
        "sender",
        3.5,
        "the name shown is an address of another domain",
        name_has_other_address,
        needs="name_is_dotted",
    ),
    Rule(
        "FROM_NAME_HAS_OTHER_DOMAIN",
        "sender",
        1.0,
        "the name shown is another domain",
        name_has_other_domain,
        needs="name_is_dotted",
    ),
    Rule(
        "FROM_NAME_HAS_BRAND",
        "sender",
        4.5,
        "the name claims a brand that does not own the address",
        name_has_brand,
        needs="name_may_be_brand",
    ),
    Rule(
        "FROM_NAME_HAS_BRAND_NEAR",
        "sender",
        2.0,
        "the name claims a brand, the domain only bears its name",
        name_has_brand_nearby,
        needs="name_may_be_brand",
    ),
    Rule(
        "FROM_NAME_IS_RECIPIENT",
        "sender",
        2.8,
        "the name is the recipient's address or domain",
        name_is_recipient,
        needs="name_is_dotted",
    ),
    Rule(
        "FROM_NAME_MIXED_SCRIPT",
        "sender",
        4.5,
        "letters of the name pose as others",
        name_disguises,
        needs="name_is_odd",
    ),
    Rule(
        "FROM_NAME_INVISIBLE_CHARS", "sender", 4.5, "invisible characters in the name", name_hides, needs="name_is_odd"
    ),
    Rule("FROM_NAME_EMOJI", "sender", 0.5, "pictures in the name", name_with_emoji, needs="name_is_odd"),
    Rule(
        "FROM_PHRASE_BROKEN", "sender", 2.0, "From names an author without an address", name_broken, needs="from_is_odd"
    ),
    Rule(
        "FROM_FREEMAIL_BUSINESS_CLAIM",
        "sender",
        2.0,
        "a free mailbox under the name of an office",
        freemail_claim,
        needs="from_is_freemail",
    ),
    Rule(
        "SUBJ_BRAND_HOOK",
        "subject",
        2.8,
        "trouble or a gift from a brand that does not own the sender's domain",
        subject_has_brand,
        needs="subject_cues",
    ),
)
