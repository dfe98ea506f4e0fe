"""Addresses of crypto coins whose checksum is right: nothing else looks like them by chance."""

import re
from functools import reduce
from hashlib import sha256

_CANDIDATE = re.compile(
    r"\b(?:(?:bc1|ltc1)[02-9ac-hj-np-z]{11,71}|(?:bitcoincash:)?[13LMDXTt][1-9A-HJ-NP-Za-km-z]{25,34})\b"
)
_MOST_CANDIDATES = 20
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CHECKS = (1, 0x2BC830A3)
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def find(text: str) -> str:
    """The first wallet address in `text` (Bitcoin, Litecoin, Dogecoin, Dash, Tron), empty if there is none."""
    for number, match in enumerate(_CANDIDATE.finditer(text)):
        if number >= _MOST_CANDIDATES:
            break
        if is_wallet(match[0]):
            return match[0]
    return ""


def is_wallet(address: str) -> bool:
    """Whether the checksum of a base58check or bech32 (BIP 173, BIP 350) address is right."""
    prefix, one, data = address.rpartition("1")
    if one and prefix in ("bc", "ltc"):
        return _is_bech32(prefix, data)
    return _is_base58check(address)


def _is_base58check(address: str) -> bool:
    if not 26 <= len(address) <= 35 or any(letter not in _BASE58 for letter in address):
        return False
    number = reduce(lambda value, letter: value * 58 + _BASE58.index(letter), address, 0)
    if number >> 200:
        return False
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _is_bech32(prefix: str, data: str) -> bool:
    if len(data) < 6 or any(letter not in _BECH32 for letter in data):
        return False
    values = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = 1
    for value in values + [_BECH32.index(letter) for letter in data]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_CHECKS
