"""One message has one digest, however it was delivered, stored and fetched."""

import time

import pytest

from filter.digest import digest

MESSAGE = (
    b"From: a@example.org\nSubject: hello\n folded\nDate: Tue, 5 Mar 2024 09:12:44 +0100\n\nFirst\n\nStatus: last\n"
)


@pytest.mark.parametrize(
    "same",
    [
        MESSAGE.replace(b"\n", b"\r\n"),
        MESSAGE.replace(b"\n", b"\r"),
        MESSAGE + b"\n \n",
        b"From a@example.org Tue Mar  5 09:12:44 2024\n" + MESSAGE,
        b"Return-Path: <a@example.org>\nReceived: from x\n\tby y;\n Tue\nreceived: from z\n" + MESSAGE,
        b"X-Spam-Status: Yes, score=9\n\ttests=A,\n\tB\nX-Hamgate-Report: none\nX-Mozilla-Keys:\n" + MESSAGE,
        MESSAGE.replace(b"Subject", b"Status : RO\nX-UID: 17\nSubject"),
        MESSAGE.replace(b"+0100\n", b"+0100\nContent-Length: 12\n"),
    ],
)
def test_what_the_way_adds_does_not_count(same: bytes) -> None:
    assert digest(same) == digest(MESSAGE)


@pytest.mark.parametrize(
    "other",
    [
        MESSAGE.replace(b"hello", b"Hello"),
        MESSAGE.replace(b" folded", b" unfolded"),
        MESSAGE.replace(b"Status: last", b"Status: least"),
        MESSAGE.replace(b"Subject: ", b"X-Spamming: 1\nSubject: "),
        MESSAGE.replace(b"Date", b"Received-SPF: pass\nDate"),
        MESSAGE.replace(b"\n\nFirst", b"\nFirst"),
        b"",
    ],
)
def test_all_else_counts(other: bytes) -> None:
    assert digest(other) != digest(MESSAGE)


@pytest.mark.parametrize(
    "hostile", [b"X-Spam-" + b" " * 2_000_000, b"Received" + b"\t" * 2_000_000, b"From \n" * 400_000]
)
def test_time_grows_with_the_message_only(hostile: bytes) -> None:
    start = time.process_time()
    digest(hostile)
    assert time.process_time() - start < 1.0
