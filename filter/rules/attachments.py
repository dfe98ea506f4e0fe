"""Rules on attached files, by their names and first bytes."""

import re

from filter.rules.attached import extension
from filter.rules.evidence import Evidence
from filter.rules.magic import is_disk_image
from filter.rules.rule import Rule

_PROGRAMS = frozenset("exe scr pif com bat cmd vbs vbe js jse wsf wsh hta cpl msi lnk reg jar ps1".split())
_DISKS = frozenset("iso img vhd vhdx udf".split())
_ARCHIVES = frozenset("zip rar 7z gz tgz cab arj ace lzh xz".split())
_DOUBLE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|txt|rtf|jpe?g|gif|png|html?|zip|mp3|avi)[\s._-]*\.(\w{2,4})$", re.I)
_OVERRIDE = re.compile("[\u202d\u202e]|[\u200b-\u200d\u2060-\u2064\ufeff][^.]{0,20}\\.|\\s{8,}\\.\\w{1,5}$")
_RTL_LETTER = re.compile("[\u0590-\u08ff]")
_ODD_EXTENSION = re.compile("[^\x00-\x7f]")
_HONEST = {
    "pdf": {"pdf"},
    "docx": {"zip", "ole"},
    "xlsx": {"zip", "ole"},
    "pptx": {"zip", "ole"},
    "jpg": {"image"},
    "jpeg": {"image"},
    "png": {"image"},
    "gif": {"image"},
    "doc": {"ole", "rtf", "zip", "html"},
    "xls": {"ole", "zip", "html"},
    "txt": {"html", "svg", "rtf", "pdf"},
}
"""What a name may hold without being a lie: old office programs write HTML and RTF under names of their own."""
_FEW_MEMBERS = 3


def executable(evidence: Evidence) -> str | None:
    """A program, script or shortcut is attached."""
    for part in evidence.message.parts:
        if part.filename and extension(part.filename) in _PROGRAMS:
            return f"attached: {part.filename[-80:]}"
    return None


def disk_image(evidence: Evidence) -> str | None:
    """A file system in a file, which hides where its files came from."""
    for file in evidence.attached:
        if file.extension in _DISKS or (not file.extension and is_disk_image(file.data)):
            return f"attached: {file.name or 'a disk image'}"
    return None


def double_extension(evidence: Evidence) -> str | None:
    """A program that is named like a document."""
    for part in evidence.message.parts:
        match = _DOUBLE.search(part.filename) if part.filename else None
        if match is not None and match[1].lower() in _PROGRAMS | _DISKS:
            return f"attached: {part.filename[-80:]}"
    return None


def name_trick(evidence: Evidence) -> str | None:
    """Letters that turn the reading direction, show nothing or look like others, around the end of the name."""
    for file in evidence.attached:
        name = file.part.filename
        if _OVERRIDE.search(name) and not _RTL_LETTER.search(name):
            return f"attached: {ascii(name)[1:-1][-80:]}"
        if 2 <= len(file.extension) <= 4 and _ODD_EXTENSION.search(file.extension) and file.kind:
            return f"attached: {ascii(name)[1:-1][-80:]}"
    return None


def type_conflict(evidence: Evidence) -> str | None:
    """The first bytes are those of a program, page or archive, the name is that of a document or picture."""
    for file in evidence.attached:
        if file.kind in ("program", "shortcut") and file.extension not in _PROGRAMS | {"dll", "sys", "bin", ""}:
            return f"{file.name} is a program"
        honest = _HONEST.get(file.extension)
        if honest is not None and file.kind and file.kind not in honest:
            return f"{file.name} is of the kind {file.kind}"
    return None


def encrypted_archive(evidence: Evidence) -> str | None:
    """No scanner can look into it."""
    return next((f"attached: {file.name or file.kind}" for file in evidence.attached if file.archive.encrypted), None)


def password_in_body(evidence: Evidence) -> str | None:
    """An encrypted archive, and the password beside it."""
    archive = encrypted_archive(evidence)
    return f"{archive}, and its password" if archive and "archive_password" in evidence.text_cues else None


def lone_program(evidence: Evidence) -> str | None:
    """An archive of one to three files with a program or a disk image, or with nothing but another archive."""
    for file in evidence.attached:
        names = [name for name in file.archive.names if not name.endswith("/")]
        if not 1 <= len(names) <= _FEW_MEMBERS or file.extension in ("jar", "apk"):
            continue
        for name in names:
            inner = extension(name)
            if inner in _PROGRAMS | _DISKS or (len(names) == 1 and inner in _ARCHIVES):
                return f"{file.name[-40:]} holds {name[-50:]}"
    return None


ROWS: tuple[Rule, ...] = (
    Rule(
        "ATT_EXECUTABLE_EXT",
        "attachments",
        4.2,
        "a program, script or shortcut is attached",
        executable,
        needs="attached",
    ),
    Rule("ATT_DISK_IMAGE", "attachments", 4.2, "a disk image is attached", disk_image, needs="attached"),
    Rule(
        "ATT_DOUBLE_EXTENSION",
        "attachments",
        5.0,
        "an attached program is named like a document",
        double_extension,
        needs="attached",
    ),
    Rule(
        "ATT_NAME_UNICODE_TRICK",
        "attachments",
        4.5,
        "the name of a file is written to be misread",
        name_trick,
        needs="attached",
    ),
    Rule(
        "ATT_TYPE_NAME_CONFLICT",
        "attachments",
        3.5,
        "a file is not what its name says",
        type_conflict,
        needs="attached",
    ),
    Rule(
        "ATT_ARCHIVE_ENCRYPTED",
        "attachments",
        1.0,
        "an archive is locked with a password",
        encrypted_archive,
        needs="attached",
    ),
    Rule(
        "ATT_PASSWORD_IN_BODY",
        "attachments",
        2.8,
        "a locked archive comes with its password",
        password_in_body,
        needs="attached",
    ),
    Rule(
        "ATT_ARCHIVE_SINGLE_PROGRAM",
        "attachments",
        4.5,
        "an archive holds a program and little else",
        lone_program,
        needs="attached",
    ),
)
