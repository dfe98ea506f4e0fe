"""A real Postfix that asks our milter: what its clients hear, what is delivered, and that nothing is ever lost."""

import asyncio
import random
import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.milters import Milter, served
from tests.e2e.postfix import Postfix, program
from tests.faults.client import HAM, Client
from tests.faults.scanners import GTUBE
from tests.gate import Gate

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

# filter: our milter's port. front and back ask it and put mail off without it, small and full take mail then.
SERVICES = """
127.0.0.1:{front} inet n - n - - smtpd
  -o smtpd_milters=unix:@SOCKET@
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_milters=inet:127.0.0.1:{filter}
127.0.0.1:{small} inet n - n - - smtpd
  -o smtpd_milters=unix:@SOCKET@
  -o milter_default_action=accept
127.0.0.1:{full} inet n - n - - smtpd
  -o smtpd_milters=inet:127.0.0.1:{filter}
  -o milter_default_action=accept
"""
MAIN = """
milter_default_action = tempfail
non_smtpd_milters = unix:@SOCKET@
local_transport = error:nobody lives here
"""
WAYS = {"unix": "front", "TCP": "back"}
Play = Callable[..., None]
SLEEPS = "tests.e2e.milters:Sleeps"


@pytest.fixture(scope="module")
def socket_folder() -> Iterator[Path]:
    """Everybody may come to the socket, and its path is short enough for one."""
    with tempfile.TemporaryDirectory(prefix="hamgate-milter-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def postfix(may_run_postfix: None, socket_folder: Path) -> Iterator[Postfix]:
    path = str(socket_folder / "socket")
    with Postfix(SERVICES.replace("@SOCKET@", path), MAIN.replace("@SOCKET@", path)) as instance:
        yield instance


@pytest.fixture
def play(postfix: Postfix, socket_folder: Path) -> Play:
    """Run a scenario beside a milter with a scanner of the tests."""

    def run(scenario: Callable[[Milter], Awaitable[None]], scanner: str = "tests.faults.scanners:Fair") -> None:
        async def both() -> None:
            async with served(socket_folder / "socket", postfix.ports["filter"], scanner) as milter:
                await scenario(milter)

        asyncio.run(both())

    return run


async def send(
    port: int,
    *recipients: bytes,
    message: bytes = HAM,
    until: int = 99,
    then: Callable[[], Awaitable[None]] | None = None,
) -> list[bytes]:
    """Send a message and return the replies until one refuses; before step `until` comes what happens `then`."""
    async with await Client.connect(port) as client:
        replies = []
        lines = [b"", b"EHLO client.test", b"MAIL FROM:<s@x.test>", *(b"RCPT TO:<%s>" % one for one in recipients)]
        lines += [b"DATA", message + b"."]
        for step, line in enumerate(lines):
            if step == until and then is not None:
                await then()
            replies.append(await client.say(line) if step else await client.reply())
            if replies[-1] >= b"4":
                break
        return replies


def inbox(postfix: Postfix, recipient: bytes) -> list[bytes]:
    return postfix.wait_for(1, recipient.decode())


def ours(message: bytes) -> list[bytes]:
    """Names of the fields that are ours, in order."""
    header = message.partition(b"\r\n\r\n")[0]
    return re.findall(rb"^(X-(?:Spam|Hamgate)-[A-Za-z-]+):", header, re.MULTILINE)


MARKS = [b"X-Spam-Flag", b"X-Spam-Status", b"X-Spam-Score", b"X-Spam-Level", b"X-Hamgate-Report"]


@pytest.mark.parametrize("way", WAYS)
def test_ham_arrives_as_it_was_with_our_headers_on_top(postfix: Postfix, play: Play, way: str) -> None:
    recipient = f"ham-{way}@proxied.test".encode()
    message = (
        b"Subject:no space\r\nX-Fold: one\r\n\ttwo\r\n   three\r\nX-Odd:\x20\x20\xe4 100 %\r\n\r\nText\r\n\r\nend\r\n"
    )

    async def scenario(_: Milter) -> None:
        assert (await send(postfix.ports[WAYS[way]], recipient, message=message))[-1].startswith(b"250 2.0.0 Ok")

    play(scenario)
    (delivered,) = inbox(postfix, recipient)
    assert message in delivered
    assert ours(delivered) == MARKS
    assert delivered.index(b"X-Spam-Flag: NO\r\n") < delivered.index(b"Received: ")
    assert re.search(rb"X-Spam-Status: No, score=-7.32 required=5.0 tests=HAM ", delivered)


@pytest.mark.parametrize("way", WAYS)
def test_forged_headers_are_gone(postfix: Postfix, play: Play, way: str) -> None:
    recipient = f"forged-{way}@proxied.test".encode()
    forged = b"X-Spam-Flag: YES\r\nx-spam-flag: NO\r\n\tforged\r\nX-SPAM-STATUS : Yes\r\nX-Hamgate-Hold: yes\r\n"
    message = forged + b"X-Spammer: stays\r\n" + HAM.replace(b"Subject", b"x-spam-flag: again\r\nSubject")

    async def scenario(_: Milter) -> None:
        await send(postfix.ports[WAYS[way]], recipient, message=message)

    play(scenario)
    (delivered,) = inbox(postfix, recipient)
    assert ours(delivered) == MARKS
    assert b"forged" not in delivered.partition(b"\r\n\r\n")[0].replace(recipient, b"")
    assert b"X-Spammer: stays\r\nSubject: lunch\r\n" in delivered
    assert not re.search(rb"(?im)^x-spam-status\s*: yes", delivered)


@pytest.mark.parametrize("way", WAYS)
def test_spam_is_refused_in_our_words(postfix: Postfix, play: Play, way: str) -> None:
    recipient = f"refused-{way}@proxied.test".encode()

    async def scenario(milter: Milter) -> None:
        replies = await send(postfix.ports[WAYS[way]], recipient, message=HAM + GTUBE + b"\r\n")
        found = re.fullmatch(rb"550 5\.7\.1 Message refused as spam \[ref ([0-9A-F]{8})\][ -~]*\r\n", replies[-1])
        assert found, replies
        log = milter.log.read_text()
        assert re.search(rf"ref={found[1].decode()} action=reject .* queue=[0-9A-Za-z]+ ", log), log
        _, talk = await swaks(postfix.ports[WAYS[way]], recipient.decode(), GTUBE.decode())
        assert "<** 550 5.7.1 Message refused as spam [ref" in talk

    play(scenario)
    assert postfix.queue_is_empty()
    assert recipient not in b"".join(path.read_bytes()[:500] for path in postfix.files())


async def swaks(port: int, recipient: str, body: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        "swaks", "--server", f"127.0.0.1:{port}", "--from", "s@x.test", "--to", recipient, "--helo", "client.test",
        "--body", body, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode("utf-8", "replace")


def test_recipients_who_want_different_things_all_get_it_tagged(postfix: Postfix, play: Play) -> None:
    async def scenario(_: Milter) -> None:
        recipients = b"tag@proxied.test", b"several-1@proxied.test", b"several-2@proxied.test"
        replies = await send(postfix.ports["front"], *recipients, message=HAM + GTUBE + b"\r\n")
        assert replies[-1].startswith(b"250 2.0.0 Ok")

    play(scenario)
    for name in (b"tag@proxied.test", b"several-1@proxied.test", b"several-2@proxied.test"):
        (delivered,) = inbox(postfix, name)
        assert b"\r\nX-Spam-Status: Yes, score=1000.00 " in delivered
        assert b"X-Spam-Flag: YES\r\n" in delivered


@pytest.mark.parametrize("way", WAYS)
def test_what_is_held_waits_until_a_person_lets_it_go(postfix: Postfix, play: Play, way: str) -> None:
    before = len(inbox(postfix, b"hold@proxied.test")) if way == "TCP" else 0

    async def scenario(milter: Milter) -> None:
        replies = await send(postfix.ports[WAYS[way]], b"hold@proxied.test", message=HAM + GTUBE + b"\r\n")
        assert replies[-1].startswith(b"250 2.0.0 Ok")
        assert "action=hold" in milter.log.read_text()

    play(scenario)
    (held,) = postfix.held()
    command = [program("postsuper") or "", "-c", str(postfix.root / "conf"), "-H", held.name]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    postfix.flush()
    delivered = postfix.wait_for(before + 1, "hold@proxied.test")
    assert len(delivered) == before + 1
    assert all(ours(one) == [*MARKS, b"X-Hamgate-Hold"] for one in delivered)
    assert postfix.held() == []


def test_mail_that_cannot_be_judged_is_put_off(postfix: Postfix, play: Play) -> None:
    async def scenario(_: Milter) -> None:
        for name in ("front", "back", "small", "full"):
            replies = await send(postfix.ports[name], b"unjudged@proxied.test")
            assert replies[-1] == b"451 4.3.0 The message cannot be checked now, try again later\r\n"

    play(scenario, "tests.faults.scanners:Raises")
    assert postfix.queue_is_empty()


def test_or_it_passes_and_says_so(may_run_postfix: None, socket_folder: Path, play: Play) -> None:
    services = SERVICES.replace("@SOCKET@", f"{socket_folder / 'socket'}-passing")

    async def scenario(_: Milter) -> None:
        with Postfix(services) as other:
            message = b"X-Hamgate-Unscanned: forged\r\n" + HAM
            replies = await send(other.ports["front"], b"unscanned@proxied.test", message=message)
            assert replies[-1].startswith(b"250 2.0.0 Ok")
            (delivered,) = await asyncio.to_thread(inbox, other, b"unscanned@proxied.test")
            assert ours(delivered) == [b"X-Hamgate-Unscanned"]
            assert b"X-Hamgate-Unscanned: yes, fault=scan\r\n" in delivered

    play(scenario, "tests.faults.scanners:Raises")


@pytest.mark.parametrize("way", WAYS)
def test_twenty_megabytes_arrive(postfix: Postfix, play: Play, way: str) -> None:
    recipient = f"large-{way}@proxied.test".encode()
    line = random.Random(6).randbytes(37).hex().encode() + b"\r\n"
    message = HAM + line * (20_000_000 // len(line))

    async def scenario(milter: Milter) -> None:
        assert (await send(postfix.ports[WAYS[way]], recipient, message=message))[-1].startswith(b"250 2.0.0 Ok")
        assert f"size={len(message)} " in milter.log.read_text()

    play(scenario)
    (delivered,) = inbox(postfix, recipient)
    assert delivered.endswith(message)
    assert ours(delivered) == MARKS


def test_mail_of_this_machine_is_asked_about_too(postfix: Postfix, play: Play) -> None:
    words = [program("sendmail") or "", "-C", str(postfix.root / "conf"), "-f", "s@x.test", "local@proxied.test"]

    async def scenario(_: Milter) -> None:
        await asyncio.to_thread(
            subprocess.run, words, input=b"Subject: from cron\n\nDone.\n", check=True, timeout=60, capture_output=True
        )
        (delivered,) = await asyncio.to_thread(inbox, postfix, b"local@proxied.test")
        assert ours(delivered) == MARKS
        assert b"\r\nSubject: from cron\r\n" in delivered

    play(scenario)


def test_many_messages_on_one_connection_and_many_connections(postfix: Postfix, play: Play) -> None:
    async def scenario(_: Milter) -> None:
        async with await Client.connect(postfix.ports["front"]) as client:
            await client.hello()
            for number in range(3):
                await client.envelope(b"session-%d@proxied.test" % number)
                assert (await client.say(b"RSET")).startswith(b"250 ")
                await client.envelope(b"session-%d@proxied.test" % number)
                wanted = b"550 5.7.1" if number == 1 else b"250 2.0.0"
                assert (await client.data(HAM + (GTUBE + b"\r\n" if number == 1 else b""))).startswith(wanted)
        words = ("-s", "5", "-m", "50", "-l", "20000", "-f", "s@x.test", "-t", "parallel@proxied.test")
        process = await asyncio.create_subprocess_exec(
            program("smtp-source") or "", *words, f"127.0.0.1:{postfix.ports['back']}"
        )
        assert await process.wait() == 0

    play(scenario)
    for name in (b"session-0@proxied.test", b"session-2@proxied.test"):
        (delivered,) = inbox(postfix, name)
        assert ours(delivered) == MARKS
    parallel = postfix.wait_for(50, "parallel@proxied.test")
    assert len(parallel) == 50
    assert all(ours(one) == MARKS for one in parallel)


STAGES = {"before EHLO": 1, "before MAIL": 2, "before RCPT": 3, "before DATA": 4, "before the text": 5}


@pytest.mark.parametrize("stage", STAGES)
def test_a_milter_killed_at_any_stage_loses_nothing(postfix: Postfix, play: Play, stage: str) -> None:
    put_off = f"killed-off-{STAGES[stage]}@proxied.test".encode()
    accepted = f"killed-in-{STAGES[stage]}@proxied.test".encode()

    async def scenario(milter: Milter) -> None:
        for way, recipient in (("front", put_off), ("back", put_off), ("small", accepted), ("full", accepted)):
            replies = await send(postfix.ports[way], recipient, until=STAGES[stage], then=milter.kill)
            assert replies[-1][:1] == (b"4" if recipient is put_off else b"2"), (way, replies)
            if recipient is put_off:
                assert all(reply.startswith(b"451 4.7.1 ") for reply in replies if reply >= b"4"), replies
            await milter.start()
        assert (await send(postfix.ports["front"], put_off))[-1].startswith(b"250 ")

    play(scenario)
    (retried,) = inbox(postfix, put_off)
    assert ours(retried) == MARKS
    untagged = postfix.wait_for(2, accepted.decode())
    assert [ours(one) for one in untagged] == [[], []]


def test_a_milter_killed_while_it_judges_loses_nothing(postfix: Postfix, play: Play) -> None:
    async def scenario(milter: Milter) -> None:
        for way, recipient, code in (
            ("front", b"late-off@proxied.test", b"451"),
            ("full", b"late-in@proxied.test", b"250"),
        ):
            sending = asyncio.create_task(send(postfix.ports[way], recipient))
            await milter.judging()
            await milter.kill()
            assert (await sending)[-1].startswith(code)
            await milter.start()

    play(scenario, SLEEPS)
    (untagged,) = inbox(postfix, b"late-in@proxied.test")
    assert ours(untagged) == []
    assert b"late-off@" not in b"".join(path.read_bytes()[:500] for path in postfix.files())


def test_without_a_milter_mail_is_put_off_or_taken_as_the_settings_of_postfix_say(postfix: Postfix) -> None:
    async def scenario() -> None:
        assert (await send(postfix.ports["front"], b"down@proxied.test"))[-1].startswith(b"451 4.7.1 ")
        assert (await send(postfix.ports["full"], b"up@proxied.test"))[-1].startswith(b"250 ")

    asyncio.run(scenario())
    (delivered,) = inbox(postfix, b"up@proxied.test")
    assert ours(delivered) == []


# As the README says it: the socket lies below Postfix's queue folder, where a daemon in a chroot finds it.
BELOW_QUEUE = """
127.0.0.1:{front} inet n - y - - smtpd
  -o smtpd_milters=unix:hamgate/milter
"""
SETTINGS = """
[policy]
reject_at = 10

[milters.postfix]
address = "unix:{root}/queue/hamgate/milter"
socket_group = "postfix"

[milters.port]
address = "127.0.0.1:0"

[workers]
count = 1
"""


def test_a_postfix_in_a_chroot_asks_hamgate_as_the_readme_says(may_run_postfix: None, tmp_path: Path) -> None:
    samples = Path(__file__).parents[1] / "samples"
    with Postfix(BELOW_QUEUE, "milter_default_action = tempfail\n") as postfix:
        (postfix.root / "queue/hamgate").mkdir()
        with Gate(tmp_path, SETTINGS.format(root=postfix.root), ("port",)) as gate:
            ham, spam = (
                asyncio.run(send(postfix.ports["front"], b"sample@proxied.test", message=crlf(samples / name)))[-1]
                for name in ("ham.eml", "spam.eml")
            )
            assert ham.startswith(b"250 2.0.0 Ok"), gate.log.read_text()
            assert spam.startswith(b"550 5.7.1 Message refused as spam [ref ")
        (delivered,) = inbox(postfix, b"sample@proxied.test")
        assert ours(delivered) == MARKS
        assert crlf(samples / "ham.eml") in delivered


def crlf(path: Path) -> bytes:
    return path.read_bytes().replace(b"\n", b"\r\n")
