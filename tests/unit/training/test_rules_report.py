"""What `hamgate rules fit` says of what it found."""

from dataclasses import replace

import numpy as np
import pytest

from training import evaluate, rules_report
from training.rules_report import Report, Weighed
from training.weigh import TOO_FEW, Strength

SPAM = np.arange(40) % 2 == 1


def report() -> Report:
    quality = evaluate.quality(np.where(SPAM, 6.0, -6.0), SPAM)
    return Report(
        weighed=(Weighed("SUBJ_SHOUTING", 0.7, 1.25, 2, 30, 0.9375), Weighed("HDR_RAW_8BIT", 1.5, 0.0, 9, 3, 0.25)),
        kept={TOO_FEW: ["ATT_DISK_IMAGE", "URL_MANY_LABELS"]},
        held_out={"without": replace(quality, roca=3.0), "prior": replace(quality, roca=2.0), "fitted": quality},
        changes={"roca": (-2.5, -1.5), "missed_at_fp": (-0.5, 0.25)},
        strength=Strength(1.0, 0.25),
    )


def test_the_table_begins_with_what_gained_most() -> None:
    lines = rules_report.as_text(report()).splitlines()
    assert lines[1].split() == ["SUBJ_SHOUTING", "+0.70", "->", "+1.25", "2", "30", "0.938"]
    assert lines[2].split()[:4] == ["HDR_RAW_8BIT", "+1.50", "->", "+0.00"]


def test_rules_that_keep_their_points_are_listed_by_reason() -> None:
    assert "  too few hits (2):\n    ATT_DISK_IMAGE, URL_MANY_LABELS\n" in rules_report.as_text(report())


@pytest.mark.parametrize(
    ("roca", "fitted", "advice"),
    [
        ((-2.5, -1.5), 0.0, "That is better."),
        ((-2.5, 0.5), 0.0, "That is better, but within what chance does."),
        ((-0.5, 0.5), 2.1, "That is no difference: the hand-set points do as well."),
        ((0.5, 1.5), 3.0, "That is worse: keep the hand-set points."),
    ],
)
def test_it_says_whether_weighing_helped(roca: tuple[float, float], fitted: float, advice: str) -> None:
    made = report()
    held_out = {**made.held_out, "fitted": replace(made.held_out["fitted"], roca=fitted)}
    text = rules_report.as_text(replace(made, held_out=held_out, changes={**made.changes, "roca": roca}))
    assert text.endswith(advice)


def test_the_card_holds_priors_hits_reasons_and_figures() -> None:
    entry = rules_report.for_card(report())
    assert entry["weighed"]["SUBJ_SHOUTING"] == {"prior": 0.7, "ham": 2, "spam": 30}
    assert entry["kept"] == {TOO_FEW: ["ATT_DISK_IMAGE", "URL_MANY_LABELS"]}
    assert entry["held_out"]["prior"]["roca"] == 2.0
    assert entry["strength"] == {"rules": 1.0, "scores": 0.25}
