"""Formats by their first bytes."""

import pytest

from filter.rules.magic import is_disk_image, kind

PROGRAM = b"MZ" + bytes(58) + (0x80).to_bytes(4, "little") + bytes(64) + b"PE\0\0"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (PROGRAM, "program"),
        (b"MZ, short for Mark Zbikowski, is how programs begin", ""),
        (b"%PDF-1.7\n", "pdf"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "html"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>", "svg"),
        (b"PK\x03\x04rest", "zip"),
        (b"plain words", ""),
        (b"", ""),
    ],
)
def test_a_format_is_known_by_its_start(head: bytes, name: str) -> None:
    assert kind(head) == name


def test_disk_images_are_known_by_their_volume() -> None:
    assert is_disk_image(bytes(0x8001) + b"CD001" + bytes(10))
    assert is_disk_image(b"conectix" + bytes(100))
    assert not is_disk_image(bytes(0x9000))
