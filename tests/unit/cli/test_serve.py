"""`hamgate serve`: what its options mean, what it says of wrong ones, and how it greets. tests/e2e runs it whole."""

import errno
import re
import signal
import socket
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from filter import launch
from filter.cli import streams
from filter.cli.serve import _greet, parse_points, parse_threshold, serve
from filter.config.settings import RelayTable, Settings
from filter.service import Service
from tests.commands import COMMAND, run

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """What the server is told to be when `serve` is called with some words."""

    def told(*words: str) -> Settings:
        heard: list[Settings] = []

        def listen(settings: Settings, _: object, **__: object) -> int:
            heard.append(settings)
            return 0

        monkeypatch.setattr(launch, "launch", listen)
        with pytest.raises(SystemExit):
            serve.main(list(words), standalone_mode=False)
        return heard[0]

    return told


def test_without_options_it_is_safe_to_try(settings: Callable[..., Settings]) -> None:
    told = settings()
    assert told.listeners["inbound"].address == "127.0.0.1:10025"
    assert told.relays["relay"].maildir == Path("var/mail")
    assert (told.policy.tag_at, told.policy.reject_at) == (5.0, "off")


def test_options_reach_the_server(settings: Callable[..., Settings], tmp_path: Path) -> None:
    words = "--listen [::1]:0 --relay mail.test:26 --tag-at 4.5 --reject-at 12.25 --workers 3 --max-size 2".split()
    (tmp_path / "rules.toml").write_text("")
    told = settings(*words, "--model", str(tmp_path), "--rules", str(tmp_path / "rules.toml"))
    assert told.listeners["inbound"].address == "[::1]:0"
    assert told.relays["relay"] == RelayTable(addresses=("mail.test:26",))
    assert (told.policy.tag_at, told.policy.reject_at) == (4.5, 12.25)
    assert (told.workers.count, told.model.folder, told.model.rules) == (3, tmp_path, tmp_path / "rules.toml")
    assert told.listeners["inbound"].limits.message == 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--listen 10025", "'10025' is not HOST:PORT, for example 127.0.0.1:10025"),
        ("--listen localhost:smtp", "'localhost:smtp' is not HOST:PORT"),
        ("--listen 127.0.0.1:65536", "'127.0.0.1:65536' is not HOST:PORT"),
        ("--listen ::1:25", "'::1:25': write an IPv6 address in brackets, as [::1]:10026"),
        ("--relay ::1:25", "'::1:25': write an IPv6 address in brackets, as [::1]:10026"),
        ("--relay maildir:", "'maildir:' is not maildir:PATH, for example maildir:./var/mail"),
        ("--relay mbox:/tmp/x", "'mbox:/tmp/x' is neither HOST:PORT nor unix:/PATH"),
        ("--tag-at five", "'five' is not a number"),
        ("--tag-at off", "'off' is not a number"),
        ("--tag-at 5.001", "'5.001': points have two decimals at most"),
        ("--reject-at never", "'never' is not a number"),
        ("--reject-at nan", "'nan': points have two decimals at most"),
        ("--reject-at inf", "'inf': points have two decimals at most"),
        ("--model /nowhere", "Directory '/nowhere' does not exist"),
        ("--workers 257", "257 is not in the range"),
        ("--max-size 0", "0 is not in the range"),
    ],
)
def test_wrong_option_is_explained(words: str, text: str) -> None:
    option, word = words.split()
    with pytest.raises(click.BadParameter) as caught:
        serve.make_context("serve", [option, word])
    assert text in caught.value.message
    assert option in caught.value.format_message()


def test_wrong_option_exits_64() -> None:
    done = run("serve", "--listen", "::1:25")
    assert done.returncode == 64
    assert done.stdout == b""
    assert b"Error: Invalid value for '--listen': '::1:25'" in done.stderr


@pytest.mark.parametrize(("text", "points"), [("5", 5.0), ("-2.25", -2.25), ("0.1", 0.1), ("1e3", 1000.0)])
def test_points(text: str, points: float) -> None:
    assert parse_points(text) == parse_threshold(text) == points


@pytest.mark.parametrize("text", ["off", "OFF"])
def test_threshold_can_be_off(text: str) -> None:
    assert parse_threshold(text) is None


def error_line(*words: object) -> str:
    """The last line of a server that does not start; what stands before it is the log."""
    done = run("serve", "--workers", 1, *words)
    assert (done.returncode, done.stdout) == (1, b"")
    lines = done.stderr.decode().splitlines()
    assert [line.startswith("Error: ") for line in lines] == [False] * (len(lines) - 1) + [True]
    assert not any("Traceback" in line for line in lines)
    return lines[-1]


def test_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        line = error_line("--listen", address, "--relay", f"maildir:{tmp_path}")
    assert line.startswith(f"Error: {address} is taken by another program")
    assert "--listen" in line


def test_folder_without_a_model_is_one_line(tmp_path: Path) -> None:
    line = error_line("--listen", "127.0.0.1:0", "--relay", f"maildir:{tmp_path}", "--model", tmp_path)
    assert line == f"Error: {tmp_path}: no model here (card.json is missing)"


def served(*words: str, cwd: Path) -> str:
    """What a server prints from its start to Ctrl-C."""
    command = [COMMAND, "serve", "--listen", "127.0.0.1:0", "--workers", "1", *words]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            first = server.stdout.readline()
            server.send_signal(signal.SIGINT)
            rest = server.stdout.read()
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
    return first + rest


def test_greeting_says_what_runs_and_what_to_do_next(tmp_path: Path) -> None:
    printed = served("--relay", "maildir:mail", "--tag-at", "4.5", "--reject-at", "15", cwd=tmp_path)
    first, second, *rest = printed.splitlines()
    match = re.fullmatch(r"hamgate (\S+) listens on (127\.0\.0\.1:[1-9]\d*); mail goes to mail/new", first)
    assert match
    assert match[1] == version("hamgate")
    assert second == "tag at 4.5, reject at 15"
    assert rest[0] == "stop with Ctrl-C"  # once, however many doors there are
    (command,) = [line for line in rest if " send " in line]
    assert re.fullmatch(rf"  \S*hamgate send {match[2]} message\.eml", command)
    assert rest[-1].endswith("grep -r ^X-Spam mail/new")


def test_a_greeting_that_cannot_be_written_does_not_end_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(_: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings = Settings(listeners={}, relays={"relay": RelayTable(maildir=tmp_path)})
    discarded: list[None] = []
    monkeypatch.setattr(click, "echo", full)
    monkeypatch.setattr(streams, "discard", lambda: discarded.append(None))
    _greet(Service(settings))
    assert discarded == [None]  # else Python tries again at its end, and exits with 120


def test_greeting_names_the_samples_and_the_relay(tmp_path: Path) -> None:
    samples = tmp_path / "tests" / "samples"
    samples.mkdir(parents=True)
    (samples / "ham.eml").write_text("")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening: the server starts all the same
        relay = f"127.0.0.1:{held.getsockname()[1]}"
        printed = served("--relay", relay, cwd=tmp_path)
    assert f"; mail goes to {relay}\n" in printed
    assert "reject at off" in printed
    assert [line.split()[-1] for line in printed.splitlines() if " send " in line] == ["tests/samples/ham.eml"]
    assert "X-Spam" not in printed


def test_a_certificate_that_is_none_is_named_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    (tmp_path / "hamgate.toml").write_text(
        '[listeners.in]\naddress = "127.0.0.1:0"\ntls = "offer"\ntls_certificate = "cert.pem"\n'
        '[relays.r]\naddresses = ["127.0.0.1:26"]\n'
    )
    done = run("serve", "--config", tmp_path / "hamgate.toml")
    told = f"Error: listener in: certificate {tmp_path}/cert.pem, key {tmp_path}/cert.pem: no certificate in PEM with"
    assert (done.returncode, told in done.stderr.decode()) == (1, True)


def test_a_relay_that_is_the_listener_itself_is_refused() -> None:
    done = run("serve", "--listen", "127.0.0.1:10099", "--relay", "127.0.0.1:10099")
    assert done.returncode == 64
    assert b"mail would go round in a circle: name the mail server behind hamgate" in done.stderr
