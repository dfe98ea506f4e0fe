"""What both sides agree on before the first mail: the version, what we may change, and what need not be said."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache

from filter.milter.frames import MilterError, frame

OLDEST, NEWEST = 2, 6


class May(IntFlag):
    """What a filter may do to a message (SMFIF_*)."""

    ADD_HEADERS = 0x1
    CHANGE_HEADERS = 0x10
    QUARANTINE = 0x20
    NAME_MACROS = 0x100
    """Say which macros are wanted at which stage."""


class Step(IntFlag):
    """Steps that are left out (NO_*), answers that are not waited for (NR_*), and habits (SMFIP_*)."""

    NO_END_OF_HEADER = 0x40
    NR_HEADER = 0x80
    NO_UNKNOWN = 0x100
    NO_DATA = 0x200
    SKIP = 0x400
    """We may say that we need no more of the body."""
    NR_CONNECT = 0x1000
    NR_HELO = 0x2000
    NR_MAIL = 0x4000
    NR_RCPT = 0x8000
    NR_DATA = 0x10000
    NR_UNKNOWN = 0x20000
    NR_END_OF_HEADER = 0x40000
    NR_BODY = 0x80000
    LEADING_SPACE = 0x100000
    """A field's value begins right after its colon, in both directions; else one space is taken away and put back."""


LEFT_OUT: Mapping[bytes, int] = {
    b"C": 0x1, b"H": 0x2, b"M": 0x4, b"R": 0x8, b"B": 0x10, b"L": 0x20,
    b"N": Step.NO_END_OF_HEADER, b"U": Step.NO_UNKNOWN, b"T": Step.NO_DATA,
}  # fmt: skip
"""The flag by which a filter says that it does not want a step. We want those that are numbers only."""
ALL_ACTIONS = May(sum(May))
ALL_STEPS = Step(sum(Step))
NOT_ANSWERED: Mapping[bytes, Step] = {
    b"C": Step.NR_CONNECT,
    b"H": Step.NR_HELO,
    b"M": Step.NR_MAIL,
    b"R": Step.NR_RCPT,
    b"T": Step.NR_DATA,
    b"L": Step.NR_HEADER,
    b"N": Step.NR_END_OF_HEADER,
    b"B": Step.NR_BODY,
    b"U": Step.NR_UNKNOWN,
}
"""The flag by which a filter says that it does not answer a step."""
_NUMBERS = struct.Struct(">III")
_AT_MAIL, _AT_END = 2, 5
_MACROS = b"".join(
    struct.pack(">I", stage) + names + b"\0" for stage, names in ((_AT_MAIL, b"i {auth_authen}"), (_AT_END, b"i"))
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What we may do with a message of this MTA, and when it waits for an answer."""

    version: int
    may: May
    steps: Step
    silent: frozenset[bytes]
    """Letters of frames that are not answered."""
    spaced: bool = False
    """Whether values come and go as they stand behind the colon."""

    def __bytes__(self) -> bytes:
        """Our answer to the offer."""
        wanted = _MACROS if May.NAME_MACROS in self.may else b""
        return frame(b"O", _NUMBERS.pack(self.version, self.may, self.steps) + wanted)

    @property
    def skips(self) -> bool:
        """Whether the answer to a part of the body may be that we need no more of it."""
        return Step.SKIP in self.steps and b"B" not in self.silent


NOTHING = Agreement(0, May(0), Step(0), frozenset())
"""Before both have spoken."""


def numbers(data: bytes) -> tuple[int, int, int]:
    """Version, changes and steps: the data of an `O` of either side. Raises MilterError."""
    if len(data) < _NUMBERS.size:
        raise MilterError("an offer that is cut off")
    version, may, steps = _NUMBERS.unpack_from(data)
    return version, may, steps


def agree(data: bytes) -> Agreement:
    """Choose from the offer of an MTA (the data of its `O`). Raises MilterError."""
    return _choice(*numbers(data))


def offer(version: int, may: int, steps: int) -> bytes:
    """What an MTA offers."""
    return frame(b"O", _NUMBERS.pack(version, may, steps))


@lru_cache(maxsize=64)
def _choice(version: int, actions: int, steps: int) -> Agreement:
    if version < OLDEST:
        raise MilterError("a version before 2")
    wanted = Step(steps & ALL_STEPS)
    if Step.NR_BODY in wanted:  # all of the body comes without our asking, so there is nobody to be told
        wanted &= ~Step.SKIP
    silent = frozenset(letter for letter, flag in NOT_ANSWERED.items() if flag in wanted)
    return Agreement(min(version, NEWEST), May(actions & ALL_ACTIONS), wanted, silent, Step.LEADING_SPACE in wanted)
