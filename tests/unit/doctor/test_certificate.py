"""Certificates of listeners: fit, expired, for another name, with another key, open to all."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from filter.config.settings import Settings
from filter.doctor.certificate import DAY, certificates
from filter.doctor.finding import Finding
from tests.certificates import Files, make
from tests.unit.doctor.said import lines, one, setup

NAME = "mx.test"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = make(tmp_path, NAME)
    made.key.chmod(0o640)
    return made


def secured(files: Files, **listener: Any) -> Settings:
    return setup(tls="offer", tls_certificate=files.certificate, tls_key=files.key, **listener)


def looked(settings: Settings, name: str = NAME, days: float = 0.0) -> Iterator[Finding]:
    """What is found so many days from now; the certificates of these tests are good for two."""
    return certificates(settings, name, time.time() + days * DAY)


def test_a_certificate_that_is_fit_but_ends_soon(files: Files) -> None:
    assert lines(looked(secured(files))) == [
        f"warn inbound: {files.certificate} is valid for 1 more days",
        "ok inbound: it is for mx.test",
        "ok inbound: the key is closed to other users",
    ]


def test_listeners_without_tls_have_none() -> None:
    assert list(looked(setup())) == []


def test_an_expired_certificate(files: Files) -> None:
    finding = one(looked(secured(files), days=3), "fail")
    assert finding.text.startswith(f"inbound: {files.certificate} expired on ")
    assert finding.text.endswith(" GMT")
    assert finding.remedy.startswith("renew it")


def test_a_clock_before_the_certificate(files: Files) -> None:
    finding = one(looked(secured(files), days=-1), "fail")
    assert finding.text.startswith(f"inbound: {files.certificate} is valid only from ")
    assert finding.remedy == "$ timedatectl"


@pytest.mark.parametrize(("auth", "state"), [(False, "warn"), (True, "fail")])
def test_a_certificate_for_another_name(files: Files, auth: bool, state: str) -> None:
    """Mail programs refuse it; other mail servers hardly ever look."""
    found = looked(secured(files, auth=auth), "smtp.test")
    wrong = next(finding for finding in found if "is for" in finding.text)
    assert (wrong.state, wrong.text) == (state, "inbound: the certificate is for mx.test, and not for smtp.test")
    assert wrong.remedy.startswith("get one for smtp.test")


def test_a_key_that_all_can_read(files: Files) -> None:
    files.key.chmod(0o644)
    finding = one(looked(secured(files)), "fail")
    assert finding.text == f"inbound: all users of this machine can read the key in {files.key}"
    assert finding.remedy == f"$ chmod o-rwx {files.key}"


def test_a_key_of_another_certificate(files: Files, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = make(tmp_path / "other", NAME)
    finding = one(looked(secured(Files(files.certificate, other.key))), "fail")
    assert finding.text == f"inbound: the key in {other.key} does not fit the certificate in {files.certificate}"


def test_files_that_are_not_there_or_no_certificates(files: Files) -> None:
    files.certificate.write_text("nothing\n")
    finding = one(looked(secured(files)), "fail")
    assert finding.text.startswith(f"inbound: {files.certificate} and {files.key} are no certificate and key in PEM")
    files.certificate.unlink()
    finding = one(looked(secured(files)), "fail")
    assert finding.text == f"inbound: there is no {files.certificate}"
    assert "tls_certificate" in finding.remedy


def test_a_file_that_we_may_not_read(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("filter.doctor.certificate.server_context", refused)  # root may read all
    finding = one(looked(secured(files)), "fail")
    assert finding.text.endswith("cannot be read: permission denied")
    assert finding.remedy.endswith(f"\n$ chmod g+r {files.key}")
