import io
import json
import logging
from pathlib import Path

import click
import pytest

from filter.cli.explain import _meanings, page, parse_reference
from filter.logs import JsonLines, TextLines
from filter.store.history import History, create
from tests.commands import hamgate, run
from tests.records import made

pytestmark = pytest.mark.slow


CONFIG = """
[listeners.inbound]
address = "127.0.0.1:10025"

[relays.postfix]
addresses = ["127.0.0.1:10026"]
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A history with one refused spam."""
    file = tmp_path / "history"
    create(file)
    with History(file, writing=True) as rows:
        rows.add([made(ref="00000001", action="accept"), made(seconds={"scan": 0.02, "relay": 0.5})])
    return file


def log_of(formatter: logging.Formatter) -> bytes:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    for record in (made(ref="00000001"), made()):
        event = {"msg": "%s", "args": (record,), "record": record, "created": record.time, "levelname": "INFO"}
        handler.emit(logging.makeLogRecord(event))
    return stream.getvalue().encode()


@pytest.mark.parametrize(
    "text",
    ["4F0C9E21", "4f0c9e21", "[ref 4F0C9E21]", "ref 4F0C9E21", "(ref=4f0c9e21)", " 4F0C9E21. ", "reference: 4F0C9E21"],
)
def test_a_reference_is_read_as_senders_quote_it(text: str) -> None:
    assert parse_reference(text) == "4F0C9E21"


@pytest.mark.parametrize("text", ["", "4F0C9E2", "4F0C9E211", "4G0C9E21", "ref", "x" * 10_000, "4F0C9E21\x1b[2J"])
def test_what_is_no_reference_is_told(text: str) -> None:
    with pytest.raises(click.UsageError, match="is no reference: write its 8 digits, as 4F0C9E21"):
        parse_reference(text)


def test_a_bad_reference_exits_64() -> None:
    done = run("explain", "nonsense")
    assert done.returncode == 64
    assert b"'nonsense' is no reference" in done.stderr


def test_a_person_reads_what_happened_and_why(history: Path) -> None:
    lines = hamgate("explain", "[ref 4f0c9e21]", "--history", history).splitlines()
    assert lines[0] == "4F0C9E21: refused as spam (17.25 points)"
    facts = dict(line.strip().split(None, 1) for line in lines[1 : lines.index("")])
    assert facts.pop("when").startswith("202")
    assert facts == {
        "why": "score 17.25 reaches reject_at 15",
        "reply": "550 5.7.1 Message refused as spam [ref 4F0C9E21]",
        "from": "eve@example.com",
        "to": "ann@example.net and 1 more",
        "client": "192.0.2.7",
        "listener": "inbound",
        "size": "2 345 octets",
        "took": "scan 0.020 s, relay 0.500 s",
    }
    assert lines[lines.index("") + 1 :] == [
        f"  {'+20.00':>8}  {'GTUBE':<26} {_meaning('GTUBE')}",
        f"  {'-2.75':>8}  {'NB_WORDS':<26} what the model has learned about this message's words",
        f"  {'+17.25':>8}  sum",
    ]


def test_the_sum_is_the_score_as_it_was_told_and_composites_are_told_without_their_rule() -> None:
    # Reply and header say 33.75 of 33.757: rounded down, it reaches no threshold that the score does not.
    record = made(action="reject", score=33.757, hits=(("NB_WORDS", 32.757), ("URL_SUSPECT_MODEL_SPAM", 1.0)))
    lines = list(page(record, _meanings(None)))
    assert lines[0].endswith("(33.75 points)")
    assert lines[-1] == "    +33.75  sum"
    assert lines[-2].endswith("URL_SUSPECT_MODEL_SPAM     a suspicious link, and the model finds it spam")


def _meaning(symbol: str) -> str:
    return hamgate("rules", "show", symbol).splitlines()[0].partition(": ")[2]


@pytest.mark.parametrize("formatter", [TextLines(dated=True), TextLines(dated=False), JsonLines()])
def test_a_log_tells_the_same(formatter: logging.Formatter, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"started\n" + b"\xff" * 200_000 + b"\n" + log_of(formatter))
    from_file = hamgate("explain", "4F0C9E21", "--log", tmp_path / "log")
    assert from_file == hamgate("explain", "4F0C9E21", "--log", "-", stdin=log_of(formatter))
    assert from_file.splitlines()[0] == "4F0C9E21: refused as spam (17.25 points)"
    assert "GTUBE" in from_file


def test_programs_read_json(history: Path) -> None:
    content = json.loads(hamgate("explain", "4F0C9E21", "--json", "--history", history))
    assert (content["ref"], content["action"], content["hits"][0]) == ("4F0C9E21", "reject", ["GTUBE", 20.0])


def test_hostile_text_reaches_no_terminal(history: Path) -> None:
    with History(history, writing=True) as rows:
        rows.add(
            [made(ref="0BADF00D", sender="'\x1b[2J\n'", reason="\x1b[2J", action="\x1b[2J", hits=(("\x1b", 1.0),))]
        )
    printed = hamgate("explain", "0BADF00D", "--history", history)
    assert "\x1b" not in printed
    assert "(a rule that is not there any more, or your own)" in printed


def test_a_message_that_was_not_judged(history: Path) -> None:
    record = made(
        ref="0BADF00D", score=None, hits=(), action="tempfail", fault="scan", reason="ScanError: no free worker"
    )
    with History(history, writing=True) as rows:
        rows.add([record])
    printed = hamgate("explain", "0BADF00D", "--history", history)
    assert printed.startswith("0BADF00D: put off: a mail server tries again by itself (not judged)\n")
    assert "ScanError: no free worker" in printed
    assert "sum" not in printed


def test_not_found_says_what_to_try(history: Path) -> None:
    done = run("explain", "12345678", "--history", history)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert f"no message with reference 12345678 in {history}, which begins 20" in said
    assert "journalctl -u hamgate | hamgate explain 12345678 --log -" in said


def test_no_history_and_no_log_are_told(tmp_path: Path) -> None:
    for option in ("--history", "--log"):
        done = run("explain", "12345678", option, tmp_path / "nothing")
        assert done.returncode == 1
        assert done.stderr.startswith(f"Error: {tmp_path / 'nothing'}: ".encode())


def test_the_settings_name_the_history(history: Path, tmp_path: Path) -> None:
    config = tmp_path / "hamgate.toml"
    config.write_text(CONFIG + '[history]\nfile = "history"\n')
    assert "refused as spam" in hamgate("explain", "4F0C9E21", "--config", config)


def test_settings_without_a_history_say_how_to_get_one(tmp_path: Path) -> None:
    config = tmp_path / "hamgate.toml"
    config.write_text(CONFIG)
    done = run("explain", "4F0C9E21", "--config", config)
    assert done.returncode == 1
    assert b"no history is kept: look in the log" in done.stderr
    assert b'[history]\nfile = "/var/lib/hamgate/history"\n' in done.stderr


def test_settings_with_errors_are_told(tmp_path: Path) -> None:
    (tmp_path / "hamgate.toml").write_text("colour = 1\n")
    done = run("explain", "4F0C9E21", "--config", tmp_path / "hamgate.toml")
    assert done.returncode == 1
    assert b"colour" in done.stderr
