"""What may stand in the settings of a relay."""

import math
from typing import Any

import pytest

from filter.door.endpoint import Endpoint
from filter.smtp.relay_settings import RelaySettings


def test_addresses_keep_their_order() -> None:
    settings = RelaySettings(("[::1]:25", "unix:/run/lmtp"))
    assert settings.endpoints == (Endpoint("::1", 25), Endpoint(path="/run/lmtp"))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"protocol": "smpt"}, r"protocol = 'smpt' is none of smtp, lmtp"),
        ({"tls": "yes"}, r"tls = 'yes' is none of off, try, require, implicit"),
        ({"forward": ""}, r"forward = '' is none of none, xforward, xclient"),
        ({"addresses": ()}, r"addresses is empty"),
        ({"addresses": ("mail",)}, r"'mail' is neither HOST:PORT nor unix:/PATH"),
        ({"name": ".relay.test"}, r"name = '\.relay\.test' is not a host name in ASCII"),
        ({"name": "café.test"}, r"is not a host name in ASCII"),
        ({"addresses": ("unix:/run/x",), "tls": "require"}, r"name is needed"),
        ({"reuse": -1.0}, r"reuse = -1 is not between 0 and 60 seconds"),
        ({"reuse": math.nan}, r"reuse = nan is not between"),
        ({"reuse": 2.0, "forward": "xforward"}, r'reuse has no use with forward = "xforward"'),
    ],
)
def test_what_cannot_be_used_is_said_at_once(values: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        RelaySettings(**values)


@pytest.mark.parametrize("values", [{"name": "relay.test"}, {"verify": False}, {"tls": "off"}])
def test_a_unix_socket_has_no_name_to_verify(values: dict[str, Any]) -> None:
    assert RelaySettings(**{"addresses": ("unix:/run/x",), "tls": "require"} | values).endpoints[0].path == "/run/x"
