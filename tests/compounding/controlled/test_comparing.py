"""A waste share beside the others: plain arithmetic, shown in words, and never for small numbers."""

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from compounding.controlled.comparing import Figures, compared, median
from compounding.views.controlled_persons import strengths
from tests.support.flow import formulary

LIMIT = mpq(7, 2)


def shares(**wasted):
    return {person: Figures(20, 1_000 - part, part) for person, part in wasted.items()}


def test_the_arithmetic_stands_in_the_words():
    found = compared(shares(a=100, b=110, c=120, d=130, e=400), 10, 3, LIMIT)
    assert found["e"].far
    assert found["e"].words == (
        "share 40 %, median of 4 others 11.5 %, median deviation 1 %: 0.6745 × (40 % − 11.5 %) ÷ 1 % = 19.22"
    )
    assert not found["b"].far


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"a": Figures(9, 900, 100)} | shares(b=1, c=2, d=3), "not compared: fewer than 10 doses"),
        (shares(a=1, b=2, c=3), "not compared: fewer than 3 others with enough doses"),
        ({"a": Figures(20, 0, 0)} | shares(b=1, c=2, d=3), "not compared: fewer than 10 doses"),
    ],
)
def test_small_numbers_are_told_and_not_compared(figures, words):
    found = compared(figures, 10, 3, LIMIT)["a"]
    assert (found.score, found.far, found.words) == (None, False, words)


def test_without_a_spread_there_is_nothing_to_compare_with():
    found = compared(shares(a=500, b=100, c=100, d=100), 10, 3, LIMIT)["a"]
    assert found.score is None
    assert "all alike" in found.words


def test_volumes_of_vials_of_unlike_strength_are_compared_by_their_amount_of_drug():
    found = strengths(formulary())
    by_drug = {drug.id: [found[product.id] for product in drug.products] for drug in formulary().drugs}
    unlike = next(values for values in by_drug.values() if len(set(values)) > 1)
    assert all(value > 0 for values in by_drug.values() for value in values)
    assert max(unlike) / min(unlike) > 1


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 1_000), min_size=4, max_size=8))
def test_who_lies_at_the_median_of_the_others_is_never_far_and_nobody_is_left_out(parts):
    figures = {person: Figures(20, 1_000 - part, part) for person, part in parts.items()}
    found = compared(figures, 10, 3, LIMIT)
    assert found.keys() == figures.keys()
    for person, one in found.items():
        others = [mpq(part, 1_000) for other, part in parts.items() if other != person]
        if mpq(parts[person], 1_000) == median(others):
            assert not one.far
