"""File descriptors: each client takes one, its way to a relay another, a large message a third."""

import resource
from pathlib import Path

from filter.config.settings import Settings
from filter.doctor.finding import Finding, ok, warn

OTHERS = 64
"""For listeners, workers, logs and libraries."""


def needed(settings: Settings) -> int:
    """Descriptors of a server whose listeners are all full."""
    clients = sum(listener.limits.connections for listener in settings.listeners.values())
    return OTHERS + 2 * clients + sum(table.limits.connections for table in settings.tables().values())


def descriptors(settings: Settings, server: int | None) -> Finding:
    """Whether the limit of the process `server` is enough, or ours if there is none."""
    limit, whose = _limit_of(server) if server else None, "the server"
    if limit is None:
        limit, whose = resource.getrlimit(resource.RLIMIT_NOFILE)[0], "a server started from here"
    wanted = needed(settings)
    if limit == resource.RLIM_INFINITY or limit >= wanted:
        return ok("descriptors", f"{whose} may open {limit} files, full listeners need {wanted}")
    text = f"{whose} may open {limit} files, but full listeners need {wanted}: the last clients would wait"
    remedy = f"before the server is started (in its systemd unit: LimitNOFILE={wanted}):\n$ ulimit -n {wanted}"
    return warn("descriptors", text, remedy)


def _limit_of(process: int) -> int | None:
    """The soft limit of another process, if the system tells (proc(5): /proc/PID/limits)."""
    try:
        lines = Path(f"/proc/{process}/limits").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    words = next((line.split() for line in lines if line.startswith("Max open files")), [])
    return int(words[3]) if len(words) > 3 and words[3].isdigit() else None
