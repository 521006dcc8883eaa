"""Every figure of a bag, by hand beside; what cannot be given says why."""

from typing import Any

import pytest

from calculations.formula import recheck, recording
from calculations.nutrition.figures import SINGLE, is_figure
from calculations.nutrition.totals import Totals, totals_of
from calculations.printing import show
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    ADULT,
    MAGNESIUM_SULFATE,
    NAMES,
    PRETERM,
    PRODUCTS,
    bag_of,
    changed_order,
    nutrients,
    product,
    profile,
    row,
    with_products,
)


def totals(data: dict[str, Any], products: Any = PRODUCTS, **site: Any) -> Totals:
    return totals_of(bag_of(data, products, profile(**site)))


def shown(found: Totals, *names: str) -> list[str]:
    return [show(found.figures[name]) for name in names]


def test_energy_nitrogen_and_glucose_of_a_preterm_bag() -> None:
    # 17.28 g × 3.4 + 4.2 g × 4 + 15 mL × 2 = 105.552 kcal; 42 mL × 0.0155 = 0.651 g N
    names = ("dextrose energy", "amino acid energy", "lipid energy", "energy", "energy per kg per day", "nitrogen",
             "nonprotein energy per nitrogen", "glucose infusion rate", "glucose infusion rate anhydrous")  # fmt: skip
    assert shown(totals(PRETERM), *names) == [
        "58.752 kcal", "16.8 kcal", "30 kcal", "105.552 kcal", "87.96 kcal/kg/day", "0.651 g", "136.33 kcal/g",
        "10 mg/kg/min", "9.091 mg/kg/min",
    ]  # fmt: skip


def test_osmolarity_is_by_the_labels_and_osmolality_stands_apart() -> None:
    found = totals(PRETERM).figures
    assert found["osmolarity"].unit.name == "mOsm/L"
    assert found["osmolality"].unit.name == "mOsm/kg_water"
    assert not found.found["osmolarity"].estimate
    assert found.found["osmolality"].estimate


def test_an_osmolarity_with_an_estimate_in_it_is_marked() -> None:
    silent = product("amino acids 10 %", "amino_acids", None, "1.03", "25", nutrients=nutrients(amino_acids="0.1 g/mL"))
    figure = totals(PRETERM, with_products(silent)).figures.found["osmolarity"]
    assert figure.estimate
    assert "amino acids 10 %" in figure.note
    unknown = totals(PRETERM, with_products(silent), osmoles={}).figures
    assert "osmolarity" not in unknown
    assert unknown.missing["osmolarity"].code == "unknown_constituent"


def test_a_cycle_runs_faster_and_tapers() -> None:
    # 2,000 mL ÷ (12 h − 0.5 × 2 h)
    found = totals(ADULT)
    assert shown(found, "rate", "rate as programmed", "taper rate") == ["181.82 mL/h", "181.8 mL/h", "90.91 mL/h"]
    assert [(show(step.hours), show(step.rate)) for step in found.programme] == [
        ("1 h", "90.9 mL/h"), ("10 h", "181.8 mL/h"), ("1 h", "90.9 mL/h"),
    ]  # fmt: skip
    assert shown(found, "potassium per kg per hour", "glucose infusion rate") == ["0.1039 mEq/kg/h", "5.303 mg/kg/min"]


def test_final_percent_and_cations_of_a_3_in_1_bag() -> None:
    names = ("amino acids percent", "dextrose percent", "lipid percent", "monovalent cations", "divalent cations")
    assert shown(totals(ADULT), *names) == ["5.25 %", "12.25 %", "3.5 %", "90 mEq/L", "13 mEq/L"]


def test_ions_in_millimoles_and_milliequivalents_in_every_basis() -> None:
    found = totals(PRETERM)
    calcium, phosphate = found.amounts["calcium"], found.amounts["phosphate"]
    assert calcium.meq is not None
    assert calcium.mmol is not None
    assert (show(calcium.meq), show(calcium.mmol)) == ("2.976 mEq", "1.488 mmol")
    assert phosphate.meq is None
    assert shown(found, "calcium per kg per day", "calcium per day", "calcium per litre", "calcium per bag") == [
        "2.48 mEq/kg/day", "2.976 mEq/day", "20.67 mEq/L", "2.976 mEq",
    ]  # fmt: skip
    assert shown(found, "calcium to phosphorus by amount") == ["1.24"]


def test_what_drips_and_feeds_bring_counts_as_intake_and_not_as_the_bags() -> None:
    drip = {"name": "drip", "volume": "36 mL/day", "sodium": "2.4 mEq/day", "dextrose": "1.2 g/day"}
    plain, found = totals(PRETERM), totals(changed_order(PRETERM, total_fluid="170 mL/kg/day", others=[drip]))
    assert shown(found, "sodium per kg per day", "sodium per bag") == ["5 mEq/kg/day", "3.6 mEq"]
    more = found.figures["glucose infusion rate"] - plain.figures["glucose infusion rate"]
    assert show(more) == "0.6944 mg/kg/min"  # 1.2 g ÷ 1.2 kg over 24 h


def test_the_added_salts_balance() -> None:
    assert shown(totals(PRETERM), "balance of added salts") == ["0 mEq"]
    lacking = product("magnesium sulfate", "salt", "4", "1.2", "300", salt="magnesium sulfate",
                      ions={"magnesium": MAGNESIUM_SULFATE.ions["magnesium"]}, unknown=("sulfate",))  # fmt: skip
    assert "balance of added salts" in totals(PRETERM, with_products(lacking)).figures.missing


def test_aluminium_of_a_silent_label_is_a_lower_bound_that_names_it() -> None:
    silent = product("heparin", "drug", "0.3", "1", None, nutrients=nutrients(heparin="100 units/mL"))
    figure = totals(PRETERM, with_products(silent)).figures.found["aluminium per kg per day"]
    assert not figure.complete
    assert "heparin" in figure.note
    assert totals(PRETERM).figures.found["aluminium per kg per day"].complete


def test_the_weight_of_the_bag_needs_every_density() -> None:
    assert totals(PRETERM).figures["expected mass"].unit.name == "g"
    silent = product("heparin", "drug", "0.3", None, "1", nutrients=nutrients(heparin="100 units/mL"))
    missing = totals(PRETERM, with_products(silent)).figures.missing["expected mass"]
    assert "heparin" in str(missing)


def test_nitrogen_by_the_factor_is_marked() -> None:
    silent = product("amino acids 10 %", "amino_acids", "0.875", "1", "25", nutrients=nutrients(amino_acids="0.1 g/mL"))
    figure = totals(PRETERM, with_products(silent)).figures.found["nitrogen"]
    assert (show(figure.value), figure.estimate) == ("0.672 g", True)


def test_a_constituent_that_a_label_does_not_tell_is_missing_in_every_basis() -> None:
    silent = product("lipid 20 %", "lipid", "0.27", "0.99", "25", nutrients=nutrients(lipid="0.2 g/mL"),
                     unknown=("phosphate",))  # fmt: skip
    found = totals(PRETERM, with_products(silent)).figures
    assert "phosphate per kg per day" in found.missing
    with pytest.raises(Exception, match="does not tell"):
        found["phosphate per kg per day"]


def test_every_figure_has_a_known_name() -> None:
    for data in (PRETERM, ADULT, changed_order(PRETERM, row("cysteine", "40 mg"))):
        names = {figure.name for figure in totals(data).figures}
        assert {name for name in names if not is_figure(name, NAMES)} == set()
    assert not is_figure("sodium per kg", NAMES)
    assert len(set(SINGLE)) == len(SINGLE)


def test_every_step_can_be_worked_out_again_from_its_record() -> None:
    with recording() as noted:
        totals(PRETERM)
    assert len(noted.steps) > 100
    for step in noted.as_data():
        assert recheck(step).as_data() == step["exact"]


def test_figures_depend_on_what_is_infused_and_not_on_the_overfill() -> None:
    from calculations.nutrition.overfill import Overfill

    scaled = with_products(product("vitamins", "vitamins", "1", "1", "30"))
    plain, more = (totals(PRETERM, scaled, overfill=Overfill(share=Quantity(n, "one"))).figures for n in ("0", "0.5"))
    differing = {f.name for f in plain if f.value != more[f.name]}
    assert differing == {"expected mass"}
