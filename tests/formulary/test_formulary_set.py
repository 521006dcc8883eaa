"""The set of data files that comes with the program, and looking things up in it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from calculations.quantity import Quantity
from formulary.faults import FormularyFaults
from formulary.loading import DATA, load_formulary
from formulary.model import Confidence, ContainerClass, Drug, Formulary, OrderType, Product, Status

FORMULARY = load_formulary()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files that a test may spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Rewrites one data file; fails when the change changes nothing."""
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    file.write_text(after, encoding="utf-8")


def test_the_ceftriaxone_vial_is_found_by_each_of_its_codes() -> None:
    vial = FORMULARY.item_with_gtin("00399999010115")
    assert isinstance(vial, Product)
    assert vial is FORMULARY.item_with_ndc("99999010101")
    assert vial.content == Quantity(500, "mg", of="ceftriaxone")
    assert vial.reconstitutions[0].diluent_volume == Quantity("4.8", "mL")
    assert vial.reconstitutions[0].concentration == Quantity(100, "mg/mL", of="ceftriaxone")


@pytest.mark.parametrize("written", ["99999-0101-1", "99999-0101-01", "99999010101", "099999010101"])
def test_a_product_code_is_found_however_it_is_written(written: str) -> None:
    found = FORMULARY.item_with_ndc(written)
    assert found is not None
    assert found.id == "ceftriaxone_500mg_vial"


@pytest.mark.parametrize("written", ["9999901011", "", "99999-0101", "x"])
def test_what_is_no_whole_product_code_is_unknown(written: str) -> None:
    assert FORMULARY.item_with_ndc(written) is None


def test_an_unknown_code_gives_nothing() -> None:
    assert FORMULARY.item_with_gtin("00399999999993") is None
    assert FORMULARY.item_with_ndc("00000000000") is None


@pytest.mark.parametrize("name", ["ceftriaxone", "cefTRIAXone", " Rocephin ", "CEFTRIAXONE SODIUM"])
def test_a_drug_is_found_by_any_of_its_names(name: str) -> None:
    found = FORMULARY.drug_named(name)
    assert found is not None
    assert found.id == "ceftriaxone"


def test_a_part_of_a_name_is_no_name_but_can_be_searched() -> None:
    assert FORMULARY.drug_named("ceftri") is None
    assert [drug.id for drug in FORMULARY.search("ceftri")] == ["ceftriaxone"]
    assert FORMULARY.search("  ") == ()


def test_solutions_are_found_by_what_orders_call_them() -> None:
    for name in ("NS", "normal saline", "sodium chloride 0.9 %"):
        found = FORMULARY.solution_named(name)
        assert found is not None
        assert found.id == "sodium_chloride_0_9"


@pytest.mark.parametrize("drug", FORMULARY.drugs, ids=lambda drug: drug.id)
def test_nothing_that_comes_with_the_program_is_approved(drug: Drug) -> None:
    assert drug.status is Status.DRAFT


@pytest.mark.parametrize("drug", FORMULARY.drugs, ids=lambda drug: drug.id)
def test_demonstration_codes_are_invented_under_one_labeler(drug: Drug) -> None:
    assert all(product.codes.ndc is not None and product.codes.ndc.startswith("99999-") for product in drug.products)


@pytest.mark.parametrize("drug", FORMULARY.drugs, ids=lambda drug: drug.id)
def test_every_amount_of_a_drug_carries_its_tag(drug: Drug) -> None:
    bounds = [bound for row in drug.limits for bound in (row.low, row.high, row.hard_max) if bound is not None]
    amounts = [bound for bound in bounds if bound.unit.dimension.carries_substance]
    assert {amount.of for amount in (*amounts, *(product.content for product in drug.products))} == {drug.of}


def test_a_limit_from_memory_never_claims_to_have_been_read() -> None:
    for drug in FORMULARY.drugs:
        for row in drug.limits:
            if ", from memory" in row.source.text:
                assert row.source.confidence is not Confidence.SEEN


def test_the_same_files_give_the_same_digest_and_a_changed_one_another(folder: Path) -> None:
    assert load_formulary(folder).digest == FORMULARY.digest
    edit(folder / "drugs" / "ceftriaxone.toml", lambda text: text.replace('"2000 mg/day"', '"2001 mg/day"'))
    assert load_formulary(folder).digest != FORMULARY.digest


def faults_of(folder: Path) -> list[str]:
    """The faults of a folder, as sentences."""
    with pytest.raises(FormularyFaults) as caught:
        load_formulary(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_code_on_two_products_is_refused(folder: Path) -> None:
    def same_code(text: str) -> str:
        return text.replace("99999-0102-1", "99999-0101-1").replace("00399999010214", "00399999010115")

    edit(folder / "drugs" / "ceftriaxone.toml", same_code)
    found = faults_of(folder)
    assert len(found) == 2
    assert all("ceftriaxone_500mg_vial" in fault and "drugs/ceftriaxone.toml" in fault for fault in found)


def test_a_code_on_a_product_and_a_supply_is_refused(folder: Path) -> None:
    edit(
        folder / "supplies.toml",
        lambda text: text.replace("99999-0103-1", "99999-0102-1").replace("00399999010313", "00399999010214"),
    )
    assert len(faults_of(folder)) == 2


def test_a_name_that_two_drugs_answer_to_is_refused(folder: Path) -> None:
    drugs = folder / "drugs"
    text = (drugs / "ceftriaxone.toml").read_text(encoding="utf-8")
    (drugs / "other.toml").write_text(text.replace('id = "ceftriaxone"\n', 'id = "other"\n'), encoding="utf-8")
    assert any("'rocephin'" in fault and "other.toml" in fault for fault in faults_of(folder))


def test_a_file_that_is_no_toml_does_not_hide_the_faults_of_others(folder: Path) -> None:
    (folder / "drugs" / "broken.toml").write_text("id = ", encoding="utf-8")
    edit(folder / "drugs" / "ceftriaxone.toml", lambda text: text.replace('"4.8 mL"', '"48 mL"'))
    found = faults_of(folder)
    assert any("broken.toml" in fault for fault in found)
    assert any("ceftriaxone.toml" in fault and "final_volume" in fault for fault in found)


def test_a_file_is_named_after_its_drug(folder: Path) -> None:
    (folder / "drugs" / "ceftriaxone.toml").rename(folder / "drugs" / "cefazolin_x.toml")
    assert any("the file's name" in fault for fault in faults_of(folder))


def test_a_missing_rule_set_is_named(folder: Path) -> None:
    (folder / "site" / "usp797_2023.toml").unlink()
    assert any("usp797_2023.toml" in fault for fault in faults_of(folder))


def test_an_unknown_site_value_is_an_error_and_no_zero() -> None:
    with pytest.raises(KeyError, match="moon_phase"):
        FORMULARY.site.value("moon_phase")
    assert FORMULARY.site.value("syringe_fill_high") == Quantity("0.8", "one")


def test_category_1_has_no_freezer_row() -> None:
    rows = FORMULARY.site.beyond_use.rows
    assert not [row for row in rows if row.category == "1" and row.storage.value == "freezer"]
    assert len(rows) == 23


@pytest.mark.parametrize("hours", [30, 48, 72])
def test_superseded_limits_of_2008_are_not_in_the_category_table(hours: int) -> None:
    rows = [row for row in FORMULARY.site.beyond_use.rows if row.process == "aseptic" and row.sterility_test == "no"]
    assert Quantity(hours, "h") not in [row.limit for row in rows]


def test_the_set_is_frozen() -> None:
    with pytest.raises(AttributeError):
        FORMULARY.version = 2  # type: ignore[misc]
    assert isinstance(FORMULARY, Formulary)


def test_a_diluent_volume_that_nobody_stocks_is_refused(folder: Path) -> None:
    edit(folder / "drugs" / "vancomycin.toml", lambda text: text.replace('volume = "250 mL"', 'volume = "275 mL"'))
    found = faults_of(folder)
    assert found
    assert all("275 mL" in fault and "supplies.toml" in fault for fault in found)


def test_a_drug_that_must_not_touch_a_wall_needs_a_bag_with_another(folder: Path) -> None:
    edit(folder / "supplies.toml", lambda text: text.replace('material = "polyolefin"', 'material = "pvc"'))
    assert any("amiodarone" in fault for fault in faults_of(folder))


def test_vinca_alkaloids_are_made_in_minibags_only_and_intrathecal_drugs_without_preservative() -> None:
    vincristine = FORMULARY.drug("vincristine").formulations
    assert all(
        row.minibag_only and row.container is ContainerClass.MINIBAG and row.routes == ("IV",) for row in vincristine
    )
    intrathecal = [row for drug in FORMULARY.drugs for row in drug.formulations if "intrathecal" in row.routes]
    assert intrathecal
    assert all(row.preservative_free_only and len(row.routes) == 1 for row in intrathecal)
    for row in intrathecal:
        assert all(FORMULARY.product(product).preservative is None for product in row.products)


def test_no_formulation_pushes_potassium() -> None:
    rows = [*FORMULARY.drug("potassium_chloride").formulations, *FORMULARY.drug("potassium_phosphates").formulations]
    assert {row.container for row in rows} == {ContainerClass.BAG}
    assert "push" not in {row.order_type.value for row in rows}


def test_a_paralytic_is_confirmed_at_the_hood_and_marked_on_the_label() -> None:
    rocuronium = FORMULARY.drug("rocuronium")
    assert rocuronium.flags.paralytic
    for row in rocuronium.formulations:
        assert any(step.confirm and "PARALYZING" in step.text for step in row.instructions)
        assert any("PARALYZING" in label.text for label in row.labels)


def test_hazardous_drugs_are_made_in_a_hazardous_hood() -> None:
    hazardous = [drug for drug in FORMULARY.drugs if drug.flags.hazardous]
    assert len(hazardous) >= 10
    assert all(row.hazardous_hood for drug in hazardous for row in drug.formulations)


def test_every_kind_of_order_has_a_formulation_but_parenteral_nutrition_which_has_a_set_of_its_own() -> None:
    kinds = {row.order_type for drug in FORMULARY.drugs for row in drug.formulations}
    assert kinds == set(OrderType) - {OrderType.PARENTERAL_NUTRITION}
