"""Rules on the subject line."""

import itertools
import re

from filter.rules.evidence import Evidence
from filter.rules.letters import disguises, hides
from filter.rules.rule import Rule
from filter.rules.subject_cues import SUBJECT_CUES

_RANDOM_TAIL = re.compile(r"(?:\s{3,}|\s[-#(]\s?|\s)\(?#?([A-Za-z0-9]{8,24})\)?\s*$")
_HEX = re.compile("[0-9a-f]+")
_URGENT_ACCOUNT = (
    "harmed account", "account harm", "signin", "do account", "mailbox full", "pending mails", "password end",
    "renewal failed", "japanese",
)  # fmt: skip
_CLAIMS = ("prize", "points expire")


def empty(evidence: Evidence) -> str | None:
    """No subject."""
    return None if evidence.message.subject.strip() else "no subject"


def shouting(evidence: Evidence) -> str | None:
    """Mostly capitals, in more than a few words."""
    subject = evidence.subject
    if subject.count(" ") < 3:
        return None
    capitals = sum(map(str.isupper, subject))
    if capitals <= 15 or capitals <= 4 * sum(map(str.islower, subject)):
        return None
    return "a subject in capitals"


def _first(evidence: Evidence, names: tuple[str, ...]) -> str | None:
    """What the subject says, for the first of the cues `names` that it holds."""
    name = next((name for name in names if name in evidence.subject_cues), None)
    if name is None:
        return None
    said = SUBJECT_CUES.quote(name, evidence.folded_subject)
    return f"{name}: {said}" if said else name


def spaced(evidence: Evidence) -> str | None:
    """Letters apart or words glued together, to dodge who looks for words."""
    return _first(evidence, ("letters apart", "words glued"))


def disguised(evidence: Evidence) -> str | None:
    """Invisible characters, or letters that pose as others."""
    if hides(evidence.subject):
        return "invisible characters in the subject"
    return disguises(evidence.subject) or None


def url_or_phone(evidence: Evidence) -> str | None:
    """A link or a telephone number."""
    return _first(evidence, ("web", "phone"))


def money(evidence: Evidence) -> str | None:
    """An amount of money."""
    return _first(evidence, ("money",))


def random_tail(evidence: Evidence) -> str | None:
    """A made-up word at its end, so that no two are the same."""
    match = _RANDOM_TAIL.search(evidence.subject)
    if match is None:
        return None
    word = match[1]
    if _HEX.fullmatch(word):
        return None  # the name of a change, as version control makes it
    turns = sum(a.isdigit() != b.isdigit() for a, b in itertools.pairwise(word))
    humps = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(word))
    return f"ends in {word}" if humps >= 3 or (turns + humps >= 4 and not word.isupper()) else None


def urgent_account(evidence: Evidence) -> str | None:
    """Trouble with an account, a mailbox or a wallet."""
    if not evidence.leads_away or evidence.own_site in evidence.settings.brand_domains:
        return None  # a brand's own domain may say so; DKIM_BRAND_UNSIGNED looks whether it is the brand's own mail
    return _first(evidence, _URGENT_ACCOUNT)


def prize(evidence: Evidence) -> str | None:
    """A prize, a gift, or points that are about to expire."""
    return _first(evidence, _CLAIMS) if evidence.leads_away else None


def parcel(evidence: Evidence) -> str | None:
    """A parcel that waits for something."""
    return _first(evidence, ("parcel held",))


def last_warning(evidence: Evidence) -> str | None:
    """A last warning."""
    return _first(evidence, ("last warning",))


def dating(evidence: Evidence) -> str | None:
    """Acquaintances for sale."""
    return _first(evidence, ("dating",))


def cure(evidence: Evidence) -> str | None:
    """A cure that doctors do not know."""
    return _first(evidence, ("cure",))


def crypto(evidence: Evidence) -> str | None:
    """Coins to claim, to move or to rescue."""
    return _first(evidence, ("crypto",))


ROWS: tuple[Rule, ...] = (
    Rule("SUBJ_EMPTY", "subject", 0.2, "no subject", empty, needs="subject_is_odd"),
    Rule("SUBJ_SHOUTING", "subject", 0.7, "a subject in capitals", shouting, needs="may_shout"),
    Rule("SUBJ_SPACED_LETTERS", "subject", 2.0, "words split or glued to dodge filters", spaced, needs="subject_cues"),
    Rule(
        "SUBJ_INVISIBLE_OR_CONFUSABLE",
        "subject",
        4.5,
        "letters of the subject hide or pose as others",
        disguised,
        needs="subject_is_odd",
    ),
    Rule(
        "SUBJ_URL_OR_PHONE",
        "subject",
        0.3,
        "a link or a telephone number in the subject",
        url_or_phone,
        needs="subject_cues",
    ),
    Rule("SUBJ_MONEY_AMOUNT", "subject", 0.3, "an amount of money in the subject", money, needs="subject_cues"),
    Rule("SUBJ_RANDOM_TAIL", "subject", 1.0, "a made-up word ends the subject", random_tail, needs="may_end_in_code"),
    Rule(
        "SUBJ_URGENT_ACCOUNT",
        "subject",
        1.2,
        "trouble with an account in the subject",
        urgent_account,
        needs="subject_cues",
    ),
    Rule(
        "SUBJ_PRIZE_CLAIM",
        "subject",
        1.2,
        "a prize, a gift or expiring points in the subject",
        prize,
        needs="subject_cues",
    ),
    Rule("SUBJ_DATING_LURE", "subject", 1.2, "acquaintances for sale in the subject", dating, needs="subject_cues"),
    Rule("SUBJ_CURE_LURE", "subject", 0.8, "a miracle cure in the subject", cure, needs="subject_cues"),
    Rule(
        "SUBJ_CRYPTO_LURE", "subject", 1.0, "coins to claim or to rescue in the subject", crypto, needs="subject_cues"
    ),
    Rule("SUBJ_PARCEL_HELD", "subject", 0.7, "a waiting parcel in the subject", parcel, needs="subject_cues"),
    Rule("SUBJ_LAST_WARNING", "subject", 0.7, "a last warning in the subject", last_warning, needs="subject_cues"),
)
