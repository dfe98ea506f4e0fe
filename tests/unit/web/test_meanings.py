import json

from filter.web.meanings import MEANINGS, storable


def test_rules_and_composites_have_meanings() -> None:
    assert MEANINGS["DKIM_ABSENT"]
    assert all(meaning.isprintable() for meaning in MEANINGS.values())


def test_text_of_any_octets_can_be_stored() -> None:
    assert storable("caf\u00e9") == "caf\u00e9"
    assert json.dumps(storable("\udc80\ud800")).encode("utf-8") == b'"??"'
