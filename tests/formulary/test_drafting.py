"""A data file as a form and back: only what was typed is written, remarks stay, and every field that is wrong is named."""

import tomllib
from dataclasses import fields

import pytest

from calculations.errors import Faults
from formulary.differing.difference import difference
from formulary.drafting import NEW_SOURCE, edited, field_names, field_of_path, sections_of
from formulary.edited_fields import EDITED
from formulary.house.loading import HouseRules, proposal
from formulary.loading import DATA, drug_from_text
from formulary.model import Drug
from formulary.packaged import packaged

DRUGS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((DATA / "drugs").glob("*.toml"))}
TEXT = DRUGS["ceftriaxone"]
TABLES = {
    name: name for name in ("limits", "standard_concentrations", "stabilities", "products", "formulations", "flags")
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
    assert edited(HouseRules, rules, typed, SOURCE, 2) == rules
    names = [row["name"] for row in tomllib.loads(rules)["values"]]
    field = f"values.{names.index('pump_step')}.value"
    after = edited(HouseRules, rules, {**typed, field: "0.2"}, SOURCE, 2)
    assert [one.words for one in difference(HouseRules, rules, after)] == ["Pump step, value: 0.1 mL/h → 0.2 mL/h"]
