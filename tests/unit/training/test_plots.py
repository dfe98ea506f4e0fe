"""Pictures are SVG that can stand in one page together, with their units."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from tests.unit.training import made
from training import plots
from training.evaluation import Evaluation

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return made.evaluated(made.scored(made.HAM, made.SPAM), made.CURVE)


def texts(svg: str) -> set[str]:
    return {"".join(text.itertext()).strip() for text in ET.fromstring(svg).iter(f"{SVG}text")}  # noqa: S314 - ours


@pytest.mark.parametrize(
    ("draw", "labels"),
    [
        (lambda found: plots.roc_of_both(found.spam, {"old": found.points, "new": found.alone_points}), {"old", "new"}),
        (plots.roc, {"ham called spam, % (leftmost: none of 30)", "spam caught, %", "model alone", "model and rules"}),
        (plots.histogram, {"score, points (edges: 40 and beyond)", "messages in 2 points", "ham", "spam", "5 points"}),
        (plots.reliability, {"promised probability of spam, %", "really spam, %", "messages", "promise kept"}),
        (lambda found: plots.learning_curve(found.curve), {"messages learned", "1 - area under the ROC curve, %"}),
    ],
)
def test_axes_are_labelled_with_units(found: Evaluation, draw: Callable[[Evaluation], str], labels: set[str]) -> None:
    assert labels <= texts(draw(found))


def test_pictures_of_one_page_repeat_no_id_that_means_something_else(found: Evaluation) -> None:
    seen: dict[str, str] = {}
    for svg in (plots.roc(found), plots.histogram(found), plots.reliability(found), plots.learning_curve(found.curve)):
        for element in ET.fromstring(svg).iter():  # noqa: S314 - ours
            if name := element.get("id"):
                content = ET.tostring(element).decode()
                assert seen.setdefault(name, content) == content


def test_the_same_evaluation_gives_the_same_pictures(found: Evaluation) -> None:
    assert plots.roc(found) == plots.roc(found)
    assert not re.search(r"20\d\d-\d\d", plots.roc(found))


def test_the_roc_axis_is_logarithmic(found: Evaluation) -> None:
    assert {"10", "100"} <= texts(plots.roc(found))


def test_one_message_of_each_class_can_be_drawn() -> None:
    tiny = made.evaluated(made.scored([-9.0], [9.0]))
    for draw in (plots.roc, plots.histogram, plots.reliability):
        assert draw(tiny).startswith("<svg")
