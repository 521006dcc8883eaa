"""Loading refuses what is unfilled, contradictory or unsourced, and names every fault at once."""

import copy
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from formulary.loading import DATA, drug_from_data, load_site, load_supplies

Data = dict[str, Any]
SITE = load_site()
SUPPLIES = load_supplies()
CEFTRIAXONE: Data = tomllib.loads((DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8"))
FILE = "drugs/ceftriaxone.toml"


def faults_after(change: Callable[[Data], object]) -> list[tuple[str, str, str]]:
    """Path, value and expectation of each fault of the drug's file after one change."""
    data = copy.deepcopy(CEFTRIAXONE)
    change(data)
    _, faults = drug_from_data(data, FILE, SITE, SUPPLIES)
    assert all(fault.file == FILE for fault in faults)
    return [(fault.path, fault.value, fault.expectation) for fault in faults]


def only_fault_after(change: Callable[[Data], object]) -> tuple[str, str, str]:
    """The one fault; fails when there are more or none."""
    (fault,) = faults_after(change)
    return fault


def vial(data: Data) -> Data:
    """The first product: a 500 mg vial, 4.8 mL give 5 mL of 100 mg/mL."""
    product: Data = data["products"][0]
    return product


def way(data: Data) -> Data:
    """How the first product is dissolved."""
    found: Data = vial(data)["reconstitutions"][0]
    return found


def limit(data: Data) -> Data:
    """The adult's limit for a day: 1,000 to 2,000 mg, at most 4,000."""
    found: Data = data["limits"][0]
    return found


def test_the_untouched_file_has_no_fault() -> None:
    assert faults_after(lambda data: None) == []


def test_a_missing_value_is_named() -> None:
    assert only_fault_after(lambda data: vial(data).pop("content")) == ("products[0].content", "nothing", "a value")


@pytest.mark.parametrize("placeholder", ["", " ", "TODO", "?", "tbd"])
def test_a_placeholder_counts_as_unfilled(placeholder: str) -> None:
    path, _, expectation = only_fault_after(lambda data: data.update(category=placeholder))
    assert (path, expectation) == ("category", "a filled-in text")


def test_preservative_must_be_said_even_when_there_is_none() -> None:
    path, value, expectation = only_fault_after(lambda data: vial(data).pop("preservative"))
    assert (path, value) == ("products[0].preservative", "nothing")
    assert "none" in expectation


def test_a_field_that_does_not_exist_is_refused() -> None:
    path, _, expectation = only_fault_after(lambda data: vial(data).update(strenght="100 mg/mL"))
    assert (path, expectation) == ("products[0].strenght", "no such field in Product")


def test_a_row_without_source_is_refused() -> None:
    path, value, expectation = only_fault_after(lambda data: limit(data).pop("source"))
    assert (path, value, expectation) == ("limits[0].source", "nothing", "a value")


def test_a_source_that_nobody_wrote_down_is_refused() -> None:
    path, value, expectation = only_fault_after(lambda data: limit(data).update(source="hearsay"))
    assert (path, value) == ("limits[0].source", "'hearsay'")
    assert "[sources]" in expectation


def test_a_source_without_text_is_refused() -> None:
    faults = faults_after(lambda data: data["sources"]["label_high"].update(text=""))
    assert ("sources.label_high.text", "''", "a filled-in text") in faults


def test_a_drug_without_any_limit_on_its_dose_is_refused() -> None:
    faults = faults_after(lambda data: data.update(limits=[row for row in data["limits"] if row["kind"] != "day"]))
    assert [path for path, _, _ in faults] == ["formulations[0].id", "formulations[1].id"]
    assert all("upper bound" in expectation for _, _, expectation in faults)


def test_a_limit_above_its_hard_maximum_is_refused() -> None:
    path, value, expectation = only_fault_after(lambda data: limit(data).update(high="4001 mg/day"))
    assert path == "limits[0].hard_max"
    assert value == "'4000 mg/day of ceftriaxone'"
    assert "4001" in expectation


def test_a_low_limit_above_the_high_one_is_refused() -> None:
    path, _, _ = only_fault_after(lambda data: limit(data).update(low="2001 mg/day"))
    assert path == "limits[0].high"


def test_a_bound_in_another_unit_than_its_row_is_refused() -> None:
    path, value, expectation = only_fault_after(lambda data: limit(data).update(hard_max="4 g/day"))
    assert (path, value, expectation) == ("limits[0].hard_max", "'4 g/day of ceftriaxone'", "the row's unit, mg/day")


def test_a_unit_that_does_not_fit_the_kind_of_limit_is_refused() -> None:
    def wrong_kind(data: Data) -> None:
        limit(data).update(kind="concentration")

    path, value, expectation = faults_after(wrong_kind)[0]
    assert (path, value) == ("limits[0].unit", "'mg/day'")
    assert "amount/volume" in expectation


def test_a_unit_nobody_knows_is_refused() -> None:
    path, value, expectation = only_fault_after(lambda data: vial(data).update(content="500 milligrams"))
    assert (path, value, expectation) == ("products[0].content", "'milligrams'", "a canonical unit")


@pytest.mark.parametrize(
    "number", ["1,000 mg", "05 mg", ".5 mg", "5.0 mg", "-5 mg", "1e3 mg", "inf mg", "500mg", "500"]
)
def test_a_number_in_another_form_is_refused(number: str) -> None:
    path, value, _ = only_fault_after(lambda data: vial(data).update(content=number))
    assert (path, value) == ("products[0].content", repr(number))


def test_a_floating_point_number_is_refused() -> None:
    path, value, _ = only_fault_after(lambda data: vial(data).update(content=500.0))
    assert (path, value) == ("products[0].content", "500.0")


def test_displacement_that_contradicts_the_label_strength_is_refused() -> None:
    path, value, expectation = only_fault_after(lambda data: way(data).update(displacement="0.5 mL"))
    assert (path, value) == ("products[0].reconstitutions[0].displacement", "'1/2 mL'")
    assert "label strength" in expectation


def test_a_dissolved_strength_that_is_not_content_over_volume_is_refused() -> None:
    path, _, expectation = only_fault_after(lambda data: way(data).update(concentration="110 mg/mL"))
    assert path == "products[0].reconstitutions[0].concentration"
    assert "content ÷ final_volume" in expectation


def test_a_final_volume_below_what_was_added_is_refused() -> None:
    def shrink(data: Data) -> None:
        way(data).update(diluent_volume="5.05 mL", displacement="none")

    path, _, _ = only_fault_after(shrink)
    assert path == "products[0].reconstitutions[0].final_volume"


def liquid(data: Data, concentration: str) -> None:
    """Turns the first product into a liquid of 5 mL."""
    vial(data).pop("reconstitutions")
    vial(data).update(form="solution_vial", volume="5 mL", concentration=concentration)


def test_a_liquid_whose_strength_is_content_over_volume_is_accepted() -> None:
    assert faults_after(lambda data: liquid(data, "100 mg/mL")) == []


def test_a_liquid_whose_strength_is_not_content_over_volume_is_refused() -> None:
    path, value, _ = only_fault_after(lambda data: liquid(data, "10 mg/mL"))
    assert (path, value) == ("products[0].concentration", "'10 mg/mL of ceftriaxone'")


@pytest.mark.parametrize("density", ["10.4 g/mL", "0.104 g/mL", "1.04 mg/mL"])
def test_a_density_that_no_liquid_has_is_refused(density: str) -> None:
    path, _, expectation = only_fault_after(lambda data: way(data).update(density=density, density_source="house"))
    assert path == "products[0].reconstitutions[0].density"
    assert "a liquid can have" in expectation
    (found,) = faults_after(
        lambda data: (liquid(data, "100 mg/mL"), vial(data).update(density=density, density_source="house"))
    )
    assert found[0] == "products[0].density"


def test_a_density_without_its_own_source_is_refused() -> None:
    path, _, _ = only_fault_after(lambda data: way(data).update(density="1.04 g/mL"))
    assert path == "products[0].reconstitutions[0].density_source"
    (found,) = faults_after(lambda data: (liquid(data, "100 mg/mL"), vial(data).update(density="1.04 g/mL")))
    assert found[0] == "products[0].density_source"


def test_a_powder_has_a_density_only_once_it_is_dissolved() -> None:
    path, _, expectation = only_fault_after(
        lambda data: vial(data).update(density="1.04 g/mL", density_source="house")
    )
    assert path == "products[0].density" and "reconstitution" in expectation
    assert faults_after(lambda data: way(data).update(density="1.04 g/mL", density_source="house")) == []


def test_a_wrong_check_digit_is_refused() -> None:
    path, value, _ = only_fault_after(lambda data: vial(data)["codes"].update(gtin="00399999010116"))
    assert (path, value) == ("products[0].codes.gtin", "'00399999010116'")


def test_a_gtin_of_another_product_code_is_refused() -> None:
    path, _, expectation = only_fault_after(lambda data: vial(data)["codes"].update(gtin="00399999010214"))
    assert path == "products[0].codes.gtin"
    assert "99999-0101-1" in expectation


def test_a_product_code_not_grouped_as_its_format_says_is_refused() -> None:
    path, value, _ = only_fault_after(lambda data: vial(data)["codes"].update(ndc="9999-90101-1"))
    assert (path, value) == ("products[0].codes.ndc", "'9999-90101-1'")


def test_a_powder_without_a_way_to_dissolve_it_is_refused() -> None:
    path, _, _ = only_fault_after(lambda data: vial(data).pop("reconstitutions"))
    assert path == "products[0].reconstitutions"


def test_a_formulation_of_a_diluent_nobody_stocks_is_refused() -> None:
    def unknown(data: Data) -> None:
        data["formulations"][0]["diluents"][0]["solution"] = "sea_water"

    assert only_fault_after(unknown) == (
        "formulations[0].diluents[0].solution",
        "'sea_water'",
        "an id that exists",
    )


def test_all_faults_come_at_once() -> None:
    def spoil(data: Data) -> None:
        vial(data).update(content="500 milligrams")
        limit(data).pop("source")
        data["flags"].pop("high_alert")
        data["formulations"][1].update(container="bucket")

    paths = [path for path, _, _ in faults_after(spoil)]
    assert paths == ["flags.high_alert", "products[0].content", "formulations[1].container", "limits[0].source"]


def test_a_limit_for_one_purpose_alone_leaves_the_others_unbounded_and_is_refused() -> None:
    def only_for_loads(data: Data) -> None:
        for row in data["limits"]:
            row["purpose"] = "load"

    assert [path for path, _, _ in faults_after(only_for_loads)] == ["formulations[0].id", "formulations[1].id"]


def test_a_formulation_for_everybody_needs_a_limit_for_everybody() -> None:
    path, _, expectation = only_fault_after(lambda data: data["formulations"][1].pop("populations"))
    assert path == "formulations[1].id"
    assert "neonate" in expectation


def with_intermediate(data: Data, **changes: str) -> None:
    """Gives the first formulation a dilution of 1 mL of 100 mg/mL to 10 mL."""
    data["formulations"][0]["intermediate"] = {
        "id": "ceftriaxone_10_mg_ml",
        "product": "ceftriaxone_500mg_vial",
        "drug_volume": "1 mL",
        "solution": "sodium_chloride_0_9",
        "diluent_volume": "9 mL",
        "final_volume": "10 mL",
        "concentration": "10 mg/mL",
        "container": "syringe",
        "source": "house",
        **changes,
    }


def test_an_intermediate_dilution_whose_figures_agree_is_accepted() -> None:
    assert faults_after(with_intermediate) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("final_volume", "11 mL"), ("concentration", "1 mg/mL"), ("drug_volume", "1 mg"), ("product", "another_vial")],
)
def test_an_intermediate_dilution_whose_figures_contradict_each_other_is_refused(field: str, wrong: str) -> None:
    paths = [path for path, _, _ in faults_after(lambda data: with_intermediate(data, **{field: wrong}))]
    assert paths
    assert all(path.startswith("formulations[0].intermediate.") for path in paths)


def test_bounds_of_unlike_units_are_a_fault_and_no_crash() -> None:
    def unlike(data: Data) -> None:
        data["formulations"][0]["diluents"][0].update(dose_from="1 mL", dose_to="500 mg")

    found = faults_after(unlike)
    assert [path.rpartition(".")[2] for path, _, _ in found] == ["dose_from", "dose_to"]
    assert "kind of unit" in found[1][2]


@pytest.mark.parametrize("tolerance", ["1 one", "0.05 mg", "5 %"])
def test_a_tolerance_is_a_share_below_one(tolerance: str) -> None:
    def wrong(data: Data) -> None:
        data["formulations"][0]["volume_tolerance"] = tolerance

    assert [path for path, _, _ in faults_after(wrong)] == ["formulations[0].volume_tolerance"]
