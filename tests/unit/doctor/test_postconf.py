"""Reading what Postfix says of itself."""

from pathlib import Path

import pytest

from filter.doctor import postconf
from filter.doctor.postconf import PostconfError, Service, ask, parse, place, seconds
from filter.door.endpoint import Endpoint

MASTER = """\
smtp       inet  n       -       n       -       20      smtpd -o smtpd_proxy_filter=127.0.0.1:10025
127.0.0.1:10026 inet n   -       n       -       -       smtpd -o { smtpd_recipient_restrictions = permit_mynetworks }
pickup     unix  n       -       n       60      1       pickup
"""
OPTIONS = """\
smtp/inet/smtpd_proxy_filter = 127.0.0.1:10025
127.0.0.1:10026/inet/smtpd_proxy_filter =
127.0.0.1:10026/inet/smtpd_recipient_restrictions = permit_mynetworks, reject
"""
MAIN = "smtpd_proxy_filter = [::1]:9\nsmtpd_milters =\n"


def test_services_with_their_options() -> None:
    found = parse(MASTER, OPTIONS, MAIN)
    front, back = found.smtpds
    assert front == Service("smtp", "inet", "20", "smtpd", {"smtpd_proxy_filter": "127.0.0.1:10025"})
    assert back.options["smtpd_recipient_restrictions"] == "permit_mynetworks, reject"
    assert [one.key for one in found.services] == ["smtp/inet", "127.0.0.1:10026/inet", "pickup/unix"]
    assert [one.place for one in found.services] == [Endpoint("", 25), Endpoint("127.0.0.1", 10026), None]


def test_what_a_service_does_not_say_main_cf_says() -> None:
    found = parse(MASTER, OPTIONS, MAIN)
    front, back, pickup = found.services
    assert [found.value(one, "smtpd_proxy_filter") for one in (front, back, pickup)] == [
        "127.0.0.1:10025",
        "",
        "[::1]:9",
    ]
    assert found.value(front, "smtpd_milters") == found.value(front, "nonsense") == ""


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("10025", Endpoint("", 10025)),
        ("submission", Endpoint("", 587)),
        ("localhost:10025", Endpoint("localhost", 10025)),
        ("inet:[::1]:10025", Endpoint("::1", 10025)),
        ("127.0.0.1:nonsense", None),
    ],
)
def test_addresses_as_postfix_writes_them(text: str, endpoint: Endpoint | None) -> None:
    assert place(text) == endpoint


@pytest.mark.parametrize(("text", "time"), [("100s", 100.0), ("2m", 120.0), ("5", 5.0), ("1h", 3600.0), ("soon", None)])
def test_times_as_postfix_writes_them(text: str, time: float | None) -> None:
    assert seconds(text) == time


def program(folder: Path, script: str) -> str:
    path = folder / "postconf"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_postconf_is_asked_without_a_shell(tmp_path: Path) -> None:
    script = f'case "$1" in -M) cat <<E\n{MASTER}E\n;; -P) cat <<E\n{OPTIONS}E\n;; *) cat <<E\n{MAIN}E\nesac'
    assert ask(program(tmp_path, script)) == parse(MASTER, OPTIONS, MAIN)


def test_a_postconf_that_fails(tmp_path: Path) -> None:
    with pytest.raises(PostconfError, match=r"postconf: fatal: open main.cf: Permission denied"):
        ask(program(tmp_path, "echo 'fatal: open main.cf: Permission denied' >&2; exit 1"))
    with pytest.raises(PostconfError, match=r"does not answer: .*No such file"):
        ask(str(tmp_path / "nowhere"))


def test_a_postconf_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postconf, "PATIENCE", 0.1)
    with pytest.raises(PostconfError, match=r"timed out"):
        ask(program(tmp_path, "exec sleep 60"))


def test_where_postconf_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = program(tmp_path, "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postconf.program() == expected
