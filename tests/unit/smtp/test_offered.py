"""A relay hears of the parameters that it offers to take, and of those that say what the message is."""

import pytest

from filter.smtp.offered import fitting

ALL = dict.fromkeys((b"SIZE", b"8BITMIME", b"SMTPUTF8", b"DSN", b"AUTH"), b"")
MAIL = b'mail FROM:<"> SIZE=1 <"@x.test>  size=9 RET=hdrs ENVID=a> BODY=8BITMIME SMTPUTF8 AUTH=<>'
RCPT = b"RCPT TO:<r@y.test> NOTIFY=SUCCESS,failure ORCPT=rfc822;r@y.test"


@pytest.mark.parametrize("line", [MAIL, RCPT, b"MAIL FROM:<>"])
def test_relay_that_offers_all_hears_it_byte_for_byte(line: bytes) -> None:
    assert fitting(line, ALL) == line


def test_advice_that_is_not_wanted_is_left_out() -> None:
    """As Dovecot's LMTP: 555 for SIZE, which every client sends."""
    assert fitting(MAIL, {b"8BITMIME": b""}) == b'mail FROM:<"> SIZE=1 <"@x.test>  BODY=8BITMIME SMTPUTF8'
    assert fitting(RCPT, {}) == b"RCPT TO:<r@y.test>"
    assert fitting(b"MAIL FROM:<> body=7bit", {}) == b"MAIL FROM:<>"


@pytest.mark.parametrize(
    ("without", "gone"),
    [
        (b"SIZE", b" size=9"),
        (b"AUTH", b" AUTH=<>"),
        (b"DSN", b" RET=hdrs ENVID=a>"),
        (b"8BITMIME", b""),
        (b"SMTPUTF8", b""),
    ],
)
def test_what_the_message_is_is_for_the_relay_to_refuse(without: bytes, gone: bytes) -> None:
    assert fitting(MAIL, {word: b"" for word in ALL if word != without}) == MAIL.replace(gone, b"")
