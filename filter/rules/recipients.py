"""Rules on whom a message is addressed to."""

import ipaddress
import re

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_UNDISCLOSED = re.compile(rb"undisclosed|unlisted|recipient list|empfaenger|\"?recipients?\"? ?:;|^[^@]{0,60}:;", re.I)
_MANY = 6
_SHOWN = 30


def not_in_to(evidence: Evidence) -> str | None:
    """None of those who get it is addressed, and no list says why."""
    recipients = evidence.envelope.recipients[:_SHOWN]
    if not recipients or evidence.is_list:
        return None
    named = {box.address.lower() for box in evidence.recipients}
    got = {recipient.decode("utf-8", "replace").lower() for recipient in recipients}
    return None if named & got else "addressed to others"


def undisclosed(evidence: Evidence) -> str | None:
    """A placeholder stands where the recipients should."""
    value = evidence.fields.get("to", b"")[:200]
    if not evidence.clickable or not _UNDISCLOSED.search(value):
        return None
    return f"To: {value[:50].decode('ascii', 'replace')}"


def sorted_list(evidence: Evidence) -> str | None:
    """Many recipients in the order of the alphabet, as they stand in a stolen list."""
    to, cc = evidence.fields.get("to", b""), evidence.fields.get("cc", b"")
    if to.count(b"@") + cc.count(b"@") < _MANY and evidence.repeated.isdisjoint(("to", "cc")):
        return None
    locals_ = [box.local.lower() for box in evidence.recipients[:_SHOWN]]
    if len(locals_) < _MANY:
        return None
    if len(set(locals_)) >= _MANY and locals_ == sorted(locals_):
        return f"{len(locals_)} recipients in alphabetical order"
    return None


def repeated(evidence: Evidence) -> str | None:
    """The one recipient stands in To and in Cc."""
    to, cc = evidence.fields.get("to", b""), evidence.fields.get("cc", b"")
    if to.count(b"@") != 1 or cc.count(b"@") != 1 or cc.rpartition(b"<")[2].strip(b"> ").lower() not in to.lower():
        return None
    addresses = [box.address.lower() for box in evidence.recipients[:_SHOWN]]
    return f"twice to {addresses[0]}"[:100] if len(addresses) == 2 and addresses[0] == addresses[1] else None


def in_subject(evidence: Evidence) -> str | None:
    """The subject calls the recipient by his address, which friends do not."""
    subject = evidence.subject.lower()
    if any(part.content_type == "text/calendar" for part in evidence.message.parts[:20]):
        return None  # calendars end the subjects of their invitations with the address
    given = [box.address.lower() for box in evidence.recipients[:3]]
    given += [recipient[:320].decode("utf-8", "replace").lower() for recipient in evidence.envelope.recipients[:3]]
    for address in given:
        local, _, domain = address.rpartition("@")
        if domain and address in subject:
            return f"Subject names {address}"[:100]
        if len(local) >= 5 and local in subject and not local.isalpha() and re.search(_alone(local), subject):
            return f"Subject names {local}"[:100]
    return None


def _alone(local: str) -> str:
    return rf"(?:^|[\s,;:!]){re.escape(local)}(?:$|[\s,;:!])"


def self_to_self(evidence: Evidence) -> str | None:
    """It says that its recipient wrote it, but it comes from outside and from a host of another name."""
    client = evidence.envelope.client_address
    own = evidence.sender.address.lower()
    if not client or not evidence.sender.domain or evidence.is_list or not _is_outside(client):
        return None
    if site(evidence.envelope.helo.decode("ascii", "replace").lower()) == evidence.own_site:
        return None  # a machine that writes to its own administrator
    got = {recipient[:320].decode("utf-8", "replace").lower() for recipient in evidence.envelope.recipients[:_SHOWN]}
    return f"from and to {own}, handed over by {client}"[:100] if own in got else None


def _is_outside(client: str) -> bool:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_link_local) and not any(
        address in network for network in _INSIDE if network.version == address.version
    )


_INSIDE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))

ROWS: tuple[Rule, ...] = (
    Rule(
        "RCPT_NOT_IN_TO_CC",
        "sender",
        0.3,
        "addressed to others than those who get it",
        not_in_to,
        needs="envelope_given",
    ),
    Rule(
        "RCPT_UNDISCLOSED", "sender", 0.7, "a placeholder stands for the recipients", undisclosed, needs="names_nobody"
    ),
    Rule(
        "RCPT_LIST_SORTED", "sender", 1.0, "many recipients in alphabetical order", sorted_list, needs="names_several"
    ),
    Rule("RCPT_REPEATED", "sender", 0.7, "one recipient, in To and in Cc", repeated, needs="names_several"),
    Rule(
        "RCPT_LOCALPART_IN_SUBJECT",
        "sender",
        2.0,
        "the subject names the recipient's address",
        in_subject,
        needs="may_name_reader",
    ),
    Rule(
        "SENDER_SELF_TO_SELF",
        "sender",
        0.7,
        "from its own recipient, but comes from outside",
        self_to_self,
        needs="envelope_given",
    ),
)
