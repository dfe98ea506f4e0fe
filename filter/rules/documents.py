"""Rules on attached documents that do something when opened: pages, pictures, office files, PDF, invitations."""

import re

from filter.rules.attached import Attached
from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_PAGE_NAMES = frozenset("htm html shtml xhtml xht mht mhtml".split())
_OFFICE_SEARCHED = 512 * 1024
_TEXT_SEARCHED = 256 * 1024
_SVG_ACTIVE = re.compile(
    rb"<script|<foreignobject|\bon(?:load|click|error)\s{0,5}=|href\s{0,5}=\s{0,5}[\"'](?:https?|javascript):"
)
_BUILDS_FILE = re.compile(
    rb"createobjecturl|mssaveoropenblob|mssaveblob|new\s{1,5}blob\s{0,5}\(|data:application/|\.download\s{0,5}="
)
_DECODES = re.compile(rb"\batob\s{0,5}\(|fromcharcode|unescape\s{0,5}\(|decodeuricomponent\s{0,5}\(|uint8array")
_RUN = re.compile(rb"[A-Za-z0-9+/=%]+")  # greedy and unbounded: each run is looked at once
_BLOB = 1_000
_MACRO_MEMBERS = ("vbaproject.bin", "macrosheets/")
_VBA_STREAM = "_VBA_PROJECT".encode("utf-16-le")
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?)\b[\s/(<\[0-9]")
_PDF_PAGE = re.compile(rb"/Type\s{0,5}/Page\b")
_PDF_LINK = re.compile(rb"/URI\s{0,5}\(")
_CALENDAR_SENDER = re.compile(rb"(?im)^ORGANIZER[^\n]{0,300}?mailto:[^\s@]{1,64}@([\w.-]{1,255})")
_CALENDAR_LINK = re.compile(rb"https?://([\w.-]{1,255})")
_MEETINGS = frozenset(
    "microsoft.com office.com live.com aka.ms zoom.us google.com webex.com gotomeeting.com goto.com teams.com "
    "meet.jit.si bluejeans.com ringcentral.com calendly.com outlook.com skype.com apple.com icloud.com".split()
)


def _is_page(file: Attached) -> bool:
    if file.extension in _PAGE_NAMES:
        return file.part.disposition == "attachment" or file.part.content_type != "text/html"
    return file.part.disposition == "attachment" and file.part.content_type in ("text/html", "application/xhtml+xml")


def html_file(evidence: Evidence) -> str | None:
    """A page as a file: it opens outside the mail program's protection."""
    return next((f"attached: {file.name or 'a page'}" for file in evidence.attached if _is_page(file)), None)


def html_smuggling(evidence: Evidence) -> str | None:
    """A page that builds a file out of a blob in its script."""
    for file in evidence.attached:
        if not _is_page(file):
            continue
        source = file.data[:_TEXT_SEARCHED]
        lower = source.lower()
        if not _BUILDS_FILE.search(lower) or not _DECODES.search(lower):
            continue
        if any(run.end() - run.start() >= _BLOB for run in _RUN.finditer(source)):
            return f"{file.name or 'a page'} builds a file"
    return None


def svg_active(evidence: Evidence) -> str | None:
    """A picture with a script or a link in it."""
    for file in evidence.attached:
        if file.extension == "svg" or file.part.content_type == "image/svg+xml" or file.kind == "svg":
            match = _SVG_ACTIVE.search(file.data[:_TEXT_SEARCHED].lower())
            if match is not None:
                return f"{file.name or 'a picture'} has {match[0][:20].decode('ascii', 'replace')}"
    return None


def office_macro(evidence: Evidence) -> str | None:
    """A program inside an office file."""
    for file in evidence.attached:
        if file.kind == "zip":
            if any(name.lower().endswith(_MACRO_MEMBERS[0]) or _MACRO_MEMBERS[1] in name.lower()
                   for name in file.archive.names):  # fmt: skip
                return f"{file.name} has macros"
        elif file.kind == "ole" and _VBA_STREAM in file.data[:_OFFICE_SEARCHED]:
            return f"{file.name} has macros"
    return None


def pdf_active(evidence: Evidence) -> str | None:
    """A PDF that runs something, or is one page with a link and no text."""
    for file in evidence.attached:
        if file.kind != "pdf":
            continue
        names = {match[1] for match in _PDF_ACTIVE.finditer(file.data)}
        if b"Launch" in names or names & {b"JavaScript", b"JS"}:
            return f"{file.name or 'a PDF'} has {sorted(names)[0].decode()}"
        if any(name.startswith(b"EmbeddedFile") for name in names) and b".xml" not in file.data.lower():
            return f"{file.name or 'a PDF'} has a file in it"
        one_page = len(_PDF_PAGE.findall(file.data)) == 1 and b"/Font" not in file.data
        if one_page and 1 <= len(_PDF_LINK.findall(file.data)) <= 2:
            return f"{file.name or 'a PDF'} is a picture with a link"
    return None


def calendar_stranger(evidence: Evidence) -> str | None:
    """An invitation that somebody else than the sender made, with links that are neither's nor a meeting's."""
    if evidence.is_reply or evidence.is_list:
        return None
    for part in evidence.message.parts[:20]:
        if part.content_type not in ("text/calendar", "application/ics"):
            continue
        body = Attached(part).data[:20_000].replace(b"\n ", b"")
        organizer = _CALENDAR_SENDER.search(body)
        host = site(organizer[1].decode("ascii", "replace").lower()) if organizer else ""
        links = {site(link[1].decode("ascii", "replace").lower()) for link in _CALENDAR_LINK.finditer(body)}
        outside = links - _MEETINGS - {host, evidence.own_site}
        if host != evidence.own_site and outside:
            return f"made by {host or 'nobody'}, links to {min(outside)}"[:100]
    return None


ROWS: tuple[Rule, ...] = (
    Rule("ATT_HTML_FILE", "attachments", 1.5, "a page is attached as a file", html_file, needs="attached"),
    Rule(
        "ATT_HTML_SMUGGLING",
        "attachments",
        4.5,
        "an attached page builds a file by script",
        html_smuggling,
        needs="attached",
    ),
    Rule(
        "ATT_SVG_ACTIVE", "attachments", 4.2, "an attached picture has a script or a link", svg_active, needs="attached"
    ),
    Rule("ATT_OFFICE_MACRO", "attachments", 1.5, "an office file has macros", office_macro, needs="attached"),
    Rule(
        "ATT_PDF_ACTIVE",
        "attachments",
        1.0,
        "a PDF runs something or is a picture with a link",
        pdf_active,
        needs="attached",
    ),
    Rule(
        "ATT_CALENDAR_STRANGER",
        "attachments",
        1.5,
        "an invitation by somebody else than the sender",
        calendar_stranger,
        needs="is_compound",
    ),
)
