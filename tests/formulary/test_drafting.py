"""A data file as a form and back: only what was typed is written, remarks stay, and every field that is wrong is named."""

import tomllib
from dataclasses import fields
from typing import Any

import pytest

from calculations.errors import Faults
from formulary.differing.difference import difference
from formulary.drafting import edit, edited, field_names, field_of_path, sections_of
from formulary.edited_fields import EDITED
from formulary.excipients import Holds, product_holds
from formulary.form_fields import NEW_SOURCE
from formulary.house.loading import HouseRules, proposal
from formulary.loading import DATA, drug_from_text
from formulary.model import Drug
from formulary.new_rows import new_names, row_values, tables_of
from formulary.packaged import packaged

DRUGS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((DATA / "drugs").glob("*.toml"))}
TEXT = DRUGS["ceftriaxone"]
TABLES = {
    name: name
    for name in (
        "limits",
        "standard_concentrations",
        "stabilities",
        "products",
        "formulations",
        "flags",
        "populations",
        "compatibilities",
        "banners",
        "warnings",
    )
}
SOURCE = {"text": "label of March 2026", "confidence": "seen"}


def form_of(text: str, root: type = Drug, tables: dict[str, str] = TABLES) -> dict[str, str]:
    """The form as a browser sends it when nothing was touched: ticks only where they are set."""
    rows = [row for section in sections_of(root, text, tables, {}) for row in section.rows]
    return {field.name: field.value for row in rows for field in row.fields if field.kind != "tick" or field.value}


def changes(typed: dict[str, str], text: str = TEXT) -> list[str]:
    """What the form makes of a file, in words; the result must load."""
    after = edited(Drug, text, typed, SOURCE, 2)
    drug, faults = drug_from_text(after, "x", packaged().site, packaged().supplies)
    assert faults == []
    assert drug is not None
    return [change.words for change in difference(Drug, text, after)]


def test_that_a_product_holds_no_excipient_is_stated_by_its_source_in_the_form():
    typed = {**form_of(DRUGS["heparin"]), "products.4.excipient_source": NEW_SOURCE}
    found = changes(typed, DRUGS["heparin"])
    assert "premixed bag (100 units/mL), source of the excipients: not stated → label of March 2026" in found[0]
    drug, _ = drug_from_text(edited(Drug, DRUGS["heparin"], typed, SOURCE, 2), "x", packaged().site, packaged().supplies)
    bag = next(one for one in drug.products if one.id == "heparin_25000_250ml_bag")
    assert product_holds(drug, bag, "benzyl_alcohol") is Holds.NO


@pytest.mark.parametrize("name", sorted(DRUGS))
def test_a_form_that_was_not_touched_changes_no_letter(name):
    assert edited(Drug, DRUGS[name], form_of(DRUGS[name]), SOURCE, 2) == DRUGS[name]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("limits.0.hard_max", "3500", "Adult maximum daily dose: 4,000 mg/day → 3,500 mg/day"),
        ("limits.4.low", "45", "Everybody usual minimum time to infuse: 30 min → 45 min"),
        (
            "stabilities.1.limit",
            "168",
            "Stability, reconstituted, refrigerated, 100 mg/mL, lasts: 10 days (240 h) → 7 days (168 h)",
        ),
        ("formulations.0.volume_tolerance", "2.5", "cefTRIAXone minibag, child, tolerance by volume: 5 % → 2.5 %"),
        (
            "formulations.1.infusion.longest_time",
            "60",
            "cefTRIAXone minibag, adult, infusion, longest time: not stated → 60 min",
        ),
        ("flags.high_alert", "yes", "high alert: no → yes"),
        ("flags.niosh", "2024 table 1", "NIOSH list: not stated → 2024 table 1"),
        ("flags.vesicant", "irritant", "vesicant class: none → irritant"),
        ("flags.look_alikes", "ceFAZolin, cefOXitin", "mistaken for: ceFAZolin → ceFAZolin, cefOXitin"),
        ("products.0.in_use_limit", "6", "cefTRIAXone 500 mg vial, powder, once opened: not stated → 6 h"),
    ],
)
def test_what_was_typed_is_the_only_thing_that_changes(field, typed, sentence):
    assert changes({**form_of(TEXT), field: typed}) == [sentence]


def test_a_tick_that_was_taken_away_is_a_no():
    typed = form_of(TEXT)
    del typed["flags.light_in_vial"]
    assert changes(typed) == ["protect the vial from light: yes → no"]


def test_an_emptied_bound_is_gone_and_the_rest_of_the_row_as_it_was():
    assert changes({**form_of(TEXT), "limits.0.low": ""}) == [
        "Adult usual minimum daily dose: 1,000 mg/day → not stated"
    ]


def test_a_row_is_taken_out():
    found = changes({**form_of(TEXT), "limits.4.out": "yes", "limits.0.high": "2500"})
    assert found == [
        "Adult usual maximum daily dose: 2,000 mg/day → 2,500 mg/day",
        "Limits, gone: Everybody, time to infuse",
    ]


def test_a_row_may_rest_on_the_source_of_the_change():
    typed = {**form_of(TEXT), "limits.0.high": "2500", "limits.0.source": NEW_SOURCE}
    after = tomllib.loads(edited(Drug, TEXT, typed, SOURCE, 7))
    assert after["limits"][0]["source"] == "change_7"
    assert after["sources"]["change_7"] == SOURCE
    assert "change_7" not in tomllib.loads(edited(Drug, TEXT, form_of(TEXT), SOURCE, 7))["sources"]


def test_remarks_stay():
    text = TEXT.replace('id = "day_adult_mg_day"', '# asked by oncology\nid = "day_adult_mg_day"  # adult')
    after = edited(Drug, text, {**form_of(text), "limits.0.high": "2500"}, SOURCE, 2)
    assert '# asked by oncology\nid = "day_adult_mg_day"  # adult' in after


@pytest.mark.parametrize("typed", ["1,500", "1.5e3", "1_500", "-3", "two", ".5", "1500 mg"])
def test_what_is_no_plain_number_is_named_by_its_field(typed):
    with pytest.raises(Faults) as problem:
        edited(Drug, TEXT, {**form_of(TEXT), "limits.0.high": typed, "stabilities.0.limit": typed}, SOURCE, 2)
    assert [fault.field for fault in problem.value.faults] == ["limits.0.high", "stabilities.0.limit"]


def test_what_the_file_must_state_cannot_be_emptied():
    with pytest.raises(Faults) as problem:
        edited(Drug, TEXT, {**form_of(TEXT), "products.0.content": "", "stabilities.0.limit": ""}, SOURCE, 2)
    assert [fault.field for fault in problem.value.faults] == ["products.0.content", "stabilities.0.limit"]


def test_a_fault_of_the_loader_leads_to_its_field():
    always, _ = field_names(Drug, TEXT)
    after = edited(Drug, TEXT, {**form_of(TEXT), "limits.0.high": "5000"}, SOURCE, 2)
    _, faults = drug_from_text(after, "x", packaged().site, packaged().supplies)
    assert {field_of_path(fault.path) for fault in faults} & set(always)


LIMIT = {
    "limits.new1.kind": "rate", "limits.new1.purpose": "any", "limits.new1.population": "adult", "limits.new1.line": "any",
    "limits.new1.unit": "mg/kg/min", "limits.new1.high": "2", "limits.new1.hard_max": "3", "limits.new1.source": NEW_SOURCE,
}  # fmt: skip


def test_a_new_limit_is_a_row_with_the_unit_that_stands_beside_its_numbers_and_an_id_of_its_own():
    assert changes({**form_of(TEXT), **LIMIT}) == ["Limits, added: Adult, rate", "Sources, added: source change_2"]
    row = tomllib.loads(edited(Drug, TEXT, {**form_of(TEXT), **LIMIT}, SOURCE, 2))["limits"][-1]
    wanted = {
        "id": "rate_adult_mg_kg_min", "kind": "rate", "purpose": "any", "population": "adult", "line": "any",
        "unit": "mg/kg/min", "high": "2 mg/kg/min", "hard_max": "3 mg/kg/min", "absolute": False, "condition": "", "note": "",
        "source": "change_2",
    }  # fmt: skip
    assert row == wanted


def test_a_new_row_in_which_nothing_was_typed_or_that_is_left_out_again_is_none():
    untouched = {"limits.new1.source": NEW_SOURCE, "stabilities.new1.limit.unit": "h", "limits.new2.low": " "}
    assert changes({**form_of(TEXT), **untouched}) == []
    assert changes({**form_of(TEXT), **LIMIT, "limits.new1.out": "yes"}) == []


@pytest.mark.parametrize("table", ["products", "formulations", "stabilities", "limits", "compatibilities"])
def test_a_row_that_begins_with_the_values_of_another_says_the_same_in_every_field(table):
    """What the form of a new row shows of an existing one, sent as it is, is that row again: no field of the model is lost."""
    row_type = tables_of(Drug)[table]
    for raw in tomllib.loads(TEXT)[table]:
        own = {"id", "codes"}

        def without_ids(value: Any) -> Any:
            rows = isinstance(value, list) and value and isinstance(value[0], dict) and "id" in value[0]
            return [{**one, "id": f"another_{number}"} for number, one in enumerate(value, start=1)] if rows else value

        typed = {**row_values(row_type, raw, f"{table}.new1"), f"{table}.new1.id": "another"}
        again = tomllib.loads(edited(Drug, TEXT, {**form_of(TEXT), **typed}, SOURCE, 2))[table][-1]
        filled = {name: value for name, value in again.items() if name in raw or value not in (False, "")}
        assert {k: v for k, v in filled.items() if k not in own} == {
            k: without_ids(v) for k, v in raw.items() if k not in own
        }


def test_a_powder_with_its_way_to_dissolve_it_is_added_whole():
    raw = tomllib.loads(TEXT)["products"][0]
    typed = {
        **row_values(tables_of(Drug)["products"], raw, "products.new1"),
        "products.new1.display": "cefTRIAXone 750 mg vial, powder", "products.new1.content": "750",
        "products.new1.reconstitutions.0.diluent_volume": "7.2",
        "products.new1.reconstitutions.0.final_volume": "7.5", "products.new1.reconstitutions.0.displacement": "",
        "products.new1.reconstitutions.0.concentration": "100", "products.new1.reconstitutions.0.concentration.unit": "mg/mL",
    }  # fmt: skip
    assert changes({**form_of(TEXT), **typed}) == ["Products, added: cefTRIAXone 750 mg vial, powder"]


def test_a_fault_of_a_new_row_stands_at_its_field_also_when_others_are_taken_out():
    typed = {**form_of(TEXT), "limits.0.out": "yes", **LIMIT, "limits.new1.high": "5"}
    made = edit(Drug, TEXT, typed, SOURCE, 2)
    _, faults = drug_from_text(made.text, "x", packaged().site, packaged().supplies)
    assert {made.field_of(fault.path) for fault in faults} == {"limits.new1.hard_max"}
    typed = {**form_of(TEXT), "limits.0.out": "yes", "limits.1.high": "5000"}
    made = edit(Drug, TEXT, typed, SOURCE, 2)
    _, faults = drug_from_text(made.text, "x", packaged().site, packaged().supplies)
    assert {made.field_of(fault.path) for fault in faults} >= {"limits.1.hard_max"}
    assert "limits.0.hard_max" not in {made.field_of(fault.path) for fault in faults}


def test_numbers_and_units_of_a_new_row_that_cannot_be_read_are_named_by_their_fields():
    wrong = {
        "limits.new1.high": "1,5", "products.new1.content": "5", "products.new1.volume": "10",
        "products.new1.volume.unit": "buckets", "products.new1.storage.celsius_low": "2.5",
    }  # fmt: skip
    with pytest.raises(Faults) as problem:
        edited(Drug, TEXT, {**form_of(TEXT), **LIMIT, **wrong}, SOURCE, 2)
    wanted = ["limits.new1.high", "products.new1.content", "products.new1.storage.celsius_low", "products.new1.volume"]
    assert sorted(fault.field for fault in problem.value.faults) == wanted


@pytest.mark.parametrize(
    "name",
    [
        "limits.new1.digest", "limits.new21.high", "limits.new1", "limits.new1.high.of", "flags.new1.source", "strange.new1.id",
        "products.new1.reconstitutions.99.id", "products.new1.reconstitutions.id", "limits.0.high",
    ],
)  # fmt: skip
def test_what_is_no_field_of_a_new_row_is_no_field_of_the_form(name):
    assert new_names(tables_of(Drug), [name]) == []
    assert new_names(tables_of(Drug), ["products.new3.reconstitutions.0.diluent_volume.unit"]) != []


def test_every_field_that_the_form_offers_exists_in_the_model():
    strange = [
        (row.__name__, name)
        for row, names in EDITED.items()
        for name in names
        if name.partition(".")[0] not in {entry.name for entry in fields(row)}
    ]
    assert strange == []


def test_house_rules_have_the_same_form():
    rules, tables = proposal("rules"), {"values": "Values"}
    typed = form_of(rules, HouseRules, tables)
    assert edited(HouseRules, rules, typed, SOURCE, 2, tables) == rules
    names = [row["name"] for row in tomllib.loads(rules)["values"]]
    field = f"values.{names.index('pump_step')}.value"
    after = edited(HouseRules, rules, {**typed, field: "0.2"}, SOURCE, 2, tables)
    assert [one.words for one in difference(HouseRules, rules, after)] == ["Pump step, value: 0.1 mL/h → 0.2 mL/h"]
