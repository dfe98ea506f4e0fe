"""The report of an evaluation: one HTML file that needs nothing else, fit to print."""

from markupsafe import Markup

from training import evaluation_text, page, plots
from training.evaluation import Evaluation


def render(found: Evaluation) -> str:
    """The page. Only pictures that were drawn here are put in as they are."""
    pictures = {
        "ROC": plots.roc(found),
        "Scores": plots.histogram(found),
        "Calibration": plots.reliability(found),
        **({"Learning": plots.learning_curve(found.curve)} if found.curve else {}),
    }
    return page.render(
        "report.html",
        "evaluation",
        found=found,
        pictures={name: Markup(svg) for name, svg in pictures.items()},  # noqa: S704 - numbers and our own words
        best=evaluation_text.best(found.best),
    )
