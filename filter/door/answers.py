"""What the sender of a message hears by SMTP, whether we say it ourselves or have a mail server say it.

Fixed text only: nothing of a message, a fault or an exception reaches a client. RFC 3463 names the enhanced codes.
"""

import math

from filter.reply import Reply

FAULT = Reply.of(451, "4.3.0", "Local problem, try again later")
SCAN_FAULT = Reply.of(451, "4.3.0", "The message cannot be checked now, try again later")
NO_SPACE = Reply.of(452, "4.3.1", "No space for the message, try again later")
HEADER_TOO_BIG = Reply.of(552, "5.3.4", "Message header exceeds the maximum size")


def unjudged(fault: str) -> Reply:
    """Say why there is no verdict; `fault` is that of the case."""
    return SCAN_FAULT if fault == "scan" else NO_SPACE


def suspended(seconds: float) -> Reply:
    """Take nothing from a sender who tried too much spam; the message itself has not been looked at."""
    minutes = max(1, math.ceil(seconds / 60))
    text = f"Too much that was sent from this account looked like spam; it can send again in {minutes} minutes"
    return Reply.of(450, "4.7.1", text)
