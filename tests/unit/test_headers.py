"""Our headers on top, forged ones out, and every other octet as it came."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter import headers
from filter.headers import HeaderTooBigError, edited, edited_header, monitor_headers, unscanned_headers
from filter.policy import Policy, decide
from filter.verdict import Hit, Verdict

OURS = b"X-Spam-Flag: NO\r\n"


def verdict(*points: float) -> Verdict:
    return Verdict(tuple(Hit(f"RULE_{i}", value) for i, value in enumerate(points)))


def spam_headers(verdict: Verdict, policy: Policy, version: str) -> bytes:
    return headers.spam_headers(verdict, decide(verdict, policy), version)


def edit(message: bytes, limit: int = 1 << 20) -> bytes:
    return b"".join(edited(io.BytesIO(message), OURS, limit))


def test_spam() -> None:
    assert spam_headers(verdict(7.0, 0.0, 0.319), Policy(), "0.1.0") == (
        b"X-Spam-Flag: YES\r\n"
        b"X-Spam-Status: Yes, score=7.31 required=5.0 tests=RULE_0,RULE_2 autolearn=no version=0.1.0\r\n"
        b"X-Spam-Score: 7.31\r\n"
        b"X-Spam-Level: *******\r\n"
        b"X-Hamgate-Report: RULE_0(+7.00);\r\n\tRULE_2(+0.32)\r\n"
    )


def test_ham_without_hits() -> None:
    assert spam_headers(Verdict(()), Policy(6.5), "0.1.0") == (
        b"X-Spam-Flag: NO\r\n"
        b"X-Spam-Status: No, score=0.00 required=6.5 tests=none autolearn=no version=0.1.0\r\n"
        b"X-Spam-Score: 0.00\r\n"
        b"X-Spam-Level: \r\n"
        b"X-Hamgate-Report: none\r\n"
    )


def test_monitoring_writes_nothing_that_a_delivery_rule_acts_on() -> None:
    decision = decide(verdict(17.2), Policy(reject_at=15.0, monitor=True))
    assert monitor_headers(verdict(17.2), decision, "0.1.0") == (
        b"X-Hamgate-Monitor: would reject, score=17.20 version=0.1.0\r\nX-Hamgate-Report: RULE_0(+17.20)\r\n"
    )


def test_message_that_nobody_judged_says_so() -> None:
    assert unscanned_headers("scan") == b"X-Hamgate-Unscanned: yes, fault=scan\r\n"


def test_report_has_the_details_and_nothing_in_them_can_end_it() -> None:
    hits = (Hit("SMALL", 0.5, "harmless"), Hit("LARGE", 9.0, "link]; X-Spam-Flag: NO\r\nX-Evil: caf\xe9 " + "x" * 200))
    report = spam_headers(Verdict(hits), Policy(), "1").split(b"X-Hamgate-Report: ")[1]
    assert report == (
        b"LARGE(+9.00) [link?? X-Spam-Flag: NO??X-Evil: caf? " + b"x" * 63 + b"];\r\n\tSMALL(+0.50) [harmless]\r\n"
    )


def test_many_tests_are_folded_after_a_comma() -> None:
    status = spam_headers(verdict(*[0.1] * 40), Policy(), "0.1.0").split(b"\r\nX-Spam-Score")[0]
    lines = status.split(b"\r\n")[1:]
    assert len(lines) > 3
    assert all(line.endswith(b",") for line in lines[:-1])
    assert all(line.startswith(b"\tRULE_") for line in lines[1:])
    assert all(len(line) <= 78 for line in lines[:-1])


def test_level_has_fifty_stars_at_most() -> None:
    assert b"X-Spam-Level: " + b"*" * 50 + b"\r\n" in spam_headers(verdict(1000), Policy(), "1")


@given(st.floats(-100, 100), st.integers(-1000, 1000).map(lambda n: n / 100))
def test_printed_score_reaches_the_threshold_exactly_when_it_is_spam(points: float, tag_at: float) -> None:
    text = spam_headers(verdict(points), Policy(tag_at), "1").decode()
    score, required = (float(text.split(f"{word}=")[1].split(" ")[0]) for word in ("score", "required"))
    assert (score >= required) == ("X-Spam-Flag: YES" in text)


@pytest.mark.parametrize(
    "forged",
    [
        b"X-Spam-Flag: YES\r\n",
        b"x-spam-status: No, score=-99\r\n",
        b"X-SPAM-LEVEL : *\r\n",
        b"X-Spam-Status: No,\r\n\tscore=-99\r\n  required=5\r\n",
        b"X-Spam-Checker-Version: 1\r\n",
        b"X-Hamgate-Report: none\r\n",
        b"X-Spam-Status\r\n : No\r\n",
        b"X-Spam-A: 1\r\nX-Spam-B: 2\r\n",
    ],
)
def test_forged_header_is_removed_wherever_it_stands(forged: bytes) -> None:
    for message in (forged + b"A: b\r\n\r\nbody\r\n", b"A: b\r\n" + forged + b"\r\nbody\r\n"):
        assert edit(message) == OURS + b"A: b\r\n\r\nbody\r\n"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\r\n",
        b"A: b\r\n",
        b"no header at all\r\n",
        b"\r\nX-Spam-Flag: in the body\r\n",
        b"A: b\r\n\r\nX-Spam-Flag: in the body\r\n",
        b"A: b\r\nX-Spammer: no header of ours\r\n\r\n",
        b"A: folded\r\n X-Spam-Flag: text\r\n\r\n",
        b"A: b\r\n\r\n" + bytes(range(256)) * 1000,
    ],
)
def test_the_rest_stays(message: bytes) -> None:
    assert edit(message) == OURS + message


def test_mailbox_line_stays_first() -> None:
    assert edit(b"From a@b Mon\r\nA: b\r\n\r\n") == b"From a@b Mon\r\n" + OURS + b"A: b\r\n\r\n"


def test_white_space_at_the_start_does_not_continue_our_header() -> None:
    assert edit(b" , score=99\r\n\r\nx") == OURS + b"\r\n , score=99\r\n\r\nx"


def test_header_without_end_is_refused() -> None:
    with pytest.raises(HeaderTooBigError):
        edit(b"A: b\r\n" * 50_000, limit=100_000)
    with pytest.raises(HeaderTooBigError):
        edit(b"A: b\r\n" * 100 + b"\r\n", limit=100)
    assert edit(b"A: b\r\n" * 16 + b"\r\n", limit=100).endswith(b"b\r\n\r\n")


@given(st.lists(st.sampled_from([b"A: b\r\n", b"X-Spam-Flag: Y\r\n", b" c\r\n", b"\r\n", b"x\r\n"])), st.integers(1, 9))
def test_chunks_make_no_difference(lines: list[bytes], size: int) -> None:
    message = b"".join(lines)
    whole = edit(message)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headers, "CHUNK", size)
        assert edit(message) == whole


@given(st.binary(max_size=60).map(lambda b: b.replace(b"\n", b"") + b"\r\n"), st.binary(max_size=60))
def test_octets_are_only_removed_from_the_header(header: bytes, body: bytes) -> None:
    result = edited_header(header, OURS) + b"\r\n" + body
    assert result.endswith(b"\r\n" + body)
    assert result.count(OURS) >= 1
