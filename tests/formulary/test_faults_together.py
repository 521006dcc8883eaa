"""What cannot be read and what contradicts itself are named together in one reading of a drug's file, and nothing false."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulary.loading import drug_from_data, drug_from_text
from tests.formulary.test_loading_faults import (
    CEFTRIAXONE,
    FILE,
    SITE,
    SUPPLIES,
    faults_after,
    limit,
    liquid,
    vial,
    way,
)

Data = dict[str, Any]


def paths_after(change: Any) -> list[str]:
    return [path for path, _, _ in faults_after(change)]


def test_a_misspelt_value_and_a_contradiction_in_another_row_are_named_together() -> None:
    def spoil(data: Data) -> None:
        vial(data).update(content="500 milligrams")
        limit(data).update(high="5000 mg/day")

    found = faults_after(spoil)
    assert [path for path, _, _ in found] == ["products[0].content", "limits[0].hard_max"]
    assert found[0][1] == "'milligrams'" and "canonical unit" in found[0][2]
    assert "no less than high" in found[1][2]


def test_a_misspelt_value_and_a_contradiction_in_the_same_row_are_named_together() -> None:
    def spoil(data: Data) -> None:
        limit(data).update(low="1000 milligram/day", high="5000 mg/day")
        vial(data).update(display="TODO")
        vial(data)["codes"].update(gtin="00399999010116")
        way(data).update(displacement="1 mL", instruction=7)

    assert paths_after(spoil) == [
        "products[0].display",
        "products[0].reconstitutions[0].instruction",
        "limits[0].low",
        "products[0].codes.gtin",
        "products[0].reconstitutions[0].displacement",
        "limits[0].hard_max",
    ]


def test_what_rests_on_a_value_that_cannot_be_read_is_not_judged() -> None:
    """None of these may call the product a powder, the vial unknown, or the dose unbounded."""
    assert paths_after(lambda data: (liquid(data, "100 mg/mL"), vial(data).update(volume="five mL"))) == ["products[0].volume"]
    assert paths_after(lambda data: vial(data).update(id=7)) == ["products[0].id"]
    assert paths_after(lambda data: limit(data).update(population="?")) == ["limits[0].population"]
    assert paths_after(lambda data: data.update(limits="none")) == ["limits"]
    assert paths_after(lambda data: data["products"].insert(0, "a vial")) == ["products[0]"]


def test_the_place_of_a_row_is_its_place_in_the_file_also_after_a_row_that_cannot_be_read() -> None:
    def spoil(data: Data) -> None:
        vial(data).update(content="?")
        data["products"][1]["codes"].update(gtin="00399999010116")

    assert paths_after(spoil) == ["products[0].content", "products[1].codes.gtin"]


def test_a_misspelt_name_of_a_field_is_not_taken_for_a_missing_one() -> None:
    def misspell(data: Data) -> None:
        vial(data)["reconstitution"] = vial(data).pop("reconstitutions")

    assert paths_after(misspell) == ["products[0].reconstitution"]


def test_a_drug_of_which_a_part_cannot_be_read_is_never_handed_on() -> None:
    data = copy.deepcopy(CEFTRIAXONE)
    data["category"] = "?"
    drug, faults = drug_from_data(data, FILE, SITE, SUPPLIES)
    assert drug is None and [fault.path for fault in faults] == ["category"]


def test_every_fault_says_file_path_value_and_expectation() -> None:
    drug, faults = drug_from_text('id = "x"\nlimits = [{ low = "2 mg/kg", high = "1 mg/kg" }]\n', "drugs/x.toml", SITE, SUPPLIES)
    assert drug is None
    assert all(fault.file == "drugs/x.toml" and fault.value and fault.expectation for fault in faults)
    assert "limits[0].high" in [fault.path for fault in faults]


SPOILABLE = [
    ("category", lambda data: data.update(category="?")),
    ("flags.high_alert", lambda data: data["flags"].update(high_alert="perhaps")),
    ("products[0].content", lambda data: vial(data).update(content="500 milligrams")),
    ("products[1].storage", lambda data: data["products"][1].update(storage="cool")),
    ("formulations[0].container", lambda data: data["formulations"][0].update(container="bucket")),
    ("formulations[1].rounding.step", lambda data: data["formulations"][1]["rounding"].update(step="50 gm")),
    ("limits[1].source", lambda data: data["limits"][1].update(source="hearsay")),
    ("stabilities[0].limit", lambda data: data["stabilities"][0].update(limit="two days")),
]
CONTRADICTIONS = [
    ("limits[0].hard_max", lambda data: limit(data).update(high="5000 mg/day")),
    ("products[2].codes.gtin", lambda data: data["products"][2]["codes"].update(gtin="00399999010116")),
    ("formulations[0].diluents[0].solution", lambda data: data["formulations"][0]["diluents"][0].update(solution="sea")),
    ("formulations[1].volume_tolerance", lambda data: data["formulations"][1].update(volume_tolerance="1 one")),
    ("stabilities[1].solutions", lambda data: data["stabilities"][1].update(solutions=["sea"])),
]


@settings(max_examples=60)
@given(st.sets(st.sampled_from(range(len(SPOILABLE)))), st.sets(st.sampled_from(range(len(CONTRADICTIONS)))))
def test_any_of_both_kinds_are_all_named_and_nothing_else(misspelt: set[int], contradictory: set[int]) -> None:
    def spoil(data: Data) -> None:
        for row in [SPOILABLE[i] for i in misspelt] + [CONTRADICTIONS[i] for i in contradictory]:
            row[1](data)

    wanted = {SPOILABLE[i][0] for i in misspelt} | {CONTRADICTIONS[i][0] for i in contradictory}
    assert set(paths_after(spoil)) == wanted


@pytest.mark.parametrize("place", ["products", "limits", "formulations", "stabilities", "flags", "sources"])
@pytest.mark.parametrize("junk", [None, 7, "x", [], [7], {}, [{}], {"x": {}}])
def test_junk_in_the_place_of_a_table_is_a_fault_and_no_crash(place: str, junk: Any) -> None:
    data = copy.deepcopy(CEFTRIAXONE)
    data[place] = junk
    _, faults = drug_from_data(data, FILE, SITE, SUPPLIES)
    assert faults
