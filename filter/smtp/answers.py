"""All replies of our own. Fixed text only: nothing of a message, a relay's fault or an exception reaches a client."""

import math

from filter.reply import Reply

# RFC 3463 names the enhanced codes; RFC 5321 section 4.2.3 the replies.
OK = Reply.of(250, "2.0.0", "OK")
GO_AHEAD = Reply.of(354, "", "End data with <CR><LF>.<CR><LF>")
BYE = Reply.of(221, "2.0.0", "Bye")
HELP = Reply.of(214, "2.0.0", "EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP")
CANNOT_VERIFY = Reply.of(252, "2.1.5", "Cannot VRFY user, but will take a message for delivery")

UNKNOWN_COMMAND = Reply.of(500, "5.5.2", "Command not recognized")
BAD_SYNTAX = Reply.of(501, "5.5.4", "Syntax error in the argument")
BAD_SENDER = Reply.of(501, "5.1.7", "Syntax: MAIL FROM:<address> [parameters]")
BAD_RECIPIENT = Reply.of(501, "5.1.3", "Syntax: RCPT TO:<address> [parameters]")
SAY_HELLO = Reply.of(503, "5.5.1", "Send EHLO or HELO first")
NEED_MAIL = Reply.of(503, "5.5.1", "Send MAIL first")
NEED_RCPT = Reply.of(503, "5.5.1", "No valid recipients")
NESTED_MAIL = Reply.of(503, "5.5.1", "A transaction is already open")

FAULT = Reply.of(451, "4.3.0", "Local problem, try again later")
RELAY_FAULT = Reply.of(451, "4.3.0", "The next mail server is not available, try again later")
SCAN_FAULT = Reply.of(451, "4.3.0", "The message cannot be checked now, try again later")
NO_SPACE = Reply.of(452, "4.3.1", "No space for the message, try again later")
TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients")
HEADER_TOO_BIG = Reply.of(552, "5.3.4", "Message header exceeds the maximum size")
ODD_LINE_END = Reply.of(550, "5.6.0", "A dot beside a bare CR or LF is not allowed (RFC 5321 section 2.3.8)")

TIMEOUT = Reply.of(421, "4.4.2", "Timeout, closing the connection")
CONNECTION_LOST = Reply.of(421, "4.4.2", "Connection lost")
SHUTTING_DOWN = Reply.of(421, "4.3.2", "Server is shutting down, try again later")
OUT_OF_MEMORY = Reply.of(421, "4.3.0", "Local problem, closing the connection")
TOO_MANY_CONNECTIONS = Reply.of(421, "4.3.2", "Too many connections, try again later")
TOO_MANY_FROM_YOU = Reply.of(421, "4.7.0", "Too many connections from your address, try again later")
TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors, closing the connection")


def suspended(seconds: float) -> Reply:
    """Take nothing from a sender who tried too much spam; the message itself has not been looked at."""
    minutes = max(1, math.ceil(seconds / 60))
    text = f"Too much that was sent from this account looked like spam; it can send again in {minutes} minutes"
    return Reply.of(450, "4.7.1", text)
