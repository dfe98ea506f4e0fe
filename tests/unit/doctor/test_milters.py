"""Postfix beside our milter: what a person would look for in smtpd_milters."""

import pytest

from filter.config.settings import Settings
from filter.doctor.milters import asking
from filter.doctor.postconf import Service, Wiring
from filter.milter.settings import MilterDoor
from tests.unit.doctor.said import lines, one

FRONT = Service("smtp", "inet", "20", "smtpd")
USERS = Service("submission", "inet", "-", "smtpd", {"smtpd_milters": ""})


def known(address: str) -> Settings:
    return Settings(milters={"postfix": MilterDoor(address=address)})


def wired(milters: str) -> Wiring:
    return Wiring((FRONT, USERS), {"smtpd_milters": milters})


@pytest.mark.parametrize(
    ("address", "milters"),
    [
        ("127.0.0.1:11332", "inet:127.0.0.1:11332"),
        ("127.0.0.1:11332", "inet:localhost:8891, inet:localhost:11332"),
        ("0.0.0.0:11332", "inet:127.0.0.1:11332"),
        ("192.0.2.1:11332", "inet:192.0.2.1:11332"),
        ("[::1]:11332", "{ inet:[::1]:11332, default_action=accept }"),
        ("unix:/run/hamgate/milter", "unix:/run/hamgate/milter"),
        ("unix:/var/spool/postfix/hamgate/milter", "unix:hamgate/milter"),
        ("unix:/var/spool/postfix/hamgate/milter", "local:/hamgate/milter"),
    ],
)
def test_a_milter_that_is_asked(address: str, milters: str) -> None:
    assert lines(asking(known(address), wired(milters))) == ["ok the smtpd smtp asks the milter postfix"]


@pytest.mark.parametrize(
    ("address", "milters", "remedy"),
    [
        ("127.0.0.1:11332", "", "smtpd_milters=inet:127.0.0.1:11332"),
        ("127.0.0.1:11332", "inet:127.0.0.1:8891", "'smtpd_milters=inet:127.0.0.1:8891 inet:127.0.0.1:11332'"),
        ("127.0.0.1:11332", "inet:192.0.2.1:11332", "'smtpd_milters=inet:192.0.2.1:11332 inet:127.0.0.1:11332'"),
        ("unix:/run/hamgate/milter", "unix:/run/other", "'smtpd_milters=unix:/run/other unix:/run/hamgate/milter'"),
    ],
)
def test_a_milter_that_nobody_asks(address: str, milters: str, remedy: str) -> None:
    finding = one(asking(known(address), wired(milters)), "warn")
    assert finding.text == f"no smtpd asks the milter postfix at {address}"
    assert finding.remedy == f"when the server runs:\n$ postconf -e {remedy} && postfix reload"


def test_a_milter_for_other_machines_need_not_be_asked_here() -> None:
    assert lines(asking(known("192.0.2.1:11332"), wired(""))) == []
