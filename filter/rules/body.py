"""Rules on the text of a message as such."""

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def gtube(evidence: Evidence) -> str | None:
    """The test string that every spam filter must call spam (GTUBE)."""
    return "the test string is in the text" if _GTUBE in evidence.message.text else None


ROWS: tuple[Rule, ...] = (Rule("GTUBE", "body", 1000.0, "the standard test string for spam filters", gtube),)
