"""Percent, ratio strength and ppm as concentrations; alligation of two strengths."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calculations import strengths
from calculations.alligation import higher_to_add, lower_to_add, mix, mixture
from calculations.errors import CannotCompute, Fault, UnitMismatch
from calculations.quantity import Quantity

PERCENTS = st.fractions(min_value="1/100", max_value=90)
VOLUMES = st.fractions(min_value="1/10", max_value=1000)


def ml(number: object) -> Quantity:
    return Quantity(number, "mL")  # type: ignore[arg-type]


def pc(number: object) -> Quantity:
    return Quantity(number, "%")  # type: ignore[arg-type]


def test_percent_is_grams_in_a_hundred_millilitres() -> None:
    assert strengths.percent(Quantity(2400, "mg"), ml(60)) == pc(4)
    assert pc(50) == Quantity(500, "mg/mL")
    assert pc("0.9") == Quantity(9, "mg/mL")


def test_a_percent_strength_is_no_plain_number() -> None:
    with pytest.raises(UnitMismatch):
        pc(5) + Quantity("0.05", "one")


@pytest.mark.parametrize(("text", "strength"), [("1:1000", "1"), ("1:10,000", "0.1"), ("1:4000", "0.25")])
def test_a_ratio_strength_is_read_as_a_concentration(text: str, strength: str) -> None:
    assert strengths.parse_ratio(text, "strength") == Quantity(strength, "mg/mL")


@pytest.mark.parametrize("text", ["", "1:0", "2:1000", "1 in 1000", "1:1e3", "1:-5", "1:01", "1000"])
def test_any_other_text_is_no_ratio_strength(text: str) -> None:
    with pytest.raises(Fault) as refused:
        strengths.parse_ratio(text, "strength")
    assert refused.value.field == "strength"


def test_ratio_percent_and_ppm_of_the_same_solution() -> None:
    assert strengths.to_ratio(pc("0.04")) == Quantity(2500, "one")
    assert strengths.to_ppm(pc("0.00022")) == Quantity("2.2", "one")
    assert strengths.from_ppm(Quantity(30, "one")) == pc("0.003")


def test_a_share_by_weight_or_by_volume() -> None:
    assert strengths.share(Quantity(150, "mg"), Quantity("4.2", "g")) == Quantity("1/28", "one")
    assert strengths.share(ml(70), ml(100)) == Quantity("0.7", "one")
    with pytest.raises(UnitMismatch):
        strengths.share(Quantity(1, "g"), ml(100))


def test_two_strengths_make_one_between_them() -> None:
    found = mix(ml(600), pc(50), pc(5), pc(20))
    assert (found.of_higher, found.of_lower) == (ml(200), ml(400))
    diluted = mix(ml(1000), pc(70), pc(0), pc(25))
    assert diluted.of_higher == ml("2500/7")


def test_what_to_add_to_what_is_at_hand() -> None:
    one = [Quantity(text, "one") for text in ("0.025", "0.01", "0.015")]
    assert higher_to_add(Quantity(30, "g"), *one) == Quantity(15, "g")
    assert lower_to_add(ml(180), pc("2.5"), pc("0.5"), pc(1)) == ml(540)


@pytest.mark.parametrize("wanted", [4, 51])
def test_a_strength_that_does_not_lie_between_is_refused(wanted: int) -> None:
    for attempt in (
        lambda: mix(ml(100), pc(50), pc(5), pc(wanted)),
        lambda: higher_to_add(ml(100), pc(50), pc(5), pc(wanted)),
        lambda: lower_to_add(ml(100), pc(50), pc(5), pc(wanted)),
    ):
        with pytest.raises(CannotCompute) as refused:
            attempt()
        assert refused.value.code == "not_between"


def test_no_finite_amount_brings_a_mixture_to_one_of_its_ends() -> None:
    with pytest.raises(CannotCompute):
        higher_to_add(ml(100), pc(50), pc(5), pc(50))
    with pytest.raises(CannotCompute):
        lower_to_add(ml(100), pc(50), pc(5), pc(5))
    with pytest.raises(CannotCompute):
        mix(ml(100), pc(5), pc(5), pc(5))
    with pytest.raises(CannotCompute):
        mixture((pc(5),), (ml(5), ml(6)))


def test_masses_go_with_shares_and_volumes_with_concentrations() -> None:
    with pytest.raises(UnitMismatch):
        mix(Quantity(100, "g"), pc(50), pc(5), pc(20))


@given(PERCENTS, PERCENTS, st.fractions(min_value=0, max_value=1), VOLUMES)
def test_mixing_conserves_the_drug_and_the_volume(a: object, b: object, between: object, whole: object) -> None:
    low, high = sorted((a, b))  # type: ignore[type-var]
    assume(low != high)
    wanted = pc(low) + (pc(high) - pc(low)) * between  # type: ignore[operator]
    found = mix(ml(whole), pc(high), pc(low), wanted)
    assert found.of_higher + found.of_lower == ml(whole)
    assert pc(high) * found.of_higher + pc(low) * found.of_lower == wanted * ml(whole)


@given(st.lists(st.tuples(PERCENTS, VOLUMES), min_size=2, max_size=4))
def test_the_order_of_the_parts_of_a_mixture_does_not_matter(parts: list[tuple[object, object]]) -> None:
    def strength(order: list[tuple[object, object]]) -> Quantity:
        return mixture(tuple(pc(p) for p, _ in order), tuple(ml(v) for _, v in order))

    assert strength(parts) == strength(parts[::-1])


@given(st.integers(1, 10**6))
def test_ratio_and_concentration_undo_each_other(n: int) -> None:
    assert strengths.to_ratio(strengths.from_ratio(Quantity(n, "one"))) == Quantity(n, "one")
