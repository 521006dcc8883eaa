"""The site's nutrition profile: what is not decided stops the load by name, all faults at once."""

import re

import pytest

from calculations.nutrition.product import POPULATIONS
from calculations.quantity import Quantity
from formulary.faults import FormularyFaults
from formulary.model import Confidence, Status
from formulary.nutrition.checks_profile import CHOICES, PURPOSES, REQUIRED, VALUES
from formulary.nutrition.loading import load_nutrition, read_texts
from formulary.nutrition.packaged import packaged_nutrition
from formulary.packaged import packaged
from tests.support.nutrition import changed, faults_in, of_a_hospital, packaged_texts, without_row

NUTRITION = packaged_nutrition()
PROFILE = NUTRITION.profile
FILE = "profile.toml"


def test_the_packaged_profile_is_a_demonstration_and_a_draft() -> None:
    assert PROFILE.demonstration
    assert PROFILE.status is Status.DRAFT
    assert PROFILE.populations == POPULATIONS


@pytest.mark.parametrize("population", POPULATIONS)
def test_two_independent_pharmacists_check_unless_the_hospital_says_otherwise(population: str) -> None:
    assert PROFILE.pharmacists_for(population) == 2


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("purpose", REQUIRED)
def test_for_every_purpose_something_is_stocked(purpose: str, population: str) -> None:
    assert PROFILE.stocked_for(purpose, population)


def test_every_row_of_the_profile_has_a_source_and_a_confidence() -> None:
    tables = ("stocked", "values", "choices", "overfill", "labels", "mixing", "apart", "storing", "osmoles", "curves",
              "checks", "changes", "screening")  # fmt: skip
    sources = [row.source for table in tables for row in getattr(PROFILE, table)]
    sources += [row.prime_source for row in PROFILE.overfill]
    sources += [source for row in PROFILE.hanging for source in (row.longest_source, row.filter_source)]
    assert len(sources) > 80
    assert all(source.text and isinstance(source.confidence, Confidence) for source in sources)


@pytest.mark.parametrize("name", VALUES)
def test_a_number_that_is_not_set_is_named(name: str) -> None:
    (fault,) = faults_in(without_row(FILE, f'[values]]\nname = "{name}"'.removeprefix("[")))
    assert (fault.file, fault.path, fault.value) == (FILE, f"values.{name}", "nothing")


@pytest.mark.parametrize("name", CHOICES)
def test_a_decision_that_is_not_taken_is_named_with_the_ways_there_are(name: str) -> None:
    (fault,) = faults_in(without_row(FILE, f'choices]]\nname = "{name}"'))
    assert (fault.path, fault.value) == (f"choices.{name}", "nothing")
    assert all(way in fault.expectation for way in CHOICES[name])


@pytest.mark.parametrize(
    "purpose", [name for name in REQUIRED if name not in ("amino_acids", "trace_elements", "vitamins")]
)
def test_a_purpose_that_nothing_is_stocked_for_is_named_for_every_population(purpose: str) -> None:
    faults = faults_in(without_row(FILE, f'purpose = "{purpose}"'))
    assert [fault.path for fault in faults] == [f"stocked.{purpose}"] * len(POPULATIONS)


def test_everything_that_is_unfilled_comes_at_once() -> None:
    texts = changed(FILE, 'choice = "added salts"', 'choice = "TODO"')
    texts = changed(FILE, 'value = "0.1 mL/h"', 'value = "0.1 mL"', texts)
    texts = changed(FILE, "pharmacists = 2", "pharmacists = 0", texts)
    texts = changed(FILE, 'keeps = "24 h"', 'keeps = "24 mL"', texts)
    texts = changed("limits.toml", 'unit = "mOsm/L"', 'unit = "mOsm"', texts)
    paths = [(fault.file, re.sub(r"\d+", "n", fault.path)) for fault in faults_in(texts)]
    assert (FILE, "choices[n].choice") in paths
    assert ("limits.toml", "limits[n].unit") in paths
    mended = changed(FILE, 'choice = "TODO"', 'choice = "both"', texts)
    found = {re.sub(r"\d+", "n", fault.path) for fault in faults_in(mended) if fault.file == FILE}
    assert found == {"choices.ratio_scope", "values.rate_step", "checks[n].pharmacists", "mixing[n].keeps"}


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('share = "0.3 one"', 'share = "0.3 one"\nvolume = "3 mL"', "overfill[0].share"),
        ('prime = "3 mL"', 'prime = "3 g"', "overfill[0].prime"),
        ('filter = "inline_filter_1_2_micron"', 'filter = "syringe_60"', "hanging[0].filter"),
        ('kind = "lipid"', 'kind = "fat"', "hanging"),
        ('takes = "calcium"', 'takes = "chalk"', "mixing"),
        ('first = "phosphate"', 'first = "zinc"', "apart[0].first"),
        ('way = "sum"', 'way = "guess"', "screening[2].way"),
        ('hard = "3 one"', 'hard = "1 one"', "changes[0].hard"),
        ('soft = "1.5 one"', 'soft = "0.5 one"', "changes[0].soft"),
        ('soft = "1.5 one"', 'soft = "1.5 one"\nsoft_step = "1 mg/kg/min"', "changes[0].soft_step"),
        ('soft_step = "2 mg/kg/min"', 'soft_step = "2 mg/day"', "changes[1].soft_step"),
        ('soft_step = "2 mg/kg/min"', 'soft_step = "2 mg/kg/min"\nhard_step = "1 mg/kg/min"', "changes[1].hard_step"),
        ('soft_step = "2 mg/kg/min"', 'soft_step = "2 mg/kg/min"\nhard_step = "9 g/kg/day"', "changes[1].hard_step"),
        ('soft_step = "2 mg/kg/min"\n', "", "changes[1].step_source"),
        ('nutrient = "potassium"\npop', 'nutrient = "dextrose"\npop', "changes[3].nutrient"),
        ('curve = "fictional_trophamine"', 'curve = "remembered"', "curves[0].curve"),
        ('products = ["multrys"]', 'products = ["sterile_water"]', "stocked[14].products"),
        ('products = ["infuvite_pediatric"]', 'products = ["infuvite_adult"]', "stocked[20].products"),
        ('osmoles = "5 mOsm/g"', 'osmoles = "5 mOsm/mEq"', "osmoles.dextrose"),
        ('storage_hours = "24 h"', 'storage_hours = "24 mg"', "storing[0].storage_hours"),
    ],
)
def test_a_contradiction_is_named_by_its_path(old: str, new: str, path: str) -> None:
    assert path in [fault.path for fault in faults_in(changed(FILE, old, new))]


@pytest.mark.parametrize("base", ["sodium_chloride_23_4", "potassium_chloride", "magnesium_sulfate_50", "dextrose_70"])
def test_no_concentrate_can_be_stocked_as_the_water_of_a_bag(base: str) -> None:
    """Incident I4: sodium chloride 23.4 % was used as the base."""
    (fault,) = faults_in(changed(FILE, 'products = ["sterile_water"]', f'products = ["{base}"]'))
    assert (fault.value, fault.expectation) == (repr(base), "a product for water")


def test_calcium_before_phosphate_is_refused() -> None:
    texts = changed(FILE, 'takes = "calcium"', 'takes = "?1"')
    texts = changed(FILE, 'takes = "phosphate"', 'takes = "calcium"', texts)
    texts = changed(FILE, 'takes = "?1"', 'takes = "phosphate"', texts)
    assert [(fault.path, fault.expectation) for fault in faults_in(texts)] == [("mixing", "calcium after phosphate")]


def test_phosphate_and_calcium_must_be_kept_apart_in_the_tubing() -> None:
    (fault,) = faults_in(without_row(FILE, 'first = "phosphate"'))
    assert fault.path == "apart"


def test_an_unset_number_is_an_error_and_no_zero() -> None:
    with pytest.raises(KeyError, match="moon_phase"):
        PROFILE.value("moon_phase")
    with pytest.raises(KeyError, match="moon_phase"):
        PROFILE.choice("moon_phase")
    assert PROFILE.value("lipid_container") == Quantity(12, "h")


def test_the_demonstration_is_refused_in_a_hospital_with_its_invented_curve() -> None:
    paths = [(fault.file, fault.path) for fault in faults_in(packaged_texts(), of_a_hospital())]
    assert paths == [(FILE, "demonstration"), ("curves.toml", "curves[0].fictional")]


def test_the_fictional_curve_is_refused_even_in_a_profile_that_does_not_call_itself_a_demonstration() -> None:
    texts = changed(FILE, "demonstration = true", "demonstration = false")
    texts = changed(FILE, 'confidence = "demonstration"', 'confidence = "design"', texts)
    for formulary in (packaged(), of_a_hospital()):
        assert [(fault.file, fault.path) for fault in faults_in(texts, formulary)] == [
            ("curves.toml", "curves[0].fictional")
        ]


def test_a_hospital_cannot_keep_what_was_invented_for_the_demonstration() -> None:
    faults = faults_in(changed(FILE, "demonstration = true", "demonstration = false"))
    assert faults
    assert {re.sub(r"\d+", "n", fault.path) for fault in faults} == {
        "stocked[n].source", "labels[n].source", "curves[n].source",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["profile.toml", "limits.toml", "curves.toml", "templates.toml", "non_nutrients.toml"])
def test_a_file_that_is_missing_is_named(name: str) -> None:
    texts = {key: text for key, text in packaged_texts().items() if key != name}
    nutrition, faults = read_texts(texts)
    assert nutrition is None
    assert [(fault.file, fault.expectation) for fault in faults] == [(name, "this file")]


@pytest.mark.parametrize("name", ["extra.toml", "products/../x.toml", "products/a b.toml"])
def test_a_file_that_belongs_to_no_set_is_refused(name: str) -> None:
    _, faults = read_texts({**packaged_texts(), name: ""})
    assert name in [fault.file for fault in faults]


@pytest.mark.parametrize("text", ["id = ", "[" * 2000, "a" + ".a" * 5000 + " = 1", "x = 1e400"])
def test_a_file_that_is_no_toml_does_not_hide_the_faults_of_others(text: str) -> None:
    texts = {**changed(FILE, "pharmacists = 2", "pharmacists = 0"), "curves.toml": text}
    files = {fault.file for fault in faults_in(texts)}
    assert files == {"curves.toml", FILE}


def test_loading_a_folder_with_faults_raises_all_of_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("nutrition")
    (folder / "profile.toml").write_text("", encoding="utf-8")
    with pytest.raises(FormularyFaults) as caught:
        load_nutrition(packaged(), folder)
    assert {"limits.toml", "curves.toml", FILE} <= {fault.file for fault in caught.value.faults}


def test_the_same_files_give_the_same_digest_and_a_changed_one_another() -> None:
    again, _ = read_texts(packaged_texts())
    other, _ = read_texts(changed("limits.toml", 'hard_high = "15 mEq/kg/day"', 'hard_high = "14 mEq/kg/day"'))
    assert again is not None
    assert other is not None
    assert again.digest == NUTRITION.digest != other.digest


def test_every_purpose_has_a_role() -> None:
    assert all(role for role, _ in PURPOSES.values())
