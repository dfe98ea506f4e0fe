"""An SMTP reply: code, enhanced status code and text (RFC 5321 section 4.2, RFC 3463)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """What the wire hears. `lines` are texts without code; an empty `status` means none is sent (220, 250 to EHLO)."""

    code: int
    status: str
    lines: tuple[bytes, ...]

    @classmethod
    def of(cls, code: int, status: str, text: str) -> "Reply":
        """A one-line reply of our own. `text` is fixed ASCII, never taken from a message; ValueError if it is not."""
        if not text.isprintable():
            raise ValueError("a reply line cannot hold control characters")
        return cls(code, status, (text.encode("ascii"),))

    def __bytes__(self) -> bytes:
        prefix = f"{self.status} ".encode() if self.status else b""
        if len(self.lines) == 1:
            return b"%d %s%s\r\n" % (self.code, prefix, self.lines[0])
        last = len(self.lines) - 1
        return b"".join(
            b"%d%s%s%s\r\n" % (self.code, b" " if i == last else b"-", prefix, line)
            for i, line in enumerate(self.lines)
        )
