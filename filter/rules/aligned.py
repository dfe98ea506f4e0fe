"""Whether a server that we trust has proven that a message comes from its sender's domain.

The sender can write Authentication-Results himself. So a field counts only if it names a server of
`trusted_authserv_ids`, and stands in the trace fields on top of the message, above the first such field of another
server (RFC 8601 section 5); of what several fields say of one method, the uppermost counts. A trusted server must
remove fields that claim to be its own from mail that comes in, as the RFC asks: a field that it lets through right
below its own trace cannot be told from a true one.
"""

from collections.abc import Iterator

from filter.rules import authres
from filter.rules.authres import AuthResults, Result
from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_FIELD = "authentication-results"
_TRACE = frozenset({"received", "return-path", "delivered-to", "envelope-to", "delivery-date", "dkim-filter", _FIELD})
_TRACE_FAMILIES = ("x-", "arc-", "received-")
_MOST_FIELDS = 100


def trusted(evidence: Evidence) -> list[AuthResults]:
    """The fields that count, from the top."""
    found: list[AuthResults] = []
    if evidence.settings.trusted_authserv_ids and _FIELD in evidence.fields:
        for results in _on_top(evidence):
            if results is None or results.server not in evidence.settings.trusted_authserv_ids:
                break
            found.append(results)
    return found


def _on_top(evidence: Evidence) -> Iterator[AuthResults | None]:
    """Fields in the trace on top. Below one of them a Received is that of a server before ours: there it ends."""
    seen = False
    for header in evidence.message.headers[:_MOST_FIELDS]:
        if header.name == _FIELD:
            seen = True
            yield authres.parse(header.value)
        elif (seen and header.name == "received") or not _is_trace(header.name):
            return


def _is_trace(name: str) -> bool:
    return name in _TRACE or name.startswith(_TRACE_FAMILIES)


def proof(evidence: Evidence) -> str | None:
    """Who says what that proves the sender's domain; None if nobody does, or if a trusted server has refuted it."""
    sender = evidence.own_site
    found: str | None = None
    told: set[str] = set()
    for results in trusted(evidence) if sender else ():
        news = [one for one in results.results if one.method not in told]
        if any((one.method, one.result) == ("dmarc", "fail") for one in news):
            return None
        good = (one.method for one in news if one.result == "pass" and _is_for(one, sender, evidence))
        found = found or next((f"{results.server} says {method}=pass for {sender}" for method in good), None)
        told.update(one.method for one in news)
    return found


def _is_for(one: Result, sender: str, evidence: Evidence) -> bool:
    """Whether `one` speaks of the registered domain `sender`, as DMARC aligns them (RFC 7489 section 3.1)."""
    said = one.properties
    if one.method == "dmarc":
        return _site(said.get("header.from", sender)) == sender
    if one.method == "dkim":
        return _site(said.get("header.d") or said.get("header.i", "")) == sender
    if one.method == "spf" and "smtp.mailfrom" in said:
        return _site(said["smtp.mailfrom"]) == sender
    if one.method == "spf" and "smtp.helo" not in said:
        return _site((evidence.envelope.sender or b"").decode("utf-8", "replace").lower()) == sender
    return False


def _site(address: str) -> str:
    """The registered domain of an address or domain."""
    return site(address.rpartition("@")[2].rstrip("."))


def why_not(evidence: Evidence) -> str:
    """Why there is no proof, in a few words."""
    found = trusted(evidence)
    if not evidence.settings.trusted_authserv_ids:
        return "no trusted_authserv_ids are set"
    if not found:
        return "no Authentication-Results of a trusted server"
    said = (f"{one.method}={one.result}" for results in found for one in results.results)
    return f"{found[0].server} says {', '.join(said) or 'nothing'}"


def trusted_pass(evidence: Evidence) -> str | None:
    """A trusted server has proven the sender's domain."""
    return proof(evidence) if evidence.settings.trusted_authserv_ids else None


ROWS: tuple[Rule, ...] = (
    Rule(
        "AUTHRES_TRUSTED_PASS",
        "sender",
        0.0,
        "a trusted server has proven the sender's domain",
        trusted_pass,
        Speaks.HAM,
        needs="trusted_servers",
    ),
)
