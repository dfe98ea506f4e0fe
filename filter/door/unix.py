"""Unix sockets: a path of which one server at a time is the owner."""

import errno
import grp
import os
import socket
import stat
from pathlib import Path

PATIENCE = 1.0
"""Seconds in which a living server accepts a connection, or lets it wait in its queue."""


def unix_socket(path: str, mode: str, group: str = "") -> socket.socket:
    """A socket bound to `path`, which does not listen yet, for those that `mode` (octal) and `group` let connect.

    What a server that is no more has left at `path` is taken away. Raises OSError, ValueError (mode), and
    LookupError (group).
    """
    number = None if not group else grp.getgrnam(group).gr_gid
    bits = parse_mode(mode)
    _take_away(path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(path)
        os.chmod(path, bits)  # noqa: PTH101 - nobody can connect before it listens
        if number is not None:
            os.chown(path, -1, number)
    except BaseException:
        made.close()
        raise
    return made


def parse_mode(text: str) -> int:
    """The bits of a mode in octal digits. ValueError: it is none."""
    if not (0 < len(text) <= 4 and set(text) <= set("01234567") and int(text, 8) <= 0o777):
        raise ValueError('write octal digits in quotes, as "0660"')
    return int(text, 8)


def _take_away(path: str) -> None:
    """Remove a socket that nobody listens at. OSError: somebody does, or it is something else."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise OSError(errno.EEXIST, "is there, and no socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(PATIENCE)
        try:
            trial.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink(missing_ok=True)
        else:
            raise OSError(errno.EADDRINUSE, "Address already in use")
