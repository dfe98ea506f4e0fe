"""What we demand of the relay's certificate. What follows from it is in test_dialler."""

import ssl
from pathlib import Path

import pytest

from filter.smtp.relay_settings import RelaySettings
from filter.smtp.relay_tls import client_context
from tests.faults.certificates import Authority


def test_clear_text_needs_nothing() -> None:
    assert client_context(RelaySettings()) is None


def test_certificates_are_verified_by_name_unless_told_otherwise(tmp_path: Path) -> None:
    authority = Authority.new(tmp_path)
    strict = client_context(RelaySettings(tls="require", ca_file=str(authority.certificate)))
    assert strict is not None
    assert (strict.verify_mode, strict.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert strict.minimum_version == ssl.TLSVersion.TLSv1_2
    assert len(strict.get_ca_certs()) == 1, "those of this system are not trusted beside it"
    lax = client_context(RelaySettings(tls="require", verify=False))
    assert lax is not None
    assert (lax.verify_mode, lax.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize(("content", "text"), [(None, "No such file"), ("no certificate", "ca_file")])
def test_bad_file_is_said_at_once(content: str | None, text: str, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=text):
        client_context(RelaySettings(tls="try", ca_file=str(path)))
