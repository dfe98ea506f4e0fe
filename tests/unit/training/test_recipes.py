from filter.features import FIELDS
from training.recipes import PLANS, STARTER


def test_recipes_use_fields_that_the_extractor_has() -> None:
    for name, plan in PLANS.items():
        assert plan.recipe.name == name
        assert set(plan.recipe.fields) <= set(FIELDS)


def test_the_starter_reads_nothing_that_recognises_a_mailbox() -> None:
    assert not set(STARTER.recipe.fields) & {"received", "from", "mime"}


def test_only_a_recipe_that_adds_up_plainly_is_weighed_again_together_with_rules() -> None:
    for plan in PLANS.values():
        recipe = plan.recipe
        plain = (recipe.ham_cap, recipe.language_guard, recipe.spam_slope) == (0.0, 0.0, 1.0)
        assert plain or not plan.refits
