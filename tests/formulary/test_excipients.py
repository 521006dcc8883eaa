"""What a container brings besides its drug: by its own label, and never free where nothing is stated."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from formulary.excipients import Holds, excipient_codes, item_holds, product_holds
from formulary.loading import DATA, drug_from_data
from formulary.model import Drug, Product
from tests.support.flow import formulary

HEPARIN = formulary().drug("heparin")


def product(drug: Drug, wanted: str) -> Product:
    return next(one for one in drug.products if one.id == wanted)


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ("heparin_1000_units_ml_vial", Holds.YES),
        ("heparin_5000_units_ml_vial", Holds.NO),
        ("heparin_10000_units_ml_vial", Holds.NOT_STATED),
        ("heparin_25000_250ml_bag", Holds.NOT_STATED),
    ],
)
def test_a_product_is_free_only_where_a_source_says_so(wanted: str, holds: Holds) -> None:
    assert product_holds(HEPARIN, product(HEPARIN, wanted), "benzyl_alcohol") is holds


def test_a_class_that_the_drugs_list_does_not_name_is_in_no_product_of_it() -> None:
    assert {product_holds(HEPARIN, one, "sulfite") for one in HEPARIN.products} == {Holds.NO}


def test_a_preservative_is_an_excipient_by_its_name_and_one_that_is_not_named_may_be_any() -> None:
    vial = replace(product(HEPARIN, "heparin_10000_units_ml_vial"), preservative="benzyl alcohol, from the diluent")
    assert product_holds(HEPARIN, vial, "benzyl_alcohol") is Holds.YES
    rocuronium = formulary().drug("rocuronium")
    assert {product_holds(rocuronium, one, "benzyl_alcohol") for one in rocuronium.products} == {Holds.NOT_STATED}
    assert not any(code.startswith("not_") for code in excipient_codes(formulary()))


def test_a_diluent_holds_its_preservative_and_an_empty_bag_brings_nothing() -> None:
    supplies = formulary().supplies
    by_id = {vial.solution: item_holds(formulary(), vial, "benzyl_alcohol") for vial in supplies.diluent_vials}
    assert by_id["bacteriostatic_water"] is Holds.YES
    assert by_id["sterile_water"] is Holds.NO
    assert item_holds(formulary(), supplies.empty_bags[0], "benzyl_alcohol") is Holds.NO


def faults_of(data: dict[str, Any], *, released: bool = False) -> list[tuple[str, str]]:
    _, faults = drug_from_data(data, "drugs/x.toml", formulary().site, formulary().supplies, released=released)
    return [(fault.path, fault.value) for fault in faults]


def test_an_excipient_that_the_drugs_list_does_not_name_is_refused_and_a_version_released_before_is_still_read() -> (
    None
):
    data = tomllib.loads((DATA / "drugs" / "heparin.toml").read_text(encoding="utf-8"))
    assert faults_of(data) == []
    data["excipient_classes"] = ["sulfite"]
    assert faults_of(data) == [("products[0].excipients", "'benzyl_alcohol'")]
    assert faults_of(data, released=True) == []
