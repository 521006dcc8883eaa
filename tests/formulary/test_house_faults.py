"""Supplies, site profile and beyond-use rules: contradictions are refused; no junk in any file makes the loader crash."""

import copy
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulary.loading import DATA, drug_from_data, load_site, load_supplies, site_from_data, supplies_from_data

Data = dict[str, Any]


def read(file: str) -> Data:
    """A data file as plain data."""
    return tomllib.loads((DATA / file).read_text(encoding="utf-8"))


SUPPLIES, SITE, RULES = read("supplies.toml"), read("site/demonstration.toml"), read("site/usp797_2023.toml")
DRUG = read("drugs/fosphenytoin.toml")
HOUSE_SITE, HOUSE_SUPPLIES = load_site(), load_supplies()


def supply_paths(change: Callable[[Data], object]) -> list[str]:
    """Where the faults of the supplies are after one change."""
    data = copy.deepcopy(SUPPLIES)
    change(data)
    return [fault.path for fault in supplies_from_data(data, "supplies.toml")[1]]


def site_paths(change: Callable[[Data, Data], object]) -> list[str]:
    """Where the faults of the site profile and its rules are after one change of either."""
    site, rules = copy.deepcopy(SITE), copy.deepcopy(RULES)
    change(site, rules)
    return [fault.path for fault in site_from_data(site, rules, "site", "rules")[1]]


def test_the_untouched_files_have_no_fault() -> None:
    assert supply_paths(lambda data: None) == []
    assert site_paths(lambda site, rules: None) == []


@pytest.mark.parametrize(
    ("field", "wrong", "path"),
    [
        ("graduation", "0.3 mL", "syringes[3].graduation"),
        ("smallest_measurable", "0.1 mL", "syringes[3].smallest_measurable"),
        ("smallest_measurable", "11 mL", "syringes[3].capacity"),
        ("capacity", "10 mg", "syringes[3].capacity"),
        ("capacity", "0 mL", "syringes[3].capacity"),
    ],
)
def test_a_syringe_whose_sizes_contradict_each_other_is_refused(field: str, wrong: str, path: str) -> None:
    assert supply_paths(lambda data: data["syringes"][3].update({field: wrong})) == [path]


def test_a_bag_of_a_solution_nobody_described_is_refused() -> None:
    assert supply_paths(lambda data: data["bags"][0].update(solution="sea_water")) == ["bags[0].solution"]


def test_an_overfill_without_source_is_refused() -> None:
    assert supply_paths(lambda data: data["bags"][0].pop("overfill_source")) == ["bags[0].overfill_source"]


@pytest.mark.parametrize(
    ("capacity", "source", "paths"),
    [
        ("40 mL", "demo", []),
        ("40 mL", None, ["bags[0].capacity_source"]),
        ("27.4 mL", "demo", ["bags[0].capacity"]),
        ("40 mg", "demo", ["bags[0].capacity"]),
        ("0 mL", "demo", ["bags[0].capacity"]),
        ("?", "demo", ["bags[0].capacity"]),
    ],
)
def test_a_capacity_needs_a_source_and_room_for_what_the_maker_fills_in(
    capacity: str, source: str | None, paths: list[str]
) -> None:
    stated = {"capacity": capacity} | ({} if source is None else {"capacity_source": source})
    assert supply_paths(lambda data: data["bags"][0].update(stated)) == paths


def test_a_density_out_of_reason_is_refused() -> None:
    paths = supply_paths(lambda data: data["solutions"][8].update(density="10 g/mL"))
    assert paths == ["solutions[8].density"]


def test_a_site_value_set_twice_is_refused() -> None:
    assert site_paths(lambda site, rules: site["values"].append(site["values"][0])) == ["values"]


@pytest.mark.parametrize("population", ["any", "adult", "child", "neonate"])
def test_a_site_without_a_population_that_limits_need_is_refused(population: str) -> None:
    def drop(site: Data, rules: Data) -> None:
        site["populations"] = [row for row in site["populations"] if row["id"] != population]

    assert site_paths(drop) == ["populations"]


def test_two_limits_for_one_case_of_the_category_table_are_refused() -> None:
    assert site_paths(lambda site, rules: rules["rows"].append({**rules["rows"][0], "limit": "13 h"})) == ["rows[23]"]


def test_a_category_limit_that_is_no_time_is_refused() -> None:
    assert site_paths(lambda site, rules: rules["rows"][0].update(limit="12 mL")) == ["rows[0].limit"]


def test_an_opened_container_without_time_must_say_that_the_rest_is_discarded() -> None:
    assert site_paths(lambda site, rules: rules["opened"][0].pop("limit")) == ["opened[0].limit"]


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in plain data."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


JUNK = st.sampled_from(
    [0, 1.5, True, "", "none", "?", "0 mg", "5 mg", "5 mL", "5 mg/mL of water", "5 units", "1e9 mg", "NaN mg", "2 AUC"]
) | st.sampled_from([[], [{}], {}, ["x"], "x" * 500, "5 mg/kg/min", "18 year", -1, "../../etc/passwd"])


@given(place=st.sampled_from(list(places(DRUG))), junk=JUNK)
def test_no_value_in_a_drug_file_makes_the_loader_crash(place: tuple[Any, ...], junk: Any) -> None:
    data = copy.deepcopy(DRUG)
    target: Any = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    drug, faults = drug_from_data(data, "drug", HOUSE_SITE, HOUSE_SUPPLIES)
    assert faults or drug is not None


@given(place=st.sampled_from(list(places(SUPPLIES))), junk=JUNK)
def test_no_value_in_the_supplies_makes_the_loader_crash(place: tuple[Any, ...], junk: Any) -> None:
    data = copy.deepcopy(SUPPLIES)
    target: Any = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = junk
    supplies, faults = supplies_from_data(data, "supplies")
    assert faults or supplies is not None
