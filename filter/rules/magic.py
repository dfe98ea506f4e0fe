"""What a file is by its first bytes, whatever its name says. Signatures after the formats' own specifications."""

_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"MSCF", "cab"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"conectix", "disk"),
    (b"vhdxfile", "disk"),
)
_HTML = (b"<!doctype html", b"<html", b"<script", b"<body", b"<head")
_ISO = slice(0x8001, 0x8006)
"""Where the first volume descriptor of ISO 9660 and UDF names its standard (ECMA-119 section 8.1)."""
_PORTABLE_EXECUTABLE = slice(0x3C, 0x40)


def kind(head: bytes) -> str:
    """One word for the format of a file that begins with `head`; empty if it is none that matters to rules."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head.startswith(b"MZ") and _is_program(head):
        return "program"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    start = head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML):
        return "html"
    if b"<svg" in head[:1024].lower():
        return "svg"
    return ""


def _is_program(head: bytes) -> bool:
    """Two letters are too few for a verdict: the header they promise must be named (PE format, section 2)."""
    offset = int.from_bytes(head[_PORTABLE_EXECUTABLE], "little")
    return 0x40 <= offset < 0x1000 and (offset + 4 > len(head) or head[offset : offset + 4] == b"PE\0\0")


def is_disk_image(data: bytes) -> bool:
    """Whether `data` is a file system in a file: ISO 9660, UDF, VHD or VHDX."""
    return data[_ISO] in (b"CD001", b"BEA01") or kind(data[:16]) == "disk"
