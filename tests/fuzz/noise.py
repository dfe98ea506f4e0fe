"""How noise comes over the wire."""

import itertools

from hypothesis import HealthCheck, settings

FUZZ = settings(
    derandomize=True, database=None, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)


def cut(octets: bytes, places: list[int]) -> list[bytes]:
    """`octets` in pieces, as they may come over the wire."""
    edges = [0, *sorted({place % (len(octets) + 1) for place in places}), len(octets)]
    return [octets[start:end] for start, end in itertools.pairwise(edges) if start < end]
