"""Our headers, read back."""

from filter.headers import monitor_headers, spam_headers
from filter.milter import marks
from filter.policy import Policy, decide
from filter.verdict import Hit, Verdict

VERDICT = Verdict((Hit("NB_WORDS", 3.254, "a(+1.00) b"), Hit("GTUBE", 4.0), Hit("DKIM_ABSENT", -0.5)))


def read(lines: bytes) -> dict[str, str]:
    unfolded = lines.decode().replace("\r\n\t", "\t")
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in unfolded.splitlines())}


def test_what_was_written_is_read() -> None:
    found = read(spam_headers(VERDICT, decide(VERDICT, Policy(5.0)), "1.0"))
    assert (marks.score(found), marks.required(found), marks.tagged(found)) == (6.75, 5.0, True)
    assert marks.hits(found) == (("GTUBE", 4.0), ("NB_WORDS", 3.25), ("DKIM_ABSENT", -0.5))


def test_a_policy_that_only_monitors_tells_the_score() -> None:
    found = read(monitor_headers(VERDICT, decide(VERDICT, Policy(5.0, monitor=True)), "1.0"))
    assert (marks.score(found), marks.required(found), marks.tagged(found)) == (6.75, None, False)
    assert len(marks.hits(found)) == 3


def test_nothing_and_nonsense_tell_nothing() -> None:
    for found in ({}, {"x-spam-status": "Yes, score=very required=", "x-hamgate-report": "none; (+1.00);A(1)"}):
        assert (marks.score(found), marks.required(found), marks.hits(found)) == (None, None, ())
        assert not marks.tagged(found)
