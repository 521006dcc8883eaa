"""Salts from ordered ions: fixed sources first, then phosphate, calcium, magnesium, then chloride and acetate."""

from typing import Any

import pytest

from calculations.errors import Faults
from calculations.nutrition.amounts import brought_by_lines
from calculations.nutrition.bag import Bag
from calculations.nutrition.product import SourceProduct
from calculations.nutrition.refusals import Infeasible, NoSource, UnknownConstituent
from calculations.printing import show
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    ADULT,
    CALCIUM_CHLORIDE,
    CALCIUM_GLUCONATE,
    POTASSIUM_ACETATE,
    POTASSIUM_CHLORIDE,
    POTASSIUM_PHOSPHATES,
    POTASSIUM_PHOSPHATES_OTHER,
    PRETERM,
    PRODUCTS,
    SODIUM_ACETATE,
    bag_of,
    changed_order,
    ions,
    nutrients,
    product,
    profile,
    row,
    with_products,
)


def held(bag: Bag, name: str) -> str:
    found = brought_by_lines(name, bag.lines)
    return "none" if found is None else show(found)


def volumes(bag: Bag) -> dict[str, str]:
    return {line.product.id: show(line.ordered) for line in bag.everything}


def test_the_bag_holds_what_is_ordered_whatever_the_fixed_sources_bring() -> None:
    bag = bag_of(PRETERM)
    found = {ion: held(bag, ion) for ion in ("sodium", "potassium", "calcium", "magnesium", "phosphate")}
    assert found == {
        "sodium": "3.6 mEq", "potassium": "2.4 mEq", "calcium": "2.976 mEq", "magnesium": "0.36 mEq",
        "phosphate": "1.2 mmol",
    }  # fmt: skip
    assert held(bag, "zinc") == "0.48 mg"  # 0.4 mg by the combined product, the rest by the single one


def test_the_volumes_are_those_of_the_worked_example() -> None:
    # 1.2 kg; amino acids 4.2 g ÷ 0.1, dextrose 17.28 g ÷ 0.7, calcium 2.976 mEq ÷ 0.465, phosphate 1.2 mmol ÷ 3
    found = volumes(bag_of(PRETERM))
    assert found["amino acids 10 %"] == "42 mL"
    assert found["dextrose 70 %"] == "24.69 mL"
    assert found["calcium gluconate"] == "6.4 mL"
    assert found["potassium phosphates"] == "0.4 mL"


def test_each_step_is_told_in_words() -> None:
    words = [step.words for step in bag_of(PRETERM).allocation.steps]
    assert "sodium: 3.6 mEq ordered less 0.21 mEq that the fixed sources bring leaves 3.39 mEq." in words
    assert (
        "potassium phosphates takes 0.4 mL for 1.2 mmol of phosphate and brings 1.76 mEq of potassium with it; "
        "0.64 mEq of potassium is still open."
    ) in words


@pytest.mark.parametrize(
    ("other", "brought"), [(POTASSIUM_PHOSPHATES, "1.76 mEq"), (POTASSIUM_PHOSPHATES_OTHER, "1.88 mEq")]
)
def test_the_potassium_that_comes_with_phosphate_is_the_products_own(other: SourceProduct, brought: str) -> None:
    bag = bag_of(PRETERM, with_products(other))
    line = bag.line("potassium phosphates")
    assert show(other.ions["potassium"] * line.ordered) == brought
    assert held(bag, "potassium") == "2.4 mEq"


def test_phosphate_goes_on_with_sodium_when_potassium_is_used_up() -> None:
    # 4 mmol need 5.87 mEq K by the potassium salt; 2.4 mEq carry 1.636 mmol, sodium phosphates the rest
    bag = bag_of(changed_order(PRETERM, row("phosphate", "4 mmol", "per day"), row("sodium", "4 mEq")))
    assert (held(bag, "phosphate"), held(bag, "potassium"), held(bag, "sodium")) == ("4 mmol", "2.4 mEq", "4.8 mEq")
    assert "potassium chloride" not in volumes(bag)


def test_the_profile_says_which_phosphate_salt_comes_first() -> None:
    bag = bag_of(PRETERM, site=profile(phosphate_order=("sodium", "potassium")))
    assert "sodium phosphates" in volumes(bag)
    assert "potassium phosphates" not in volumes(bag)


def test_the_phosphate_of_lipid_counts_only_if_the_profile_says_so() -> None:
    counted = bag_of(PRETERM, site=profile(lipid_phosphate_counts=True))
    assert held(counted, "phosphate") == "0.975 mmol"  # 15 mL of lipid bring the other 0.225 mmol


def test_calcium_chloride_brings_its_chloride_into_the_share() -> None:
    products = with_products(CALCIUM_CHLORIDE, without=(CALCIUM_GLUCONATE,))
    bag = bag_of(changed_order(PRETERM, anions="ratio", anion_ratio="2"), products)
    added = [line for line in bag.lines if line.added_salt]
    chloride, acetate = brought_by_lines("chloride", added), brought_by_lines("acetate", added)
    assert chloride is not None
    assert acetate is not None
    assert chloride.number == 2 * acetate.number


@pytest.mark.parametrize(
    ("choice", "chloride", "acetate"),
    [
        ({"anions": "maximum chloride"}, "4.03 mEq", "4.074 mEq"),
        ({"anions": "maximum acetate"}, "none", "8.104 mEq"),
        ({"anions": "balanced"}, "2.015 mEq", "6.089 mEq"),
        ({"anions": "ratio", "anion_ratio": "3"}, "3.0225 mEq", "5.0815 mEq"),
    ],
)
def test_open_sodium_and_potassium_take_the_anion_that_is_chosen(
    choice: dict[str, str], chloride: str, acetate: str
) -> None:
    bag = bag_of(changed_order(PRETERM, **choice))
    assert (held(bag, "chloride"), held(bag, "acetate")) == (chloride, acetate)


def test_a_ratio_may_mean_the_whole_bag() -> None:
    # 1,050 mL of amino acids bring 101.85 mEq acetate; 50 mEq of sodium leave 89.55 mEq open: half of all is 95.7
    whole = profile(ratio_scope="whole bag")
    with pytest.raises(Infeasible) as caught:
        bag_of(changed_order(ADULT, row("sodium", "50 mEq", "per day")), site=whole)
    assert (caught.value.ion, caught.value.code) == ("acetate", "over_supplied")
    bag = bag_of(ADULT, site=whole)
    assert held(bag, "chloride") == held(bag, "acetate")


def test_chloride_and_acetate_may_be_ordered_as_rows() -> None:
    data = changed_order(PRETERM, row("chloride", "2 mEq"), anions="as ordered")
    assert held(bag_of(data), "chloride") == "2.4 mEq"
    acetate = changed_order(PRETERM, row("acetate", "4 mEq"), anions="as ordered")
    assert held(bag_of(acetate), "acetate") == "4.8 mEq"


@pytest.mark.parametrize(
    ("data", "ion", "code", "amount"),
    [
        (changed_order(PRETERM, row("sodium", "0.1 mEq")), "sodium", "over_supplied", "0.09 mEq"),
        (changed_order(PRETERM, row("zinc", "300 mcg")), "zinc", "over_supplied", "0.04 mg"),
        (changed_order(PRETERM, row("phosphate", "6 mmol")), "phosphate", "under_supplied", "3.021 mmol"),
        (changed_order(PRETERM, without=("sodium", "potassium")), "phosphate", "under_supplied", "1.2 mmol"),
        (changed_order(PRETERM, row("acetate", "1 mEq"), anions="as ordered"), "acetate", "over_supplied", "2.874 mEq"),
        (changed_order(PRETERM, row("chloride", "9 mEq"), anions="as ordered"), "chloride", "under_supplied", "6.77 mEq"),
        (
            changed_order(PRETERM, row("chloride", "2 mEq"), row("acetate", "4 mEq"), anions="as ordered"),
            "acetate", "under_supplied", "0.904 mEq",
        ),
        (
            changed_order(PRETERM, row("chloride", "3 mEq"), row("acetate", "5 mEq"), anions="as ordered"),
            "sodium", "under_supplied", "1.496 mEq",
        ),
    ],
)  # fmt: skip
def test_an_order_without_an_answer_is_refused_by_the_ion_and_by_how_much(
    data: dict[str, Any], ion: str, code: str, amount: str
) -> None:
    with pytest.raises(Infeasible) as caught:
        bag_of(data)
    assert (caught.value.ion, caught.value.code, show(caught.value.amount)) == (ion, code, amount)
    assert caught.value.next_step


def test_a_salt_that_is_not_stocked_is_gone_round_or_named() -> None:
    without = with_products(without=(POTASSIUM_ACETATE,))
    assert volumes(bag_of(changed_order(PRETERM, anions="balanced"), without))
    with pytest.raises(NoSource, match="potassium acetate"):
        bag_of(changed_order(PRETERM, anions="maximum acetate"), without)
    with pytest.raises(NoSource, match="sodium acetate"):
        bag_of(changed_order(PRETERM, anions="maximum acetate"), with_products(without=(SODIUM_ACETATE,)))
    only = with_products(without=(POTASSIUM_CHLORIDE,))
    assert "potassium acetate" in volumes(bag_of(PRETERM, only))


def test_a_salt_may_be_ordered_by_its_own_mass_or_equivalents() -> None:
    by_mass = changed_order(PRETERM, row("calcium", "640 mg", "per day", "calcium gluconate"))
    by_ion = changed_order(PRETERM, row("calcium", "2.976 mEq", "per day", "calcium gluconate"))
    by_mmol = changed_order(PRETERM, row("calcium", "1.488 mmol", "per day", "calcium gluconate"))
    found = {volumes(bag_of(data))["calcium gluconate"] for data in (by_mass, by_ion, by_mmol)}
    assert found == {"6.4 mL"}
    with pytest.raises(Faults, match="phosphate"):
        bag_of(changed_order(PRETERM, row("phosphate", "4 mEq", "per day", "potassium phosphates")))


def test_ions_ordered_as_a_salt_count_towards_the_element_of_the_order() -> None:
    data = changed_order(PRETERM)
    data["amounts"].append(row("sodium", "1 mEq", "per kg per day", "sodium chloride"))
    bag = bag_of(data)
    assert held(bag, "sodium") == "3.6 mEq"
    assert show(bag.line("sodium chloride").ordered) == "0.3438 mL"  # its chloride counts in the share, too


def test_milligrams_of_an_element_go_by_its_atomic_mass() -> None:
    data = changed_order(PRETERM, row("calcium", "40.078 mg", "per day", "element"))
    assert held(bag_of(data), "calcium") == "2 mEq"


def test_a_drug_that_no_product_of_the_list_brings_is_refused() -> None:
    with pytest.raises(NoSource, match="octreotide"):
        bag_of(changed_order(PRETERM, row("octreotide", "5 mcg")))


def test_two_products_for_one_purpose_are_never_chosen_between() -> None:
    second = product(
        "amino acids 15 %", "amino_acids", "1.3", "1.04", "25", nutrients=nutrients(amino_acids="0.15 g/mL")
    )
    with pytest.raises(NoSource, match="amino acids 10 %, amino acids 15 % all bring it"):
        bag_of(PRETERM, [*PRODUCTS, second])
    with pytest.raises(NoSource, match="both bring it"):
        twin = product("another", "salt", "7", "1", "1", ions=ions(sodium="2", phosphate="1"), phosphate_charge=2)
        bag_of(PRETERM, [*PRODUCTS, twin])


def test_a_product_is_not_taken_for_a_population_that_its_label_excludes() -> None:
    barred = product("amino acids 10 %", "amino_acids", "0.875", "1", "25", nutrients=nutrients(amino_acids="0.1 g/mL"),
                     not_for=("preterm",))  # fmt: skip
    with pytest.raises(NoSource, match="excludes this population"):
        bag_of(PRETERM, with_products(barred))


def test_an_ion_that_a_label_does_not_tell_is_never_taken_as_none() -> None:
    silent = product("amino acids 10 %", "amino_acids", "0.875", "1", "25", nutrients=nutrients(amino_acids="0.1 g/mL"),
                     unknown=("sodium",))  # fmt: skip
    with pytest.raises(UnknownConstituent, match="sodium"):
        bag_of(PRETERM, with_products(silent))


def test_without_sodium_and_potassium_there_is_nothing_to_share() -> None:
    data = changed_order(PRETERM, without=("sodium", "potassium", "phosphate"))
    assert bag_of(data).allocation.steps[-1].words.startswith("Sodium and potassium leave nothing open")


def test_the_same_order_gives_the_same_bag_whatever_the_order_of_the_products() -> None:
    assert volumes(bag_of(PRETERM)) == volumes(bag_of(PRETERM, list(reversed(PRODUCTS))))
    assert bag_of(PRETERM).volume == Quantity(144, "mL")
