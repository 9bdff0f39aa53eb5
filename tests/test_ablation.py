"""What `make bench-relevance` takes out must be there."""

from dataclasses import fields

import pytest

from bench.relevance import INGREDIENTS
from wangqi.search.plan.ranking import RANKING


@pytest.mark.parametrize("ingredient", INGREDIENTS)
def test_every_ingredient_can_be_taken_out(ingredient: str) -> None:
    without = INGREDIENTS[ingredient]
    assert [each.name for each in fields(without) if getattr(without, each.name) != getattr(RANKING, each.name)]
