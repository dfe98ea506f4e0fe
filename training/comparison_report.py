"""The report of a comparison: figures, both ROC curves and where the models differ, in one HTML file."""

from markupsafe import Markup

from training import comparison, page, plots
from training.comparison import Comparison

MOST_LISTED = 200
"""Messages on which the models differ; `--json` lists all."""


def render(found: Comparison, versions: tuple[str, str]) -> str:
    """The page; `versions` are those of both models."""
    curves = {f"first: {versions[0]}": found.points[0], f"second: {versions[1]}": found.points[1]}
    return page.render(
        "comparison.html",
        "comparison",
        found=found,
        versions=versions,
        counts=(int((~found.spam).sum()), int(found.spam.sum())),
        rows=found.disagreements[:MOST_LISTED],
        differs=comparison.differs,
        roc=Markup(plots.roc_of_both(found.spam, curves)),  # noqa: S704 - numbers and our own words
    )
