"""Test mail made from word lists: enough of it, and different enough, to train on."""

import random
from pathlib import Path

_HAM_WORDS = """meeting minutes agenda patch compile kernel server review draft budget holiday lunch train ticket garden
school teacher report chapter thesis recipe bicycle repair weather project deadline branch commit merge notes""".split()
_SPAM_WORDS = """free winner prize click credit loan casino pills cheap offer limited guarantee refund million
cash bonus unsubscribe investment viagra mortgage debt exclusive urgent claim lottery discount order now""".split()
_COMMON = "the a to of and in is for on with it that you we this be are have from at".split()
_NAMES = "anna tom mia paul eva jan lisa max nora ben".split()


def ham(seed: int) -> bytes:
    """A plain letter between colleagues; every fifth has HTML."""
    chance = random.Random(f"ham{seed}")
    sender = chance.choice(_NAMES)
    subject = f"{chance.choice(['Re: ', ''])}{' '.join(chance.sample(_HAM_WORDS, 3))}"
    head = f"""Received: from mail.example.org (mail.example.org [192.0.2.{seed % 250}]) by mx.example.net
From: {sender.title()} Berg <{sender}@example.org>
To: staff@example.net
Subject: {subject}
Date: Tue, {1 + seed % 28} Mar 2024 10:00:00 +0100
Message-ID: <{seed}.{chance.randrange(10**9)}@mail.example.org>
User-Agent: Mutt/2.2
MIME-Version: 1.0
"""
    text = _text(chance, _HAM_WORDS)
    if seed % 5 == 0:
        return f"{head}Content-Type: text/html; charset=utf-8\n\n<html><body><p>{text}</p></body></html>\n".encode()
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n-- \n{sender}\n".encode()


def spam(seed: int) -> bytes:
    """A loud advertisement; two of three in HTML."""
    chance = random.Random(f"spam{seed}")
    subject = f"{' '.join(chance.sample(_SPAM_WORDS, 3)).upper()}!!!"
    head = f"""Received: from unknown (unknown [203.0.113.{seed % 250}]) by mx.example.net
From: "{chance.choice(_SPAM_WORDS).title()} Deals" <{chance.randrange(10**6)}@bulk{seed % 7}.example>
To: you@example.net
Subject: {subject}
Date: Tue, {1 + seed % 28} Mar 2024 03:00:00 -0500
Message-ID: <{chance.randrange(10**6)}@bulk.example>
MIME-Version: 1.0
"""
    text = _text(chance, _SPAM_WORDS)
    if seed % 3:
        link = f'<a href="http://buy{seed % 11}.example/x?id={seed}">click here</a>'
        page = f"<html><body bgcolor=yellow><font size=7 color=red>{text}</font>{link}</body></html>"
        return f"{head}Content-Type: text/html; charset=iso-8859-1\n\n{page}\n".encode()
    return f"{head}Content-Type: text/plain\n\n{text}\nhttp://buy{seed % 11}.example/\n".encode()


def _text(chance: random.Random, words: list[str]) -> str:
    lines = []
    for _ in range(chance.randrange(4, 12)):
        lines.append(" ".join(chance.choice(words if chance.random() < 0.5 else _COMMON) for _ in range(10)) + ".")
    return "\n".join(lines)


def write_folders(root: Path, count: int) -> tuple[Path, Path]:
    """`count` messages of each class in root/ham and root/spam."""
    folders = root / "ham", root / "spam"
    for folder, make in zip(folders, (ham, spam), strict=True):
        folder.mkdir(parents=True)
        for seed in range(count):
            (folder / f"{seed:04}.eml").write_bytes(make(seed))
    return folders
