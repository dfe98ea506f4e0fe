"""Fitting: reproducible, counted exactly, and the second stage of scikit-learn is what is served."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from filter.classifier import Classifier
from filter.features import extract
from filter.message import parse
from filter.verdict import POINTS_PER_LOGIT, Hit, Verdict
from models.model import Model
from tests import mail
from tests.unit.conftest import made_dataset
from training import fit, naive_bayes
from training.dataset import Dataset
from training.recipes import PLANS, SITE, STARTER, Plan


def test_the_same_data_and_seed_give_the_same_model(made_model: tuple[Model, Dataset]) -> None:
    model, data = made_model
    plan = PLANS[model.recipe.name]
    assert fit.fit(data, plan).version == model.version
    assert fit.fit(data, plan, seed=1).version != model.version


def test_counts_are_the_messages_that_hold_a_slot(made_model: tuple[Model, Dataset]) -> None:
    model, data = made_model
    assert sum(model.messages) == len(data)
    for name, values in model.fields.items():
        assert values.counts.sum() == data.matrices[name].sum()
        assert values.counts.shape == (4, len(values.slots))


def test_made_ham_and_spam_are_told_apart(made_model: tuple[Model, Dataset]) -> None:
    classifier = Classifier(made_model[0])
    for seed in range(500, 520):
        for make, is_spam in ((mail.ham, False), (mail.spam, True)):
            verdict = Verdict(tuple(classifier.hits(extract(parse(make(seed)), classifier.fields))))
            assert (verdict.score > 0) is is_spam


def test_the_probability_served_is_the_one_of_the_logistic_regression() -> None:
    """The site recipe without its linear part once more, written out with scikit-learn's own predict_proba."""
    data, new = made_dataset("site", 0, 60), made_dataset("site", 700, 30)
    scores = np.zeros((len(data), len(SITE.recipe.fields)))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(scores, data.spam):
        scores[test] = naive_bayes.field_scores(data.rows(train), data.rows(test), SITE.recipe)
    spread = scores.std(axis=0)
    regression = LogisticRegression(C=1.0, max_iter=5000, tol=1e-8).fit(scores / spread, data.spam)
    expected = regression.predict_proba(naive_bayes.field_scores(data, new, SITE.recipe) / spread)[:, 1]
    classifier = Classifier(fit.fit(data, replace(SITE, linear=False)))
    raw = [make(seed) for make in (mail.ham, mail.spam) for seed in range(700, 730)]
    served = [
        Verdict(tuple(classifier.hits(extract(parse(message), classifier.fields)))).probability for message in raw
    ]
    assert served == pytest.approx(expected, abs=1e-5)


def test_the_refitted_bias_makes_promised_and_true_spam_equal() -> None:
    random = np.random.default_rng(1)
    points, spam, weights = random.normal(0, 8, 500), random.random(500) < 0.4, np.ones(500)
    bias = fit._refit_bias(points, spam, weights, 0.0)
    promised = 1 / (1 + np.exp(-(points + bias) / POINTS_PER_LOGIT))
    assert promised.mean() == pytest.approx(spam.mean(), abs=1e-6)


def test_held_out_scores_come_from_models_that_have_not_seen_the_message(made_model: tuple[Model, Dataset]) -> None:
    model, data = made_model
    plan = PLANS[model.recipe.name]
    seen, held_out = fit.predict(model, data, data), fit.held_out(data, plan)
    assert held_out[data.spam].mean() > 0 > held_out[~data.spam].mean()
    assert not np.allclose(seen, held_out)


def test_balanced_weights_give_html_and_plain_half_of_a_class_each() -> None:
    data = made_dataset("starter", 0, 30)
    weights = fit.message_weights(data, PLANS["starter"].recipe)
    for spam in (False, True):
        chosen = data.spam == spam
        assert weights[chosen & data.html].sum() == pytest.approx(weights[chosen & ~data.html].sum())
        assert weights[chosen].sum() == pytest.approx(chosen.sum())


def test_a_field_without_any_token_does_no_harm() -> None:
    data = made_dataset("site", 0, 30)
    empty = data.matrices["mailer"] * 0
    empty.eliminate_zeros()
    model = fit.fit(Dataset({**data.matrices, "mailer": empty}, data.spam, data.html, data.foreign), SITE)
    assert len(model.fields["mailer"].slots) == 0
    hits = Classifier(model).hits(extract(parse(mail.ham(1)), SITE.recipe.fields))
    assert Hit("NB_MAILER", 0.0) in hits


@pytest.mark.parametrize("plan", [SITE, STARTER], ids=["site", "starter"])
def test_a_field_that_is_the_same_in_all_mail_decides_nothing(plan: Plan) -> None:
    """Its scores differ by rounding only, which divided by its own size would look like evidence."""
    data = made_dataset(plan.recipe.name, 0, 60)
    same = data.matrices["structure"][np.zeros(len(data), np.intp)]
    model = fit.fit(Dataset({**data.matrices, "structure": same}, data.spam, data.html, data.foreign), plan)
    assert abs(model.fields["structure"].points) < 1e-6


def test_scores_by_the_counts_of_a_model_are_those_of_the_mail_it_was_trained_on(
    made_model: tuple[Model, Dataset],
) -> None:
    model, data = made_model
    new = made_dataset(model.recipe.name, 700, 30)
    scores, known = fit.served_scores(model, new)
    assert scores == pytest.approx(naive_bayes.field_scores(data, new, model.recipe), abs=1e-6)
    assert 0.5 < known.mean() < 1.0
    assert (fit.served_scores(model, data)[1] == 1.0).all()
