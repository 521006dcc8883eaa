"""The order of mixing: pumped, by hand, near use; rinses out of the water; what cannot be measured is told."""

from dataclasses import replace

import pytest

from calculations.errors import CannotCompute, Faults
from calculations.nutrition.mixing import MixingOrder, MixStep, check_measuring, mixing_class, mixing_steps
from calculations.printing import show
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    ADULT,
    CALCIUM_GLUCONATE,
    MAGNESIUM_SULFATE,
    MIXING,
    POTASSIUM_PHOSPHATES,
    PRETERM,
    SIZES,
    SODIUM_CHLORIDE,
    SYRINGES,
    bag_of,
    changed_order,
    row,
)


def steps(data: dict[str, object] = PRETERM, mixing: MixingOrder = MIXING) -> tuple[MixStep, ...]:
    return mixing_steps(bag_of(data), mixing, SIZES, SYRINGES)


def names(found: tuple[MixStep, ...]) -> list[str]:
    return [step.product.id if step.product else step.kind for step in found]


def test_phosphate_goes_in_before_calcium_with_a_rinse_between() -> None:
    found = names(steps())
    assert found[:6] == [
        "amino acids 10 %", "dextrose 70 %", "sterile water", "potassium phosphates", "rinse", "calcium gluconate",
    ]  # fmt: skip


def test_the_rinse_comes_out_of_the_water_and_the_volume_stays() -> None:
    found = steps()
    assert found[-1].after == bag_of(PRETERM).prepared.prepared
    water = next(step for step in found if step.product is not None and step.product.id == "sterile water")
    assert water.volume == bag_of(PRETERM).line("sterile water").drawn - MIXING.rinse


def test_small_volumes_and_what_is_not_on_the_compounder_go_in_by_hand_with_their_syringe() -> None:
    by_hand = {step.product.id: step for step in steps() if step.by == "hand" and step.product is not None}
    assert "sodium chloride" in by_hand
    measured = by_hand["sodium chloride"].measured
    assert measured is not None
    assert [(part.size_id, show(part.volume)) for part in measured.parts] == [("1 mL", "0.43 mL")]
    pumped = {step.product.id for step in steps() if step.by == "compounder" and step.product is not None}
    assert pumped == {"amino acids 10 %", "dextrose 70 %", "sterile water", "potassium phosphates", "calcium gluconate"}


def test_a_pumped_class_below_the_pumps_least_volume_goes_in_by_hand() -> None:
    few = steps(changed_order(PRETERM, row("phosphate", "0.5 mmol")))
    phosphates = next(step for step in few if step.product is not None and step.product.id == "potassium phosphates")
    assert phosphates.by == "hand"
    assert few.index(phosphates) > names(few).index("calcium gluconate")  # the real sequence, not the wished one


def test_vitamins_go_in_last_near_use_with_their_own_hours() -> None:
    last = steps(ADULT)[-1]
    assert last.product is not None
    assert (last.product.id, last.near_use) == ("vitamins", Quantity(24, "h"))


def test_neighbours_by_hand_are_mixed_between() -> None:
    by_hand = replace(MIXING, by_compounder=frozenset())
    found = steps(ADULT, replace(by_hand, order=("amino_acids", "dextrose", "water", "sodium", "potassium", "magnesium",
                                                  "trace_elements", "phosphate", "calcium", "vitamins", "lipid")))  # fmt: skip
    assert names(found)[names(found).index("calcium gluconate") - 1] == "mix"


def test_a_volume_that_no_syringe_measures_is_a_hard_finding() -> None:
    found = steps(changed_order(PRETERM, row("magnesium", "0.1 mEq")))
    (finding,) = check_measuring(found)
    assert finding.code == "cannot_measure_magnesium sulfate"
    assert finding.mend


def test_a_class_that_the_order_of_mixing_lacks_is_refused() -> None:
    with pytest.raises(CannotCompute, match="magnesium"):
        steps(mixing=replace(MIXING, order=tuple(name for name in MIXING.order if name != "magnesium")))
    with pytest.raises(Faults):
        replace(MIXING, order=("amino acids",))


def test_too_little_water_for_the_rinses_is_refused() -> None:
    with pytest.raises(CannotCompute, match="limited to"):
        steps(mixing=replace(MIXING, rinse=Quantity(100, "mL")))


def test_rinses_may_take_all_of_the_water() -> None:
    water = bag_of(PRETERM).line("sterile water").drawn
    found = steps(mixing=replace(MIXING, rinse=water))
    assert "sterile water" not in names(found)
    assert found[-1].after == Quantity(180, "mL")


def test_each_step_is_a_sentence() -> None:
    words = [step.words for step in steps()]
    assert words[3] == "Add 0.5 mL of potassium phosphates, pumped by the compounder."
    assert words[4] == "Rinse the tubing with 2 mL of water into the bag."


def test_a_salt_of_phosphate_is_phosphate_whatever_its_cation() -> None:
    products = (POTASSIUM_PHOSPHATES, CALCIUM_GLUCONATE, MAGNESIUM_SULFATE, SODIUM_CHLORIDE)
    assert [mixing_class(one) for one in products] == ["phosphate", "calcium", "magnesium", "sodium"]


def test_what_is_less_than_a_rinse_does_not_clear_the_tubing_of_phosphate() -> None:
    between = tuple(name for name in MIXING.order if name != "magnesium")
    place = between.index("phosphate") + 1
    order = (*between[:place], "magnesium", *between[place:])
    pumped = replace(MIXING, order=order, by_compounder=MIXING.by_compounder | {"magnesium"}, pump_from=Quantity("0.01", "mL"))
    found = names(steps(PRETERM, pumped))
    start = found.index("potassium phosphates")
    assert found[start : start + 4] == ["potassium phosphates", "magnesium sulfate", "rinse", "calcium gluconate"]
    rinsed = replace(pumped, rinse=Quantity("0.01", "mL"))
    assert "rinse" not in names(steps(PRETERM, rinsed))[start : start + 3]
