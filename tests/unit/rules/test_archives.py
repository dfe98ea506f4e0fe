"""What archives hold, read without unpacking."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from filter.rules.archives import NOT_READ, read


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "content " * 20)
    return buffer.getvalue()


def test_members_of_a_zip_are_named() -> None:
    assert read(packed("a.txt", "folder/b.js")).names == ("a.txt", "folder/b.js")


def test_a_zip_without_its_end_still_tells() -> None:
    assert read(packed("a.txt", "b.js")[:-120]).names == ("a.txt", "b.js")


def test_names_are_counted_out() -> None:
    assert len(read(packed(*(f"{number}.txt" for number in range(300)))).names) == 200


def test_the_lock_of_a_zip_is_seen() -> None:
    data = bytearray(packed("a.txt"))
    assert not read(bytes(data)).encrypted
    data[6] |= 1
    assert read(bytes(data)).encrypted


def test_locked_names_of_rar_and_7z_are_seen() -> None:
    rar4 = b"Rar!\x1a\x07\x00" + b"\0\0\x73" + b"\x80\x00" + b"\x0d\x00" + bytes(6)
    rar5 = b"Rar!\x1a\x07\x01\x00" + bytes(4) + b"\x21" + b"\x04" + bytes(30)
    seven = b"7z\xbc\xaf\x27\x1c" + bytes(100) + b"\x06\xf1\x07\x01" + bytes(20)
    assert read(rar4).encrypted
    assert read(rar5).encrypted
    assert read(seven).encrypted
    assert not read(rar4.replace(b"\x80\x00", b"\x00\x00")).encrypted
    assert not read(rar5.replace(b"\x21\x04", b"\x21\x01")).encrypted


@given(
    st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00", b"7z", b""])
)
def test_nothing_raises(data: bytes, start: bytes) -> None:
    assert len(read(start + data).names) <= 200


def test_what_is_no_archive_holds_nothing() -> None:
    assert read(b"plain words") == NOT_READ
