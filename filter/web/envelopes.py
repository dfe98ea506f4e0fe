"""The envelope of a message as HTTP clients tell it: in rspamd's request headers, or in the query of our own paths."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from filter.envelope import Envelope
from filter.rules.own.entries import Address, client
from filter.web.errors import RequestError

RECIPIENTS = 1000
_PARAMETERS = 1100
ENVELOPE = ("from", "rcpt", "ip", "helo", "user")
"""Parameters that tell the envelope."""

Headers = Iterable[tuple[bytes, bytes]]


def from_headers(headers: Headers) -> Envelope:
    """What rspamd's clients say of a message (From, Rcpt, IP, Helo, User). What is no use is passed over, as there.

    Never read are File, Path and Shm, by which rspamd's clients name files of the server.
    """
    known: dict[bytes, bytes] = {}
    recipients: list[bytes] = []
    for name, value in headers:
        if name == b"rcpt":
            recipients += _addresses(value)
        elif name in _HEADERS:
            known[name] = value.strip()
    sender = known.get(b"from")
    address = _address(known.get(b"ip", b"").decode("latin-1"))
    deliver = known.get(b"deliver-to", b"")
    return Envelope(
        sender=None if sender is None else _bare(sender),
        recipients=tuple(recipients[:RECIPIENTS]) or ((_bare(deliver),) if deliver else ()),
        client_address=str(address or ""),
        helo=known.get(b"helo", b""),
        login=known.get(b"user", b"").decode("utf-8", "replace"),
    )


_QUEUE = re.compile(r"[!-~]{1,64}")


def queue_id(headers: Headers) -> str:
    """What the client calls the message in its own log; empty if it is no word of printable ASCII."""
    told = dict(headers).get(b"queue-id", b"").strip().decode("latin-1")
    return told if _QUEUE.fullmatch(told) else ""


_HEADERS = frozenset((b"from", b"ip", b"helo", b"user", b"deliver-to"))


def _address(text: str) -> Address | None:
    """An IP address without a zone (RFC 4007 section 11), which may be any text for Python, line ends too."""
    return None if "%" in text else client(text)


def _addresses(value: bytes) -> list[bytes]:
    """One address, or several between commas, as rspamd reads them; a comma within quotes divides nothing."""
    if b'"' in value:
        return [_bare(value)]
    return [_bare(one) for one in value.split(b",") if one.strip()]


def _bare(address: bytes) -> bytes:
    """The octets between the angle brackets, where there are some."""
    return address.strip().removeprefix(b"<").removesuffix(b">")


class Query:
    """The parameters of a request. Raises RequestError (400) for those that are unknown, twice there, or no good."""

    def __init__(self, octets: bytes, allowed: Iterable[str]) -> None:
        try:
            pairs = parse_qsl(
                octets.decode("ascii"), keep_blank_values=True, errors="surrogateescape", max_num_fields=_PARAMETERS
            )
        except ValueError:
            raise RequestError(400, f"a query of ASCII with at most {_PARAMETERS} parameters, please") from None
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)
        known = tuple(allowed)
        if unknown := self._values.keys() - set(known):
            raise RequestError(400, f"unknown parameter {ascii(min(unknown))[:60]}: there are {', '.join(known)}")

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be there once."""
        values = self._values.get(name, [])
        if len(values) > 1:
            raise RequestError(400, f"parameter {name} is there more than once")
        return values[0] if values else None

    def number(self, name: str, most: int) -> int:
        """A whole number from 0 to `most`; 0 if it is not there."""
        text = self.one(name)
        if text is None:
            return 0
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most):
            raise RequestError(400, f"parameter {name} is a number from 0 to {most}")
        return int(text)

    def word(self, name: str, words: Mapping[str, object]) -> str:
        """One of `words`, which must be there."""
        text = self.one(name)
        if text is None or text not in words:
            raise RequestError(400, f"parameter {name} is one of {', '.join(words)}")
        return text

    def envelope(self) -> Envelope:
        """The envelope; a sender that is there and empty is the null sender of reports."""
        sender, address = self.one("from"), self.one("ip")
        known = _address(address or "")
        if address is not None and known is None:
            raise RequestError(400, "parameter ip is an IP address, as 192.0.2.7 or 2001:db8::7")
        recipients = self._values.get("rcpt", [])
        if len(recipients) > RECIPIENTS:
            raise RequestError(400, f"parameter rcpt may be there {RECIPIENTS} times")
        return Envelope(
            sender=None if sender is None else _bare(_octets(sender)),
            recipients=tuple(_bare(_octets(one)) for one in recipients),
            client_address=str(known or ""),
            helo=_octets(self.one("helo") or ""),
            login=_octets(self.one("user") or "").decode("utf-8", "replace"),
        )


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
