"""The four policies, what they declare and what the bag truly holds."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.bag_volume import POLICIES, bag, total_volume
from calculations.concentration import amount_in
from calculations.errors import CannotCompute
from calculations.quantity import Quantity


def ml(number: object) -> Quantity:
    return Quantity(number, "mL")  # type: ignore[arg-type]


DRUG = Quantity(4, "mg", "norepinephrine")


def strength(text: str) -> Quantity:
    return Quantity(text, "mcg/mL", "norepinephrine")


def test_added_to_the_bag_the_overfill_makes_it_weaker_than_declared() -> None:
    found = bag("ADD", ml(250), ml(25), ml(4), DRUG)
    assert (found.declared, found.remove, found.true_volume) == (ml(254), ml(0), ml(279))
    assert found.true_concentration == strength("4000/279")
    assert found.difference == Quantity("-25/279", "one")


def test_replaced_volume_keeps_the_label_volume() -> None:
    found = bag("REPLACE", ml(250), ml(25), ml(4), DRUG)
    assert (found.declared, found.remove, found.true_volume) == (ml(250), ml(4), ml(275))
    assert found.concentration == strength("16")
    assert found.difference == Quantity("-1/11", "one")


def test_with_the_overfill_removed_label_and_truth_agree() -> None:
    found = bag("REMOVE_OVERFILL", ml(250), ml(25), ml(4), DRUG)
    assert (found.declared, found.remove, found.true_volume) == (ml(250), ml(29), ml(250))
    assert found.true_concentration == found.concentration == strength("16")
    assert found.difference == Quantity(0, "one")


def test_an_empty_container_is_filled_to_the_declared_volume() -> None:
    found = bag("EXACT", ml(10), None, ml(4), DRUG)
    assert (found.declared, found.remove, found.true_volume) == (ml(10), ml(0), ml(10))


@pytest.mark.parametrize("policy", ["ADD", "REPLACE"])
def test_an_unknown_overfill_leaves_the_truth_unknown_and_does_not_count_as_zero(policy: str) -> None:
    found = bag(policy, ml(250), None, ml(4), DRUG)
    assert (found.true_volume, found.true_concentration, found.difference) == (None, None, None)


def test_an_unknown_overfill_cannot_be_removed() -> None:
    with pytest.raises(CannotCompute) as refused:
        bag("REMOVE_OVERFILL", ml(250), None, ml(4), DRUG)
    assert refused.value.code == "overfill_unknown"


@pytest.mark.parametrize("policy", ["REPLACE", "REMOVE_OVERFILL", "EXACT"])
def test_never_more_additive_than_the_declared_volume(policy: str) -> None:
    with pytest.raises(CannotCompute) as refused:
        bag(policy, ml(50), ml(5), ml("50.1"), DRUG)
    assert refused.value.code == "over_full"


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(CannotCompute):
        bag("IGNORE", ml(250), ml(25), ml(4), DRUG)


def test_no_volumes_have_no_sum() -> None:
    with pytest.raises(CannotCompute):
        total_volume(())


VOLUMES = st.fractions(min_value="1/100", max_value=50)


@given(st.sampled_from(POLICIES), VOLUMES, VOLUMES, VOLUMES)
def test_the_drug_declared_is_the_drug_added(policy: str, overfill: object, additive: object, amount: object) -> None:
    drug = Quantity(amount, "mg")  # type: ignore[arg-type]
    found = bag(policy, ml(100), ml(overfill), ml(additive), drug)
    assert amount_in(found.concentration, found.declared) == drug
    assert found.true_concentration is not None
    assert found.true_volume is not None
    assert amount_in(found.true_concentration, found.true_volume) == drug
    assert found.remove <= ml(100) + ml(overfill)


@given(st.lists(VOLUMES, min_size=1, max_size=4))
def test_the_order_of_additives_does_not_matter(volumes: list[object]) -> None:
    additives = [ml(volume) for volume in volumes]
    assert len({total_volume(order) for order in permutations(additives)}) == 1
