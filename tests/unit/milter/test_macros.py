"""Macros that say who sends, and under what name the mail server has the message."""

import pytest

from filter.milter.frames import MilterError
from filter.milter.macros import LONGEST, Macros


@pytest.mark.parametrize("name", [b"{auth_authen}", b"auth_authen"])
def test_a_login_comes_with_and_without_braces(name: bytes) -> None:
    macros = Macros()
    macros.note(b"Mi\0004F2\0" + name + b"\0anna\0{mail_host}\0x.test\0")
    assert (macros.login, macros.queue_id) == ("anna", "4F2")


def test_the_queue_id_is_the_one_told_last_and_an_empty_one_tells_nothing() -> None:
    macros = Macros()
    macros.note(b"M{i}\0\0")
    assert macros.queue_id == ""
    macros.note(b"Ti\0004F2cT91bZbz2\0")
    macros.note(b"Ei\0\0")
    assert macros.queue_id == "4F2cT91bZbz2"
    macros.forget()
    assert macros.queue_id == ""


@pytest.mark.parametrize("value", [b"a b", b"a\r\nref=1", b"\xff", b"x" * 65])
def test_a_queue_id_that_does_not_fit_into_a_line_is_none(value: bytes) -> None:
    macros = Macros()
    macros.note(b"Ei\0" + value + b"\0")
    assert macros.queue_id == ""


def test_a_flood_of_macros_leaves_nothing() -> None:
    macros = Macros()
    macros.note(b"M" + b"".join(b"{m%d}\0x\0" % i for i in range(50_000)) + b"auth_authen\0" + b"a" * 100_000 + b"\0")
    assert macros.login == "a" * LONGEST


def test_none_is_allowed() -> None:
    Macros().note(b"C")


@pytest.mark.parametrize("data", [b"", b"Mi\0", b"Mi\0x", b"Ma\0b\0c\0"])
def test_a_macro_without_its_value(data: bytes) -> None:
    with pytest.raises(MilterError):
        Macros().note(data)
