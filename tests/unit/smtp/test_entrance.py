"""A listener made ready."""

import ssl
import subprocess
from pathlib import Path

import pytest

from filter.smtp.entrance import Entrance
from filter.smtp.listener import Listener
from tests.certificates import make


def test_networks_are_read_once_and_bad_ones_named() -> None:
    entrance = Entrance(Listener(proxy_protocol_from=("192.0.2.0/24",), xforward_from=("::1",)))
    assert entrance.balancers.find("192.0.2.200")
    assert entrance.forwarders.find("::1")
    assert not entrance.deputies.find("192.0.2.200")
    with pytest.raises(ValueError, match="is no network: write 192"):
        Entrance(Listener(xclient_from=("everybody",)))


def test_certificate_is_for_tls_of_today(tmp_path: Path) -> None:
    files = make(tmp_path)
    entrance = Entrance(Listener(tls="offer", tls_certificate=files.certificate, tls_key=files.key))
    assert entrance.context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_renewed_certificate_is_taken_and_a_broken_one_not(tmp_path: Path) -> None:
    files = make(tmp_path)
    entrance = Entrance(Listener(tls="offer", tls_certificate=files.certificate, tls_key=files.key))
    first = entrance.context
    make(tmp_path, "other.test")
    entrance.reload()
    second = entrance.context
    assert second is not first
    files.certificate.write_text("no certificate")
    with pytest.raises(OSError, match="PEM"):
        entrance.reload()
    assert entrance.context is second


def test_missing_or_encrypted_key_is_an_error_and_nobody_is_asked(tmp_path: Path) -> None:
    files = make(tmp_path)
    with pytest.raises(FileNotFoundError):
        Entrance(Listener(tls="offer", tls_certificate=files.certificate, tls_key=tmp_path / "none.pem"))
    encrypt = "openssl ec -in key.pem -aes128 -passout pass:secret -out locked.pem"
    subprocess.run(encrypt.split(), cwd=tmp_path, check=True, capture_output=True, timeout=60)
    with pytest.raises(ssl.SSLError, match="encrypted"):
        Entrance(Listener(tls="offer", tls_certificate=files.certificate, tls_key=tmp_path / "locked.pem"))


def test_listener_without_tls_has_no_certificate() -> None:
    with pytest.raises(RuntimeError, match="without a certificate"):
        _ = Entrance().context
