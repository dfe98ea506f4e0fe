"""Clients of our doors, each loaded when it is asked for."""

import importlib
from collections.abc import Callable, Coroutine
from typing import Any, cast

from filter.door.scanned import Scanned

Client = Callable[..., Coroutine[Any, Any, Scanned]]
"""Called with an Endpoint, a message, its Envelope and seconds for the answer. Raises DoorError."""

_MODULES = {"milter": "filter.milter.client", "spamd": "filter.spamd.client", "http": "filter.web.client"}
PROTOCOLS = tuple(_MODULES)


def client(protocol: str) -> Client:
    """The client that speaks `protocol`, one of PROTOCOLS."""
    return cast(Client, importlib.import_module(_MODULES[protocol]).scan)
