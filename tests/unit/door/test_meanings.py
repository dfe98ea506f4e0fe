from filter.classifier import ADJUSTMENTS as PARTS
from filter.door.meanings import ADJUSTMENTS, meaning
from filter.rules.catalogue import RULES


def test_each_kind_of_part_has_a_meaning() -> None:
    assert meaning("NB_WORDS") == "what the model has learned about this message's words"
    assert meaning("NB_BIAS") == "what the model says before anything is read"
    assert meaning("DENY_LISTED") == "the operator's lists deny it"
    assert meaning("LURE_IN_PICTURES") == "a lure in the subject, and pictures for a text"
    assert all(meaning(rule.symbol) == rule.meaning for rule in RULES)


def test_a_rule_of_the_site_means_what_its_caller_says() -> None:
    assert meaning("OUR_CASINO") == ""
    assert meaning("OUR_CASINO", "a rule of this site") == "a rule of this site"


def test_no_part_that_the_classifier_adds_is_taken_for_a_field() -> None:
    assert set(PARTS) <= set(ADJUSTMENTS)
