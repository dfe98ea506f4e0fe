"""Random changes to messages that aim at what readers trip over."""

import random
import re
from collections.abc import Callable

_KEYWORDS = [
    [b"base64", b"quoted-printable", b"8bit", b"x-uuencode", b"binary", b"x-evil"],
    [b"utf-8", b"iso-8859-1", b"gb2312", b"iso-2022-jp", b"utf-7", b"utf-16", b"hz", b"euc-kr", b"zlib", b"big5"],
    [b"text/plain", b"text/html", b"message/rfc822", b"multipart/mixed", b"multipart/digest", b"image/png", b"x"],
    [b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\n ", b"\0"],
    [b"=?utf-8?q?", b"=?gb2312?b?", b"?=", b"=\r\n", b"=3D", b"=", b"?"],
    [b"<", b">", b"</", b"<!--", b"-->", b"<b>", b"<div style='display:none'>", b"<a href=", b"<table>", b"&", b"&#"],
    [b"--", b";", b'"', b"\\", b":", b"@", b"[", b"]", b"(", b"//", b"*0*=", b"''", b"%", b"+2AA-", b"\x1b$B", b"~{"],
]
_ANY_KEYWORD = [keyword for group in _KEYWORDS for keyword in group]
_FIELDS = [
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: text/html; charset=utf-7",
    b"Content-Transfer-Encoding: base64",
    b"Content-Disposition: attachment; filename*0*=utf-8''%",
    b"Subject: =?utf-8?b?",
    b"From: <@>",
]
Mutation = Callable[[bytes, bytes, random.Random], bytes]


def _span(message: bytes, dice: random.Random, most: int = 400) -> tuple[int, int]:
    start = dice.randrange(len(message) + 1)
    return start, min(len(message), start + dice.randrange(1, most))


def flip(message: bytes, _: bytes, dice: random.Random) -> bytes:
    octets = bytearray(message or b"x")
    for _number in range(dice.randrange(1, 30)):
        octets[dice.randrange(len(octets))] = dice.randrange(256)
    return bytes(octets)


def delete(message: bytes, _: bytes, dice: random.Random) -> bytes:
    start, end = _span(message, dice)
    return message[:start] + message[end:]


def truncate(message: bytes, _: bytes, dice: random.Random) -> bytes:
    return message[: dice.randrange(len(message) + 1)]


def duplicate(message: bytes, _: bytes, dice: random.Random) -> bytes:
    start, end = _span(message, dice, 200)
    return message[:end] + message[start:end] * dice.choice((1, 3, 30, 300)) + message[end:]


def splice(message: bytes, other: bytes, dice: random.Random) -> bytes:
    return message[: _span(message, dice)[0]] + other[_span(other, dice)[0] :]


def insert(message: bytes, _: bytes, dice: random.Random) -> bytes:
    position = _span(message, dice)[0]
    return message[:position] + dice.choice(_ANY_KEYWORD) * dice.choice((1, 1, 1, 2, 50)) + message[position:]


def add_field(message: bytes, _: bytes, dice: random.Random) -> bytes:
    position = message.find(b"\n", _span(message, dice)[0]) + 1
    return message[:position] + dice.choice(_FIELDS) + b"\r\n" + message[position:]


def swap_keyword(message: bytes, _: bytes, dice: random.Random) -> bytes:
    group = dice.choice(_KEYWORDS)
    old = [keyword for keyword in group if keyword in message]
    return message.replace(dice.choice(old), dice.choice(group), dice.choice((1, -1))) if old else message


def swap_boundary(message: bytes, other: bytes, dice: random.Random) -> bytes:
    ours, theirs = (re.findall(rb'boundary="?([^"\s;]+)', raw) for raw in (message, other))
    return message.replace(dice.choice(ours), dice.choice(theirs or [b"b"])) if ours else message


def change_line_ends(message: bytes, _: bytes, dice: random.Random) -> bytes:
    ends = [b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r"]
    lines = re.split(rb"\r\n|\n|\r", message)
    usual = dice.choice(ends)
    return b"".join(line + (usual if dice.random() < 0.8 else dice.choice(ends)) for line in lines)


def shuffle_lines(message: bytes, _: bytes, dice: random.Random) -> bytes:
    lines = message.splitlines(keepends=True)
    start, end = sorted((dice.randrange(len(lines) + 1), dice.randrange(len(lines) + 1)))
    middle = lines[start:end]
    dice.shuffle(middle)
    return b"".join([*lines[:start], *middle, *lines[end:]])


def forward(message: bytes, _: bytes, dice: random.Random) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * dice.randrange(1, 40) + message


def nest(message: bytes, other: bytes, dice: random.Random) -> bytes:
    for level in range(dice.randrange(1, 20)):
        boundary = b"n%d" % (level % 5)
        message = (
            b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n" % (boundary, boundary)
            + message
            + b"\r\n--%b\r\n" % boundary
            + (other if not level else b"")
        )
    return message


MUTATIONS: list[Mutation] = [
    flip, delete, truncate, duplicate, splice, insert, add_field, swap_keyword, swap_boundary, change_line_ends,
    shuffle_lines, forward, nest,
]  # fmt: skip


def mutated(messages: list[bytes], dice: random.Random) -> bytes:
    """One of the messages after one to six changes."""
    message = dice.choice(messages)
    for _ in range(dice.randrange(1, 7)):
        message = dice.choice(MUTATIONS)(message, dice.choice(messages), dice)
    return message[: 2 * 1024 * 1024]
