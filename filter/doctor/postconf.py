"""How the Postfix of this machine is set up, as its own `postconf` says it (postconf(1))."""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from filter.door.endpoint import Endpoint

PATIENCE = 10.0
_PARAMETERS = (
    "smtpd_proxy_filter", "smtpd_proxy_options", "smtpd_proxy_timeout", "smtpd_milters", "message_size_limit",
    "receive_override_options", "default_process_limit",
)  # fmt: skip
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


class PostconfError(Exception):
    """Postfix cannot be asked. The text is one line."""


@dataclass(frozen=True, slots=True)
class Service:
    """A line of master.cf (master(5))."""

    name: str
    kind: str
    """inet, unix, ..."""
    limit: str
    """Processes at most; `-` means default_process_limit."""
    command: str
    options: Mapping[str, str] = field(default_factory=dict)
    """What its `-o` options say."""

    @property
    def key(self) -> str:
        """How `postconf -P` names it."""
        return f"{self.name}/{self.kind}"

    @property
    def place(self) -> Endpoint | None:
        """Where it listens; without a host that is every address."""
        return place(self.name) if self.kind == "inet" else None


@dataclass(frozen=True, slots=True)
class Wiring:
    """master.cf and the parameters of main.cf that matter in front of and behind a filter."""

    services: Sequence[Service]
    main: Mapping[str, str]

    @property
    def smtpds(self) -> list[Service]:
        """The servers that take mail by network."""
        return [one for one in self.services if one.kind == "inet" and one.command == "smtpd"]

    def value(self, service: Service, parameter: str) -> str:
        """What holds for `service`."""
        return service.options.get(parameter, self.main.get(parameter, ""))


def place(text: str) -> Endpoint | None:
    """An address as Postfix writes it: `smtp`, `10025`, `host:port`, `[::1]:25`, with `inet:` before it or not."""
    host, _, port = text.removeprefix("inet:").rpartition(":")
    try:
        number = int(port) if port.isdigit() else socket.getservbyname(port, "tcp")
    except OSError:
        return None
    return Endpoint(host.strip("[]"), number)


def seconds(text: str) -> float | None:
    """A time as Postfix writes it; None if it is none."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, "s")
    return int(number) * _UNITS[unit] if number.isdigit() else None


def parse(master: str, options: str, main: str) -> Wiring:
    """From the output of `postconf -M`, `postconf -P` and `postconf`."""
    said: dict[str, dict[str, str]] = {}
    for key, value in map(_pair, options.splitlines()):
        service, _, parameter = key.rpartition("/")
        said.setdefault(service, {})[parameter] = value
    rows = [line.split() for line in master.splitlines()]
    services = [
        Service(row[0], row[1], row[6], row[7], said.get(f"{row[0]}/{row[1]}", {})) for row in rows if len(row) > 7
    ]
    return Wiring(services, dict(map(_pair, main.splitlines())))


def _pair(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()


def program() -> str | None:
    """Where postconf is; Debian keeps it where only root looks."""
    return shutil.which("postconf", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def ask(command: str) -> Wiring:
    """Ask `command`, which is `postconf`. Raises PostconfError."""
    return parse(_said(command, "-M"), _said(command, "-P", "-x"), _said(command, "-x", *_PARAMETERS))


def _said(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PostconfError(f"{words[0]} does not answer: {error}") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").splitlines() or ["no word why"]
        raise PostconfError(f"{words[0]}: {lines[-1]}")
    return done.stdout.decode("utf-8", "replace")
