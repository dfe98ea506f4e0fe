"""What other clients than spamc look for in an answer, as their sources say it."""

import asyncio
import re

from tests.spamd_door import HAM, SPAM, asked, spamd_door


def answer(octets: bytes) -> bytes:
    async def run() -> bytes:
        async with spamd_door() as door:
            return await door.ask(octets)

    return asyncio.run(run())


def test_exim_scans_for_a_report_of_version_1_2() -> None:
    """`spam` in an ACL: status, score and threshold in one scanf, then a report that fits in 32600 octets."""
    heard = answer(asked("REPORT", SPAM, "User: nobody", version="1.2"))
    found = re.match(rb"SPAMD/(\S{1,7}) 0 EX_OK\r\nSpam: \S+ ; (-?[0-9.]+) / (-?[0-9.]+)\r\n\r\n(.*)", heard, re.DOTALL)
    assert found is not None
    assert float(found[2]) >= float(found[3]) == 5.0  # it compares by itself
    assert b"GTUBE" in found[4]
    assert len(heard) < 32600


def test_haraka_reads_the_score_and_x_spam_fields_of_headers_1_4() -> None:
    """It says no length, and adds fields of its own in front of the message."""
    head = b"HEADERS SPAMC/1.4\r\nUser: default\r\n\r\nX-Envelope-From: <a@example.org>\r\nX-Haraka-UUID: 1.2\r\n"
    for message, word in ((SPAM, b"True"), (HAM, b"False")):
        lines = answer(head + message.replace(b"\n", b"\r\n")).split(b"\r\n")
        assert lines[0] == b"SPAMD/1.1 0 EX_OK"
        (spam,) = [line for line in lines if re.match(rb"Spam: (True|False) ; (-?\d+\.\d) / (-?\d+\.\d)", line)]
        assert spam.startswith(b"Spam: " + word)
        fields = lines[lines.index(b"") + 1 :]
        assert any(re.match(rb"X-Spam-Flag: (?:YES|NO)$", line) for line in fields)
        (status,) = [line for line in fields if line.startswith(b"X-Spam-Status: ")]
        assert re.search(rb"tests=([^ ]+)", status)


def test_a_client_that_counts_its_octets_need_not_end() -> None:
    async def run() -> None:
        async with spamd_door() as door:
            assert b"Spam: True" in await door.ask(asked("CHECK", SPAM), end=False)

    asyncio.run(run())
