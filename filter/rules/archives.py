"""What an archive holds and whether it is locked, without unpacking anything."""

import struct
from dataclasses import dataclass

_MOST_MEMBERS = 200
_LOCAL = b"PK\x03\x04"
_RAR4 = b"Rar!\x1a\x07\x00"
_RAR5 = b"Rar!\x1a\x07\x01\x00"
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_AES_CODER = b"\x06\xf1\x07\x01"
"""Method id of AES in the headers of 7z."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Names of at most 200 members (only for zip) and whether any of them needs a password."""

    names: tuple[str, ...]
    encrypted: bool


NOT_READ = Archive((), False)


def read(data: bytes) -> Archive:
    """Look into `data`; what is no archive, or locked as a whole, has no names."""
    if data.startswith(b"PK"):
        return _zip(data)
    if data.startswith(_RAR4):
        return Archive((), _rar4_locked(data))
    if data.startswith(_RAR5):
        return Archive((), _rar5_locked(data))
    if data.startswith(_SEVEN_ZIP):
        return Archive((), _AES_CODER in data[-4096:])
    return NOT_READ


def _zip(data: bytes) -> Archive:
    """Walk the local headers (APPNOTE.TXT section 4.3.7): they are there even if the end is cut off."""
    names: list[str] = []
    encrypted = False
    position = data.find(_LOCAL)
    while position >= 0 and len(names) < _MOST_MEMBERS:
        header = data[position : position + 30]
        if len(header) < 30:
            break
        flags, size, name_length, extra_length = struct.unpack("<6xH10xI4xHH", header)
        name = data[position + 30 : position + 30 + name_length]
        names.append(name[:255].decode("utf-8", "replace"))
        encrypted = encrypted or bool(flags & 1)
        after = position + 30 + name_length + extra_length
        position = data.find(_LOCAL, after if flags & 8 else after + size)
    return Archive(tuple(names), encrypted)


def _rar4_locked(data: bytes) -> bool:
    """The archive header's flag 0x80 locks the names, a file header's flag 0x04 its content (RAR technical note)."""
    main_flags = int.from_bytes(data[10:12], "little")
    size = int.from_bytes(data[12:14], "little")
    first = data[7 + size : 7 + size + 5]
    return bool(main_flags & 0x80) or (len(first) == 5 and first[2] == 0x74 and bool(first[3] & 0x04))


def _rar5_locked(data: bytes) -> bool:
    """An encryption header (type 4) stands first where the names are locked (RAR 5.0 archive format)."""
    position = 12
    while position < 15 and position < len(data) and data[position] & 0x80:
        position += 1  # the header's size takes one to three bytes
    return data[position + 1 : position + 2] == b"\x04"
