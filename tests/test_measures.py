"""The measures against numbers worked out by hand."""

import pytest

from wangqi.search.quality.measures import ndcg_at, reciprocal_rank_at, success_at


@pytest.mark.parametrize(("k", "rank", "value"), [(1, 1, 1.0), (1, 2, 0.0), (5, 5, 1.0), (5, 6, 0.0), (5, None, 0.0)])
def test_success_is_a_rank_among_the_first_k(k: int, rank: int | None, value: float) -> None:
    assert success_at(k, rank) == value


@pytest.mark.parametrize(("rank", "value"), [(1, 1.0), (4, 0.25), (10, 0.1), (11, 0.0), (None, 0.0)])
def test_reciprocal_rank_is_0_beyond_k(rank: int | None, value: float) -> None:
    assert reciprocal_rank_at(10, rank) == value


@pytest.mark.parametrize(
    ("grades", "judged", "value"),
    [
        ([3, 2, 0, 1], [3, 2, 1], 0.99262),
        # gains 7 3 0 1; discounts 1, 1.58496, 2, 2.32193
        # dcg   = 7 + 3/1.58496 + 0 + 1/2.32193 = 7 + 1.89279 + 0.43068 = 9.32347
        # ideal = 7 + 3/1.58496 + 1/2           = 9.39279;  9.32347 / 9.39279 = 0.99262
        ([0, 3], [3], 0.6309),  # 7/1.58496 over 7
        ([3, 2, 1], [1, 2, 3], 1.0),
        ([0, 0], [2], 0.0),
        ([], [2], 0.0),
        ([1], [], 0.0),  # nothing is judged
    ],
)
def test_ndcg_compares_with_the_best_order(grades: list[int], judged: list[int], value: float) -> None:
    assert ndcg_at(10, grades, judged) == pytest.approx(value, abs=1e-4)


def test_ndcg_looks_at_the_first_k_of_both_orders() -> None:
    # k = 2: dcg = 1 + 1/1.58496 = 1.63093; ideal = 7 + 7/1.58496 = 11.41651
    assert ndcg_at(2, [1, 1, 3, 3], [3, 3, 1, 1]) == pytest.approx(1.63093 / 11.41651, abs=1e-5)
