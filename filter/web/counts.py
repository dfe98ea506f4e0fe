"""What one HTTP door has done since it began, for `rspamc stat`."""

import time
from collections import Counter
from typing import Any

from filter.door.case import Case
from filter.policy import Action
from filter.web.actions import ACTIONS, SOFT_REJECT


class Counts:
    """Numbers of this server process; all processes together tell theirs by `/metrics` of the status page."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._actions: Counter[str] = Counter(dict.fromkeys((*ACTIONS.values(), SOFT_REJECT), 0))
        self._ham = 0
        self.connections = 0
        self.learned = 0

    def scored(self, case: Case) -> None:
        """Count a message that was answered."""
        action = case.decision.action if case.decision else None
        self._actions[ACTIONS[action] if action else SOFT_REJECT] += 1
        self._ham += action is Action.ACCEPT

    def stat(self, version: str) -> dict[str, Any]:
        """The reply to `/stat`, with the keys of rspamd that mean something here."""
        scanned = sum(self._actions.values())
        return {
            "version": f"hamgate {version}",
            "uptime": int(time.monotonic() - self._began),
            "read_only": False,
            "scanned": scanned,
            "learned": self.learned,
            "actions": dict(self._actions),
            "spam_count": scanned - self._ham - self._actions[SOFT_REJECT],
            "ham_count": self._ham,
            "connections": self.connections,
            "control_connections": 0,
            "statfiles": [],
            "total_learns": self.learned,
        }
