"""Least waste, then fewest containers, then preference; never unlike containers in one dose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute, UnitMismatch
from calculations.quantity import Quantity
from calculations.vials import VialOption, choose_vials


def mg(number: int | str, of: str = "vancomycin") -> Quantity:
    return Quantity(number, "mg", of)


def vial(size: int, available: int | None = None, group: str = "powder 50 mg/mL", name: str = "") -> VialOption:
    volume = Quantity(size, "mL") / 50
    return VialOption(name or f"v{size}", mg(size), group, volume, available)


def part(left: int, size: int = 500, group: str = "powder 50 mg/mL") -> VialOption:
    return VialOption("part", mg(size), group, Quantity(size, "mL") / 50, None, mg(left))


def counts(dose: int, *options: VialOption, containing: dict[str, int] | None = None) -> dict[str, int]:
    return {take.id: take.count for take in choose_vials(mg(dose), options, containing).takes}


def test_the_combination_with_the_least_waste_is_chosen() -> None:
    assert counts(1250, vial(1000), vial(500)) == {"v1000": 1, "v500": 1}
    assert counts(1250, vial(1000), vial(750), vial(500)) == {"v750": 1, "v500": 1}


def test_of_equal_waste_the_fewest_containers_are_opened() -> None:
    assert counts(1000, vial(500), vial(1000)) == {"v1000": 1}


def test_of_equal_waste_and_number_the_first_offered_is_taken() -> None:
    cheap, dear = vial(500, name="cheap"), vial(500, name="dear")
    assert counts(500, cheap, dear) == {"cheap": 1}
    assert counts(500, dear, cheap) == {"dear": 1}


def test_amounts_volumes_and_waste_are_told() -> None:
    found = choose_vials(mg(1250), [vial(1000), vial(500)])
    big, small = found.takes
    assert (big.amount, big.volume, big.left) == (mg(1000), Quantity(20, "mL"), mg(0))
    assert (small.amount, small.volume, small.left) == (mg(250), Quantity(5, "mL"), mg(250))
    assert found.waste == mg(250)
    assert found.count == 2


def test_an_opened_part_vial_is_used_first() -> None:
    found = choose_vials(mg(600), [vial(500), part(200)])
    assert [(take.id, take.count, take.amount) for take in found.takes] == [
        ("part", 1, mg(200)),
        ("v500", 1, mg(400)),
    ]
    assert found.takes[0].volume == Quantity(4, "mL")


def test_unlike_containers_are_never_mixed_in_one_dose() -> None:
    conventional, liposomal = vial(50, 1, "conventional"), vial(100, 1, "liposomal", "liposomal")
    with pytest.raises(CannotCompute) as refused:
        choose_vials(mg(150), [conventional, liposomal])
    assert refused.value.code == "not_enough"
    assert counts(80, conventional, liposomal) == {"liposomal": 1}


def test_more_than_the_stock_is_refused() -> None:
    with pytest.raises(CannotCompute):
        choose_vials(mg(1250), [vial(500, 2)])
    assert counts(1250, vial(500, 3)) == {"v500": 3}


def test_a_scanned_container_is_kept_in_the_new_plan() -> None:
    assert counts(1000, vial(500), vial(1000), containing={"v500": 1}) == {"v500": 2}
    assert counts(1500, vial(500), vial(1000), containing={"v500": 1}) == {"v500": 1, "v1000": 1}


def test_a_scanned_container_that_would_stay_untouched_is_refused() -> None:
    with pytest.raises(CannotCompute):
        choose_vials(mg(400), [vial(500), vial(1000)], {"v500": 1, "v1000": 1})


def test_a_scanned_container_fixes_the_group() -> None:
    offered = [vial(500, group="a", name="a"), vial(400, group="b", name="b")]
    assert counts(400, *offered, containing={"a": 1}) == {"a": 1}
    with pytest.raises(CannotCompute):
        choose_vials(mg(400), offered, {"a": 1, "b": 1})


def test_a_scanned_container_that_was_never_offered_is_refused() -> None:
    with pytest.raises(CannotCompute):
        choose_vials(mg(400), [vial(500)], {"stranger": 1})


def test_too_many_combinations_are_refused_instead_of_guessed() -> None:
    with pytest.raises(CannotCompute) as refused:
        choose_vials(mg(10_000), [vial(n) for n in (7, 8, 9, 10, 11, 13)])
    assert refused.value.code == "too_many_combinations"


def test_a_vial_of_another_drug_is_refused() -> None:
    with pytest.raises(UnitMismatch):
        choose_vials(mg(400), [VialOption("x", mg(500, "cefazolin"), "g")])


@pytest.mark.parametrize("dose", [0, -5])
def test_nothing_is_no_dose(dose: int) -> None:
    with pytest.raises(CannotCompute):
        choose_vials(mg(dose), [vial(500)])


def test_an_empty_vial_is_refused() -> None:
    with pytest.raises(CannotCompute):
        choose_vials(mg(5), [VialOption("x", mg(0), "g")])


_SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True)


@given(st.integers(1, 90), _SIZES, st.integers(0, 39))
def test_content_is_conserved_and_no_container_is_needless(dose: int, sizes: list[int], left: int) -> None:
    options = [vial(size) for size in sizes] + ([part(left, 40)] if left else [])
    found = choose_vials(mg(dose), options)
    drawn = sum((take.amount for take in found.takes), mg(0))
    remains = sum((take.left for take in found.takes), mg(0))
    assert drawn == mg(dose)
    assert remains == found.waste
    assert all(take.amount > mg(0) for take in found.takes)


@given(st.integers(1, 60), _SIZES)
def test_no_other_combination_wastes_less(dose: int, sizes: list[int]) -> None:
    found = choose_vials(mg(dose), [vial(size) for size in sizes])
    reachable = {0}
    for total in range(1, dose + max(sizes) + 1):
        if any(total - size in reachable for size in sizes):
            reachable.add(total)
    assert found.waste == mg(min(total for total in reachable if total >= dose) - dose)


@given(st.integers(1, 60), _SIZES)
def test_the_order_of_the_options_never_changes_waste_or_count(dose: int, sizes: list[int]) -> None:
    options = [vial(size) for size in sizes]
    one = choose_vials(mg(dose), options)
    other = choose_vials(mg(dose), options[::-1])
    assert (one.waste, one.count) == (other.waste, other.count)
