"""What was hit, as text for people: the list of SYMBOLS and the table of REPORT, in the form of SpamAssassin's.

Nothing of the message is in it: symbols and meanings are those of the catalogue, and details are left out.
"""

from collections.abc import Iterable

from filter.door.meanings import meaning
from filter.verdict import Hit, Verdict, two_decimals

_OWN = "a rule of this site"
_RULER = "------ ---------------------- --------------------------------------------------"


def symbols(verdict: Verdict) -> bytes:
    """What counted, in alphabetical order, as spamd lists it."""
    return ",".join(sorted(hit.symbol for hit in verdict.hits if hit.points)).encode("ascii")


def report(verdict: Verdict, *, spam: bool, required: float, version: str, hostname: str) -> bytes:
    """A text with a table of all that counted, the weightiest first."""
    found = "takes this message for spam" if spam else "does not take this message for spam"
    return (
        f'hamgate {version} on "{hostname}" {found}.\n\n'
        f"Content analysis details:   ({two_decimals(verdict.score)} points, {required:.1f} required)\n\n"
        f"   pts rule name              description\n{_RULER}\n"
        f"{''.join(_rows(verdict.hits))}\n"
    ).encode("ascii", "replace")


def unjudged(version: str, hostname: str) -> bytes:
    """The report on a message that goes on although nobody could judge it."""
    return f'hamgate {version} on "{hostname}" could not judge this message.\n\n'.encode("ascii", "replace")


def _rows(hits: Iterable[Hit]) -> Iterable[str]:
    ordered = sorted((hit for hit in hits if hit.points), key=lambda hit: -abs(hit.points))
    return (f"{hit.points:6.2f} {hit.symbol:<22} {meaning(hit.symbol, _OWN)}\n" for hit in ordered)
