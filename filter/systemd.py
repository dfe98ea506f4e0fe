"""What systemd and a service say to each other: sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3)."""

import logging
import os
import socket
import time

log = logging.getLogger("hamgate.systemd")

FIRST_PASSED = 3
"""SD_LISTEN_FDS_START."""


def notify(*assignments: str) -> None:
    """Send `NAME=value` lines as one datagram to who started us, if it listens. What goes wrong is only logged."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract names
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)  # a manager that does not read must not stop the mail
            channel.sendto("\n".join(assignments).encode(), address)
    except OSError as error:
        log.warning("systemd was not told %s: %s", assignments[0], error)


def ready(status: str) -> None:
    """Say that clients are served, at the start or after `reloading`."""
    notify("READY=1", f"STATUS={_line(status)}")


def reloading() -> None:
    """Say that settings are taken up; `ready` ends it."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")


def stopping() -> None:
    """Say that no new clients are taken."""
    notify("STOPPING=1", "STATUS=finishing what is under way")


def alive() -> None:
    """Put the watchdog off."""
    notify("WATCHDOG=1")


def watchdog() -> float | None:
    """Seconds within which `alive` must be said again and again; None: nobody waits for it."""
    microseconds, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or int(microseconds) == 0 or pid not in ("", str(os.getpid())):
        return None
    return int(microseconds) / 1e6


def passed_sockets() -> dict[str, socket.socket]:
    """Listening sockets that were opened for us, by their names (FileDescriptorName= in the socket unit).

    ValueError: a name is missing or comes twice, as when a unit gives none of its own.
    """
    count = os.environ.get("LISTEN_FDS", "")
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or not count.isdecimal():
        return {}
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    if len(names) != int(count) or len(set(names)) != len(names):
        raise ValueError(f"{count} sockets passed with the names {', '.join(names)}: each needs one of its own")
    passed = {}
    for descriptor, name in enumerate(names, FIRST_PASSED):
        os.set_inheritable(descriptor, False)
        passed[name] = socket.socket(fileno=descriptor)
    return passed


def _line(text: str) -> str:
    return " ".join(text.split())
