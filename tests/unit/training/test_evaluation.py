"""What an evaluation says of scored mail."""

import json

import pytest

from filter.verdict import Hit
from tests.unit.training import made
from training import evaluation, figures


def test_figures_are_those_of_the_scores_with_and_without_rules() -> None:
    scored = made.scored(made.HAM, made.SPAM)
    found = made.evaluated(scored)
    assert found.counts == (30, 30)
    assert found.whole == figures.estimates(scored.whole, scored.spam)
    assert found.alone == figures.estimates(scored.alone, scored.spam)
    assert found.best == figures.cheapest(scored.whole, scored.spam, 10.0)


def test_sources_and_years_are_counted_apart() -> None:
    found = made.evaluated(made.scored(made.HAM, made.SPAM))
    assert [(group.name, group.ham, group.spam) for group in found.origins] == [
        ("mail/ham", 30, 0),
        ("mail/spam", 0, 30),
    ]
    assert set(found.origins[0].figures) == {"fp_at_5"}
    assert [(group.name, group.ham, group.spam) for group in found.years] == [("2020", 15, 15), ("2021", 15, 15)]


def test_the_worst_are_those_farthest_on_the_wrong_side_of_5_points() -> None:
    found = made.evaluated(made.scored([-9.0, 6.0, 5.0, 4.9, 17.0], [-1.0, 4.9, 5.0, -7.0, 20.0]))
    assert found.errors == (3, 3)
    assert [(one.score, one.name) for one in found.false_positives] == [
        (17.0, "mail/4"),
        (6.0, "mail/1"),
        (5.0, "mail/2"),
    ]
    assert [one.score for one in found.misses] == [-7.0, -1.0, 4.9]


def test_only_the_worst_are_listed_but_all_are_counted() -> None:
    found = made.evaluated(made.scored([9.0] * 50, [-9.0] * 30))
    assert (len(found.false_positives), len(found.misses)) == (evaluation.WORST, evaluation.WORST)
    assert found.errors == (50, 30)


def test_reasons_are_the_heaviest_hits_but_the_bias() -> None:
    hits = [Hit("NB_BIAS", 30.0), Hit("NB_SPAM_CAP", -20.0), Hit("A", 1.0), Hit("B", -2.0, "line\n\x1b[31mred")]
    found = evaluation.reasons([*hits, *(Hit(f"C{number}", 0.1) for number in range(9))])
    assert [hit.symbol for hit in found[:3]] == ["NB_SPAM_CAP", "B", "A"]
    assert len(found) == 6
    assert found[1].detail == "line\\n\\x1b[31mred"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ham/1.eml", "ham/1.eml"),
        ("a\nb\u202etxt", "a\\nb\\u202etxt"),
        ("caf\udce9", "caf\ufffd"),
    ],
)
def test_names_are_one_line_of_valid_unicode(text: str, shown: str) -> None:
    assert evaluation.printable(text) == shown
    assert evaluation.printable(text).encode()


def test_long_names_are_cut() -> None:
    assert evaluation.printable("x" * 10_000) == "x" * 197 + "..."
    assert len(evaluation.printable("\n" * 10_000)) == 200


def test_a_point_of_a_learning_curve_needs_both_classes() -> None:
    scored = made.scored([-5.0, 1.0], [0.0, 5.0])
    one = evaluation.learned(7, scored.whole, scored.spam)
    assert one is not None
    assert (one.messages, one.tested, one.roca, one.missed) == (7, 4, 25.0, 50.0)
    assert evaluation.learned(7, scored.whole[:2], scored.spam[:2]) is None


def test_machines_get_every_number() -> None:
    found = made.evaluated(made.scored(made.HAM, made.SPAM), made.CURVE)
    value = json.loads(json.dumps(evaluation.as_object(found)))
    assert (value["ham"], value["spam"]) == (30, 30)
    for side, estimates in (("model_and_rules", found.whole), ("model_alone", found.alone)):
        assert set(value[side]) == {figure.key for figure in figures.FIGURES}
        assert value[side]["roca"]["value"] == pytest.approx(estimates["roca"].value, abs=1e-6)
    assert value["learning_curve"][1] == {"messages": 200, "tested": 50, "roca": 0.5, "missed_at_fp_0.5": 8.0}
    assert value["misses"][0] == {
        "path": "mail/30",
        "score": -3.0,
        "hits": [{"symbol": made.SPAM_HIT, "points": -3.0, "detail": "a detail"}],
    }
