"""Parameters of MAIL and RCPT: what passes, and with which reply the rest is refused."""

import pytest

from filter.smtp.address import parse_path
from filter.smtp.parameters import BAD_VALUE, MAIL_VALUES, RCPT_VALUES, TOO_BIG, UNKNOWN, check, check_size


def given(text: bytes) -> dict[bytes, bytes | None]:
    return parse_path(b"FROM:<a@x.test> " + text, b"FROM:").parameters


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"SIZE=0",
        b"size=12345678901234567890",
        b"BODY=7bit",
        b"BODY=8BitMime",
        b"SMTPUTF8",
        b"RET=FULL",
        b"RET=hdrs",
        b"ENVID=QQ+2B+3D~!",
        b"AUTH=<>",
        b"AUTH=e+3Dmc2@example.com",
        b"SIZE=1 BODY=8BITMIME SMTPUTF8 RET=FULL ENVID=x AUTH=<>",
    ],
)
def test_mail_parameter_passes(text: bytes) -> None:
    assert check(given(text), MAIL_VALUES) is None


@pytest.mark.parametrize(
    "text",
    [
        b"SIZE",
        b"SIZE=1k",
        b"SIZE=-1",
        b"SIZE=123456789012345678901",
        b"BODY",
        b"BODY=BINARYMIME",
        b"BODY=7BITS",
        b"SMTPUTF8=1",
        b"RET=ALL",
        b"ENVID",
        b"AUTH",
        b"AUTH=e=mc2",
        b"SIZE=1 BODY=8",
    ],
)
def test_bad_value_of_a_mail_parameter(text: bytes) -> None:
    assert check(given(text), MAIL_VALUES) == BAD_VALUE


@pytest.mark.parametrize("name", [b"ENVID", b"AUTH"])
@pytest.mark.parametrize("value", [b"+", b"a+", b"a+2", b"a+2b", b"a+GG", b"+2B+", b"a=b", "é".encode()])
def test_bad_xtext(name: bytes, value: bytes) -> None:
    assert check(given(name + b"=" + value), MAIL_VALUES) == BAD_VALUE


@pytest.mark.parametrize(
    "text",
    [b"NOTIFY=never", b"NOTIFY=SUCCESS", b"NOTIFY=delay,FAILURE,Success", b"ORCPT=rfc822;a+40y.test",
     "ORCPT=utf-8;é@y.test".encode()],
)  # fmt: skip
def test_rcpt_parameter_passes(text: bytes) -> None:
    assert check(given(text), RCPT_VALUES) is None


@pytest.mark.parametrize(
    "text", [b"NOTIFY", b"NOTIFY=NEVER,SUCCESS", b"NOTIFY=SUCCESS,", b"NOTIFY=,DELAY", b"NOTIFY=ALWAYS", b"ORCPT"]
)
def test_bad_value_of_a_rcpt_parameter(text: bytes) -> None:
    assert check(given(text), RCPT_VALUES) == BAD_VALUE


@pytest.mark.parametrize("text", [b"SIZES=1", b"NOTIFY=NEVER", b"XVERP", b"BY=1;R", b"SIZE=1 HOLDFOR=9"])
def test_unknown_mail_parameter(text: bytes) -> None:
    assert check(given(text), MAIL_VALUES) == UNKNOWN


@pytest.mark.parametrize("text", [b"SIZE=1", b"AUTH=<>", b"RRVS=2014-04-03T23:01:00Z"])
def test_unknown_rcpt_parameter(text: bytes) -> None:
    assert check(given(text), RCPT_VALUES) == UNKNOWN


def test_the_first_wrong_parameter_decides() -> None:
    assert check(given(b"X=1 SIZE=x"), MAIL_VALUES) == UNKNOWN
    assert check(given(b"SIZE=x X=1"), MAIL_VALUES) == BAD_VALUE


@pytest.mark.parametrize(
    ("text", "fits"), [(b"", True), (b"SIZE=0", True), (b"SIZE=1000", True), (b"SIZE=1001", False)]
)
def test_declared_size(text: bytes, fits: bool) -> None:
    assert check_size(given(text), 1000) == (None if fits else TOO_BIG)
