"""The card tells a person what he must know before he trusts a model."""

from dataclasses import replace

from models.card import render
from tests.unit.models.test_model import small_model, without_linear_part

MEASURED = {
    "ham": 100, "spam": 50, "roca": 0.0412, "missed_at_fp": 1.25, "fp_tag": 0.5, "missed_tag": 4.0,
    "fp_reject": 0.1, "missed_reject": 20.0, "brier": 0.0041, "ece": 0.0033,
}  # fmt: skip


def test_it_says_what_the_model_was_trained_on_and_what_it_reaches() -> None:
    corpora = ({"label": "ham", "messages": 35, "sha256": "ab12"},)
    page = render(replace(small_model(), metrics={"held_out": MEASURED}, corpora=corpora))
    assert page.startswith(f"# Model {small_model().version} (site recipe)\n\nwritten here\n")
    for expected in (
        "| ham, plain | 30 |",
        "- ham: 35 messages, sha256 `ab12`",
        "| 1 - area under the ROC curve | 0.0412 |",
        "| ham called spam / spam missed at 5 points (tag) | 0.50 / 4.00 |",
        "## What it is not good for\n\n- Mail of another site",
    ):
        assert expected in page


def test_a_model_that_was_not_measured_says_so() -> None:
    assert "It was not measured." in render(small_model())


def test_it_says_whether_there_is_a_linear_part() -> None:
    sentence = "Beside Naive Bayes, tokens add points of their own"
    assert sentence in render(small_model())
    assert sentence not in render(without_linear_part())


def test_it_names_the_bounds_of_the_starter() -> None:
    recipe = replace(small_model().recipe, name="starter", ham_cap=2.5, language_guard=1.0, spam_slope=2.5)
    page = render(replace(small_model(), recipe=recipe))
    assert "No field may say more than 2.5 points for ham." in page
    assert "at most 1 points for spam" in page
    assert "Scores above 0 are multiplied by 2.5." in page
    assert "- Rejecting mail on its own." in page


def test_it_names_the_rules_that_were_weighed_and_why_others_were_not() -> None:
    rules = {
        "weighed": {"SUBJ_SHOUTING": {"prior": 0.7, "ham": 2, "spam": 30}},
        "kept": {"too few hits": ["ATT_DISK_IMAGE", "URL_MANY_LABELS"]},
        "held_out": {"without": MEASURED, "fitted": {**MEASURED, "roca": 0.0307}},
    }
    page = render(replace(small_model(), rules={"SUBJ_SHOUTING": 1.25}, metrics={"rules": rules}))
    for expected in (
        "| SUBJ_SHOUTING | +0.70 | +1.25 | 2 | 30 |",
        "- too few hits (2): ATT_DISK_IMAGE, URL_MANY_LABELS",
        "| no rules | 0.0412 | 1.25 | 0.50 / 4.00 |",
        "| weighed points | 0.0307 |",
    ):
        assert expected in page


def test_it_says_that_rules_were_not_weighed() -> None:
    assert "they were not weighed on this mail" in render(small_model())
