"""A connection to a door, for who asks there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from filter.door.endpoint import Endpoint

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def dialled(endpoint: Endpoint) -> AsyncIterator[Streams]:
    """A connection to `endpoint`, which is cut off at the end, whatever is under way. Raises OSError."""
    reader, writer = await _connect(endpoint)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _connect(endpoint: Endpoint) -> Streams:
    if endpoint.path:
        return await asyncio.open_unix_connection(endpoint.path)
    return await asyncio.open_connection(endpoint.host, endpoint.port)
