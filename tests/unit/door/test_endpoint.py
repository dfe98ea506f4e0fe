"""How an administrator writes where the relay is."""

import errno
import socket

import pytest

from filter.door.endpoint import Endpoint, reason


@pytest.mark.parametrize(
    ("text", "endpoint", "literal"),
    [
        ("mail.example.net:25", Endpoint("mail.example.net", 25), False),
        ("127.0.0.1:10026", Endpoint("127.0.0.1", 10026), True),
        ("[::1]:24", Endpoint("::1", 24), True),
        ("unix:/run/dovecot/lmtp", Endpoint(path="/run/dovecot/lmtp"), False),
        ("unix:25", Endpoint("unix", 25), False),
        ("unix:/run/odd:name", Endpoint(path="/run/odd:name"), False),
    ],
)
def test_what_is_an_address(text: str, endpoint: Endpoint, literal: bool) -> None:
    assert Endpoint.parse(text) == endpoint
    assert str(endpoint) == text
    assert endpoint.is_literal is literal


@pytest.mark.parametrize(
    "text",
    ["", "mail", "mail:", ":25", "mail:65536", "mail:smtp", "mail:-1", "unix:", "unix:x", "unix:/\0", "[]:25"],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is neither HOST:PORT nor unix:/PATH"):
        Endpoint.parse(text)


def test_ipv6_needs_its_brackets() -> None:
    with pytest.raises(ValueError, match="write an IPv6 address in brackets"):
        Endpoint.parse("::1:25")


def test_port_0_only_where_it_may_be() -> None:
    assert Endpoint.parse("[::1]:0") == Endpoint("::1", 0)


@pytest.mark.parametrize(
    ("text", "loopback"),
    [("127.0.0.1:25", True), ("[::1]:25", True), ("localhost:25", True), ("unix:/run/x", True), ("0.0.0.0:25", False),
     ("[::]:25", False), ("mail.example.net:25", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_can_reach(text: str, loopback: bool) -> None:
    assert Endpoint.parse(text).is_loopback is loopback


def test_why_nobody_is_reached_is_told_in_the_words_of_the_system() -> None:
    asyncio_says = OSError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 1)")
    assert reason(asyncio_says) == "Connection refused"
    assert reason(socket.gaierror(socket.EAI_NONAME, "Name or service not known")) == "Name or service not known"
    assert reason(ConnectionError("it ended the connection")) == "it ended the connection"
    assert reason(ConnectionError()) == "ConnectionError"
