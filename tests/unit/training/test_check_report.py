"""The report as people and programs get it."""

import json

from training import check_report
from training.check import Class, Named, Report


def report(problems: list[str]) -> Report:
    languages = {code: 10 - number for number, code in enumerate(("en", "de", "fr", "es", "it", "nl", "sv"))}
    classes = (
        Class("ham", 1500, 2, 15, 1400, 9, 300, {"2024": 1500}, "2024-01-01", "2024-12-31", languages,
              {"Latin": 1500}, {}),
        Class("spam", 0, 0, 0, 0, 0, 0, {}, "", "", {}, {}, {}),
    )  # fmt: skip
    suspects = [Named(f"ham/{number}\x1b[2J", "ham", 9.5, ("words +6.0", "urls +2.0")) for number in range(30)]
    near: list[dict[str, object]] = [{"ham": 2, "spam": 1, "examples": ["ham/1", "spam/1"]}]
    return Report(classes, [("ham/1", "spam/2")], near, suspects, problems, ["look at them"])


def test_the_table_has_a_column_for_each_class() -> None:
    lines = check_report.as_text(report(["0 spam messages: collect more"])).splitlines()
    assert lines[0].split() == ["ham", "spam"]
    assert "messages                   1,500                     0" in lines
    assert "repeated to the byte       15 (1.0 %)                0" in lines
    assert "oldest and newest Date     2024-01-01 to 2024-12-31  none" in lines
    assert any("and 1 more" in line for line in lines)


def test_lists_are_cut_and_nothing_of_a_name_reaches_the_terminal() -> None:
    text = check_report.as_text(report([]))
    assert "  ham/1  =  spam/2" in text
    assert "  2 ham, 1 spam: ham/1  ~  spam/1" in text
    assert "     +9.5  ham   ham/0\\x1b[2J  (words +6.0; urls +2.0)" in text
    assert "... and 10 more (--json lists all)" in text


def test_the_end_says_whether_it_is_usable_and_what_to_do() -> None:
    assert check_report.as_text(report([])).endswith("Usable: a model can be trained on this mail.")
    assert check_report.as_text(report(["do this"])).endswith("Not usable yet:\n  - do this")
    assert "Worth doing:\n  - look at them" in check_report.as_text(report([]))


def test_programs_get_all_of_it() -> None:
    value = json.loads(check_report.as_json(report(["do this"])))
    assert value["usable"] is False
    assert value["problems"] == ["do this"]
    assert value["classes"]["ham"]["languages"]["en"] == 10
    assert len(value["suspects"]) == 30
    assert value["both"] == [["ham/1", "spam/2"]]
