"""Bases, fluid, water, overfill and prime: what is ordered, drawn and reaches the patient."""

from typing import Any

import pytest

from calculations.errors import CannotCompute
from calculations.nutrition.bases import amount_for_day, in_all_bases
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.overfill import Overfill, prepare
from calculations.nutrition.refusals import TooMuchVolume
from calculations.printing import show
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import ADULT, PRETERM, bag_of, changed_order, product, profile, row, with_products

READY = product(
    "ready bag", "ready_bag", "0.9", "1.05", "25",
    nutrients={
        "amino_acids": Quantity("0.032", "g/mL", of="amino_acids"), "dextrose": Quantity("0.064", "g/mL", of="dextrose"),
        "lipid": Quantity("0.04", "g/mL", of="lipid"),
    },
    dextrose_form="anhydrous",
    ions={"sodium": Quantity("0.04", "mEq/mL", of="sodium"), "potassium": Quantity("0.024", "mEq/mL", of="potassium")},
)  # fmt: skip


def test_an_amount_is_shown_in_every_basis() -> None:
    order = NutritionOrder.parse(PRETERM)
    volume = Quantity(144, "mL")
    row_of_sodium = order.row("sodium")
    assert row_of_sodium is not None
    held = amount_for_day(row_of_sodium, order.dosing_weight, volume)
    assert {basis.value: show(value) for basis, value in in_all_bases(held, order.dosing_weight, volume).items()} == {
        "per kg per day": "3 mEq/kg/day", "per day": "3.6 mEq/day", "per litre": "25 mEq/L", "per bag": "3.6 mEq",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "basis"),
    [("3.6 mEq", "per day"), ("25 mEq", "per litre"), ("3.6 mEq", "per bag"), ("3.6 mmol", "per day")],
)
def test_the_same_amount_in_another_basis_gives_the_same_bag(amount: str, basis: str) -> None:
    other = bag_of(changed_order(PRETERM, row("sodium", amount, basis)))
    drawn = {line.product.id: line.drawn for line in other.everything}
    assert drawn == {line.product.id: line.drawn for line in bag_of(PRETERM).everything}


@pytest.mark.parametrize("lipid", ["15 mL/day", "12.5 mL/kg/day", "0.625 mL/h", "3 g/day"])
def test_lipid_may_be_ordered_by_mass_volume_or_rate(lipid: str) -> None:
    basis = "per kg per day" if "kg" in lipid else "per day"
    bag = bag_of(changed_order(PRETERM, row("lipid", lipid, basis)))
    assert bag.lipid is not None
    assert show(bag.lipid.ordered) == "15 mL"


def test_a_lipid_rate_runs_over_the_lipids_own_hours() -> None:
    bag = bag_of(changed_order(PRETERM, row("lipid", "0.75 mL/h", "per day"), lipid_hours="20 h"))
    assert bag.lipid is not None
    assert show(bag.lipid.ordered) == "15 mL"


def test_lipid_apart_goes_into_containers_of_twelve_hours_with_their_own_overfill() -> None:
    bag = bag_of(PRETERM)
    assert bag.lipid_containers == 2
    assert bag.lipid_prepared is not None
    assert (show(bag.lipid_prepared.infused), show(bag.lipid_prepared.prepared)) == ("7.5 mL", "9.5 mL")
    assert bag.lipid is not None
    assert show(bag.lipid.drawn) == "19 mL"
    assert bag_of(changed_order(PRETERM, lipid_hours="12 h")).lipid_containers == 1
    assert bag_of(ADULT).lipid_containers == 0


@pytest.mark.parametrize("dextrose", [("14.4 g", "per kg per day"), ("17.28 g", "per day"), ("12 %", "per litre")])
def test_dextrose_may_be_ordered_by_rate_mass_or_percent(dextrose: tuple[str, str]) -> None:
    bag = bag_of(changed_order(PRETERM, row("dextrose", *dextrose)))
    assert bag.line("dextrose 70 %").ordered == bag_of(PRETERM).line("dextrose 70 %").ordered


def test_lipid_of_a_3_in_1_bag_may_be_ordered_as_its_percent() -> None:
    bag = bag_of(changed_order(ADULT, row("lipid", "3.5 %", "per litre")))
    assert bag.line("lipid 20 %").ordered == bag_of(ADULT).line("lipid 20 %").ordered == Quantity(350, "mL")


def test_an_anhydrous_rate_takes_eleven_tenths_of_the_monohydrate() -> None:
    bag = bag_of(PRETERM, site=profile(gir_convention="anhydrous 10/11"))
    plain = bag_of(PRETERM).line("dextrose 70 %").ordered
    assert bag.line("dextrose 70 %").ordered == plain * Quantity("1.1", "one")


def test_the_allowance_less_lipid_and_other_fluids_is_the_bag() -> None:
    bag = bag_of(PRETERM)
    assert [show(v) for v in (bag.fluid.total, bag.fluid.lipid_apart, bag.fluid.others, bag.fluid.bag)] == [
        "168 mL", "15 mL", "9 mL", "144 mL",
    ]  # fmt: skip


def test_an_allowance_that_is_used_up_is_refused_by_how_much() -> None:
    with pytest.raises(CannotCompute, match="180 mL"):
        bag_of(changed_order(PRETERM, others=[{"name": "drips", "volume": "165 mL/day"}]))


def test_water_fills_up_and_the_volumes_add_up() -> None:
    bag = bag_of(PRETERM)
    assert sum((line.drawn.number for line in bag.lines), 0) == bag.prepared.prepared.number == 180
    assert sum((line.reaching.number for line in bag.lines), 0) == bag.volume.number == 144


@pytest.mark.parametrize("base", [PRETERM, ADULT])
def test_too_little_room_is_refused_with_what_would_fit(base: dict[str, Any]) -> None:
    short = {"total_fluid": "80 mL/kg/day"} if base is PRETERM else {"volume": "1600 mL/day"}
    with pytest.raises(TooMuchVolume) as caught:
        bag_of(changed_order(base, **short))
    refusal = caught.value
    assert refusal.excess.number > 0
    assert refusal.raise_by is not None
    assert f"Raise the volume of the bag by {show(refusal.raise_by)}" in refusal.next_step
    assert "amino acids at" in refusal.next_step


def test_raising_the_volume_as_told_just_fits() -> None:
    with pytest.raises(TooMuchVolume) as caught:
        bag_of(changed_order(ADULT, volume="1600 mL/day"))
    assert caught.value.raise_by == caught.value.excess  # nothing is ordered per litre
    needed = Quantity(1600, "mL") + caught.value.excess
    order = {**changed_order(ADULT), "volume": (needed / Quantity(1, "day")).as_data()}
    assert bag_of(order).filled.water.number == 0


def test_what_is_ordered_per_litre_is_counted_when_the_volume_is_raised() -> None:
    with pytest.raises(TooMuchVolume) as caught:
        bag_of(changed_order(ADULT, row("dextrose", "20 %", "per litre"), volume="1700 mL/day"))
    raise_by = caught.value.raise_by
    assert raise_by is not None
    assert raise_by > caught.value.excess
    order = {**changed_order(ADULT, row("dextrose", "20 %", "per litre"))}
    order["volume"] = ((Quantity(1700, "mL") + raise_by) / Quantity(1, "day")).as_data()
    assert bag_of(order).filled.water.number == 0
    with pytest.raises(TooMuchVolume) as caught:
        bag_of(changed_order(ADULT, row("dextrose", "70 %", "per litre")))
    assert caught.value.raise_by is None
    assert "does not help" in caught.value.next_step


def test_drawn_amounts_are_the_infused_ones_by_the_factor() -> None:
    bag = bag_of(PRETERM)
    line = bag.line("calcium gluconate")
    assert (show(line.ordered), show(line.drawn), show(line.reaching)) == ("6.4 mL", "8 mL", "6.4 mL")


def test_an_ingredient_that_is_not_scaled_reaches_the_patient_in_part_and_says_so() -> None:
    line = bag_of(PRETERM).line("vitamins")
    assert (show(line.drawn), show(line.reaching), show(line.not_scaled_loss)) == ("3.25 mL", "2.6 mL", "0.65 mL")


def test_a_prime_is_inside_the_overfill_or_on_top_of_it() -> None:
    infused, prime = Quantity(100, "mL"), Quantity(10, "mL")
    inside = prepare(infused, Overfill(share=Quantity("0.2", "one"), prime=prime))
    on_top = prepare(infused, Overfill(share=Quantity("0.2", "one"), prime=prime, prime_inside=False))
    assert (show(inside.prepared), show(inside.left_over)) == ("120 mL", "10 mL")
    assert (show(on_top.prepared), show(on_top.left_over)) == ("130 mL", "20 mL")
    with pytest.raises(CannotCompute, match="10 mL"):
        prepare(infused, Overfill(fixed=Quantity(5, "mL"), prime=prime))


def test_a_ready_bag_takes_what_it_lacks_as_additives() -> None:
    data = changed_order(ADULT, row("ready_bag", "1500 mL", "per day"), volume=None, anions="maximum chloride",
                         without=("amino_acids", "dextrose", "lipid"))  # fmt: skip
    bag = bag_of(data, with_products(READY))
    found = {line.product.id: line for line in bag.lines}
    assert "sterile water" not in found
    assert bag.volume > Quantity(1500, "mL")
    # 100 mEq ordered, 60 in the bag
    assert found["sodium chloride"].ordered == Quantity(10, "mL")
