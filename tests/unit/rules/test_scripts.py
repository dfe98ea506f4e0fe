import pytest

from filter.rules import scripts


@pytest.mark.parametrize(("label", "mixes"), [("pаypal", True), ("bücher", False), ("пример", False), ("shop", False)])
def test_only_latin_beside_its_look_alikes_mixes(label: str, mixes: bool) -> None:
    assert scripts.mixes_scripts(label) is mixes


@pytest.mark.parametrize("label", ["paypal", "paypa1", "pаypаl", "pay-pal", "páypal", "ｐaypal"])
def test_look_alikes_fold_to_the_same_letters(label: str) -> None:
    assert scripts.folded(label) == "paypal"
    assert scripts.folded("rnicrosoft") == "microsoft"


def test_letters_that_look_like_none_stay() -> None:
    assert scripts.folded("中文") == "中文"
