"""A real Postfix on both sides of the proxy, talked to with the tools that administrators use. Rows F90 to F97."""

import asyncio
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.postfix import Postfix, program
from tests.faults.client import HAM, Client
from tests.faults.process import served
from tests.faults.scanners import GTUBE

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

SAMPLES = Path(__file__).parents[1] / "samples"


async def run(*words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        program(words[0]) or words[0], *words[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def swaks(port: int, recipient: str, *options: str) -> tuple[int, str]:
    """Exit code (26: the message was refused) and the conversation."""
    server = ("--server", f"127.0.0.1:{port}", "--helo", "client.test")
    return await run("swaks", *server, "--from", "s@x.test", "--to", recipient, *options)


def behind(postfix: Postfix) -> str:
    """The relay: the smtpd that takes what the filter has let through."""
    return f"127.0.0.1:{postfix.ports['back']}"


@pytest.mark.parametrize("way", ["Postfix in front", "hamgate in front"])
def test_f90_ham_arrives_with_headers_and_spam_is_refused(postfix: Postfix, way: str) -> None:
    recipient = f"swaks-{way[0]}@proxied.test"

    async def scenario() -> None:
        async with served(behind(postfix), listen=f"127.0.0.1:{postfix.ports['filter']}") as server:
            port = postfix.ports["front"] if way.startswith("Postfix") else server.port
            code, talk = await swaks(port, recipient, "--data", str(SAMPLES / "ham.eml"))
            assert (code, "queued as" in talk) == (0, True), talk
            spam = f"Subject: x\n\n{GTUBE.decode()}\n"
            code, talk = await swaks(port, recipient, "--data", spam)
            assert (code, "550 5.7.1 Message refused as spam [ref" in talk) == (26, True), talk
        (message,) = postfix.wait_for(1, recipient)
        assert b"\r\nX-Spam-Flag: NO\r\nX-Spam-Status: No, score=-7.32 required=5.0 tests=HAM " in message
        original = (SAMPLES / "ham.eml").read_bytes().replace(b"\n", b"\r\n")
        assert original in message

    asyncio.run(scenario())


@pytest.mark.parametrize("way", ["Postfix in front", "hamgate in front"])
def test_smtp_source_in_parallel(postfix: Postfix, way: str) -> None:
    recipient = f"source-{way[0]}@proxied.test"

    async def scenario() -> None:
        async with served(behind(postfix), listen=f"127.0.0.1:{postfix.ports['filter']}") as server:
            port = postfix.ports["front"] if way.startswith("Postfix") else server.port
            words = ("smtp-source", "-s", "5", "-m", "50", "-l", "20000", "-f", "s@x.test", "-t", recipient)
            assert await run(*words, f"127.0.0.1:{port}") == (0, "")
        messages = await asyncio.to_thread(postfix.wait_for, 50, recipient)
        assert len(messages) == 50
        assert all(b"X-Spam-Flag: NO" in message for message in messages)
        ids = {re.search(rb"Message-Id: (<[^>]+>)", message) for message in messages}
        assert len({found[1] for found in ids if found}) == 50

    asyncio.run(scenario())


def test_unknown_domain_is_refused_in_the_words_of_postfix(postfix: Postfix) -> None:
    async def scenario() -> None:
        async with served(behind(postfix)) as server:
            _, talk = await swaks(server.port, "r@elsewhere.test")
            assert "554 5.7.1 <r@elsewhere.test>: Relay access denied" in talk

    asyncio.run(scenario())


def test_filter_that_is_down_delays_mail_in_front(postfix: Postfix) -> None:
    async def scenario() -> None:
        _, talk = await swaks(postfix.ports["front"], "down@proxied.test")
        assert "451 4.3.0 Error: queue file write error" in talk

    asyncio.run(scenario())


async def one_message(port: int, mail: bytes = b"MAIL FROM:<s@x.test>", message: bytes = HAM) -> list[bytes]:
    """Send a message to late@proxied.test; return the replies until one refuses."""
    async with await Client.connect(port) as client:
        await client.hello()
        replies = []
        for line in (mail, b"RCPT TO:<late@proxied.test>", b"DATA", message + b"."):
            replies.append(await client.say(line))
            if replies[-1] >= b"4":
                break
        return replies


def test_f91_f92_postfix_stopped_and_started(postfix: Postfix) -> None:
    async def scenario() -> None:
        async with served(behind(postfix)) as server, await Client.connect(server.port) as client:
            await client.hello()
            await client.envelope(b"late@proxied.test")
            assert (await client.say(b"DATA")).startswith(b"354")
            await asyncio.to_thread(postfix.stop)
            assert (await client.say(HAM + b".")).startswith(b"451 4.3.0")
            assert (await one_message(server.port))[-1].startswith(b"451 4.3.0")
            await asyncio.to_thread(postfix.start)
            assert (await one_message(server.port))[-1].startswith(b"250 2.0.0 Ok: queued as")
        assert len(postfix.wait_for(1, "late@proxied.test")) == 1

    asyncio.run(scenario())


def test_f93_f94_size_limit_of_postfix(postfix: Postfix) -> None:
    async def scenario() -> None:
        async with served(f"127.0.0.1:{postfix.ports['small']}") as server:
            replies = await one_message(server.port, message=HAM + b"x" * 900 + b"\r\n" + b"y\r\n" * 1000)
            assert (len(replies), replies[-1][:9]) == (4, b"552 5.3.4")
            replies = await one_message(server.port, mail=b"MAIL FROM:<s@x.test> SIZE=3001")
            assert (len(replies), replies[-1][:9]) == (1, b"552 5.3.4")

    asyncio.run(scenario())


def test_f95_full_disk_of_postfix(postfix: Postfix) -> None:
    async def scenario() -> None:
        async with served(f"127.0.0.1:{postfix.ports['full']}") as server:
            assert (await one_message(server.port))[-1].startswith(b"452 4.3.1")

    asyncio.run(scenario())


@pytest.mark.parametrize("odd", [b"\n.\r\n", b"\r\n.\n", b"\n.\n", b"\r\n.\r\r\n"])
def test_f96_nothing_is_smuggled_into_a_postfix_that_would_take_it(postfix: Postfix, odd: bytes) -> None:
    evil = b"MAIL FROM:<e@x.test>\r\nRCPT TO:<smuggled@proxied.test>\r\nDATA\r\nSubject: evil\r\n"

    async def scenario() -> None:
        async with served(behind(postfix)) as server:
            replies = await one_message(server.port, message=HAM + b"x" + odd + evil)
            assert replies[-1].startswith(b"550 5.6.0")
            assert (await one_message(server.port))[-1].startswith(b"250 2.0.0 Ok: queued as")
        assert b"smuggled@" not in b"".join(path.read_bytes() for path in postfix.files())

    asyncio.run(scenario())


def test_f97_encoded_word_names_no_second_recipient(postfix: Postfix) -> None:
    word = b"=?utf-8?b?YQ0KUkNQVCBUTzo8dmljdGltQGRpcmVjdC50ZXN0Pg0K?=@proxied.test"

    async def scenario() -> None:
        async with served(behind(postfix)) as server, await Client.connect(server.port) as client:
            await client.hello()
            await client.envelope(word)
            assert (await client.data()).startswith(b"250 ")
        assert len(postfix.wait_for(1, "=?utf-8?b?")) == 1
        assert b"victim@" not in b"".join(path.read_bytes()[:500] for path in postfix.files())

    asyncio.run(scenario())
