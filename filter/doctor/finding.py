"""What the doctor says of one thing: how it is, and if it is not well, what to do."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for a person. No text of mail and no password is ever in it."""

    step: str
    """What was looked at, in one word."""
    state: State
    text: str
    remedy: str = ""
    """What to do, as it can be done. Lines that begin with `$ ` are commands; what must be written into a file stands
    below its name."""


def ok(step: str, text: str) -> Finding:
    """All is well."""
    return Finding(step, "ok", text)


def warn(step: str, text: str, remedy: str) -> Finding:
    """Mail flows, but not as well as it should."""
    return Finding(step, "warn", text, remedy)


def fail(step: str, text: str, remedy: str) -> Finding:
    """Mail does not flow, or flows where it must not."""
    return Finding(step, "fail", text, remedy)


def skipped(step: str, text: str) -> Finding:
    """Was not looked at, and why."""
    return Finding(step, "skipped", text)


def written(table: str, *lines: str) -> str:
    """What is to be written into a table of the settings file, as a remedy says it."""
    return "write into the settings file:\n" + "\n".join([f"[{table}]", *lines])
