"""Fixtures of the fault tests."""

import socket
from collections.abc import Iterator

import pytest


@pytest.fixture
def unused_tcp_port_held() -> Iterator[int]:
    """A port that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        yield held.getsockname()[1]
