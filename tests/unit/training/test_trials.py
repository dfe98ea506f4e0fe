"""Held-out scores are those that a scanner would serve, made without the message itself."""

from dataclasses import replace

import numpy as np
import pytest

from filter.classifier import Classifier
from filter.rules.composite import Composite
from filter.rules.ruleset import RuleSet
from filter.scan import Scanner
from models.model import Model
from tests import mail
from training import fit, judged, trials, weigh
from training.dataset import Dataset
from training.judged import NUMBERS, Mail
from training.recipes import PLANS
from training.weigh import Strength

RAW = [make(seed) for make in (mail.ham, mail.spam) for seed in range(900, 940)]


def new_mail(model: Model) -> Mail:
    rows = judged.judge_batch(RAW, model.recipe.fields)
    return judged.build(rows[:40], rows[40:], model.recipe.fields)


def served(model: Model) -> list[float]:
    scanner = Scanner(Classifier(model), RuleSet(points=model.rules))
    return [scanner.scan(raw).score for raw in RAW]


def test_a_trial_of_new_mail_says_what_the_scanner_says(made_model: tuple[Model, Dataset]) -> None:
    model, plan = made_model[0], PLANS[made_model[0].recipe.name]
    mail_ = new_mail(model)
    made, _ = trials.unseen(mail_, model, plan)
    assert made.prior_points() == pytest.approx(served(model), abs=1e-4)


def test_weighed_points_are_what_the_scanner_serves_with_them(made_model: tuple[Model, Dataset]) -> None:
    model, plan = made_model[0], PLANS[made_model[0].recipe.name]
    mail_ = new_mail(model)
    made, _ = trials.unseen(mail_, model, plan)
    weights = weigh.fit_with(made, np.arange(len(NUMBERS)) == NUMBERS["MIME_HTML_WITHOUT_TEXT"], Strength(1.0, 0.0))
    points = float(weights.rules[NUMBERS["MIME_HTML_WITHOUT_TEXT"]])
    assert points != weigh.priors()[NUMBERS["MIME_HTML_WITHOUT_TEXT"]]
    assert weights.points(made) == pytest.approx(
        served(replace(model, rules={"MIME_HTML_WITHOUT_TEXT": points})), abs=1e-4
    )


def test_cross_fitted_scores_are_not_those_of_a_model_that_knows_the_message(
    made_model: tuple[Model, Dataset],
) -> None:
    plan = PLANS[made_model[0].recipe.name]
    mail_ = new_mail(made_model[0])
    model = fit.fit(mail_.data, plan)
    learned, known = trials.unseen(mail_, model, plan)
    assert (known == 1.0).all()
    seen = learned.model_points()
    held_out = trials.cross_fitted(mail_, model, plan).model_points()
    spam = mail_.data.spam
    assert held_out[spam].mean() - held_out[~spam].mean() < seen[spam].mean() - seen[~spam].mean()


def test_the_starter_keeps_its_fields_and_the_site_may_move_them(made_model: tuple[Model, Dataset]) -> None:
    model, plan = made_model[0], PLANS[made_model[0].recipe.name]
    mail_ = new_mail(model)
    made, _ = trials.unseen(mail_, model, plan)
    assert made.scores.shape[1] == {"site": len(model.recipe.fields) + 1, "starter": 0}[model.recipe.name]


def test_composites_count_but_are_not_weighed(
    made_model: tuple[Model, Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    composites = (Composite("LOUD_SPAM", 2.5, "", "MODEL_SPAM and MIME_HTML_WITHOUT_TEXT"),)
    monkeypatch.setattr("filter.rules.ruleset.COMPOSITES", composites)
    monkeypatch.setattr("training.trials.COMPOSITES", composites)
    model, plan = made_model[0], PLANS[made_model[0].recipe.name]
    mail_ = new_mail(model)
    made, _ = trials.unseen(mail_, model, plan)
    assert set(made.composed.tolist()) == {0.0, 2.5}
    assert made.prior_points() == pytest.approx(served(model), abs=1e-4)


def test_what_is_measured_is_of_every_message(made_model: tuple[Model, Dataset]) -> None:
    model, plan = made_model[0], PLANS[made_model[0].recipe.name]
    mail_ = new_mail(model)
    fresh, _ = trials.unseen(mail_, model, plan)
    folds = list(weigh.folds(mail_.data.spam, mail_.groups, 2))
    found = trials.held_out(mail_, fresh, plan, frozenset(), folds)
    assert found.without == pytest.approx(fresh.model_points())
    assert found.prior == pytest.approx(fresh.prior_points())
    again = trials.held_out(mail_, None, plan, frozenset(), folds)
    assert not np.allclose(again.without, found.without)
