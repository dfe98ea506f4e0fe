"""Words of a message in an answer."""


def storable(text: str) -> str:
    """`text` without halves of surrogate pairs, which no UTF-8 can hold; a detail may quote any octets."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
