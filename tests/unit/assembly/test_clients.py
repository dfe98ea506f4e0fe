"""Clients by the name of their protocol."""

import inspect

import pytest

from filter.assembly.clients import PROTOCOLS, client


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_has_a_client_that_is_asked_alike(protocol: str) -> None:
    asked = inspect.signature(client(protocol))
    assert list(asked.parameters)[:4] == ["endpoint", "message", "envelope", "seconds"]


def test_there_is_no_other() -> None:
    with pytest.raises(KeyError):
        client("uucp")
