"""One server, all its doors, the same messages: every door gives the same score for the same reasons."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from filter.assembly.house import hostname
from filter.door.endpoint import Endpoint
from filter.door.scanned import Scanned
from filter.envelope import NO_ENVELOPE, Envelope
from filter.milter.client import scan as by_milter
from filter.milter.mta import Letter
from filter.smtp.delivery import command, deliver
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay
from filter.spamd.client import scan as by_spamd
from filter.web.client import scan as by_http
from tests.commands import hamgate
from tests.conftest import ROOT
from tests.fuzz.abuse import ABUSE
from tests.gate import Gate

pytestmark = [pytest.mark.slow, pytest.mark.corpus]

SETTINGS = """
[listeners.inbound]
address = "127.0.0.1:0"
max_received = 1_000_000

[relays.folder]
maildir = "mail"

[milters.postfix]
address = "unix:{folder}/milter"

[spamd.local]
address = "127.0.0.1:0"

[http.api]
address = "127.0.0.1:0"
"""
ENVELOPE = Envelope(b"bounces@example.org", (b"ann@example.net",), "127.0.0.1", hostname().encode())
LONGEST = 1024 * 1024
"""Octets of a hostile message: the form of it is the matter here, not its length."""
_PART = re.compile(rb"([A-Z][A-Z0-9_]*)\(([+-]\d+\.\d\d)\)")


def sendable(raw: bytes) -> bytes | None:
    """`raw` as a mail server has it, from which each door gets the same octets; None if SMTP cannot carry it."""
    if len(raw) > LONGEST:
        return None
    letter = Letter(raw)
    header = b"".join(b"%s:%s\n" % field for field in letter.fields)
    message = re.sub(rb"\r?\n", b"\r\n", header) + b"\r\n" + letter.body
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    odd = b"\r" in message.replace(b"\r\n", b"") or b"\0" in header
    return None if odd or not letter.fields else message


def every(count: int, messages: Iterable[bytes]) -> list[bytes]:
    """`count` of those that can be sent, from all over `messages`."""
    found = [message for message in map(sendable, messages) if message is not None]
    return found[:: max(1, len(found) // count)][:count]


@pytest.fixture(scope="module")
def messages(sa_corpus: dict[str, list[tuple[str, bytes]]]) -> list[bytes]:
    corpus = every(50, (raw for _, raw in sa_corpus["ham"])) + every(50, (raw for _, raw in sa_corpus["spam"]))
    golden = every(60, (path.read_bytes() for path in sorted((ROOT / "tests/golden").rglob("*.eml"))))
    hostile = every(40, (make() for make in ABUSE.values()))
    found = [*corpus, *golden, *hostile]
    assert len(found) >= 200
    return found


@dataclass(frozen=True)
class Judged:
    """A score and its parts, to two decimals: what all protocols can tell."""

    score: float
    parts: dict[str, float]

    @classmethod
    def of(cls, scanned: Scanned) -> "Judged":
        assert scanned.score is not None, scanned
        return cls(scanned.score, {symbol: points or 0.0 for symbol, points in scanned.hits if points})

    def same(self, other: "Judged") -> bool:
        """Within what rounding takes: some round, some cut."""
        names = self.parts.keys() | other.parts.keys()
        near = all(abs(self.parts.get(name, 0.0) - other.parts.get(name, 0.0)) < 0.0101 for name in names)
        return abs(self.score - other.score) < 0.0101 and near


def files(folder: Path) -> set[Path]:
    return set(folder.iterdir()) if folder.exists() else set()


async def by_smtp(port: int, mail: Path, message: bytes) -> Judged:
    """What stands on the message as it is delivered."""
    before = files(mail)
    relay = SmtpRelay(RelaySettings((f"127.0.0.1:{port}",)), hostname())
    lines = command("MAIL FROM", "bounces@example.org"), command("RCPT TO", "ann@example.net")
    reply = await deliver(relay, message, *lines)
    assert reply.code == 250, reply
    (path,) = files(mail) - before
    header = path.read_bytes().partition(b"\n\n")[0]
    score = re.search(rb"^X-Spam-Score: (\S+)$", header, re.MULTILINE)
    report = re.search(rb"^X-Hamgate-Report: (.*(?:\n[ \t].*)*)", header, re.MULTILINE)
    assert score is not None
    assert report is not None
    return Judged(float(score[1]), {name.decode(): float(points) for name, points in _PART.findall(report[1])})


def by_command(folder: Path, *envelope: str) -> Iterator[Judged]:
    """`hamgate score` on a folder."""
    for line in hamgate("score", "--format", "json", *envelope, folder).splitlines():
        value = json.loads(line)
        yield Judged(value["score"], {hit["symbol"]: hit["points"] for hit in value["hits"] if hit["points"]})


def test_all_doors_say_the_same(messages: list[bytes], tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number, message in enumerate(messages):
        (folder / f"{number:03}.eml").write_bytes(message)
    sender, ip, helo = ("--from", "bounces@example.org"), ("--ip", "127.0.0.1"), ("--helo", hostname())
    told = list(by_command(folder, *sender, "--to", "ann@example.net", *ip, *helo))
    bare = list(by_command(folder))
    assert len(told) == len(bare) == len(messages)

    with Gate(tmp_path, SETTINGS.format(folder=tmp_path), ("inbound", "local", "api")) as gate:
        milter = Endpoint(path=str(tmp_path / "milter"))
        spamd, http = (Endpoint("127.0.0.1", gate.ports[name]) for name in ("local", "api"))

        async def ask(number: int, message: bytes) -> None:
            answers = {
                "SMTP": (await by_smtp(gate.port, tmp_path / "mail/new", message), told),
                "milter": (Judged.of(await by_milter(milter, message, ENVELOPE)), told),
                "HTTP": (Judged.of(await by_http(http, message, ENVELOPE)), told),
                "HTTP without an envelope": (Judged.of(await by_http(http, message, NO_ENVELOPE)), bare),
                "spamd": (Judged.of(await by_spamd(spamd, message, NO_ENVELOPE)), bare),
            }
            for door, (answer, expected) in answers.items():
                assert answer.same(expected[number]), f"{door} on message {number}:\n{answer}\n{expected[number]}"

        async def scenario() -> None:
            for number, message in enumerate(messages):
                await ask(number, message)

        asyncio.run(scenario())
