"""The messages that the doctor sends: a harmless one, and the one that every filter takes for spam."""

import secrets
import time
from email.utils import formatdate

GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
_HARMLESS = """\
Date: {date}
From: hamgate doctor <{sender}>
To: {recipient}
Subject: {subject}
Message-ID: <{number}@{host}>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Hello,

this is a test message of the command "hamgate doctor", which somebody has
started on {host} to see that mail passes through. Nothing needs to be done.
"""


def harmless(sender: str, recipient: str, subject: str, host: str) -> bytes:
    """A message as a program of this machine would send it, with CRLF."""
    text = _HARMLESS.format(
        date=formatdate(time.time(), localtime=True), sender=sender, recipient=recipient, subject=subject,
        number=secrets.token_hex(8), host=host,
    )  # fmt: skip
    return text.replace("\n", "\r\n").encode("utf-8")


def gtube(sender: str, recipient: str, host: str) -> bytes:
    """The same with GTUBE, the generic test for unsolicited bulk email."""
    return harmless(sender, recipient, "GTUBE", host) + b"\r\n" + GTUBE + b"\r\n"
