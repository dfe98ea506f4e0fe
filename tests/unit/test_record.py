"""The row of one message, and what is hidden in it before anybody keeps it."""

import dataclasses

import pytest

from filter.record import Record, veil

RECORD = Record(
    time=1.0,
    ref="4F0C9E21",
    action="reject",
    score=17.239,
    reason="score 17.23 >= reject-at 15",
    reply="b'550 5.7.1 no'",
    size=42,
    sender="b'eve@example.com'",
    recipient="b'ann@example.net'",
    recipients=3,
    client="192.0.2.1",
    hits=(("GTUBE", 20.0), ("NB_WORDS", -2.761)),
)


def test_as_a_line_for_people() -> None:
    assert str(RECORD) == (
        "ref=4F0C9E21 action=reject score=17.23 reply=b'550 5.7.1 no' size=42 from=b'eve@example.com' "
        "to=b'ann@example.net'+2 client=192.0.2.1 reason=score 17.23 >= reject-at 15 hits=GTUBE:+20.00,NB_WORDS:-2.76"
    )


def test_what_is_not_known_is_not_said_but_for_score_reply_and_hits() -> None:
    bare = str(Record(time=1.0, ref="A", action="dropped"))
    assert bare == "ref=A action=dropped score=- reply=none size=0 from= to= client= reason= hits=-"


def test_login_listener_and_what_would_have_happened_stand_in_their_places() -> None:
    line = str(dataclasses.replace(RECORD, login="'ann'", listener="submission", would="reject"))
    assert "action=reject would=reject score" in line
    assert "+2 login='ann' listener=submission client" in line


def test_plain_hides_nothing() -> None:
    assert veil("plain")(RECORD) == RECORD


def test_hidden_keeps_nothing_of_addresses() -> None:
    hidden = veil("hidden")(dataclasses.replace(RECORD, login="'ann'"))
    assert (hidden.sender, hidden.recipient, hidden.client, hidden.login) == ("-", "-", "-", "-")
    assert hidden.hits == RECORD.hits


def test_hashed_rows_can_be_joined_by_whoever_has_no_key() -> None:
    hide = veil("hashed", b"secret")
    one, other = hide(RECORD), hide(dataclasses.replace(RECORD, recipient="b'ANN@example.net'"))
    assert one.recipient == other.recipient
    assert len({one.sender, one.recipient, one.client}) == 3
    assert all(len(text) == 16 and int(text, 16) >= 0 for text in (one.sender, one.recipient, one.client))
    assert one.login == ""


def test_another_key_gives_other_digits() -> None:
    assert veil("hashed", b"a")(RECORD).sender != veil("hashed", b"b")(RECORD).sender
    assert veil("hashed", b"a")(RECORD).sender == veil("hashed", b"a")(RECORD).sender
    assert veil("hashed")(RECORD).sender != veil("hashed")(RECORD).sender  # without one: until the next start


@pytest.mark.parametrize("privacy", ["hashed", "hidden"])
def test_words_of_a_relay_that_name_a_recipient_go_too(privacy: str) -> None:
    reply = "b'250 2.0.0 <jane@example.org> 4711 Saved'"
    assert veil(privacy)(dataclasses.replace(RECORD, reply=reply)).reply == "b'250 2.0.0'"  # type: ignore[arg-type]
    assert veil(privacy)(dataclasses.replace(RECORD, reply="b'354'")).reply == "b'354'"  # type: ignore[arg-type]


@pytest.mark.parametrize("privacy", ["hashed", "hidden"])
def test_what_is_not_an_address_stays(privacy: str) -> None:
    hidden = veil(privacy, b"k")(RECORD)  # type: ignore[arg-type]
    same = ("time", "ref", "action", "score", "reason", "size", "recipients", "hits")
    assert all(getattr(hidden, name) == getattr(RECORD, name) for name in same)
