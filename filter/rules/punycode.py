"""Labels of host names as their readers see them (RFC 3492)."""


def decoded(label: str) -> str:
    """`label` in lower case with punycode undone; as it is if it is none."""
    if label.startswith("xn--"):
        try:
            return label[4:].encode("ascii").decode("punycode").lower()
        except (UnicodeError, ValueError, OverflowError):
            return label
    return label
