"""Products of parenteral nutrition: their own figures, each with a source, and what is not known stays unknown."""

from collections.abc import Iterator

import pytest
from gmpy2 import mpq

from calculations.nutrition.product import Role
from calculations.quantity import Quantity
from formulary.model import Confidence, Product, Source, SourceContainer
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.packaged import packaged_nutrition
from formulary.packaged import packaged
from tests.support.nutrition import changed, faults_in, packaged_texts

NUTRITION = packaged_nutrition()


def sources_of(product: NutritionProduct) -> Iterator[Source | None]:
    """The source of every figure of a product."""
    yield product.source
    yield from (row.source for row in (*product.ions, *product.nutrients))
    for name in ("energy", "osmolarity", "density", "aluminium"):
        if getattr(product, name) is not None:
            yield getattr(product, f"{name}_source")


@pytest.mark.parametrize("product", NUTRITION.products, ids=lambda product: product.id)
def test_every_figure_of_a_product_has_a_source_and_a_confidence(product: NutritionProduct) -> None:
    sources = list(sources_of(product))
    assert all(source is not None and source.text and isinstance(source.confidence, Confidence) for source in sources)


@pytest.mark.parametrize("product", NUTRITION.products, ids=lambda product: product.id)
def test_a_source_from_memory_never_claims_to_have_been_read(product: NutritionProduct) -> None:
    for source in sources_of(product):
        assert source is not None
        if "from memory" in source.text:
            assert source.confidence is not Confidence.SEEN


def test_the_two_potassium_phosphates_are_two_products_with_their_own_potassium() -> None:
    first = NUTRITION.source_products["potassium_phosphates_4_4"]
    second = NUTRITION.source_products["potassium_phosphates_4_7"]
    assert first.phosphate_charge == mpq("4.4") / 3
    assert second.phosphate_charge == mpq("4.7") / 3
    assert first.ions["phosphate"] == second.ions["phosphate"] == Quantity(3, "mmol/mL", of="phosphate")


def test_calcium_gluconate_has_the_calcium_of_its_label_and_not_that_of_its_molar_mass() -> None:
    product = NUTRITION.source_products["calcium_gluconate_10"]
    assert product.ions["calcium"] == Quantity("0.465", "mEq/mL", of="calcium")
    assert product.nutrients["calcium gluconate"] == Quantity(100, "mg/mL", of="calcium gluconate")


def test_what_no_source_tells_is_unknown_and_absent_but_a_stated_zero_is_zero() -> None:
    trophamine = NUTRITION.source_products["trophamine_10"]
    assert not trophamine.tells("chloride")
    assert trophamine.brings("chloride") is None
    assert trophamine.tells("phosphate")
    assert trophamine.ions["phosphate"] == Quantity(0, "mmol/mL", of="phosphate")
    assert not NUTRITION.source_products["prosol_20"].tells("acetate")


def test_a_vial_that_the_formulary_had_before_is_the_same_product_when_it_is_scanned() -> None:
    vial = packaged().item_with_gtin("00399999030014")
    assert isinstance(vial, Product)
    assert vial.drug == "potassium_chloride"
    found = NUTRITION.product_of_item(vial.id)
    assert found is not None
    assert found.id == "potassium_chloride"


def test_a_bulk_container_is_found_by_its_code_and_is_never_a_diluent() -> None:
    bottle = packaged().item_with_gtin("00399999200011")
    assert isinstance(bottle, SourceContainer)
    found = NUTRITION.product_of_item(bottle.id)
    assert found is not None
    assert found.id == "trophamine_10"
    containers = {row.id for row in packaged().supplies.source_containers}
    assert not containers & {row.id for row in (*packaged().supplies.bags, *packaged().supplies.diluent_vials)}


def test_another_strength_of_the_same_drug_is_no_source_of_parenteral_nutrition() -> None:
    assert NUTRITION.product_of_item("heparin_10000_units_ml_vial") is None
    assert NUTRITION.product_of_item("potassium_chloride_40meq_100ml_bag") is None


@pytest.mark.parametrize("product", NUTRITION.products, ids=lambda product: product.id)
def test_every_product_has_a_container_with_an_invented_code(product: NutritionProduct) -> None:
    items = [packaged().item(name) for name in product.items]
    assert items
    assert all(item.codes.ndc is not None and item.codes.ndc.startswith("99999-") for item in items)


@pytest.mark.parametrize("container", packaged().supplies.source_containers, ids=lambda row: row.id)
def test_every_bulk_container_holds_a_product(container: SourceContainer) -> None:
    assert NUTRITION.product_of_item(container.id) is not None


def test_drugs_are_only_those_of_the_released_list() -> None:
    drugs = {row.id for row in NUTRITION.products if row.role is Role.DRUG}
    released = {name for row in NUTRITION.non_nutrients for name in row.products}
    assert drugs <= released
    assert NUTRITION.non_nutrient("heparin", "preterm", "2-in-1") is not None
    assert NUTRITION.non_nutrient("heparin", "preterm", "3-in-1") is None
    assert NUTRITION.non_nutrient("pantoprazole", "adult", "2-in-1") is None


def only_fault_of(file: str, old: str, new: str) -> tuple[str, str, str]:
    """Path, value and expectation of the one fault after a change."""
    (fault,) = faults_in(changed(file, old, new))
    assert fault.file.startswith("products/")
    return fault.path, fault.value, fault.expectation


def test_the_untouched_files_have_no_fault() -> None:
    assert faults_in(packaged_texts()) == []


def test_a_salt_whose_ions_do_not_balance_is_refused() -> None:
    old = '"chloride", per_ml = "4 mEq/mL"'
    path, _, wanted = only_fault_of("products/sodium.toml", old, '"chloride", per_ml = "3 mEq/mL"')
    assert path == "products[0].ions"
    assert "as many equivalents" in wanted


def test_phosphate_in_milliequivalents_is_refused() -> None:
    faults = faults_in(changed("products/sodium.toml", 'per_ml = "3 mmol/mL"', 'per_ml = "3 mEq/mL"'))
    assert [fault.path for fault in faults] == ["products[4].phosphate", "products[4].phosphate charge"]
    assert "no fixed charge" in faults[0].expectation


@pytest.mark.parametrize("strength", ["3 one", "3 mL/mL", "3 mmol/day"])
def test_a_strength_that_is_no_amount_per_volume_is_refused(strength: str) -> None:
    faults = faults_in(changed("products/sodium.toml", 'per_ml = "3 mmol/mL"', f'per_ml = "{strength}"'))
    assert [fault.path for fault in faults] == ["products[4].ions[1].per_ml"]


def test_an_ion_in_milligrams_is_refused() -> None:
    faults = faults_in(changed("products/calcium_magnesium.toml", '"0.465 mEq/mL"', '"9.3 mg/mL"'))
    assert {fault.path for fault in faults} == {"products[0].calcium", "products[0].gluconate"}


def test_an_amino_acid_product_that_passes_its_chloride_over_is_refused() -> None:
    path, value, wanted = only_fault_of("products/amino_acids.toml", 'unknown = ["chloride"]', "unknown = []")
    assert (path, value) == ("products[0].unknown", "'chloride'")
    assert "its name in this list" in wanted


def test_a_figure_that_is_stated_and_unknown_at_once_is_refused() -> None:
    path, value, _ = only_fault_of(
        "products/amino_acids.toml", 'unknown = ["chloride"]', 'unknown = ["chloride", "acetate"]'
    )
    assert (path, value) == ("products[0].unknown", "'acetate'")


@pytest.mark.parametrize("name", ["osmolarity", "density", "aluminium"])
def test_a_figure_that_is_neither_stated_nor_unknown_is_refused(name: str) -> None:
    text = packaged_texts()["products/amino_acids.toml"]
    first = next(line for line in text.splitlines() if line.startswith(f'{name} = "'))
    faults = faults_in({**packaged_texts(), "products/amino_acids.toml": text.replace(first + "\n", "", 1)})
    assert ("products[0].unknown", repr(name)) in [(fault.path, fault.value) for fault in faults]


def test_allergy_classes_without_a_source_are_refused() -> None:
    faults = faults_in(changed("products/lipid.toml", 'allergy_source = "allergy_smof"\n', ""))
    assert [fault.path for fault in faults] == ["products[2].allergy_source"]


def test_lines_without_a_source_or_of_another_name_are_refused() -> None:
    faults = faults_in(changed("products/lipid.toml", 'lines_source = "lines_smof"\n', ""))
    assert [fault.path for fault in faults] == ["products[2].lines_source"]
    faults = faults_in(changed("products/lipid.toml", 'lines = ["central", "peripheral"]', 'lines = ["arterial"]'))
    assert [fault.path for fault in faults][:1] == ["products[0].lines"]


def test_a_figure_without_a_source_of_its_own_is_refused() -> None:
    faults = faults_in(changed("products/lipid.toml", 'energy_source = "energy"\nosmolarity', "osmolarity"))
    assert [fault.path for fault in faults] == ["products[1].energy_source"]
    assert all("a source" in fault.expectation for fault in faults)


def test_a_row_without_source_is_refused() -> None:
    old = '{ name = "acetate", per_ml = "0.097 mEq/mL", source = "acetate" }'
    path, value, _ = only_fault_of("products/amino_acids.toml", old, '{ name = "acetate", per_ml = "0.097 mEq/mL" }')
    assert (path, value) == ("products[0].ions[0].source", "nothing")


def test_dextrose_without_its_form_is_refused() -> None:
    path, _, wanted = only_fault_of(
        "products/dextrose_water.toml", 'dextrose_form = "monohydrate"\nosmolarity = "3.53', 'osmolarity = "3.53'
    )
    assert path == "products[1].dextrose form"
    assert wanted == "monohydrate or anhydrous"


def test_a_container_that_does_not_exist_is_refused() -> None:
    path, value, _ = only_fault_of("products/amino_acids.toml", '"trophamine_10_500ml"', '"trophamine_10_5000ml"')
    assert (path, value) == ("trophamine_10.items", "'trophamine_10_5000ml'")


def test_a_container_of_another_strength_is_refused() -> None:
    path, _, wanted = only_fault_of("products/drugs.toml", '"heparin_flush_100"', '"heparin_flush_10"')
    assert path == "heparin_100.items"
    assert "heparin_flush_10" in wanted


def test_the_potassium_of_one_phosphate_product_on_the_vial_of_the_other_is_refused() -> None:
    texts = changed("products/potassium.toml", '["potassium_phosphates_45mmol_15ml_vial"]', '["spare"]')
    texts = changed("products/potassium.toml", '["potassium_phosphates_45mmol_15ml_vial_4_7"]',
                    '["potassium_phosphates_45mmol_15ml_vial"]', texts)  # fmt: skip
    found = [fault for fault in faults_in(texts) if fault.path == "potassium_phosphates_4_7.items"]
    assert len(found) == 1
    assert "potassium" in found[0].value


def test_one_container_cannot_hold_two_products() -> None:
    faults = faults_in(changed("products/amino_acids.toml", '"travasol_10_1000ml"', '"trophamine_10_500ml"'))
    assert [(fault.path, fault.value) for fault in faults] == [("items", "'trophamine_10_500ml'")]
