"""A mail server on this machine that keeps what it is given: what stands behind hamgate while the doctor tries it.

It is aiosmtpd, and not a part of ours: a judge must not be made of what it judges.
"""

import asyncio
import logging
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP


class Inbox:
    """Takes every message. Used as an asynchronous context manager."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._messages: list[bytes] = []

    @property
    def address(self) -> str:
        """HOST:PORT where it listens."""
        if self._server is None:
            raise RuntimeError("not open")
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    def take(self) -> list[bytes]:
        """The messages that came since the last call, each as its octets came."""
        taken, self._messages = self._messages, []
        return taken

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a message."""
        self._messages.append(bytes(envelope.content))
        return "250 2.6.0 Kept for the doctor"

    async def __aenter__(self) -> Self:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would write each command there
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="inbox", loop=loop), "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
