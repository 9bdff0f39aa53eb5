"""What `make bench-relevance` takes out must be there."""

import pytest

from bench.relevance import INGREDIENTS


@pytest.mark.parametrize("ingredient", INGREDIENTS)
def test_every_ingredient_can_be_taken_out(ingredient: str) -> None:
    for owner, name, instead in INGREDIENTS[ingredient]:
        assert getattr(owner, name) != instead
