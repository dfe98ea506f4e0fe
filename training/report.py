"""The report of an evaluation: one HTML file that needs nothing else, fit to print."""

import os
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from filter.service import version
from training import evaluation_text, plots
from training.evaluation import Evaluation
from training.figures import FIGURES


def render(found: Evaluation) -> str:
    """The page. Whatever comes from mail is escaped; only pictures that were drawn here are put in as they are."""
    page = Environment(
        loader=PackageLoader("training", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pictures = {
        "ROC": plots.roc(found),
        "Scores": plots.histogram(found),
        "Calibration": plots.reliability(found),
        **({"Learning": plots.learning_curve(found.curve)} if found.curve else {}),
    }
    return page.get_template("report.html").render(
        found=found,
        figures=FIGURES,
        pictures={name: Markup(svg) for name, svg in pictures.items()},  # noqa: S704 - numbers and our own words
        number=evaluation_text.number,
        title=evaluation_text.title,
        best=evaluation_text.best(found.best),
        version=version(),
    )


def write(found: Evaluation, path: Path) -> None:
    """Write the page to `path`, to a temporary file first. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(render(found), encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
