"""Wording is found however it is dressed up."""

import pytest

from filter.rules.cues import CueSet
from filter.rules.letters import plain
from filter.rules.text_cues import CUES, cues, quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your account has been temporarily suspended.", {"threat"}),
        ("Wir haben Ihr Konto: Ihr Konto wurde vorübergehend gesperrt", {"threat"}),
        ("Votre compte a été suspendu", {"threat"}),
        ("Sua conta será bloqueada em 24 horas", {"threat", "deadline"}),
        ("Il tuo conto è stato bloccato", {"threat"}),
        ("Uw rekening wordt geblokkeerd", {"threat"}),
        ("お客様のアカウントが制限されました。こちらからご確認ください。", {"threat", "verify", "act", "generic"}),
        ("Your mailbox is almost full", {"storage"}),
        ("Herzlichen Glückwunsch, Sie wurden ausgewählt", {"prize"}),
        ("Please verify your account within 24 hours", {"verify", "deadline"}),
        ("Dear valued customer", {"generic"}),
        ("Hello anna@example.org, welcome", {"by_address"}),
        ("Someone tried to Iog in", {"obfuscated", "alert"}),
    ],
)
def test_cues_are_found_in_several_languages(text: str, expected: set[str]) -> None:
    assert expected <= cues(text, plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "Hi Tom, shall we meet on Tuesday? The room is booked for 24 people. Anna",
        "Hallo Tom, die Rechnungsstelle hat ein neues Telefon. Viele Grüße, Anna",
        "Bonjour Tom, le compte rendu de la réunion est sur le site. Anna",
        "Olá Tom, a reunião é na terça. Anna",
    ],
)
def test_ordinary_mail_has_none_of_them(text: str) -> None:
    assert not cues(text, plain(text))


@pytest.mark.slow
def test_the_library_without_re2_finds_the_same() -> None:
    text = plain("Dear customer, your account was suspended. Click here within 24 hours or lose access. Unsubscribe")
    slow = CueSet(dict(zip(CUES.names, CUES._patterns, strict=True)), linear=False)
    assert slow.matches(text) == CUES.matches(text)


def test_the_words_behind_a_cue_are_quoted() -> None:
    assert quote("threat", "Sorry, your account was suspended today") == "account was suspended"
    assert quote("threat", "ordinary") == quote("nothing", "your account was suspended") == ""
