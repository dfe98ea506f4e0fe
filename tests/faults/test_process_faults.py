"""The server as a process: started, stopped, killed and frozen. Rows F80 to F85, and how it refuses to start."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.client import HAM, Client
from tests.faults.process import served, start
from tests.faults.relay import FakeRelay, Say

pytestmark = pytest.mark.slow


def test_f80_sigterm_while_idle() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, served(f"127.0.0.1:{relay.port}") as server:
            client = await server.client()
            server.process.terminate()
            assert (await client.reply()).startswith(b"421 4.3.2 ")
            assert await client.closed()
            assert await server.exit_code() == 0
            with pytest.raises(ConnectionRefusedError):
                await Client.connect(server.port)

    asyncio.run(scenario())


def test_f81_sigterm_in_data_finishes_the_message() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, served(f"127.0.0.1:{relay.port}", "Slow") as server:
            client, idle = await server.client(), await server.client()
            await client.begin_data()
            server.process.terminate()
            assert (await idle.reply()).startswith(b"421 4.3.2 ")  # now the signal has been heard
            assert (await client.say(b".")).startswith(b"250 ")
            assert (await client.reply()).startswith(b"421 4.3.2 ")
            assert await client.closed()
            assert await idle.closed()
            assert await server.exit_code() == 0
            assert len(relay.copies) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("scanner", ["Fair", "Hangs"], ids=["F82 in DATA", "F83 while scoring"])
def test_sigkill_before_the_relay_has_the_message(scanner: str) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, served(f"127.0.0.1:{relay.port}", scanner) as server:
            client = await server.client()
            await client.begin_data()
            if scanner == "Hangs":
                client.write(b".\r\n")
                await client.writer.drain()
            server.process.kill()
            assert await client.closed()
            await server.exit_code()
            assert relay.copies == []

    asyncio.run(scenario())


def test_f84_sigkill_after_the_relay_has_the_message() -> None:
    async def scenario() -> None:
        late = Say(b"250 ok\r\n", after=60.0)
        async with FakeRelay({"dot": [late]}) as relay, served(f"127.0.0.1:{relay.port}") as server:
            client = await server.client()
            await client.begin_data()
            client.write(b".\r\n")
            await relay.stored.wait()
            server.process.kill()
            assert await client.closed()
            assert len(relay.copies) == 1

    asyncio.run(scenario())


def test_f85_sigstop_for_a_second() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, served(f"127.0.0.1:{relay.port}") as server:
            client = await server.client()
            await client.begin_data()
            server.process.send_signal(signal.SIGSTOP)
            client.write(b".\r\n")
            await asyncio.sleep(1.0)  # the fault itself: nothing can be awaited while the server is frozen
            server.process.send_signal(signal.SIGCONT)
            assert (await client.reply()).startswith(b"250 ")
            client.writer.close()
            assert len(relay.copies) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("scanner", ["Raises", "Hangs", "Recurses", "Eats", "Lies", "Infinite"])
def test_f53_f54_scanner_that_fails_costs_451_and_no_copy(scanner: str) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, served(f"127.0.0.1:{relay.port}", scanner) as server:
            client = await server.client()
            await client.envelope()
            assert (await client.data()).startswith(b"451 4.3.0 The message cannot be checked")
            client.writer.close()
            assert relay.copies == []

    asyncio.run(scenario())


def test_f102_worker_killed_by_the_system_is_replaced() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, served(f"127.0.0.1:{relay.port}", "Dies") as server:
            client = await server.client()
            await client.envelope()
            assert (await client.data(HAM + b"die\r\n")).startswith(b"451 4.3.0 ")
            await client.envelope()
            assert (await client.data()).startswith(b"250 ")
            client.writer.close()
            assert len(relay.copies) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("listen", "scanner", "line"),
    [
        ("192.0.2.1:10025", "Fair", "cannot listen on 192.0.2.1:10025: this machine has no such address"),
        ("127.0.0.1:0", "NoModel", "model /x/card.json is damaged"),
    ],
)
def test_start_fails_with_one_clear_line(listen: str, scanner: str, line: str, tmp_path: Path) -> None:
    async def scenario() -> bytes:
        process = await start(f"maildir:{tmp_path}", listen, scanner)
        _, errors = await process.communicate()
        assert process.returncode == 1
        return errors

    assert asyncio.run(scenario()).decode().strip() == line


def test_taken_port_is_named(unused_tcp_port_held: int, tmp_path: Path) -> None:
    async def scenario() -> bytes:
        process = await start(f"maildir:{tmp_path}", f"127.0.0.1:{unused_tcp_port_held}")
        return (await process.communicate())[1]

    taken = (
        f"127.0.0.1:{unused_tcp_port_held} is taken by another program: "
        "stop it, or choose another port (--listen, or address in the settings)"
    )
    assert asyncio.run(scenario()).decode().strip() == taken


def test_unreachable_relay_does_not_hinder_the_start(unused_tcp_port_held: int) -> None:
    async def scenario() -> None:
        async with served(f"127.0.0.1:{unused_tcp_port_held}") as server:
            client = await server.client()
            assert (await client.say(b"MAIL FROM:<s@x.test>")).startswith(b"451 4.3.0 ")
            client.writer.close()

    asyncio.run(scenario())
