"""Limits: each with its source, none missing for what is high-alert, and contradictions refused by name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.nutrition.product import POPULATIONS
from calculations.quantity import Quantity
from formulary.model import Confidence, Line
from formulary.nutrition.checks_limits import RATES, high_alert, unbounded
from formulary.nutrition.engine_limits import engine_limits, nutrient_names, usual_ranges
from formulary.nutrition.model_rules import BOUNDS, LimitRow, nutrient_and_basis, unit_expected
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.nutrition import changed, faults_in, packaged_texts, without_row

NUTRITION = packaged_nutrition()
FILE = "limits.toml"


@pytest.mark.parametrize("row", NUTRITION.limits, ids=lambda row: row.id)
def test_every_bound_has_a_source_a_confidence_and_the_unit_of_its_row(row: LimitRow) -> None:
    bounds = [bound for name in BOUNDS if (bound := getattr(row, name)) is not None]
    assert bounds
    assert {bound.unit for bound in bounds} == {row.unit}
    assert row.source.text
    assert isinstance(row.source.confidence, Confidence)
    if "from memory" in row.source.text:
        assert row.source.confidence is not Confidence.SEEN


def test_a_hard_stop_that_no_source_names_is_marked_as_a_proposal() -> None:
    proposed = [row for row in NUTRITION.limits if row.source.id == "house"]
    assert proposed
    assert {row.source.confidence for row in proposed} == {Confidence.DESIGN}


def test_the_stops_of_the_hospital_chart_are_absolute() -> None:
    potassium = NUTRITION.limits_for("potassium per litre", "preterm", Quantity(1, "kg_bw"), Line.PERIPHERAL, "2-in-1")
    (row,) = [row for row in potassium if row.absolute]
    assert row.hard_high == Quantity(40, "mEq/L", of="potassium")
    assert row.source.confidence is Confidence.SEEN


def test_a_peripheral_row_does_not_hold_for_a_central_line() -> None:
    weight = Quantity(70, "kg_bw")
    peripheral = NUTRITION.limits_for("osmolarity", "adult", weight, Line.PERIPHERAL, "2-in-1")
    assert [row.soft_high for row in peripheral if row.soft_high is not None] == [Quantity(900, "mOsm/L")]
    assert NUTRITION.limits_for("osmolarity", "adult", weight, Line.CENTRAL, "2-in-1") == ()


@pytest.mark.parametrize(("kg", "wanted"), [("2.999", 400), ("3", 250), ("9.999", 250), ("10", 100)])
def test_zinc_goes_by_weight_and_the_lower_end_of_a_band_is_included(kg: str, wanted: int) -> None:
    rows = NUTRITION.limits_for("zinc per kg per day", "infant", Quantity(kg, "kg_bw"), Line.CENTRAL, "2-in-1")
    (usual,) = [row.usual_high for row in rows if row.usual_high is not None]
    assert usual == Quantity(wanted, "mcg/kg/day", of="zinc")


def hard_stops(figures: tuple[str, ...], population: str, weight: Quantity, line: Line, kind: str) -> list[Quantity]:
    """Hard upper bounds that hold."""
    rows = (row for figure in figures for row in NUTRITION.limits_for(figure, population, weight, line, kind))
    return [row.hard_high for row in rows if row.hard_high is not None]


@given(
    population=st.sampled_from(POPULATIONS),
    grams=st.integers(300, 200_000),
    line=st.sampled_from([Line.CENTRAL, Line.PERIPHERAL]),
    kind=st.sampled_from(["2-in-1", "3-in-1"]),
)
def test_everything_high_alert_has_a_hard_stop_at_every_weight(
    population: str, grams: int, line: Line, kind: str
) -> None:
    weight = Quantity(grams, "g_bw").to("kg_bw")
    for nutrient in high_alert(NUTRITION, population):
        figures = (f"{nutrient} per kg per day", f"{nutrient} per day")
        assert hard_stops(figures, population, weight, line, kind), nutrient
    for rate in RATES:
        assert hard_stops((rate,), population, weight, line, kind), rate


@pytest.mark.parametrize("population", POPULATIONS)
def test_a_stop_that_is_missing_for_anything_high_alert_is_named(population: str) -> None:
    """Incident I2: a set with one missing limit is never in force, whichever it is."""
    for nutrient in (*high_alert(NUTRITION, population), *RATES):
        figures = {f"{nutrient} per kg per day", f"{nutrient} per day", nutrient}
        kept = tuple(
            replace(row, populations=tuple(name for name in row.populations if name != population))
            if row.figure in figures and row.hard_high is not None
            else row
            for row in NUTRITION.limits
        )
        found = list(unbounded(replace(NUTRITION, limits=kept)))
        assert [(name, whom) for name, whom, _ in found] == [(nutrient, population)]


def test_a_gap_between_two_weight_bands_is_named() -> None:
    rows = tuple(
        replace(row, weight_from=Quantity(11, "kg_bw"))
        if row.figure == "zinc per kg per day" and row.hard_high is not None and row.weight_from is not None
        else row
        for row in NUTRITION.limits
    )
    found = [(name, where) for name, _, where in unbounded(replace(NUTRITION, limits=rows))]
    assert set(found) == {("zinc", "from 10 kg_bw, central line, 2-in-1")}


def test_a_set_without_the_stop_on_zinc_does_not_load() -> None:
    faults = faults_in(without_row(FILE, 'id = "zinc_hard_adolescent_adult_day"'))
    assert [(fault.file, fault.path) for fault in faults] == [(FILE, "zinc"), (FILE, "zinc")]
    assert all("a hard upper bound for" in fault.expectation for fault in faults)


def test_ten_times_the_low_end_of_what_is_usual_passes_a_hard_stop() -> None:
    for row in NUTRITION.limits:
        named = nutrient_and_basis(row.figure) or (("dextrose", None) if row.figure in RATES else None)
        if named is None or row.usual_low is None:
            continue
        for population in row.populations:
            if named[0] not in high_alert(NUTRITION, population):
                continue
            weight = Quantity(1, "kg_bw") if row.weight_from is None else row.weight_from
            stops = hard_stops((row.figure,), population, weight, Line.CENTRAL, "2-in-1")
            assert stops, (row.id, population)
            assert row.usual_low * 10 > min(stops), (row.id, population)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('hard_high = "300 mEq/L"', 'hard_high = "300 mmol/L"', "hard_high"),
        ('figure = "osmolarity"', 'figure = "osmolality"', "unit"),
        ('populations = ["adult"]', 'populations = ["grown-up"]', "populations"),
        ('kinds = ["3-in-1"]', 'kinds = ["4-in-1"]', "kinds"),
        ('usual_high = "3.5 g/kg/day"', 'usual_high = "2 g/kg/day"', "usual_high"),
        ('weight_below = "3 kg_bw"', 'weight_below = "3 kg"', "weight_below"),
        ('hard_high = "15 mEq/kg/day"', "hard_high = 15", "hard_high"),
    ],
)
def test_a_contradiction_in_a_row_is_named_by_its_path(old: str, new: str, path: str) -> None:
    faults = [fault for fault in faults_in(changed(FILE, old, new)) if fault.file == FILE]
    assert faults
    assert {fault.path.rpartition(".")[2] for fault in faults if fault.path.startswith("limits[")} == {path}


def test_a_unit_that_is_not_that_of_the_figure_is_refused_with_the_one_that_is() -> None:
    texts = changed(FILE, 'unit = "mEq/kg/h"', 'unit = "mEq/kg/day"')
    faults = [fault for fault in faults_in(texts) if fault.path.endswith(".unit")]
    assert faults
    assert {fault.expectation for fault in faults} == {"mEq/kg/h"}


def test_a_limit_without_a_source_is_refused() -> None:
    text = packaged_texts()[FILE]
    last = text.rstrip().rpartition("\n")[2]
    assert last.startswith("source = ")
    faults = faults_in({**packaged_texts(), FILE: text.rstrip().removesuffix(last)})
    assert [(fault.path.rpartition(".")[2], fault.value) for fault in faults] == [("source", "nothing")]


def test_a_source_without_a_confidence_is_refused() -> None:
    faults = faults_in(changed(FILE, ', confidence = "P-M" }', " }"))
    assert any(fault.path.startswith("sources.") and fault.value == "nothing" for fault in faults)


def test_a_stop_that_is_absolute_without_a_bound_is_refused() -> None:
    row = 'usual_low = "85 kcal/kg/day"\nusual_high = "111 kcal/kg/day"\nabsolute = false'
    faults = faults_in(changed(FILE, row, row.replace("false", "true")))
    assert [fault.path.rpartition(".")[2] for fault in faults] == ["absolute"]


def test_the_unit_says_the_basis_and_a_wrong_pair_does_not_fit() -> None:
    row = next(row for row in NUTRITION.limits if row.figure == "sodium per kg per day")
    assert unit_expected("sodium per kg per day", row.unit) is None
    assert unit_expected("sodium per day", row.unit) is not None
    assert unit_expected("sodium per litre", row.unit) is not None
    assert unit_expected("moonlight", row.unit) is not None


def test_the_engine_gets_every_bound_with_source_and_confidence() -> None:
    limits = engine_limits(NUTRITION)
    bounded = [row for row in NUTRITION.limits if any(getattr(row, name) is not None for name in BOUNDS[2:])]
    assert len(limits) == len(bounded)
    assert all(limit.source.endswith(")") for limit in limits)
    osmolarity = [limit for limit in limits if limit.figure == "osmolarity" and limit.line == "peripheral"]
    assert {limit.upper_absolute for limit in osmolarity if limit.upper_absolute is not None} == {
        Quantity(950, "mOsm/L")
    }
    named = {limit.nutrient for limit in limits if nutrient_and_basis(limit.figure) and limit.nutrient != "energy"}
    assert named - {"aluminium"} <= nutrient_names(NUTRITION) | {"potassium"}


@pytest.mark.parametrize("population", POPULATIONS)
def test_everything_that_is_ordered_as_high_alert_has_a_usual_range(population: str) -> None:
    ranges = {row.nutrient for row in usual_ranges(NUTRITION) if population in row.band.populations}
    assert set(high_alert(NUTRITION, population)) <= ranges
