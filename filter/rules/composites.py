"""Composites that ship: the facts are rules of the catalogue, or MODEL_SPAM and MODEL_HAM for what the model thinks.

The rarer fact stands first: it is what is asked for first. Points are priors, as those of rules are. Rules on forged
senders already excuse mailing lists themselves, so that no composite has to: List-Id is as easily forged as From.
"""

from filter.rules.composite import Composite

COMPOSITES: tuple[Composite, ...] = (
    Composite("SHORT_LINK_BAD_HEADERS", 1.0, "a bare link in a mail that no mail program wrote",
              "TXT_TOO_SHORT_WITH_LINK and (HDR_MISSING_DATE or HDR_MISSING_MSGID or HDR_MISSING_TO "
              "or RCPT_UNDISCLOSED or MSGID_MALFORMED or MSGID_HOST_LITERAL or DATE_UNPARSEABLE or DATE_FAR_FUTURE)"),
    Composite("SCRIPT_MAILER_SHOUTS", 2.0, "a web script shouts, warns or gives away",
              "MAILER_SCRIPT and (SUBJ_SHOUTING or SUBJ_URGENT_ACCOUNT or SUBJ_PRIZE_CLAIM or SUBJ_LAST_WARNING "
              "or SUBJ_MONEY_AMOUNT)"),
    Composite("WALLET_AND_LEAK", 1.0, "a wallet, and a tale of what will leak",
              "TXT_CRYPTO_ADDRESS and TXT_EXTORTION_STORY"),
    Composite("REPLYTO_FREEMAIL_UNDISCLOSED", 2.0, "to nobody by name, answers to a free mailbox",
              "REPLYTO_OTHER_FREEMAIL and (RCPT_UNDISCLOSED or HDR_MISSING_TO)"),
    Composite("URL_SUSPECT_MODEL_SPAM", 1.0, "a suspicious link, and the model finds it spam",
              "(URL_HOST_IS_IP or URL_HOST_SPELLS_IP or URL_USERINFO_TRICK or URL_HOST_MIXED_SCRIPT "
              "or URL_HOST_SKELETON_BRAND or URL_BRAND_IN_SUBDOMAIN or URL_FREE_HOSTING_LOGIN "
              "or URL_TEXT_HOST_MISMATCH or URL_UNUSUAL_TLD or URL_BLOB_PATH or URL_NUMBER_PATH) and MODEL_SPAM"),
    Composite("HIDING_MODEL_SPAM", 1.0, "hides text from filters, and the model finds it spam",
              "(HTML_HIDDEN_TEXT_BLOCK or HTML_COMMENT_STUFFING or HTML_SPLIT_WORDS_BY_TAGS or HTML_UNKNOWN_TAGS "
              "or TXT_GIBBERISH_PADDING) and MODEL_SPAM"),
    Composite("BRAND_CLAIM_LURE", 2.0, "poses as a brand, and lures",
              "(FROM_NAME_HAS_BRAND or SUBJ_BRAND_HOOK) and (TXT_CREDENTIAL_LURE or TXT_CREDENTIAL_HINT "
              "or TXT_PRIZE_LURE)"),
    Composite("ACCOUNT_TROUBLE_TWICE", 1.0, "trouble with an account in subject and text",
              "SUBJ_URGENT_ACCOUNT and (TXT_CREDENTIAL_LURE or TXT_CREDENTIAL_HINT)"),
    Composite("LURE_HTML_ONLY", 1.0, "a lure in a page without a text part",
              "(TXT_CREDENTIAL_LURE or TXT_CREDENTIAL_HINT or TXT_PRIZE_LURE) and MIME_HTML_WITHOUT_TEXT"),
    Composite("LURE_IN_PICTURES", 1.0, "a lure in the subject, and pictures for a text",
              "(HTML_IMAGE_ONLY_LINKED or HTML_IMAGE_TEXT_RATIO) and (SUBJ_URGENT_ACCOUNT or SUBJ_PRIZE_CLAIM "
              "or SUBJ_CURE_LURE or SUBJ_DATING_LURE)"),
    Composite("LURE_NAMES_RECIPIENT", 1.0, "trouble with an account, addressed by the mailbox's own name",
              "(FROM_NAME_IS_RECIPIENT or RCPT_LOCALPART_IN_SUBJECT) and (SUBJ_URGENT_ACCOUNT or TXT_CREDENTIAL_LURE "
              "or TXT_CREDENTIAL_HINT)"),
    Composite("SENDER_DIFFERS_IN_THREAD", -0.3, "answers go elsewhere, as they do in a conversation",
              "(REPLYTO_OTHER_DOMAIN or FROM_NAME_HAS_OTHER_DOMAIN) and THREAD_GENUINE_REPLY"),
)  # fmt: skip
