"""Names that forgers like to borrow, and the domains that their owners really use. Operators add their own."""

from collections.abc import Mapping

BRANDS: Mapping[str, frozenset[str]] = {
    "paypal": frozenset({"paypal.com", "paypal.de", "paypal.co.uk", "paypal.fr", "paypal.es", "paypal.it"}),
    "microsoft": frozenset({"microsoft.com", "microsoftonline.com", "office.com", "outlook.com", "live.com"}),
    "apple": frozenset({"apple.com", "icloud.com", "me.com"}),
    "amazon": frozenset({"amazon.com", "amazon.de", "amazon.co.uk", "amazon.fr", "amazonses.com", "amazonaws.com"}),
    "netflix": frozenset({"netflix.com"}),
}
