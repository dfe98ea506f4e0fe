"""Reading mail on a Dask cluster (extra `cluster`): the same work, the same results in the same order.

Messages go to the workers, and what is kept of them comes back; nothing is fitted there. A batch whose worker dies is
done again by another. Who can reach the scheduler can run code on it: keep it on a network of its own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from filter.features import FEATURES_VERSION
from training import dataset

BATCHES_A_CORE = 4
"""Batches under way for each core of the cluster, so that none waits for the next."""
_SECONDS = 30

Row = TypeVar("Row")


def features_version() -> int:
    """What a worker's hamgate extracts."""
    return FEATURES_VERSION


@contextmanager
def connect(address: str) -> Iterator[Any]:
    """A client of the scheduler at `address`. Raises ClickException if it cannot do the work."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise click.ClickException("--backend dask needs distributed: pip install 'hamgate[train,cluster]'") from None
    try:
        client: Any = Client(address, timeout=_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise click.ClickException(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        _refuse_others(client, address)
        yield client


def _refuse_others(client: Any, address: str) -> None:
    """Workers that lack this hamgate would fail in the middle, or extract something else."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        raise click.ClickException(f"the cluster at {address} has no workers") from None
    for worker, version in client.run(features_version, on_error="return").items():
        if version != FEATURES_VERSION:
            raise click.ClickException(
                f"worker {worker} does not have this hamgate (features version {FEATURES_VERSION}, there: {version}): "
                "install the same version on all workers"
            )


def stream(client: Any, messages: Iterable[bytes], work: Callable[[list[bytes]], list[Row]]) -> Iterator[list[Row]]:
    """What `work` keeps of each batch of `messages`, done on the cluster of `client`, in order."""
    most = BATCHES_A_CORE * max(1, sum(client.nthreads().values()))
    under_way: deque[Any] = deque()
    for batch in dataset.batches(messages):
        under_way.append(client.submit(work, batch, pure=False))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
