"""What must never be found in anything that hamgate writes: passwords, AUTH lines, the text of mail."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

ACCOUNT = "ann"
PASSWORD = "Dunkelblau-42-Kormoran"  # noqa: S105 - of a test's own server
TEXT = "quibblesnatch"
"""A word that stands in the subject, the text and an attachment's name of every message of these tests."""


def encoded(words: Iterable[bytes]) -> Iterator[bytes]:
    """Words as they are and in base64, at whichever of three places they may begin."""
    for word in words:
        yield word
        for shift in range(3):
            text = base64.b64encode(b"\0" * shift + word)
            begin = -(-shift * 8 // 6)
            yield text[begin : len(text) // 4 * 4 - 4]  # without the ends, in which neighbours have a part


def traces(folder: Path, *more: bytes) -> list[str]:
    """Files of `folder` that hold a secret, and which."""
    words = list(encoded([PASSWORD.encode(), TEXT.encode(), *more]))
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path.name}: {word!r}" for path in files for word in words if word in path.read_bytes()]
