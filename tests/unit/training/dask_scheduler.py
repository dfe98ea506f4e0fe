"""A Dask scheduler on a free port of this machine: prints its address, ends when its standard input does."""

import asyncio
import sys

from distributed import Scheduler


async def main() -> None:
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False, dashboard_address="127.0.0.1:0") as scheduler:
        print(scheduler.address, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
