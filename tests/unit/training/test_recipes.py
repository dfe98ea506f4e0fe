from filter.features import FIELDS
from training.recipes import PLANS, STARTER


def test_recipes_use_fields_that_the_extractor_has() -> None:
    for name, plan in PLANS.items():
        assert plan.recipe.name == name
        assert set(plan.recipe.fields) <= set(FIELDS)


def test_the_starter_reads_nothing_that_recognises_a_mailbox() -> None:
    assert not set(STARTER.recipe.fields) & {"received", "from", "mime"}
