"""Rules on attached files, by their names."""

import re

from filter.rules.evidence import Evidence

_PROGRAMS = frozenset("exe scr pif com bat cmd vbs vbe js jse wsf wsh hta cpl msi lnk reg jar ps1 iso img vhd".split())
_DOUBLE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|txt|rtf|jpe?g|gif|png|html?|zip|mp3|avi)[\s._-]*\.(\w{2,4})$", re.I)


def executable(evidence: Evidence) -> str | None:
    """A program, script, shortcut or disk image is attached."""
    for part in evidence.message.parts:
        if part.filename.rpartition(".")[2].lower() in _PROGRAMS and "." in part.filename:
            return f"attached: {part.filename[-80:]}"
    return None


def double_extension(evidence: Evidence) -> str | None:
    """A program that is named like a document."""
    for part in evidence.message.parts:
        match = _DOUBLE.search(part.filename)
        if match is not None and match[1].lower() in _PROGRAMS:
            return f"attached: {part.filename[-80:]}"
    return None
