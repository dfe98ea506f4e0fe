"""Findings as lines that a test can read, and a set-up to find them in."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from filter.config.settings import ListenerSettings, RelayTable, Settings
from filter.doctor.finding import Finding


def lines(findings: Iterable[Finding]) -> list[str]:
    """`state text`, each."""
    return [f"{finding.state} {finding.text}" for finding in findings]


def one(findings: Iterable[Finding], state: str) -> Finding:
    """The only finding in `state`."""
    found = list(findings)
    matching = [finding for finding in found if finding.state == state]
    assert len(matching) == 1, found
    return matching[0]


def setup(listen: str = "127.0.0.1:10025", relay: str = "127.0.0.1:10026", **listener: Any) -> Settings:
    """A listener called `inbound` and a relay called `postfix`."""
    return Settings(
        listeners={"inbound": ListenerSettings(address=listen, **listener)},
        relays={"postfix": RelayTable(addresses=(relay,))},
    )


def related(settings: Settings, **relay: Any) -> Settings:
    """`settings` with other settings of the relay."""
    return replace(settings, relays={"postfix": replace(settings.relays["postfix"], **relay)})
