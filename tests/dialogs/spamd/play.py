"""Plays a dialog with a spamd, whoever serves it.

# a remark
== name of an exchange             (each has a connection of its own)
C: what the client sends           (CRLF is added; \\r \\n \\xHH stand for octets; a last \\ takes the CRLF away;
                                    {ham} {spam} stand for the octets of these messages, {ham+1} for one more,
                                    {zspam} for those of the compressed one)
M: ham | spam | zspam              (the client sends this message)
E:                                 (the client says that it has said all)
S: what it must hear               (a line, without its CRLF; * stands for anything)
S: -                               (the server closes the connection)
O: as S:, R: as S:                 (only here and only at SpamAssassin's spamd: where they differ)
B: what all the rest must be       (* stands for anything; \\n for ends of line)
"""

import contextlib
import fnmatch
import io
import re
import socket
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.spamd_door import HAM, SPAM

MESSAGES = {"ham": HAM, "spam": SPAM, "zspam": zlib.compress(SPAM)}
FILES = sorted(Path(__file__).parent.glob("*.dialog"))
_KINDS = ("C:", "M:", "E:", "S:", "O:", "R:", "B:")
_NUMBER = re.compile(r"\{(\w+)([+-]\d+)?\}")
Lines = list[tuple[str, str]]


def exchanges(path: Path) -> Iterator[tuple[str, Lines]]:
    """Each exchange of a file by its name."""
    name, lines = "", list[tuple[str, str]]()
    for line in path.read_text().splitlines():
        if line.startswith("== "):
            if lines:
                yield name, lines
            name, lines = line[3:], []
        elif line.strip() and not line.startswith("#"):
            assert line[:2] in _KINDS, f"{path.name}: {line}"
            lines.append((line[0], line[3:]))
    yield name, lines


def octets(text: str) -> bytes:
    """What a C: line sends."""
    whole = text.removesuffix("\\")
    numbered = _NUMBER.sub(lambda found: str(len(MESSAGES[found[1]]) + int(found[2] or 0)), whole)
    line = numbered.encode().decode("unicode_escape").encode("latin-1")
    return line if whole != text else line + b"\r\n"


def matches(heard: bytes, pattern: str) -> bool:
    wanted = pattern.replace("\\r", "\r").replace("\\n", "\n").replace("[", "[[]")
    return fnmatch.fnmatchcase(heard.decode("latin-1"), wanted)


def play(connect: Callable[[], socket.socket], lines: Lines, *, real: bool) -> None:
    """Play one exchange; `real` is SpamAssassin's spamd."""
    with connect() as client:
        client.settimeout(20)
        with contextlib.suppress(ConnectionError):  # who is refused early may still talk
            say(client, lines)
        heard = io.BytesIO(everything(client, real=real))
    for kind, text in lines:
        if kind in ("SRB" if real else "SOB"):
            part = heard.read() if kind == "B" else heard.readline()
            if text == "-":
                assert part == b"", f"the server should have closed the connection, but said {part!r}"
            else:
                said = part if kind == "B" else part.removesuffix(b"\r\n")
                assert matches(said, text), f"expected {text!r}, heard {part!r}"


def say(client: socket.socket, lines: Lines) -> None:
    for kind, text in lines:
        if kind == "C":
            client.sendall(octets(text))
        elif kind == "M":
            client.sendall(MESSAGES[text])
        elif kind == "E":
            client.shutdown(socket.SHUT_WR)


def everything(client: socket.socket, *, real: bool) -> bytes:
    """All until the end. SpamAssassin's spamd ends with a reset if the client has said more than it wanted to hear."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        assert real, "a client that has said too much must hear why"
    return b"".join(parts)
