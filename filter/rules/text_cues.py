"""Wording of the common lures, in the languages that most of them are written in, looked for in one pass.

The patterns look at plain text (`letters.plain`): no accents, single spaces, so "für" is "fur" and "ção" is "cao". They
avoid counted gaps (`.{0,40}`), which make the automaton large. A cue is a phrase; rules ask for several together.
"""

import re

from filter.rules.account_patterns import ACCOUNT
from filter.rules.cues import CueSet
from filter.rules.offer_patterns import OFFERS
from filter.rules.swindle_patterns import SWINDLES

CUES = CueSet({**ACCOUNT, **OFFERS, **SWINDLES})
"""One set: three grow faster in their first 3000 messages, but ask each text three times ever after."""

KANA_CUES = CueSet(
    {
        "threat": "制限|停止|ロック|凍結|無効|利用できな|使用できな|失効|解約",
        "alert": "不正|異常|第三者|セキュリティ警告|不審|検知|検出",
        "verify": "ご?確認(?:して|を|が|の|くだ)|更新(?:して|を|が|の)|認証|再登録|本人確認|情報を入力",
        "deadline": "時間以内|[0-9]日以内|至急|直ちに|速やかに|早急|最終(?:通知|警告)|緊急|期限",
        "act": "クリック|こちら|ログイン|下記の?(?:リンク|URL|ボタン)|以下の?(?:リンク|URL|ボタン)",
        "generic": "お客様|会員様|ユーザー様|カード会員",
        "prize": "当選|プレゼント|おめでとう|ポイント(?:還元|獲得)",
        "points": "ポイント(?:の)?(?:失効|期限|有効期限)",
        "bill": "お支払い|請求|未払い|未納|引き落とし|決済",
        "parcel": "荷物|お届け|配送|不在|再配達",
        "unsubscribe": "配信停止|購読解除|メール配信",
    }
)
_KANA = re.compile("[ぁ-ヿ]")


def cues(text: str, folded: str) -> frozenset[str]:
    """Cues in `text`, which `folded` is the folded form of."""
    found = CUES.matches(folded)
    if not text.isascii() and _KANA.search(text):
        found |= KANA_CUES.matches(text)
    return found


def quote(name: str, folded: str, most: int = 60) -> str:
    """The words in `folded` that the cue `name` was found by; empty if they are not in plain letters."""
    return CUES.quote(name, folded, most) if name in CUES.names else ""
