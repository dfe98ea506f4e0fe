"""The mail server behind hamgate while the doctor tries it."""

import asyncio
import smtplib

import pytest

from filter.doctor.inbox import Inbox

LETTER = b"Subject: x\r\n\r\n.a dot\r\n8-bit \xfc\r\n"


def post(address: str) -> None:
    host, _, port = address.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as client:
        client.sendmail("a@example.org", ["b@example.com"], LETTER, mail_options=["BODY=8BITMIME"])


def test_a_message_is_kept_octet_for_octet_and_taken_once() -> None:
    async def scenario() -> None:
        async with Inbox() as inbox:
            await asyncio.to_thread(post, inbox.address)
            assert inbox.take() == [LETTER]
            assert inbox.take() == []
            address = inbox.address
        with pytest.raises(OSError, match="refused"):
            await asyncio.to_thread(post, address)

    asyncio.run(scenario())


def test_before_it_is_open_it_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not open"):
        _ = Inbox().address
