import json

from filter.web.storable import storable


def test_text_of_any_octets_can_be_stored() -> None:
    assert storable("caf\u00e9") == "caf\u00e9"
    assert json.dumps(storable("\udc80\ud800")).encode("utf-8") == b'"??"'
