"""The table of REPORT and the list of SYMBOLS."""

from filter.spamd.report import report, symbols, unjudged
from filter.verdict import Hit, Verdict

VERDICT = Verdict(
    (
        Hit("NB_WORDS", 10.594, "secret words"),
        Hit("NB_BIAS", -6.56),
        Hit("GTUBE", 1000.0),
        Hit("ZERO", 0.0),
        Hit("MY_OWN", 0.3),
    )
)


def test_symbols_stand_in_alphabetical_order_without_those_that_count_nothing() -> None:
    assert symbols(VERDICT) == b"GTUBE,MY_OWN,NB_BIAS,NB_WORDS"
    assert symbols(Verdict(())) == b""


def test_a_report_has_points_symbol_and_meaning_the_weightiest_first() -> None:
    text = report(VERDICT, spam=True, required=5.0, version="1.0", hostname="mx.test").decode()
    assert text == (
        'hamgate 1.0 on "mx.test" takes this message for spam.\n'
        "\n"
        "Content analysis details:   (1004.33 points, 5.0 required)\n"
        "\n"
        "   pts rule name              description\n"
        "------ ---------------------- --------------------------------------------------\n"
        "1000.00 GTUBE                  the standard test string for spam filters\n"
        " 10.59 NB_WORDS               what the model has learned about this message's words\n"
        " -6.56 NB_BIAS                what the model says before anything is read\n"
        "  0.30 MY_OWN                 a rule of this site\n"
        "\n"
    )


def test_details_may_quote_the_message_and_stay_out() -> None:
    assert b"secret" not in report(VERDICT, spam=True, required=5.0, version="1.0", hostname="mx.test")


def test_ham_and_what_was_not_judged() -> None:
    text = report(Verdict(()), spam=False, required=6.25, version="1.0", hostname="mx.test")
    assert b"does not take this message for spam" in text
    assert b"(0.00 points, 6.2 required)" in text
    assert unjudged("1.0", "mx.test") == b'hamgate 1.0 on "mx.test" could not judge this message.\n\n'
