"""Our actions in the words of rspamd's protocol."""

from filter.policy import Action

ACTIONS = {
    Action.ACCEPT: "no action",
    Action.TAG: "add header",
    Action.HOLD: "add header",  # rspamc 3.4 and Haraka know no "quarantine": both would take it for ham
    Action.REJECT: "reject",
}
SOFT_REJECT = "soft reject"
"""The message has to come again."""
