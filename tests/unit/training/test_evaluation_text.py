"""An evaluation as people read it."""

from tests.unit.training import made
from training import evaluation_text
from training.figures import FIGURES, Best, Estimate


def test_a_figure_stands_before_its_interval() -> None:
    assert evaluation_text.number(FIGURES[0], Estimate(0.03541, 0.0, 0.07999)) == "0.0354 [0.0000, 0.0800]"
    assert evaluation_text.number(FIGURES[1], Estimate(1.0, -1.0, 2.0), "+") == "+1.00 [-1.00, +2.00]"


def test_every_figure_has_its_line_and_unit() -> None:
    lines = evaluation_text.as_text(made.evaluated(made.scored(made.HAM, made.SPAM))).splitlines()
    assert lines[0] == "Made up: 30 ham, 30 spam"
    for figure in FIGURES:
        assert any(line.startswith(evaluation_text.title(figure)) for line in lines)
    assert any(line.startswith("ham called spam at 5 points, %") for line in lines)


def test_sources_years_curve_and_worst_follow() -> None:
    text = evaluation_text.as_text(made.evaluated(made.scored(made.HAM, made.SPAM), made.CURVE))
    lines = [line.split() for line in text.splitlines()]
    assert ["2020", "15"] in [line[:2] for line in lines]
    assert ["mail/ham", "30"] in [line[:2] for line in lines]
    assert ["200", "50", "0.5000", "8.00"] in lines
    assert "ham at 5 points or more: 5\n  +8.3  mail/29\n         URL_HOST_IS_IP +8.3\n" in text


def test_no_more_than_five_of_the_worst_are_printed() -> None:
    text = evaluation_text.as_text(made.evaluated(made.scored([9.0] * 12, [9.0] * 12)))
    assert "ham at 5 points or more: 12, the worst 5" in text
    assert text.count("+9.0  mail/") == 5
    assert text.endswith("spam below 5 points: 0")


def test_the_best_threshold_is_a_sentence() -> None:
    assert evaluation_text.best(Best(10.0, 6.94, 0.171, 6.38)).endswith(
        "costs as much as 10 missed spam, the best threshold on this mail is 6.9 points "
        "(0.17 % of ham called spam, 6.38 % of spam missed)"
    )
    assert "nothing on this mail should be called spam" in evaluation_text.best(Best(10.0, None, 0.0, 100.0))
