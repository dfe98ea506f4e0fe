"""The two recipes. Every number was chosen by a measurement that training/README.md records."""

from dataclasses import dataclass

from models.model import Recipe


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is fitted: its `recipe` and how strongly the second stage is held back.

    `regularisation` is the C of the logistic regression. `linear`: it reads the tokens too (`training/linear.py`),
    which asks for a recipe without bounds. `dropout` is the chance that a field is left out in each of
    the `copies` of the data which teach the second stage to trust no single field; `original` is the weight of the
    data as it is beside them.

    When rules are weighed (`training/weigh.py`): `refits` lets the fields and the bias move with them, which asks for
    a recipe without bounds and slope; a rule with fewer than `fewest_own` hits in the class that it speaks for keeps
    its prior, because such mail is not in the corpus.
    """

    recipe: Recipe
    regularisation: float
    linear: bool = False
    dropout: float = 0.0
    copies: int = 0
    original: float = 1.0
    refits: bool = True
    fewest_own: int = 0


SITE = Plan(
    Recipe(
        name="site",
        fields=("words", "subject", "urls", "markup", "structure", "mime", "mailer", "from", "received", "shape"),
        smoothing=0.05,
        balanced=False,
        ham_cap=0.0,
        language_guard=0.0,
        spam_slope=1.0,
    ),
    regularisation=1.0,
    linear=True,
)

STARTER = Plan(
    Recipe(
        name="starter",
        fields=("words", "subject", "urls", "markup", "structure", "mailer", "name", "shape"),
        smoothing=0.2,
        balanced=True,
        ham_cap=2.5,
        language_guard=1.0,
        spam_slope=1.0,
        spam_cap=5.0,
    ),
    regularisation=0.1,
    dropout=0.8,
    copies=4,
    original=0.3,
    refits=False,
    fewest_own=20,
)

PLANS = {plan.recipe.name: plan for plan in (SITE, STARTER)}
