import pytest

from filter.rules.punycode import decoded


@pytest.mark.parametrize(
    ("label", "seen"),
    [
        ("xn--bcher-kva", "bücher"),
        ("xn--", ""),
        ("xn--ä", "xn--ä"),
        ("xn--99999999999", "xn--99999999999"),
        ("shop", "shop"),
    ],
)
def test_punycode_is_read_or_left_alone(label: str, seen: str) -> None:
    assert decoded(label) == seen
