"""What a client hears, octet for octet as spamd 4.0.1 says it. Texts are ours; nothing of a message is in them."""

from dataclasses import dataclass

PONG = b"SPAMD/1.5 0 PONG\r\n"
_OK = b"SPAMD/1.1 0 EX_OK\r\n"
_LONGEST = 400
"""Characters of an error's text."""


def bad(text: str) -> bytes:
    """EX_PROTOCOL: the request is not understood."""
    return _error(76, "Bad header line", text)


def unavailable(text: str) -> bytes:
    """EX_UNAVAILABLE: it is understood, and not done."""
    return _error(69, "Service Unavailable", text)


def temporary(text: str) -> bytes:
    """EX_TEMPFAIL: a fault of ours; spamd knows the code, but never says it."""
    return _error(75, "Temporary failure", text)


def timeout(text: str) -> bytes:
    """EX_TIMEOUT: the client was silent for too long."""
    return _error(79, "Timeout", text)


def mismatch(expected: bytes, got: int) -> bytes:
    """A message that is not as long as its Content-length says."""
    return bad(f"(Content-Length mismatch: Expected {expected.decode('ascii')} bytes, got {got} bytes)")


def _error(code: int, words: str, text: str) -> bytes:
    # No empty line and no length: spamc does not look at the code, and takes what has them for an answer.
    safe = "".join(c if c.isprintable() else "?" for c in text[:_LONGEST])
    return f"SPAMD/1.0 {code} {words}: {safe}\r\n".encode("latin-1", "replace")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict as spamd tells it."""

    spam: bool
    score: float
    required: float

    @property
    def line(self) -> str:
        """The field Spam."""
        return self._line("True" if self.spam else "False")

    @property
    def short_line(self) -> str:
        """The same in the words of REPORT_IFSPAM."""
        return self._line("Yes" if self.spam else "No")

    def _line(self, word: str) -> str:
        return f"Spam: {word} ; {self._score} / {self.required:.1f}"

    @property
    def _score(self) -> str:
        """One decimal, to the nearest; what is no spam must not look as if it reached the threshold."""
        rounded, required = round(self.score, 1), round(self.required, 1)
        return f"{required - 0.1 if rounded >= required and not self.spam else self.score:.1f}"


def checked(judgement: Judgement) -> bytes:
    """The answer to CHECK."""
    return _OK + f"{judgement.line}\r\n\r\n".encode("ascii")


def told(spam_line: str, version: float, body: bytes) -> bytes:
    """The answer to SYMBOLS and REPORT: a client of a version before 1.3 gets no Content-length (Exim is one)."""
    length = f"Content-length: {len(body)}\r\n" if version >= 1.3 else ""
    return _OK + f"{length}{spam_line}\r\n\r\n".encode("ascii") + body


def before_message(judgement: Judgement, version: float, length: int) -> bytes:
    """What stands before the message in the answer to PROCESS and HEADERS."""
    if version < 1.2:
        return b"SPAMD/1.0 0 EX_OK\r\n"
    spam = f"{judgement.line}\r\n" if version >= 1.3 else ""
    return _OK + f"Content-length: {length}\r\n{spam}\r\n".encode("ascii")


def taught(did_set: bool, did_remove: bool) -> bytes:
    """The answer to TELL: what was done, nothing if nothing had to be. It has one empty line more than it needs."""
    done = (b"DidSet: local\r\n" if did_set else b"") + (b"DidRemove: local\r\n" if did_remove else b"")
    return _OK + done + b"\r\n\r\n"
