"""Rules on the text of a message."""

from filter.envelope import Envelope
from filter.message import Message

_GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def gtube(message: Message, _: Envelope) -> str | None:
    """The test string that every spam filter must call spam (GTUBE)."""
    return "the test string is in the text" if _GTUBE in message.text else None
