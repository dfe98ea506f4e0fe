"""Letters that deceive: what counts, and what other languages do in earnest."""

import pytest

from filter.rules.letters import disguises, fold, hides, looks_random, plain


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Mеtаmаsk", "metamask"),  # Cyrillic е and а
        ("Μetamask", "metamask"),  # Greek capital M
        ("P\u200bay\u00adP\u200dal", "paypal"),
        ("Netflіx", "netflix"),
        ("𝐁𝐢𝐧𝐚𝐧𝐜𝐞", "binance"),
        ("Wállét", "wallet"),
        ("PayPaI", "paypal"),  # a capital I
        ("Grüße", "gruße"),
        ("ガス料金", "ガス料金"),
    ],
)
def test_text_is_folded_to_what_the_eye_reads(text: str, seen: str) -> None:
    assert fold(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Schöne Grüße\nvon Straße", "Schone Grusse\nvon Strasse"),
        ("𝕊𝕚𝕖 haben gewonnen", "Sie haben gewonnen"),
        ("yo\u2069ur acc\u200bount", "your account"),
        ("Соngrаtulаtіоns", "Congratulations"),
        ("as it  is", "as it  is"),
    ],
)
def test_text_is_brought_to_plain_letters(text: str, seen: str) -> None:
    assert plain(text) == seen


@pytest.mark.parametrize("text", ["Yоur cryptо", "пoчта", "𝓖𝓾𝓽𝓼𝓬𝓱", "Fa\u0337lha"])
def test_disguises_are_seen(text: str) -> None:
    assert disguises(text)


@pytest.mark.parametrize(
    "text", ["SMSки", "Δt = 40 µm", "Müller & Søn", "USB-кабель", "Ελλάδα tours", "ＡＢＣ株式会社"]
)
def test_honest_letters_are_not(text: str) -> None:
    assert not disguises(text)


def test_invisible_characters_count_between_latin_letters_only() -> None:
    assert hides("s\u034fervice")
    assert hides("photo_\u202egpj.exe")
    assert not hides("👩\u200d🌾 farm")
    assert not hides("می\u200cخواهم")
    assert not hides("Donau\u00addampf")


@pytest.mark.parametrize("label", ["6d67dd855q", "lflwfzlvwz", "ws24ki1ueu", "rv92wyykpx"])
def test_made_up_names(label: str) -> None:
    assert looks_random(label)


@pytest.mark.parametrize(
    "label", ["example", "angstschweiss", "web24hosting", "mail2world", "1und1", "xyz", "rmeyer1984"]
)
def test_names_that_people_chose(label: str) -> None:
    assert not looks_random(label)
