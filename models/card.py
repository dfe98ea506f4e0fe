"""The model card: what a model is, for a person who must decide whether to trust it."""

from collections.abc import Mapping
from typing import Any

from models.model import KINDS, Model

_NOT_GOOD_FOR = {
    "site": """\
- Mail of another site: addresses, relays and habits of this one are in it.
- Telling right from wrong labels: it learns what it is shown. Look at the worst held-out errors before you trust it.
- Rejecting without a look at your own held-out figures: a threshold of 15 points is a promise only for mail like
  the training mail.""",
    "starter": """\
- Rejecting mail on its own. It is a safe start, not your mail: tag with it, then train a model of your own.
- Spam in other languages than English: the language guard lets words say little there, rules must help.
- Phishing that looks like business mail, and any fashion in spam that the training mail does not hold.
- Calibration on your mail: probabilities were checked on held-out mail of the same corpus only.""",
}


def render(model: Model) -> str:
    """The README.md that lies beside the weights, in Markdown."""
    recipe = model.recipe
    sections = [
        f"# Model {model.version} ({recipe.name} recipe)",
        model.about or "No description was given when it was trained.",
        "## What it was trained on\n\n" + _messages(model) + _corpora(model),
        "## What it reaches on mail it has not seen\n\n" + _metrics(model),
        "## What it is not good for\n\n" + _NOT_GOOD_FOR.get(recipe.name, "- Not recorded."),
        "## What it is made of\n\n" + _parts(model),
        "## What the rules count beside it\n\n" + _rules(model),
        "Written by `hamgate train` or `hamgate rules fit`; `card.json` beside this page holds the same for machines.",
    ]
    return "\n\n".join(sections) + "\n"


def _messages(model: Model) -> str:
    rows = [f"| {kind.replace('_', ', ')} | {count} |" for kind, count in zip(KINDS, model.messages, strict=True)]
    return "\n".join(["| kind of message | messages |", "|---|---|", *rows])


def _corpora(model: Model) -> str:
    rows = [
        f"- {corpus['label']}: {corpus['messages']} messages, sha256 `{corpus['sha256']}`" for corpus in model.corpora
    ]
    return "\n\n" + "\n".join(rows) if rows else ""


def _metrics(model: Model) -> str:
    held_out = model.metrics.get("held_out")
    if not held_out:
        return "It was not measured."
    return "\n".join([
        "Each message was scored by a model that was fitted without it (5 folds). In percent unless named otherwise:",
        "",
        "| figure | value |",
        "|---|---|",
        f"| messages, ham / spam | {held_out['ham']:.0f} / {held_out['spam']:.0f} |",
        f"| 1 - area under the ROC curve | {held_out['roca']:.4f} |",
        f"| spam missed where 0.5 % of ham is called spam | {held_out['missed_at_fp']:.2f} |",
        "| ham called spam / spam missed at 5 points (tag) "
        f"| {held_out['fp_tag']:.2f} / {held_out['missed_tag']:.2f} |",
        "| ham called spam / spam missed at 15 points (reject) "
        f"| {held_out['fp_reject']:.2f} / {held_out['missed_reject']:.2f} |",
        "| Brier score; expected calibration error (shares, 0 to 1) "
        f"| {held_out['brier']:.4f}; {held_out['ece']:.4f} |",
    ])  # fmt: skip


def _parts(model: Model) -> str:
    rows = [
        f"| {name} | {len(values.slots)} | {values.points:.3f} |"
        for name, values in model.fields.items()
    ]  # fmt: skip
    bounds = []
    if model.recipe.ham_cap:
        bounds.append(f"No field may say more than {model.recipe.ham_cap:g} points for ham.")
    if model.recipe.spam_cap:
        bounds.append(f"No field may say more than {model.recipe.spam_cap:g} points for spam.")
    if model.recipe.language_guard:
        bounds.append(
            f"In text that is not English, words and subject may each say at most {model.recipe.language_guard:g} "
            "points for spam."
        )
    if model.recipe.spam_slope != 1.0:
        bounds.append(f"Scores above 0 are multiplied by {model.recipe.spam_slope:g}.")
    if any(values.linear is not None for values in model.fields.values()):
        bounds.append("Beside Naive Bayes, tokens add points of their own: the linear part.")
    table = ["| field | slots seen | points for a mean log-likelihood ratio of 1 |", "|---|---|---|", *rows]
    return "\n".join([*table, "", f"Bias: {model.bias:.3f} points. " + " ".join(bounds)]).rstrip()


def _rules(model: Model) -> str:
    found = model.metrics.get("rules")
    if not found:
        return "Rules keep the points that they ship with: they were not weighed on this mail."
    kept = [f"- {why} ({len(symbols)}): {', '.join(symbols)}" for why, symbols in found["kept"].items()]
    return "\n\n".join([
        "Weighed together with the model by `hamgate rules fit`, on labelled mail:",
        _weighed(model, found["weighed"]),
        "In percent, on messages that neither the model nor the points had seen:",
        _with_and_without(found["held_out"]),
        "These rules keep the points that they ship with:",
        "\n".join(kept),
    ])  # fmt: skip


def _weighed(model: Model, weighed: Mapping[str, Any]) -> str:
    rows = [
        f"| {symbol} | {line['prior']:+.2f} | {model.rules[symbol]:+.2f} | {line['ham']} | {line['spam']} |"
        for symbol, line in weighed.items()
        if symbol in model.rules
    ]
    return "\n".join(["| rule | ships with | weighed | hits in ham | hits in spam |", "|---|---|---|---|---|", *rows])


def _with_and_without(held_out: Mapping[str, Any]) -> str:
    names = {"without": "no rules", "prior": "points they ship with", "fitted": "weighed points"}
    rows = [
        f"| {names.get(name, name)} | {figures['roca']:.4f} | {figures['missed_at_fp']:.2f} "
        f"| {figures['fp_tag']:.2f} / {figures['missed_tag']:.2f} |"
        for name, figures in held_out.items()
    ]
    head = "| rules | 1 - area under ROC | missed where 0.5 % of ham is called spam | ham / spam wrong at 5 points |"
    return "\n".join([head, "|---|---|---|---|", *rows])
