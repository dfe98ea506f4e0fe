"""The doors that are asked about messages (milter, spamd, HTTP): free, ours, or somebody else's; and do they judge?"""

import asyncio
import errno
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from filter.assembly.clients import client
from filter.assembly.door import Door as Opened
from filter.config.settings import Settings
from filter.doctor.doors import Door, here, taken
from filter.doctor.finding import Finding, fail, ok, written
from filter.doctor.holder import holder
from filter.doctor.letters import gtube, harmless
from filter.door.endpoint import Endpoint
from filter.door.scanned import DoorError, Scanned
from filter.envelope import NO_ENVELOPE
from filter.policy import Action, decide
from filter.record import Record
from filter.verdict import Hit, Verdict

PATIENCE = 10.0
"""Seconds for an answer about a small message."""
SENDER = RECIPIENT = "doctor@example.com"
TABLES = {"milters": "milter", "spamd": "spamd", "http": "http"}
"""The protocol of each table of the settings."""


def askable(settings: Settings, name: str) -> Iterator[tuple[str, Door]]:
    """Each such door by its name; `name` is what this machine is called."""
    for table, protocol in TABLES.items():
        for key, door in getattr(settings, table).items():
            yield key, _door(key, table, protocol, Endpoint.parse(door.address), name)


def _door(key: str, table: str, protocol: str, endpoint: Endpoint, name: str) -> Door:
    fault = _unix_fault(Path(endpoint.path)) if endpoint.path else taken(endpoint)
    if fault is None:
        return Door(ok("listener", f"{key}: {endpoint} is free"))
    if fault.errno != errno.EADDRINUSE:
        remedy = written(f"{table}.{key}", 'address = "..."  # where this server may listen')
        return Door(fail("listener", f"{key}: {endpoint}: {fault.strerror or fault}", remedy))
    found = None if endpoint.path else holder(endpoint.port)
    who = str(found) if found else "another program"
    other = written(f"{table}.{key}", 'address = "..."  # another one, or stop that program')
    if found is not None and not found.is_hamgate:
        return Door(fail("listener", f"{key}: {endpoint} is taken by {who}", other), holder=found)
    place = endpoint if endpoint.path else here(str(endpoint))
    try:
        answer = ask(protocol, place, harmless(SENDER, RECIPIENT, "test", name))
    except DoorError as error:
        return Door(fail("listener", f"{key}: {endpoint} is taken by {who}: {error}", other), holder=found)
    return Door(ok("listener", f"{key}: our server answers at {endpoint}: {answer.action}"), True, found)


def _unix_fault(path: Path) -> OSError | None:
    """Why nobody can listen at `path` now, if so."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return OSError(errno.EEXIST, "there is a file that is no socket")
    except FileNotFoundError:
        return None if path.parent.is_dir() else OSError(errno.ENOENT, f"there is no folder {path.parent}")
    except OSError as error:
        return error
    with socket.socket(socket.AF_UNIX) as trial:
        trial.settimeout(PATIENCE)
        try:
            trial.connect(str(path))
        except ConnectionRefusedError:
            return None  # a dead server left it: the next one takes it over
        except OSError as error:
            return error
    return OSError(errno.EADDRINUSE, "Address already in use")


def ask(protocol: str, endpoint: Endpoint, letter: bytes) -> Scanned:
    """What a door says of `letter`. Raises DoorError."""
    return asyncio.run(client(protocol)(endpoint, letter, NO_ENVELOPE, PATIENCE))


def protocols(settings: Settings) -> dict[str, str]:
    """What is spoken at each such door, by its name."""
    return {key: protocol for table, protocol in TABLES.items() for key in getattr(settings, table)}


async def judged(opened: Opened, protocol: str, records: list[Record], name: str) -> list[Finding]:
    """What a door that runs says of a harmless message and of GTUBE, beside what its policy promises."""
    letters = {"a harmless message": harmless(SENDER, RECIPIENT, "test", name), "GTUBE": gtube(SENDER, RECIPIENT, name)}
    found = []
    for title, letter in letters.items():
        try:
            answer = await client(protocol)(opened.bound, letter, NO_ENVELOPE, PATIENCE)
        except DoorError as error:
            found.append(fail("message", f"{opened.name}: {title} gets no answer: {error}", _JUDGE))
            continue
        found.append(_kept(opened, protocol, title, answer, records.pop()))
    return found


_JUDGE = "judge a message of your own here, which shows the whole error:\n$ hamgate score FILE"


def _kept(opened: Opened, protocol: str, title: str, answer: Scanned, record: Record) -> Finding:
    """Whether the answer is the one that the policy of the door promises for so many points."""
    if record.score is None:
        return fail("message", f"{opened.name}: {title} is not judged: {record.reason}", _JUDGE)
    promised = decide(Verdict((Hit("SCORE", record.score),)), opened.desk.book.policy).action
    said = _SPAMD[promised] if protocol == "spamd" else promised.value
    text = f"{opened.name}: {title} gets {record.score:.2f} points: {answer.action}"
    if answer.action == said:
        return ok("message", text)
    return fail("message", f"{text} instead of {said}", "report this fault of hamgate with `hamgate config show`")


_SPAMD = {Action.ACCEPT: "accept", Action.TAG: "tag", Action.HOLD: "tag", Action.REJECT: "tag"}
"""Its protocol knows spam and no spam."""
