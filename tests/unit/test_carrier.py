"""What people forward as an attachment, as their mail programs send it, comes out as it was delivered."""

import base64
import time

import pytest

from filter.carrier import attached
from filter.digest import digest
from tests import mail

SPAM = mail.spam(1)
NOTE = b"Content-Type: text/plain; charset=utf-8\n\nis this spam?\n"


def carrier(*parts: bytes, kind: str = "mixed", boundary: str = "=_1") -> bytes:
    """A multipart of `parts`, each with its own header."""
    head = "From: anna@example.net\nTo: this-is-spam@example.net\nSubject: Fwd: look\nMIME-Version: 1.0\n"
    return head.encode() + multipart(*parts, kind=kind, boundary=boundary)


def multipart(*parts: bytes, kind: str, boundary: str) -> bytes:
    mark = f"--{boundary}\n".encode()
    body = b"".join(mark + part + b"\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode() + body + f"--{boundary}--\n".encode()


def whole(raw: bytes, head: bytes = b"Content-Type: message/rfc822\n") -> bytes:
    return head + b"\n" + raw


NAMED = b'Content-Type: message/rfc822; charset=UTF-8;\n name="look.eml"\nContent-Disposition: attachment\n'
BASE64 = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n"
HTML = b"Content-Type: text/html\n\n<p>is this spam?</p>\n"
ALTERNATIVE = multipart(NOTE, HTML, kind="alternative", boundary="=_2")
CLIENTS = {
    "Thunderbird": carrier(NOTE, whole(SPAM, NAMED)),
    "Gmail": carrier(ALTERNATIVE, whole(SPAM, NAMED)),
    "Apple Mail": carrier(NOTE, multipart(HTML, whole(SPAM), HTML, kind="mixed", boundary="=_2"), kind="alternative"),
    "mutt, redirecting the whole": b"Subject: fwd\nContent-Type: message/rfc822\n\n" + SPAM,
    "one that encodes what it may not": carrier(NOTE, whole(base64.encodebytes(SPAM), BASE64)),
    "a server with CRLF": carrier(NOTE, whole(SPAM, NAMED)).replace(b"\n", b"\r\n"),
    "one that forgets the end": carrier(NOTE, whole(SPAM)).removesuffix(b"--=_1--\n"),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_mail_program_s_forward_carries_the_message_as_it_was_delivered(client: str) -> None:
    (found,) = attached(CLIENTS[client])
    assert digest(found) == digest(SPAM)


def test_several_come_in_their_order() -> None:
    several = [mail.spam(seed) for seed in range(3)]
    assert list(map(digest, attached(carrier(NOTE, *map(whole, several))))) == list(map(digest, several))


def test_parts_of_a_digest_are_messages() -> None:  # RFC 2046 section 5.1.5
    found = attached(carrier(b"\n" + mail.ham(1), b"\n" + mail.ham(2), kind="digest"))
    assert list(map(digest, found)) == [digest(mail.ham(1)), digest(mail.ham(2))]


def test_what_an_attached_message_carries_stays_in_it() -> None:
    inner = carrier(NOTE, whole(SPAM), boundary="=_inner")
    (found,) = attached(carrier(NOTE, whole(inner)))
    assert digest(found) == digest(inner)


@pytest.mark.parametrize(
    "raw",
    [
        SPAM,
        b"",
        b"\n",
        b"Content-Type: message/rfc822\n\n \n",
        carrier(NOTE, HTML),
        carrier(NOTE, b"Content-Type: application/octet-stream; name=look.eml\n\n" + SPAM),
        b"Subject: Fwd: look\n\n---------- Forwarded message ----------\n" + SPAM,
    ],
)
def test_nothing_else_is_taken_for_an_attached_message(raw: bytes) -> None:
    assert attached(raw) == []


def test_many_and_deeply_nested_ones_are_bounded() -> None:
    many = carrier(*[whole(b"Subject: x\n\ny")] * 2000)
    nested = b"".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(5000))
    before = time.process_time()
    assert len(attached(many)) == 250
    assert attached(nested + whole(SPAM)) == []
    assert time.process_time() - before < 2.0
