"""What a soak kills and starts again: hamgate in front, and what is behind it or in its place."""

import subprocess
import sys
from pathlib import Path
from typing import Protocol

from tests.e2e.postfix import Postfix
from tests.gate import ENVIRONMENT, Gate
from tests.soak.ledger import Copy
from tests.soak.mail import digest, number_of
from tests.soak.relay import journal

# Thresholds far from each other: only the test string is spam here. Waits are short, for some relays never answer.
SETTINGS = """
processes = {processes}
[listeners.inbound]
address = "127.0.0.1:{port}"
[relays.relay]
addresses = ["127.0.0.1:{relay}"]
[relays.relay.patience]
connect = 1.0
command = 0.5
write = 1.0
final = {final}
[policy]
tag_at = 400
reject_at = 500
[workers]
count = 2
[log]
format = "json"
"""


class Actor(Protocol):
    """Can be killed as by kill -9, and runs again when the call returns."""

    def kill(self) -> None:
        """Kill and start again."""


class Program:
    """A program of our own that prints a line when it is ready."""

    def __init__(self, module: str, *words: str | Path) -> None:
        self._command = [sys.executable, "-m", module, *map(str, words)]
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def kill(self) -> None:
        """See `Actor`."""
        self.end()
        self._start()

    def end(self) -> None:
        """Kill."""
        self._process.kill()
        self._process.communicate()


class Hamgate:
    """`hamgate serve` at one port, whichever process that is."""

    def __init__(self, folder: Path, port: int, relay: int, final: float, processes: int = 1) -> None:
        self._folder = folder
        self._settings = SETTINGS.format(port=port, relay=relay, final=final, processes=processes)
        self._gate = self._new()

    def _new(self) -> Gate:
        gate = Gate(self._folder, self._settings)
        gate.start()
        return gate

    def kill(self) -> None:
        """See `Actor`."""
        self._gate.kill()
        self._gate.start()

    def succeed(self) -> None:
        """Start a successor at the same port, then let the old one finish what it has."""
        old, self._gate = self._gate, self._new()
        old.terminate()

    def kill_worker(self) -> None:
        """Kill one of its children: a worker or, with several processes, a server."""
        self._gate.kill_worker()

    def end(self) -> None:
        """Stop."""
        self._gate.terminate()


class FakeRelay:
    """The relay that breaks connections."""

    def __init__(self, folder: Path, port: int, seed: int) -> None:
        self._journal = folder / "journal"
        self._program = Program("tests.soak.relay", str(port), self._journal, str(seed))
        self.kill, self.end = self._program.kill, self._program.end

    def copies(self) -> list[Copy]:
        """What it has taken."""
        return journal(self._journal)


class PostfixRelay:
    """A real one. One message may be delivered twice if it is stopped meanwhile: its queue id tells."""

    def __init__(self, postfix: Postfix) -> None:
        self._postfix = postfix

    def kill(self) -> None:
        """Stop and start: it has nothing like kill -9 for all its processes."""
        self._postfix.stop()
        self._postfix.start()

    def copies(self) -> list[Copy]:
        """What has been delivered, after all has been."""
        self._postfix.wait_until_idle()
        return [_delivered(path.read_bytes().replace(b"\n", b"\r\n")) for path in self._postfix.files()]


def _delivered(message: bytes) -> Copy:
    ours = message.partition(b"X-Id: ")[0]
    queue_id = ours.partition(b"(Postfix) with ESMTP id ")[2].partition(b"\r\n")[0].decode()
    return Copy(number_of(message), digest(message), b"X-Spam-Flag: NO\r\n" in ours, queue_id.split()[0])
