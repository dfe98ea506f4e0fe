"""Folders and files that hamgate writes: may it, may others read them, and is there room?"""

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filter.config.settings import Settings
from filter.doctor.finding import Finding, fail, ok, warn

MEBIBYTE = 1 << 20
SCARCE = 1 << 30
"""Octets of free space below which we warn."""
OTHERS = 0o007
"""Permission bits of those who are neither the owner nor in the group."""


def usable(step: str, folder: Path, content: str) -> Finding:
    """Whether we, as the user that we are, can write into `folder`."""
    quoted = shlex.quote(str(folder))
    if not folder.is_dir():
        return fail(step, f"there is no folder {folder} for {content}", f"$ install -d -m 0700 {quoted}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        who = f"uid {os.geteuid()}"
        remedy = f"run hamgate as the owner of the folder, or give it to {who}:\n$ chown {os.geteuid()} {quoted}"
        return fail(step, f"{folder}: {who} may not write there", remedy)
    return ok(step, f"{folder} can be written")


def closed(step: str, path: Path, danger: str) -> Finding:
    """Whether `path` is closed to other users of this machine."""
    mode = path.stat().st_mode
    if mode & OTHERS:
        remedy = f"$ chmod o-rwx {shlex.quote(str(path))}"
        return warn(step, f"{path} is open to all users of this machine: {danger}", remedy)
    return ok(step, f"{path} is closed to other users")


def history(settings: Settings) -> Iterator[Finding]:
    """The file that knows what became of each message, and its folder."""
    file = settings.history.file
    if file is None:
        return
    yield usable("history", file.parent, "the history")
    if file.exists():
        yield closed("history", file, "it holds senders and recipients")


def room(settings: Settings, spool: Path | None = None) -> Iterator[Finding]:
    """The space on each file system that we write to. Large messages wait in the folder for temporary files."""
    sizes = [listener.limits.message for listener in settings.listeners.values()]
    message = max(sizes + [table.limits.message for table in settings.tables().values()])
    places = {"messages that wait": spool or Path(tempfile.gettempdir())}
    if settings.history.file is not None:
        places["the history"] = settings.history.file.parent
    if settings.model.state is not None:
        places["learned mail"] = settings.model.state
    for content, folder in places.items():
        if folder.is_dir():
            yield _space(folder, content, shutil.disk_usage(folder).free, message)


def _space(folder: Path, content: str, free: int, message: int) -> Finding:
    text = f"{folder}: {free // MEBIBYTE} MiB free for {content}"
    remedy = f"make room; what takes it is shown by:\n$ du -xh -d 2 {shlex.quote(str(folder))} | sort -h | tail"
    if free < 2 * message:
        return fail("space", text, remedy)
    return warn("space", text, remedy) if free < SCARCE else ok("space", text)
