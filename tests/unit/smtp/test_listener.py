"""The settings of a listener cannot contradict each other."""

from pathlib import Path

import pytest

from filter.smtp.listener import Listener


def test_plain_smtp_without_trust_is_the_default() -> None:
    listener = Listener()
    assert (listener.protocol, listener.tls, listener.auth) == ("smtp", "off", False)
    assert listener.proxy_protocol_from == listener.xforward_from == listener.xclient_from == ()


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"tls": "offer"}, 'tls = "offer" needs tls_certificate'),
        ({"tls_certificate": Path("cert.pem")}, 'tls_certificate has no use with tls = "off"'),
        ({"max_received": 0}, "max_received must be at least 1"),
        ({"greeting_delay": -1.0}, "greeting_delay at least 0"),
    ],
)
def test_contradictions_are_named(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Listener(**settings)  # type: ignore[arg-type]  # as from a settings file
