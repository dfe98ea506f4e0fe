"""The operator's secrets beside the keys of certificates: tokens of HTTP doors, and the key of hashed addresses."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from filter.config.settings import Settings
from filter.doctor.finding import Finding, fail
from filter.doctor.folders import closed
from filter.web.access import read_token


def secrets(settings: Settings) -> Iterator[Finding]:
    """Each file: is it there, may we read it, may others, and is it good for anything?"""
    for name, table in settings.http.items():
        if table.token_file is not None:
            yield from _secret(f"token_file of {name}", table.token_file, "who reads it may learn and read the history")
    if settings.log.key_file is not None:
        yield from _secret("log.key_file", settings.log.key_file, "who reads it can tell whose address was hashed")


def _secret(name: str, path: Path, danger: str) -> Iterator[Finding]:
    quoted = shlex.quote(str(path))
    made = f"$ (umask 077; openssl rand -hex 16 > {quoted})"
    try:
        if name == "log.key_file":
            _read_key(path)
        else:
            read_token(path)
    except FileNotFoundError:
        yield fail("secret", f"{name}: there is no {path}", made)
    except PermissionError:
        remedy = f"give the file to the group of the user that hamgate runs as:\n$ chmod g+r {quoted}"
        yield fail("secret", f"{name}: {path} cannot be read: permission denied", remedy)
    except (OSError, ValueError) as error:
        text = str(error) if isinstance(error, ValueError) else f"{path}: {error.strerror or error}"
        yield fail("secret", f"{name}: {text}", f"name another file, or make a good one:\n{made}")
    else:
        yield closed("secret", path, danger)


def _read_key(path: Path) -> None:
    if not path.read_bytes().strip():
        raise ValueError(f"{path} is empty: digits of an address would change with each start")
