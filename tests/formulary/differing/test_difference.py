"""Differences in the words of the field: real drugs changed, every field of the model named, nothing that differs left out."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulary.decoding import hints_of, without_none
from formulary.differing.difference import Change, by_section, difference
from formulary.differing.subjects import WORDS
from formulary.house.loading import HouseRules, proposal
from formulary.loading import DATA
from formulary.model import BeyondUseRules, Drug, Source, Supplies
from formulary.nutrition.loading import SINGLE, texts_of
from formulary.nutrition.model_products import ProductFamily
from formulary.toml_text import whole_text

DRUGS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((DATA / "drugs").glob("*.toml"))}
CEFTRIAXONE = DRUGS["ceftriaxone"]
ROOTS = (Drug, HouseRules, BeyondUseRules, Supplies, ProductFamily, *SINGLE.values())


def words(before: str, after: str, root: type = Drug) -> list[str]:
    """The sentences of a difference."""
    return [change.words for change in difference(root, before, after)]


def classes_under(row: type) -> Iterator[type]:
    """Every class of rows that a file of this kind may hold."""
    yield row
    for name, hint in hints_of(row).items():
        inner = get_args(hint)[0] if get_origin(hint) is tuple else without_none(hint)
        if name in {entry.name for entry in fields(row)} and is_dataclass(inner) and "formulary" in inner.__module__:
            yield from classes_under(inner) if inner is not Source else ()


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.__name__)
def test_every_field_of_the_model_has_its_words(root):
    """A new field without words fails here, before a page does."""
    plain = {"Age", "Source"}
    missing = [
        f"{row.__name__}.{entry.name}"
        for row in set(classes_under(root))
        if row.__name__ not in plain
        for entry in fields(row)
        if entry.name not in WORDS.get(row, {})
    ]
    assert missing == []


def test_no_words_are_kept_for_a_field_that_is_gone():
    kept = {row: set(told) - {entry.name for entry in fields(row)} for row, told in WORDS.items()}
    assert {row.__name__: names for row, names in kept.items() if names} == {}


LIMIT_OF_A_CHILD = 'population = "child"\nline = "any"\nunit = "mg/day"'
HARD = 'hard_max = "4000 mg/day"'
DILUENT = 'verdict = "compatible"\ntext = "may be diluted in dextrose 5 %"'


@pytest.mark.parametrize(
    ("found", "put", "sentence"),
    [
        (HARD, 'hard_max = "3000 mg/day"', "Adult maximum daily dose: 4,000 mg/day → 3,000 mg/day"),
        ('low = "30 min"', 'low = "45 min"', "Everybody usual minimum time to infuse: 30 min → 45 min"),
        (
            LIMIT_OF_A_CHILD,
            'population = "child"\nroute = "IV"\nline = "central"\nunit = "mg/day"',
            "Child IV central line, daily dose, route: not stated → IV",
        ),
        ('step = "10 mg"', 'step = "20 mg"', "cefTRIAXone minibag, child, rounding, rounded to: 10 mg → 20 mg"),
        ("light_in_vial = true", "light_in_vial = false", "protect the vial from light: yes → no"),
        ('["ceFAZolin"]', '["ceFAZolin", "cefOXitin"]', "mistaken for: ceFAZolin → ceFAZolin, cefOXitin"),
        ('content = "250 mg"', 'content = "251 mg"', "cefTRIAXone 250 mg vial, powder, content: 250 mg → 251 mg"),
        (
            DILUENT,
            DILUENT.replace("compatible", "variable"),
            "Compatibility with dextrose 5 %, as diluent, what is known: compatible → variable",
        ),
    ],
)
def test_a_change_of_a_value_is_one_sentence_in_the_fields_words(found, put, sentence):
    assert found in CEFTRIAXONE
    assert sentence in words(CEFTRIAXONE, CEFTRIAXONE.replace(found, put, 1))


def test_hours_are_said_in_days_and_shares_in_percent():
    after = CEFTRIAXONE.replace('limit = "240 h"', 'limit = "168 h"', 1).replace('"0.05 one"', '"0.025 one"', 1)
    found = words(CEFTRIAXONE, after)
    assert "Stability, reconstituted, refrigerated, 100 mg/mL, lasts: 10 days (240 h) → 7 days (168 h)" in found
    assert "cefTRIAXone minibag, child, rounding, rounded by at most: 5 % → 2.5 %" in found


def test_each_side_carries_its_own_source():
    after = CEFTRIAXONE.replace('high = "2000 mg/day"', 'high = "1500 mg/day"')
    after = after.replace(
        'note = "the hard maximum is a proposal of this project where the source names none"\nsource = "label_high"',
        'note = "the hard maximum is a proposal of this project where the source names none"\nsource = "new"',
        1,
    )
    after += 'new = { text = "committee, 3 Apr 2026", confidence = "design" }\n'
    change = next(one for one in difference(Drug, CEFTRIAXONE, after) if "usual maximum" in one.field)
    assert change.source_before.startswith("label of ceftriaxone, from memory")
    assert (
        change.source_after == "committee, 3 Apr 2026 (design: proposed by this project, to be decided by the hospital)"
    )


def test_a_product_that_came_and_one_that_went_are_one_change_each_with_all_they_say():
    start = CEFTRIAXONE.index('[[products]]\nid = "ceftriaxone_250mg_vial"')
    end = CEFTRIAXONE.index("[[products]]", start + 5)
    without = CEFTRIAXONE[:start] + CEFTRIAXONE[end:]
    (gone,) = difference(Drug, CEFTRIAXONE, without)
    (added,) = difference(Drug, without, CEFTRIAXONE)
    assert gone.words == "Products, gone: cefTRIAXone 250 mg vial, powder"
    assert added.words == "Products, added: cefTRIAXone 250 mg vial, powder"
    for told in ("content: 250 mg", "99999-0200-1", "volume added: 2.4 mL", "20 to 25 °C, protect from light"):
        assert told in added.after
        assert told in gone.before


@pytest.mark.parametrize(
    "table", ["limits", "formulations", "standard_concentrations", "stabilities", "compatibilities"]
)
def test_rows_of_every_table_come_and_go(table):
    drug = next(text for text in DRUGS.values() if tomllib.loads(text).get(table))
    data = tomllib.loads(drug)
    less = whole_text({**data, table: data[table][1:]})
    assert [one.kind for one in difference(Drug, drug, less)] == ["gone"]
    assert [one.kind for one in difference(Drug, less, drug)] == ["added"]


def test_a_new_row_before_the_others_moves_none():
    row = CEFTRIAXONE[
        CEFTRIAXONE.index("[[limits]]") : CEFTRIAXONE.index("[[limits]]", CEFTRIAXONE.index("[[limits]]") + 5)
    ]
    new = row.replace('id = "day_adult_mg_day"', 'id = "other"').replace(
        'population = "adult"', 'population = "neonate"'
    )
    (only,) = difference(Drug, CEFTRIAXONE, CEFTRIAXONE.replace(row, new + row))
    assert only.words == "Limits, added: Neonate, daily dose"


def test_a_source_that_is_worded_anew_is_told_once():
    after = CEFTRIAXONE.replace(
        'label of ceftriaxone, from memory, high confidence", confidence = "L-H" }\nvials',
        'label of March 2026", confidence = "seen" }\nvials',
    )
    (only,) = difference(Drug, CEFTRIAXONE, after)
    assert (only.section, only.subject) == ("Sources", "source label_high")


@pytest.mark.parametrize("name", sorted(DRUGS))
def test_a_drug_does_not_differ_from_itself_and_differs_wholly_from_nothing(name):
    text = DRUGS[name]
    assert difference(Drug, text, text.replace("\nversion = 1\n", "\nversion = 2\n")) == ()
    sections = dict(by_section(difference(Drug, "", text)))
    data = tomllib.loads(text)
    assert len(sections.get("Limits", [])) == len(data.get("limits", []))
    assert len(sections.get("Products", [])) == len(data["products"])


def values_of(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all plain values of a file."""
    if isinstance(data, dict | list):
        for name, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from values_of(value, (*path, name))
    else:
        yield path


@given(st.data())
def test_no_changed_value_is_left_out(data):
    """Whatever single value of whatever drug is changed: the difference shows it."""
    text = DRUGS[data.draw(st.sampled_from(sorted(DRUGS)))]
    before = tomllib.loads(text)
    paths = [path for path in values_of(before) if path[0] not in ("version", "status")]
    path = data.draw(st.sampled_from(paths))
    after = tomllib.loads(text)
    place: Any = after
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    place[path[-1]] = (not old) if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old} changed"
    found: tuple[Change, ...] = difference(Drug, whole_text(before), whole_text(after))
    assert found, path
    assert all(one.before != one.after for one in found)


def test_house_values_and_beyond_use_rows_speak_as_well():
    rules = proposal("rules")
    after = rules.replace(
        'name = "volume_tolerance"\nvalue = "0.05 one"', 'name = "volume_tolerance"\nvalue = "0.03 one"'
    )
    assert words(rules, after, HouseRules) == ["Volume tolerance, value: 5 % → 3 %"]
    table = proposal("beyond_use")
    row = tomllib.loads(table)["rows"][0]
    found = words(table, table.replace(f'limit = "{row["limit"]}"', 'limit = "1 h"', 1), BeyondUseRules)
    assert any("beyond-use time:" in one and one.endswith("→ 1 h") for one in found)


def alarms(after: str, before: str = CEFTRIAXONE, root: type = Drug) -> list[str]:
    """What is to be looked at twice."""
    assert after != before
    return [change.alarm for change in difference(root, before, after) if change.alarm]


OTHERS = "The limit holds for others than before: those that it held for have lost it"
HARDEST = 'unit = "mg/day"\nlow = "1000 mg/day"\nhigh = "2000 mg/day"\nhard_max = "4000 mg/day"'


@pytest.mark.parametrize(
    ("found", "put", "told"),
    [
        (HARD, 'hard_max = "4001 mg/day"', ["The highest allowed lets more through"]),
        (HARD, 'hard_max = "3999 mg/day"', []),
        (f"{HARD}\n", "", ["The highest allowed is taken away"]),
        (HARD, 'hard_max = "40000 mg/day"', ["10 times as much"]),
        ('high = "2000 mg/day"', 'high = "2100 mg/day"', []),
        ('high = "2000 mg/day"', 'high = "20000 mg/day"', ["10 times as much"]),
        (
            HARDEST,
            HARDEST.replace("mg", "mcg"),
            ["Another unit: mg/day becomes mcg/day", *["Another unit: mg/day becomes mcg/day; 1,000 times less"] * 3],
        ),
        (HARD, 'hard_max = "4 g/day"', ["Another unit: mg/day becomes g/day; about as much as before"]),
        ('low = "30 min"', 'low = "0.5 h"', ["Another unit: min becomes h; about as much as before"]),
        ('population = "adult"', 'population = "neonate"', [OTHERS]),
        ("light_in_vial = true", "light_in_vial = false", ["A guard is taken away"]),
        ("high_alert = false", "high_alert = true", []),
        ('content = "250 mg"', 'content = "251 mg"', ["Another strength under the same code"]),
        ('limit = "240 h"', 'limit = "250 h"', ["It may be used for longer"]),
        ('limit = "240 h"', 'limit = "200 h"', []),
        ('verdict = "incompatible"', 'verdict = "compatible"', ["No longer incompatible"]),
        ('of = "ceftriaxone"', 'of = "ceftriaxone sodium"', ["All amounts are of another substance"]),
    ],
)  # fmt: skip
def test_what_lets_more_through_or_says_another_unit_or_size_is_called_out(found, put, told):
    assert found in CEFTRIAXONE
    assert alarms(CEFTRIAXONE.replace(found, put, 1)) == told


def test_a_limit_a_warning_and_an_incompatibility_that_are_gone_are_called_out():
    data = tomllib.loads(CEFTRIAXONE)
    for table, told in (("limits", "A limit is gone"), ("warnings", "A sentence that had to be shown is gone")):
        (found,) = alarms(whole_text({**data, table: data[table][1:]}), whole_text(data))
        assert found.startswith(told)
    kept = [row for row in data["compatibilities"] if row["verdict"] != "incompatible"]
    gone = len(data["compatibilities"]) - len(kept)
    assert (
        alarms(whole_text({**data, "compatibilities": kept}), whole_text(data))
        == ["What was incompatible is no longer said"] * gone
    )


@pytest.mark.parametrize(
    ("table", "number", "change", "told"),
    [
        ("limits", 0, {"low": None}, "The usual minimum is taken away"),
        ("populations", 0, {"age_below": "3 year"}, "Every row for this group holds for others than before"),
        ("stabilities", 0, {"ends_at": "THAW"}, "Its time runs from or to another event"),
        ("products", 0, {"populations": None}, "It may be used for others than before"),
        ("products", 0, {"in_use_limit": "9 h"}, "It may be used for longer"),
        ("products", 0, {"excipients": ["sulfite"]}, "A guard is taken away: benzyl alcohol"),
        ("", 0, {"allergy_classes": ["cephalosporins"]}, "A guard is taken away: beta lactams"),
        ("flags", 0, {"look_alikes": []}, "A guard is taken away: ceFAZolin"),
        ("flags", 0, {"vesicant": "none"}, "A guard is taken away"),
    ],
)
def test_what_holds_for_others_or_is_no_longer_held_against_anybody_is_called_out(table, number, change, told):
    data = tomllib.loads(CEFTRIAXONE)
    data["populations"] = [{"id": "infant", "text": "infants", "age_below": "2 year", "source": "label_high"}]
    data["products"][0] |= {
        "populations": ["adult"],
        "in_use_limit": "8 h",
        "excipients": ["sulfite", "benzyl_alcohol"],
    }
    data["flags"] |= {"vesicant": "red"}
    after = tomllib.loads(whole_text(data))
    row = after if not table else after[table][number] if isinstance(after[table], list) else after[table]
    for name, value in change.items():
        row.pop(name) if value is None else row.update({name: value})
    assert alarms(whole_text(after), whole_text(data)) == [told]
    assert alarms(whole_text(data), whole_text(after)) != [told] or table in ("populations", "stabilities")


def test_a_row_that_takes_the_place_of_others_is_called_out_when_it_comes():
    data = tomllib.loads(CEFTRIAXONE)
    load = {**data["limits"][0], "id": "load", "purpose": "load"}
    group = {"id": "adult", "text": "from 12 years", "age_from": "12 year", "source": "label_high"}
    after = {**data, "limits": [*data["limits"], load], "populations": [group]}
    assert alarms(whole_text(after), whole_text(data)) == [
        "It takes the place of the house's own group of this name",
        "For this purpose it takes the place of the limits of the same figure for every purpose",
    ]
    other = {**data, "limits": [*data["limits"], {**load, "purpose": "any"}], "populations": [{**group, "id": "teens"}]}
    assert alarms(whole_text(other), whole_text(data)) == []
    rules = proposal("rules")
    row = '\n[[assigned_by_scan]]\nformulation = "x"\nroles = ["technician"]\ntext = "when asked"\nsource = "house"\n'
    (found,) = alarms(rules + row, rules, HouseRules)
    assert found == "These units are assigned by a scan, without a pharmacist"
    (found,) = alarms(rules + row.replace('"technician"', '"technician", "nurse"'), rules + row, HouseRules)
    assert found == "More people assign these units by a scan, without a pharmacist"


def test_international_units_are_called_out_although_the_file_leaves_their_drug_out():
    heparin = DRUGS["heparin"]
    row = next(row for row in tomllib.loads(heparin)["limits"] if "hard_max" in row and row["unit"].startswith("units"))
    number, _, unit = row["hard_max"].partition(" ")
    assert alarms(heparin.replace(f'hard_max = "{number} {unit}"', f'hard_max = "{number}0 {unit}"', 1), heparin) == [
        "10 times as much"
    ]


@pytest.mark.parametrize("table", ["products", "formulations"])
def test_another_order_of_rows_is_a_change_for_the_first_that_fits_is_taken(table):
    data = tomllib.loads(CEFTRIAXONE)
    turned = whole_text({**data, table: data[table][::-1]})
    (only,) = difference(Drug, whole_text(data), turned)
    assert (only.field, only.before != only.after) == ("order", True)


def test_another_order_of_mixing_is_told():
    """Calcium before phosphate with the same steps is another bag."""
    profile = texts_of()["profile.toml"]
    data = tomllib.loads(profile)
    turned = whole_text({**data, "mixing": data["mixing"][::-1]})
    (only,) = difference(SINGLE["profile.toml"], whole_text(data), turned)
    assert only.field == "order"
