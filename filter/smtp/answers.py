"""All replies of our own beside `filter/door/answers.py`.

Fixed text only: nothing of a message, a relay's fault or an exception reaches a client.
"""

from filter.door.guests import Shut
from filter.reply import Reply

# RFC 3463 names the enhanced codes; RFC 5321 section 4.2.3 the replies.
OK = Reply.of(250, "2.0.0", "OK")
GO_AHEAD = Reply.of(354, "", "End data with <CR><LF>.<CR><LF>")
BYE = Reply.of(221, "2.0.0", "Bye")
HELP = Reply.of(214, "2.0.0", "See RFC 5321 for the commands and EHLO for the extensions")
GO_SECURE = Reply.of(220, "2.0.0", "Ready to start TLS")
CANNOT_VERIFY = Reply.of(252, "2.1.5", "Cannot VRFY user, but will take a message for delivery")

UNKNOWN_COMMAND = Reply.of(500, "5.5.2", "Command not recognized")
LINE_TOO_LONG = Reply.of(500, "5.5.2", "Command line too long")
BAD_SYNTAX = Reply.of(501, "5.5.4", "Syntax error in the argument")
BAD_SENDER = Reply.of(501, "5.1.7", "Syntax: MAIL FROM:<address> [parameters]")
BAD_RECIPIENT = Reply.of(501, "5.1.3", "Syntax: RCPT TO:<address> [parameters]")
SAY_HELLO = Reply.of(503, "5.5.1", "Send EHLO or HELO first")
NEED_MAIL = Reply.of(503, "5.5.1", "Send MAIL first")
NEED_RCPT = Reply.of(503, "5.5.1", "No valid recipients")
NESTED_MAIL = Reply.of(503, "5.5.1", "A transaction is already open")
IN_TRANSACTION = Reply.of(503, "5.5.1", "Not allowed in the middle of a transaction")
EARLY_TALKER = Reply.of(554, "5.5.1", "You spoke before our greeting (RFC 5321 section 3.1)")
NOT_SMTP = Reply.of(421, "4.7.0", "This is a mail server, closing the connection")
MAIL_LOOP = Reply.of(554, "5.4.6", "Too many Received fields: the message is going in circles")

STARTTLS_FIRST = Reply.of(530, "5.7.0", "Must issue a STARTTLS command first")
AUTH_FIRST = Reply.of(530, "5.7.0", "Authentication required")
AUTH_NEEDS_TLS = Reply.of(538, "5.7.11", "Encryption required for authentication: use STARTTLS")
AUTH_TWICE = Reply.of(503, "5.5.1", "Already authenticated")
AUTH_UNKNOWN = Reply.of(504, "5.5.4", "Authentication mechanism not offered")
AUTH_SYNTAX = Reply.of(501, "5.5.2", "Not base64")
AUTH_TOO_LONG = Reply.of(500, "5.5.6", "Authentication exchange line is too long")
AUTH_CANCELLED = Reply.of(501, "5.7.0", "Authentication cancelled")
AUTH_NOT_NOW = Reply.of(454, "4.7.0", "Temporary authentication failure, try again later")
AUTH_TOO_OFTEN = Reply.of(421, "4.7.0", "Too many failed logins, try again later")
LOGIN_LOST = Reply.of(421, "4.3.0", "The next mail server is not available: log in again later")

RELAY_FAULT = Reply.of(451, "4.3.0", "The next mail server is not available, try again later")
TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients")
ODD_LINE_END = Reply.of(550, "5.6.0", "A dot beside a bare CR or LF is not allowed (RFC 5321 section 2.3.8)")

TIMEOUT = Reply.of(421, "4.4.2", "Timeout, closing the connection")
CONNECTION_LOST = Reply.of(421, "4.4.2", "Connection lost")
SHUTTING_DOWN = Reply.of(421, "4.3.2", "Server is shutting down, try again later")
FATAL = Reply.of(421, "4.3.0", "Local problem, closing the connection")
TOO_MANY_CONNECTIONS = Reply.of(421, "4.3.2", "Too many connections, try again later")
TOO_MANY_FROM_YOU = Reply.of(421, "4.7.0", "Too many connections from your address, try again later")
TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors, closing the connection")
TOO_MUCH_TALK = Reply.of(421, "4.7.0", "Too many commands without a message, closing the connection")

_SHUT = {Shut.CLOSING: SHUTTING_DOWN, Shut.FULL: TOO_MANY_CONNECTIONS, Shut.CROWDED: TOO_MANY_FROM_YOU}


def of(shut: Shut | None) -> Reply | None:
    """What somebody hears who is not let in."""
    return None if shut is None else _SHUT[shut]
