import json

import pytest

from filter.cli import report
from filter.verdict import Clue, Hit, Verdict

VERDICT = Verdict((
    Hit("NB_WORDS", 6.2, clues=(Clue("free!!!", 4.0), Clue("money", 2.2), Clue("tiny", 0.001))),
    Hit("URL_HOST_IS_IP", 1.5, "link to 192.0.2.99"),
    Hit("NB_NAME", -0.01),
))  # fmt: skip


def printed(form: str, explain: bool, capsys: pytest.CaptureFixture[str]) -> str:
    report.writer(form, explain)("mail.eml", VERDICT)
    return capsys.readouterr().out


def test_the_summary_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed("text", False, capsys) == (
        "mail.eml: spam, +7.7 points (96.7 % spam)\n"
        "    +6.20  NB_WORDS                 free!!! +4.00, money +2.20\n"
        "    +1.50  URL_HOST_IS_IP           link to 192.0.2.99\n"
    )


def test_the_explanation_lists_every_part_and_their_sum(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed("text", True, capsys).splitlines()
    assert lines[3] == "    -0.01  NB_NAME"
    assert lines[-1] == "    +7.69  sum"


def test_tab_separated(capsys: pytest.CaptureFixture[str]) -> None:
    path, score, probability, label = printed("tsv", False, capsys).rstrip("\n").split("\t")
    assert (path, float(score), label) == ("mail.eml", VERDICT.score, "spam")
    assert float(probability) == VERDICT.probability


def test_json_leaves_out_what_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    value = json.loads(printed("json", False, capsys))
    assert value["hits"][1] == {"symbol": "URL_HOST_IS_IP", "points": 1.5, "detail": "link to 192.0.2.99"}
    assert value["hits"][2] == {"symbol": "NB_NAME", "points": -0.01}
    assert value["verdict"] == "spam"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\\tb\\nc"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u202e", "\\u202e"),
        ("Grüße 你好", "Grüße 你好"),
        ("\udce9", "\udce9"),
    ],
)
def test_control_characters_are_escaped(text: str, shown: str) -> None:
    assert report.one_line(text) == shown
