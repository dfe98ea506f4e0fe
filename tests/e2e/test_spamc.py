"""The real spamc against `hamgate serve`, side by side with SpamAssassin's own spamd."""

import asyncio
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from filter.pool import ScanError
from tests import mail
from tests.conftest import ROOT, require
from tests.e2e.spamd import Spamd
from tests.gate import Gate
from tests.judge import FakeJudge
from tests.spamd_door import HAM, SPAM, asked, spamd_door

SETTINGS = """
[model]
state = "state"

[spamd.plain]
address = "unix:{folder}/plain"

[spamd.teaching]
address = "unix:{folder}/teaching"
tell = true

[spamd.tcp]
address = "127.0.0.1:0"
"""
OURS = re.compile(rb"^X-(?:Spam|Hamgate)-[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE)


@pytest.fixture(scope="module")
def may_run_spamc() -> None:
    absent = [name for name in ("spamd", "spamc") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    require(not absent, f"needs {', '.join(absent)} (Debian: apt install spamd spamc)")


@dataclass(frozen=True)
class Server:
    """Where to ask."""

    plain: Path
    teaching: Path


@pytest.fixture(scope="module")
def gate(may_run_spamc: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("gate")
    with Gate(folder, SETTINGS.format(folder=folder), ("tcp",)) as running:
        yield running


@pytest.fixture(scope="module")
def ours(gate: Gate) -> Server:
    return Server(gate.file.parent / "plain", gate.file.parent / "teaching")


@pytest.fixture(scope="module")
def theirs(may_run_spamc: None) -> Iterator[Server]:
    with Spamd() as plain, Spamd(tell=True) as teaching:
        yield Server(plain.socket, teaching.socket)


def spamc(path: Path, *options: str, message: bytes = HAM) -> tuple[int, bytes]:
    """Exit code and output."""
    return run_spamc("-U", str(path), *options, message=message)


def run_spamc(*options: str, message: bytes = HAM) -> tuple[int, bytes]:
    done = subprocess.run(["spamc", *options], input=message, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout


def masked(output: bytes) -> bytes:
    """The form of an output: numbers, symbols and our headers masked, and of a report what is before its table."""
    output = OURS.sub(b"", output)
    report = output.find(b"Content analysis details:")
    if report >= 0:
        first = output.split(b"\n")[0] + b"\n" if re.match(rb"[-0-9.]+/", output) else b""
        output = first + re.sub(rb"(?m)^ *-?[0-9.]+ [A-Z][A-Z0-9_]* .*\n(?: {9,}.*\n)*", b"", output[report:])
    output = re.sub(rb"-{3,}", b"-", re.sub(rb" +", b" ", output))
    return re.sub(rb"-?[0-9]+\.[0-9]+", b"N", re.sub(rb"[A-Z][A-Z0-9_]{3,}(?:,[A-Z][A-Z0-9_]+)*", b"S", output))


@pytest.mark.slow
@pytest.mark.parametrize("message", [HAM, SPAM], ids=["ham", "spam"])
@pytest.mark.parametrize(
    "options",
    ["", "-c", "-E", "-x", "-x -E", "-c -x", "-R", "-r", "-R -E", "-r -E", "-y", "-y -E", "--headers", "--headers -E",
     "-K", "-u bob@example.net", "-s 50", "-s 50 -c", "-s 50 -E", "-s 50 -y", "-s 50 -x", "-t 30 -n 5"],
)  # fmt: skip
def test_the_same_exit_code_and_form_of_output(ours: Server, theirs: Server, options: str, message: bytes) -> None:
    our_code, our_output = spamc(ours.plain, *options.split(), message=message)
    their_code, their_output = spamc(theirs.plain, *options.split(), message=message)
    assert our_code == their_code
    assert masked(our_output) == masked(their_output)


def test_spam_is_exit_code_1_for_those_who_ask_for_it(ours: Server) -> None:
    assert spamc(ours.plain, "-c", message=SPAM)[0] == 1
    assert spamc(ours.plain, "-E", message=SPAM)[0] == 1
    assert spamc(ours.plain, message=SPAM)[0] == 0
    assert spamc(ours.plain, "-c")[0] == 0


def test_over_tcp(gate: Gate) -> None:
    code, output = run_spamc("-d", "127.0.0.1", "-p", str(gate.port), "-c", message=SPAM)
    assert (code, masked(output)) == (1, b"N/N\n")


def test_the_check_that_comes_with_spamassassin(gate: Gate) -> None:
    require(shutil.which("sa-check_spamd") is not None, "needs sa-check_spamd (Debian: apt install spamassassin)")
    command = ["sa-check_spamd", "-H", "127.0.0.1", "-p", str(gate.port)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[:8]) == (0, b"SPAMD OK"), done


def test_lessons(ours: Server, theirs: Server) -> None:
    """Learn, learn again, say the contrary, forget, forget again, and report to nobody."""
    lessons = "-L spam", "-L spam", "-L ham", "-L forget", "-L forget", "-C report", "-C revoke"
    heard = [[spamc(one.teaching, *lesson.split(), message=SPAM) for lesson in lessons] for one in (ours, theirs)]
    assert heard[0] == heard[1]
    done, known = (0, b"Message successfully un/learned\n"), (0, b"Message was already un/learned\n")
    nobody = 0, b"Unable to report/revoke message\n"
    assert heard[0] == [done, known, done, done, known, nobody, nobody]


@pytest.mark.parametrize("options", ["-L spam", "-L spam -x", "-L ham", "-L forget", "-C report"])
def test_lessons_where_they_are_not_allowed(ours: Server, theirs: Server, options: str) -> None:
    heard = spamc(ours.plain, *options.split(), message=SPAM)
    assert heard == spamc(theirs.plain, *options.split(), message=SPAM)
    assert heard[0] == (0 if options == "-C report" else 74)  # spamc passes on what it cannot report


def test_nobody_there(may_run_spamc: None, tmp_path: Path) -> None:
    """What spamc does by itself: it passes the mail, unless it is told not to. -X knows TCP only."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody else's, and nobody listens
        tcp = ("-d", "127.0.0.1", "-p", str(taken.getsockname()[1]), "--connect-retries", "1")
        assert run_spamc(*tcp) == (0, HAM)
        assert run_spamc(*tcp, "-c") == (0, b"0/0\n")
        assert run_spamc(*tcp, "-x") == (69, b"")
        assert run_spamc(*tcp, "-x", "-X") == (75, b"")
    assert spamc(tmp_path / "nowhere", "-x", "-X") == (70, b"")


def test_a_fault_of_ours_passes_no_verdict_on(may_run_spamc: None, tmp_path: Path) -> None:
    """spamc does not read codes: whatever is said, with -x it exits 74, and without it the mail passes as it came."""

    async def run() -> None:
        async with spamd_door(FakeJudge(fault=ScanError("x")), path=tmp_path / "spamd") as door:
            assert door.path is not None
            for options, expected in (
                ((), (0, SPAM)), (("-E",), (0, SPAM)), (("-c",), (0, b"0/0\n")), (("-x",), (74, b"")),
                (("-x", "-X"), (74, b"")), (("-x", "-E"), (74, b"")), (("--headers", "-x"), (74, b"")),
            ):  # fmt: skip
                assert await asyncio.to_thread(spamc, door.path, *options, message=SPAM) == expected
            assert {record.action for record in door.records} == {"tempfail"}

    asyncio.run(run())


def raw(path: Path, octets: bytes) -> bytes:
    """What a server answers, octet for octet."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(path))
        client.sendall(octets)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def hundred() -> list[bytes]:
    made = [make(seed) for seed in range(20) for make in (mail.ham, mail.spam)]
    golden = sorted((ROOT / "tests/golden").rglob("*.eml"))
    return [*made, *(path.read_bytes() for path in golden[:: len(golden) // 60][:60])]


TABLE = re.compile(
    rb"\nContent analysis details:   \(-?\d+\.\d+ points, 5\.0 required\)\n\n +pts rule name              description\n"
    rb"-{4,} -{22} -{50}\n(?: *-?\d+(?:\.\d+)? [A-Z][A-Z0-9_]* +[^\n]+\n(?: {9,}[^\n]+\n)*)*\n\Z"
)
SYMBOLS = re.compile(rb"(?:[A-Z][A-Z0-9_]*(?:,[A-Z][A-Z0-9_]*)*)?\Z")


def head(answer: bytes) -> list[bytes]:
    """The fields of an answer with its numbers masked, and its word, which is the judge's own."""
    lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
    plain = [re.sub(rb"True|False", b"V", re.sub(rb"Yes|No\b", b"W", line)) for line in lines]
    return [plain[0], *(re.sub(rb"-?\d+(?:\.\d+)?", b"N", line) for line in plain[1:])]


def check_text(verb: str, message: bytes, answer: bytes) -> None:
    """What is behind the fields has the form that its verb asks for."""
    fields, _, text = answer.partition(b"\r\n\r\n")
    if verb == "CHECK":
        assert text == b""
    else:
        assert b"Content-length: %d\r\n" % len(text) in fields
    if verb == "REPORT" or (verb == "REPORT_IFSPAM" and b"Spam: Yes" in fields):
        assert TABLE.search(text), text
    elif verb == "REPORT_IFSPAM":
        assert text == b""
    elif verb == "SYMBOLS":
        assert SYMBOLS.match(text), text
    elif verb == "PROCESS":
        assert OURS.sub(b"", text) == OURS.sub(b"", message)
        assert re.search(rb"(?m)^X-Spam-Status: (?:Yes|No), score=-?\d+\.\d+ required=5\.0 tests=", text)


@pytest.mark.slow
def test_the_same_form_on_a_hundred_messages(ours: Server, theirs: Server) -> None:
    verbs = "CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM"
    for number, message in enumerate(hundred()):
        octets = message.replace(b"\n", b"\r\n") if number % 3 == 0 and b"\r" not in message else message
        for verb in (verbs[number % 4], "PROCESS"):
            our, their = (raw(server.plain, asked(verb, octets)) for server in (ours, theirs))
            assert head(our) == head(their), f"{verb} on message {number}"
            for answer in (our, their):
                check_text(verb, octets, answer)


def test_a_message_of_ten_megabytes_comes_back_whole(ours: Server) -> None:
    message = SPAM + b"All work and no play.\n" * 480_000
    code, output = spamc(ours.plain, "-E", "-s", "20000000", message=message)
    assert code == 1
    assert output.endswith(b"\n" + message)
    assert OURS.sub(b"", output[: len(output) - len(message)]) == b""
