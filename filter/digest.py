"""The name of a message in the journal: the same for a message as it was delivered, stored, fetched and forwarded."""

import hashlib
import re

from filter.separator import header_start

_LINES = re.compile(rb"\r\n?")
_ADDED = re.compile(
    rb"^(?:(?:Return-Path|Delivered-To|X-Original-To|Envelope-To|Received|Status|X-Status|X-Keywords|X-UID|X-UIDL|X-IMAP"
    rb"|X-IMAPBase|Lines|Content-Length)[ \t]{0,8}:|X-(?:Spam|Hamgate|Mozilla)-[^\n:]*:)[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.I | re.M,
)


def digest(raw: bytes) -> bytes:
    """SHA-256 (32 bytes) of `raw` without what servers and mail programs add or change on the way.

    Left out: the kind of line ends, mailbox `From ` lines in front, white space at the end, and the fields of delivery
    (Return-Path, Received, Delivered-To ...), of spam filters (X-Spam-*, X-Hamgate-*) and of mail stores (Status,
    X-UID, X-Mozilla-* ...). All else counts, byte for byte.
    """
    lines = _LINES.sub(b"\n", raw)
    header, empty, body = lines[header_start(lines) :].partition(b"\n\n")
    return hashlib.sha256(_ADDED.sub(b"", header + b"\n") + empty + body.rstrip()).digest()
