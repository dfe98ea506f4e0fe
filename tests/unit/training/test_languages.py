"""In which script and language a text is written; unknown where that is a guess."""

import time

import pytest

from training import languages

SENTENCES = {
    "cs": "Dobrý den, chtěl bych se zeptat, jestli je to možné, ale bude to asi pro nás problém, protože jsem už pryč.",
    "da": "Jeg har ikke set den, men vi kan tage det med til mødet, hvis du er der, og så ser vi på det.",
    "de": "Wir haben das Paket nicht erhalten und bitten Sie, uns bis zum Freitag zu schreiben, ob es noch kommt.",
    "en": "We have not seen the parcel yet and would like to know if it is on its way to the office that you named.",
    "es": "No hemos recibido el paquete y le pedimos que nos escriba para saber cuando llega a la oficina de usted.",
    "fi": "Paketti ei ole vielä tullut, mutta se on matkalla, kun olen kotona niin voit hakea sen jos haluat myös.",
    "fr": "Nous avons bien reçu votre lettre et nous vous prions de nous dire si elle est pour la réunion ou pas.",
    "it": "Non abbiamo ricevuto il pacco e chiediamo se è ancora in viaggio o se la consegna della merce è per oggi.",
    "nl": "Wij hebben het pakket niet ontvangen en vragen u of het nog komt, want het was voor de klant van mijn baas.",
    "pl": "Nie mamy jeszcze paczki, ale jest już w drodze, tak że czy może być to jutro za dnia lub po pracy, proszę.",
    "pt": "Não recebemos o pacote e pedimos que nos escreva para saber quando ele chega ao escritório da sua empresa.",
    "ru": "Мы не получили посылку и просим вас написать нам, если она уже в пути или вы её так и не отправили.",
    "sv": "Vi har inte fått det, men jag kan ta med den till mötet om du är där, och då ser vi hur det ska bli.",
    "tr": "Bu paket henüz gelmedi ama çok önemli bir şey değil, daha sonra gibi olan her gün için ne kadar sürer.",
    "uk": "Ми не отримали цей лист, але якщо він є у вас, то чи можна його переслати до нас або за нашою адресою так.",
    "el": "Δεν λάβαμε το δέμα σας.",
    "he": "לא קיבלנו את החבילה.",
    "ja": "荷物をまだ受け取っていません。",
    "ko": "소포를 아직 받지 못했습니다.",
    "th": "เรายังไม่ได้รับพัสดุ",
    "zh": "我们还没有收到包裹。",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language(code: str) -> None:
    assert languages.language(SENTENCES[code]) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345 67890 !!!",
        "Thank you!",
        "kernel patch compile merge branch commit server review ticket agenda budget deadline notes project",
        "de de de de de de de de de de de de de de de",
        f"{SENTENCES['fr']} {SENTENCES['en']}",
        "مرحبا لم نستلم الطرد",
    ],
)
def test_a_short_mixed_or_poor_text_is_of_an_unknown_language(text: str) -> None:
    assert languages.language(text) == "unknown"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("abc", "Latin"), ("привет abc", "Cyrillic"), ("مرحبا", "Arabic"), ("नमस्ते", "Devanagari"),
        ("日本語です", "Kana"), ("中文", "Han"), ("1 + 1", "unknown"),
    ],
)  # fmt: skip
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert languages.script(text) == script


def test_a_long_text_takes_no_longer() -> None:
    before = time.process_time()
    languages.language("the a \u0301\u4e2d" * 2_000_000)
    assert time.process_time() - before < 0.5
