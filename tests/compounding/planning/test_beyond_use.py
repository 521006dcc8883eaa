"""The beyond-use time of a preparation from its plan and what was recorded: each limit with its own clock, none left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.planning.plan import TherapeuticPlan, TimeRule
from compounding.planning.time_rules import as_shown, latest_decided, preparation_beyond_use
from compounding.preparing.completing import events
from compounding.preparing.dose import Dose
from tests.support.dose_histories import making
from tests.support.doses import planned
from tests.support.flow import formulary

START = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
TABLE = {"crt": "96", "fridge": "240", "freezer": "1080"}
BEGIN, END = "START_OF_ADMIN", "END_OF_INFUSION"


def rule(name: str, event: str, hours: str, storage: str = "crt", ends: str = BEGIN) -> TimeRule:
    return TimeRule(name, event, Quantity(hours, "h"), ends, storage, "a source")


def plan_with(storage: str, rules: Sequence[TimeRule], category: str = "", **more: object) -> TherapeuticPlan:
    """A plan that is kept so, with the table's limit and these rules."""
    found = planned("ceftriaxone").plan
    assert found is not None
    table = rule("table", "PREPARATION_START", category or TABLE[storage], storage)
    return replace(found, storage=storage, time_rules=(table, *rules), time_gap="", **more)  # type: ignore[arg-type]


CLOCKS = {"PREPARATION_START": START, "DILUTION": START, "DRAW": START}


@pytest.mark.parametrize(
    ("storage", "category", "rules", "expected", "deciding"),
    [
        ("fridge", "", [rule("vancomycin 14 d", "DILUTION", "336", "fridge")], START + timedelta(days=10), "table"),
        ("crt", "", [rule("piperacillin 24 h", "DILUTION", "24")], START + timedelta(hours=24), "piperacillin 24 h"),
        ("crt", "", [rule("phenylephrine 4 h", "DILUTION", "4")], START + timedelta(hours=4), "phenylephrine 4 h"),
        (
            "fridge",
            "24",
            [rule("phenylephrine 24 h", "DILUTION", "24", "fridge")],
            START + timedelta(hours=24),
            "table",
        ),
        ("crt", "12", [rule("a longer one", "DILUTION", "96")], START + timedelta(hours=12), "table"),
        ("crt", "", [rule("of another storage", "DILUTION", "1", "fridge")], START + timedelta(hours=96), "table"),
    ],
)
def test_the_earliest_limit_of_the_labelled_storage_decides(storage, category, rules, expected, deciding):
    found = preparation_beyond_use(plan_with(storage, rules, category), CLOCKS, ())
    assert (found.at, found.deciding.name) == (expected, deciding)


def test_the_expiry_of_every_component_is_a_limit():
    tonight = START.replace(hour=23, minute=59)
    found = preparation_beyond_use(plan_with("crt", []), CLOCKS, [("heparin vial, lot A1", tonight)])
    assert (found.at, found.deciding.name) == (tonight, "expiry of heparin vial, lot A1")


def test_each_limit_starts_with_its_own_event():
    earlier = CLOCKS | {"RECONSTITUTION": START - timedelta(hours=2)}
    found = preparation_beyond_use(plan_with("crt", [rule("dissolved", "RECONSTITUTION", "6")]), earlier, ())
    assert found.at == START + timedelta(hours=4)


def test_a_limit_that_counts_to_the_end_of_the_infusion_is_shortened_by_it():
    plan = plan_with("crt", [rule("to the end", "DILUTION", "6", ends=END)], infuse_over=Quantity(60, "min"))
    assert preparation_beyond_use(plan, CLOCKS, ()).at == START + timedelta(hours=5)


def test_a_rule_whose_clock_nobody_recorded_is_never_left_out():
    with pytest.raises(CannotCompute, match="REMOVAL_FROM_COLD"):
        preparation_beyond_use(plan_with("crt", [rule("out of the cold", "REMOVAL_FROM_COLD", "1")]), CLOCKS, ())


def test_a_powder_that_was_not_dissolved_sets_no_clock():
    plan = plan_with("crt", [rule("dissolved", "RECONSTITUTION", "1")])
    assert preparation_beyond_use(plan, CLOCKS, ()).deciding.name == "table"


def test_a_missing_stability_is_for_a_pharmacist_inside_what_is_known():
    plan = replace(plan_with("crt", []), time_gap="no stability statement fits it in this solution, crt")
    with pytest.raises(CannotCompute) as raised:
        preparation_beyond_use(plan, CLOCKS, ())
    assert "pharmacist" in raised.value.next_step
    assert latest_decided(plan, CLOCKS, ()) == {
        "latest": (START + timedelta(hours=96)).isoformat(), "latest_rule": "table",
    }  # fmt: skip


def test_every_candidate_is_shown_with_its_source():
    shown = as_shown(preparation_beyond_use(plan_with("crt", [rule("one day", "DILUTION", "24")]), CLOCKS, ()))
    assert [(row["name"], row["source"]) for row in shown["candidates"]] == [
        ("table", "a source"),
        ("one day", "a source"),
    ]
    assert shown["deciding"] == "one day"


@pytest.mark.parametrize(
    "name", ["ceftriaxone", "vancomycin", "meropenem", "norepinephrine", "carboplatin", "gentamicin"]
)
def test_every_active_has_a_statement_for_the_storage_on_its_label_or_the_gap_is_said(name: str):
    plan = planned(name).plan
    assert plan is not None
    for active in plan.actives:
        own = [r for r in plan.time_rules if r.drug == active.drug and r.storage == plan.storage]
        assert own or plan.time_gap


def test_a_statement_for_another_storage_is_no_statement():
    """Doxorubicin in a syringe is kept cold, and its statement is for room temperature."""
    from compounding.planning.time_rules import rules_for

    drug = formulary().drug("doxorubicin")
    formulation = formulary().formulation("doxorubicin_syringe")
    concentration = Quantity(2, "mg/mL", drug.of)
    _, gap = rules_for(
        formulary(),
        drug,
        formulation,
        solution="",
        material=None,
        concentration=concentration,
        undiluted=not formulation.diluents,
    )
    assert "fridge" in gap


def test_the_clocks_of_a_dose_are_the_first_moments_of_their_events():
    dose = list(making("ceftriaxone"))[-1].dose
    found = events(dose)
    first, second = dose.record_of(1), dose.record_of(2)
    assert first is not None and second is not None and dose.started_at is not None
    assert (found["PREPARATION_START"], found["RECONSTITUTION"], found["DRAW"]) == (
        dose.started_at,
        first.at,
        second.at,
    )
    assert found["DILUTION"] == second.at
    assert events(Dose()) == {}


@pytest.mark.parametrize(
    ("hindrance", "more"),
    [
        (rule("to the end", "DILUTION", "1", ends=END), {"infuse_over": Quantity(3, "h")}),
        (rule("to the end", "DILUTION", "1", ends=END), {"infuse_over": None}),
        (rule("out of the cold", "REMOVAL_FROM_COLD", "1"), {}),
    ],
)
def test_what_cannot_be_worked_out_takes_no_other_limit_away(hindrance, more):
    """A pharmacist decides then, and no later than the table, the other limits and the expiries say."""
    plan = plan_with("crt", [hindrance, rule("stated", "DILUTION", "30")], **more)
    with pytest.raises(CannotCompute):
        preparation_beyond_use(plan, CLOCKS, ())
    assert latest_decided(plan, CLOCKS, ()) == {"latest": (START + timedelta(hours=30)).isoformat(), "latest_rule": "stated"}
    tonight = START + timedelta(hours=14)
    assert latest_decided(plan, CLOCKS, [("vial", tonight)])["latest"] == tonight.isoformat()
