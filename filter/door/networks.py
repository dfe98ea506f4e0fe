"""Networks in the table of a door: who may ask there."""

from collections.abc import Iterable

from filter.rules.own.entries import Networks


def refuse_others(key: str, entries: Iterable[str]) -> None:
    """Raise ValueError for the first of the `entries` at `key` that is no network: which, why, and what to write."""
    for entry in entries:
        try:
            Networks((entry,))
        except ValueError as error:
            raise ValueError(f"{key}: {entry!r} {error}") from None
