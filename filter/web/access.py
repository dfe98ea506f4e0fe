"""Who may do what: scoring is free on this machine, and whoever learns or reads the history needs the token."""

import hashlib
import hmac
from pathlib import Path
from time import monotonic

from filter.door.attempts import Attempts
from filter.rules.own.entries import Networks, client
from filter.web.errors import RequestError
from filter.web.settings import HttpDoor

SHORTEST = 16
"""Characters of a token: with fewer it could be guessed."""
LONGEST = 1024
_ASK = {"www-authenticate": 'Bearer realm="hamgate"'}  # RFC 6750 section 3
_NOBODY = (
    "nobody may do this here: write a token into a file and its name into the settings of this door, "
    'as token_file = "/etc/hamgate/token"; who only scores may stand in open_to'
)


def read_token(path: Path) -> bytes:
    """The digest of the token in a file. Raises OSError, and ValueError that says what is wrong with the token."""
    with path.open("rb") as file:
        token = file.read(LONGEST + 2).strip()
    if not SHORTEST <= len(token) <= LONGEST:
        raise ValueError(f"{path}: a token has {SHORTEST} to {LONGEST} characters, this one {len(token)}")
    if not token.isascii() or not token.decode().isprintable() or b" " in token:
        raise ValueError(f"{path}: a token is one word of printable ASCII characters")
    return _digest(token)


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


class Access:
    """The rights at one door. Raises OSError and ValueError if its settings cannot be used."""

    def __init__(self, settings: HttpDoor, failed: Attempts | None = None) -> None:
        limit, window = settings.failed_tokens, settings.failed_window
        self._token = read_token(settings.token_file) if settings.token_file else None
        self._open_to = Networks(settings.open_to)
        self.failed = failed.under(limit, window) if failed else Attempts(limit, window)
        """Who has sent wrong tokens: they stay known over a reload."""

    def ask_to_score(self, address: str, headers: dict[bytes, bytes]) -> None:
        """Let a client have a message judged. Raises RequestError."""
        if not self._trusts(address):
            self.ask_to_learn(address, headers)

    def _trusts(self, address: str) -> bool:
        """Whether a client needs no token for what neither learns nor tells of other mail; "" is a unix socket."""
        known = client(address)
        return known is None or known.is_loopback or self._open_to.find(address) is not None

    def ask_to_learn(self, address: str, headers: dict[bytes, bytes]) -> None:
        """Let a client learn or read the history. Raises RequestError."""
        if self._token is None:
            raise RequestError(403, _NOBODY)
        now, who = monotonic(), address or "unix"
        wait = self.failed.wait(who, now)
        if wait > 0.0:
            raise RequestError(429, "too many wrong tokens from this address", {"retry-after": str(int(wait) + 1)})
        token = _token(headers)
        if not token:
            raise RequestError(401, "send the token: Authorization: Bearer TOKEN, or rspamc -P TOKEN", _ASK)
        if not hmac.compare_digest(_digest(token), self._token):
            self.failed.failed(who, now)
            raise RequestError(401, "this is not the token", _ASK)


def _token(headers: dict[bytes, bytes]) -> bytes:
    """What a client sends as its token: RFC 6750 section 2.1, or as rspamd's clients do."""
    scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
    return credentials.strip() if scheme.lower() == b"bearer" else headers.get(b"password", b"").strip()
