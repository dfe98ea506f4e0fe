"""Rules on stories that swindlers tell: each asks for several kinds of wording together (`text_cues.py`)."""

import re

from filter.rules import wallets
from filter.rules.cues import NONE
from filter.rules.evidence import Evidence
from filter.rules.letters import plain
from filter.rules.rule import Rule, Speaks

_ADVANCE_FEE = frozenset({"fund", "story", "office", "secret", "reply_data"})
_ACCOUNT = frozenset({"threat", "alert", "verify", "storage", "renewal"})
_COMMON = frozenset({"verify", "renewal"})
"""What honest services write too."""
_PRESSURE = frozenset({"deadline", "act", "generic", "by_address"})
_BILL = frozenset({"bill", "refund", "renewal"})
_WORD = re.compile(r"[a-z]{3,40}")
_SHORT = 150
_FEW_WORDS = 15
_VERY_SHORT = 60


def _said(evidence: Evidence, cues: frozenset[str]) -> str:
    """What the message says, for people: the first words of up to three of these cues, the matter before the haste."""
    names = sorted(cues & evidence.text_cues, key=lambda name: (name in _PRESSURE, name))
    return "says " + ", ".join(f'"{evidence.quote(name, 28) or name}"' for name in names[:3])


def _knows_reader(evidence: Evidence) -> bool:
    """The text begins with a name that the address book of an honest sender has: the one shown in To."""
    start = set(_WORD.findall(plain(evidence.message.text[:300]).lower()))
    names = (word for mailbox in evidence.recipients[:3] for word in plain(mailbox.name[:80]).lower().split())
    return any(len(name) >= 3 and name in start for name in names)


def _credential_cues(evidence: Evidence) -> frozenset[str]:
    """The wordings of a credential lure, empty if it is none."""
    found = evidence.text_cues
    topics, pressure = found & _ACCOUNT, found & _PRESSURE
    if len(topics) + len(pressure) < 3 or not topics or (topics <= _COMMON and pressure == {"act", "deadline"}):
        return NONE
    return NONE if not evidence.wants_a_click or _knows_reader(evidence) else topics | pressure


def credential_lure(evidence: Evidence) -> str | None:
    """Something is wrong with the account, act now, over there."""
    found = _credential_cues(evidence)
    return _said(evidence, found) if found else None


def credential_hint(evidence: Evidence) -> str | None:
    """An account is in trouble, and the links are not the sender's."""
    topics, pressure = evidence.text_cues & _ACCOUNT, evidence.text_cues & _PRESSURE
    if not topics or not pressure or (topics <= _COMMON and not pressure & {"generic", "by_address"}):
        return None
    if not evidence.wants_a_click or _credential_cues(evidence):
        return None
    return _said(evidence, topics)


def prize_lure(evidence: Evidence) -> str | None:
    """The reader has won or must redeem something, over there."""
    found = evidence.text_cues
    topics = found & {"prize", "points"}
    others = found & {"deadline", "act", "generic", "by_address", "gift", "affiliate_exit", "verify"}
    if "promotion" in found and len(others - {"act"}) >= 2:
        topics |= {"promotion"}  # shops give vouchers away too, but they know their customers and have time
    if not topics or not others or not evidence.wants_a_click:
        return None
    return _said(evidence, topics | others)


def crypto_lure(evidence: Evidence) -> str | None:
    """Coins or a wallet, and something to do about them, over there."""
    found = evidence.text_cues
    others = found & {
        "threat",
        "verify",
        "prize",
        "deadline",
        "refund",
        "alert",
        "generic",
        "riches",
        "gamble",
        "ransom",
    }
    if others == {"deadline"} and evidence.words > _SHORT:
        return None  # the news of the week
    if "crypto" not in found or not (others or evidence.words < _FEW_WORDS) or not evidence.wants_a_click:
        return None
    return _said(evidence, others | {"crypto"})


def parcel_lure(evidence: Evidence) -> str | None:
    """A parcel waits for an address or a fee, over there."""
    found = evidence.text_cues
    topics = found & {"parcel", "parcel_trouble"}
    others = found & {"deadline", "generic", "by_address", "verify", "threat"}
    if "parcel_trouble" in topics:
        others |= found & {"act"}  # an ordinary notice has its button too
    if not topics or not others or not evidence.wants_a_click:
        return None
    return _said(evidence, topics | others)


def invoice_lure(evidence: Evidence) -> str | None:
    """Money is due, but neither to whom nor for what number."""
    found = evidence.text_cues
    topics = found & _BILL
    if not topics or not found & (_PRESSURE | {"threat", "parcel", "parcel_trouble"}) or not evidence.wants_a_click:
        return None
    if _credential_cues(evidence) or _knows_reader(evidence):
        return None
    if evidence.words > _SHORT or evidence.digits > 12:
        return None
    return _said(evidence, topics | (found & _PRESSURE))


def advance_fee(evidence: Evidence) -> str | None:
    """A fortune from a stranger: at least four of five kinds of wording, or three with the sum."""
    found = evidence.text_cues & _ADVANCE_FEE
    enough = len(found) >= 4 or (len(found) == 3 and (found >= {"fund", "story"} or "generic" in evidence.text_cues))
    return _said(evidence, found) if enough else None


def extortion_wallet(evidence: Evidence) -> str | None:
    """A threat or shame, and a wallet to pay to."""
    threats = evidence.text_cues & {"hacked", "shame"}
    wallet = wallets.find(evidence.folded) if threats and "wallet" in evidence.text_cues else ""
    return f"{_said(evidence, threats)}; wallet {wallet[:12]}…" if wallet else None


def extortion_story(evidence: Evidence) -> str | None:
    """A stranger claims to have broken in, filmed the reader and wants coins."""
    found = evidence.text_cues
    whole = frozenset({"hacked", "shame", "ransom"})
    return _said(evidence, whole) if whole <= found else None


def crypto_address(evidence: Evidence) -> str | None:
    """The address of a wallet, checksum and all."""
    wallet = wallets.find(evidence.folded) if "wallet" in evidence.text_cues else ""
    return f"wallet {wallet}" if wallet else None


def gift_card_request(evidence: Evidence) -> str | None:
    """A short note from a boss who cannot talk: gift cards, or an errand with replies going elsewhere."""
    found = evidence.text_cues
    if "errand" not in found or evidence.is_list or evidence.words > _SHORT:
        return None
    if "gift" in found and not evidence.web_links:
        return _said(evidence, frozenset({"errand", "gift"}))
    elsewhere = evidence.reply_to.site not in ("", evidence.own_site)
    if elsewhere and evidence.words <= _VERY_SHORT and not evidence.is_reply and not evidence.web_links:
        return f"{_said(evidence, frozenset({'errand'}))}, replies go to {evidence.reply_to.site[:40]}"
    return None


ROWS: tuple[Rule, ...] = (
    Rule(
        "TXT_CREDENTIAL_LURE",
        "text",
        4.5,
        "an account is in trouble, act now, on a site that is not the sender's",
        credential_lure,
        needs="lures",
    ),
    Rule(
        "TXT_CREDENTIAL_HINT",
        "text",
        2.0,
        "an account is in trouble, and the links are not the sender's",
        credential_hint,
        needs="lures",
    ),
    Rule(
        "TXT_PRIZE_LURE",
        "text",
        4.2,
        "a prize or points wait, on a site that is not the sender's",
        prize_lure,
        needs="lures",
    ),
    Rule(
        "TXT_CRYPTO_LURE",
        "text",
        4.2,
        "coins or a wallet need attention, on a site that is not the sender's",
        crypto_lure,
        needs="lures",
    ),
    Rule(
        "TXT_PARCEL_LURE", "text", 2.0, "a parcel waits, on a site that is not the sender's", parcel_lure, needs="lures"
    ),
    Rule(
        "TXT_INVOICE_LURE_NO_DETAIL",
        "text",
        2.8,
        "money is due or waits, without a number or a name",
        invoice_lure,
        needs="lures",
    ),
    Rule("TXT_ADVANCE_FEE", "text", 4.2, "a fortune from a stranger", advance_fee, needs="lures"),
    Rule("TXT_EXTORTION_WALLET", "text", 4.5, "a threat with a wallet to pay to", extortion_wallet, needs="lures"),
    Rule("TXT_EXTORTION_STORY", "text", 4.2, "a break-in, a film and coins", extortion_story, needs="lures"),
    Rule("TXT_CRYPTO_ADDRESS", "text", 0.0, "the address of a wallet", crypto_address, Speaks.EITHER, needs="lures"),
    Rule(
        "TXT_GIFT_CARD_REQUEST",
        "text",
        4.2,
        "a short errand for gift cards or with replies elsewhere",
        gift_card_request,
        needs="lures",
    ),
)
