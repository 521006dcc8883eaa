"""The draw-up plan: made anew from whatever fits, it never changes dose, diluent or declared volume."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculations.errors import CannotCompute
from calculations.findings import Grade
from calculations.quantity import Quantity
from compounding.orders.order import Additive
from compounding.planning.draw_up import FINAL, draw_up
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.planning.plan_data import as_data, from_data
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from tests.support.doses import NOON, demonstration_order, patient_of, planned
from tests.support.flow import formulary

SIZES = ("ceftriaxone_250mg_vial", "ceftriaxone_500mg_vial", "ceftriaxone_1000mg_vial", "ceftriaxone_2000mg_vial")
NAMES = ("ceftriaxone", "vancomycin", "meropenem", "piperacillin", "norepinephrine", "insulin", "fosphenytoin", "pantoprazole",
         "amiodarone", "potassium", "carboplatin", "vincristine", "gentamicin", "rocuronium", "fentanyl")  # fmt: skip


def with_dose(name: str, dose: Quantity) -> Planned:
    """A demonstration order with another dose."""
    order = replace(demonstration_order(name), dose=dose)
    return plan_order(Situation(order, patient_of(order.patient), formulary(), NOON, 0))


def drawn(plan: DrawUpPlan, put: str = FINAL) -> Quantity:
    """All drug volume that goes into the final container."""
    volumes = [s.volume for s in plan.measures if s.put == put and s.purpose == "draw" and s.volume is not None]
    return sum(volumes[1:], volumes[0])


def contents(plan: DrawUpPlan, drug: str = "ceftriaxone") -> Quantity:
    """All that the containers of one drug hold."""
    amounts = [c.content for c in plan.components if c.role == "drug" and c.drug == drug and c.content is not None]
    return sum(amounts[1:], amounts[0])


@settings(max_examples=80)
@given(st.integers(1, 400), st.lists(st.sampled_from(SIZES), max_size=4))
def test_vials_of_other_sizes_change_the_counts_and_nothing_else(tens: int, scanned: Sequence[str]) -> None:
    found = with_dose("ceftriaxone", Quantity(tens * 10, "mg"))
    assume(found.plan is not None)
    plan = found.plan
    assert plan is not None
    frozen = as_data(plan)
    try:
        anew = draw_up(plan, formulary(), scanned)
    except CannotCompute:
        assume(False)
    assert as_data(plan) == frozen
    used = [c.product for c in anew.components if c.role == "drug"]
    assert all(used.count(product) >= scanned.count(product) for product in scanned)
    assert [c.product for c in anew.components if c.slot == FINAL] == [plan.base]
    exact = plan.actives[0].drawn_volume
    tolerance = Quantity(Fraction(5, 100), "one")
    assert abs((drawn(anew) - exact) / exact) <= tolerance
    assert contents(anew) >= plan.actives[0].amount
    assert len({c.concentration for c in anew.components if c.role == "drug"}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_from_a_container_that_does_not_hold_it(name: str) -> None:
    found = planned(name)
    assert found.plan is not None and found.draw_up is not None
    for active in found.plan.actives:
        assert found.plan.ready_to_use or active.intermediate or contents(found.draw_up, active.drug) >= active.amount
    for component in found.draw_up.components:
        taken = [s.volume for s in found.draw_up.measures if s.take == component.slot and s.volume is not None]
        if component.role == "drug" and taken and component.content is not None and component.concentration is not None:
            holds = component.content / component.concentration
            assert sum(taken[1:], taken[0]) <= holds * Quantity(Fraction(105, 100), "one")
        if component.role == "diluent" and taken and component.volume is not None:
            assert sum(taken[1:], taken[0]) <= component.volume


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_reads_back_equal_from_its_plain_form(name: str) -> None:
    found = planned(name)
    assert found.plan is not None and found.draw_up is not None
    assert as_data(from_data(TherapeuticPlan, as_data(found.plan))) == as_data(found.plan)
    assert from_data(DrawUpPlan, as_data(found.draw_up)).components == found.draw_up.components


@pytest.mark.parametrize("name", NAMES)
def test_every_volume_lies_on_a_line_of_the_syringe_that_is_named(name: str) -> None:
    found = planned(name)
    assert found.draw_up is not None
    for step in found.draw_up.measures:
        assert step.volume is not None and step.syringe is not None
        assert step.volume <= step.syringe.capacity
        half = step.syringe.graduation.amount_in("mL") / 2
        assert (step.volume.amount_in("mL") / half).denominator == 1


@settings(max_examples=40)
@given(st.permutations(["magnesium_sulfate", "potassium_phosphates", "famotidine"]))
def test_the_order_of_additives_does_not_matter(names: list[str]) -> None:
    doses = {"magnesium_sulfate": Quantity(2, "g", "magnesium sulfate"), "famotidine": Quantity(20, "mg", "famotidine")}
    wanted = [Additive(name, doses[name]) for name in names if name in doses]
    order = replace(demonstration_order("potassium"), additives=tuple(wanted))
    found = plan_order(Situation(order, patient_of(order.patient), formulary(), NOON, 0))
    usual = plan_order(
        Situation(replace(order, additives=tuple(wanted[::-1])), patient_of(order.patient), formulary(), NOON, 0)
    )
    assert (found.plan is None) == (usual.plan is None)
    if found.plan is not None and usual.plan is not None:
        assert found.plan.final_volume == usual.plan.final_volume
        assert {a.drug: a.drawn_volume for a in found.plan.actives} == {
            a.drug: a.drawn_volume for a in usual.plan.actives
        }
        assert set(found.plan.time_rules) == set(usual.plan.time_rules)
    assert sorted(f.code for f in found.findings) == sorted(f.code for f in usual.findings)


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(2, 4))
def test_a_dose_that_is_a_multiple_takes_the_multiple_volume(units: int, times: int) -> None:
    one, many = (with_dose("ceftriaxone", Quantity(units * 10 * factor, "mg")) for factor in (1, times))
    assume(one.plan is not None and many.plan is not None)
    assert one.plan is not None and many.plan is not None
    if one.plan.actives[0].group == many.plan.actives[0].group:
        assert many.plan.actives[0].drawn_volume == one.plan.actives[0].drawn_volume * times


@settings(max_examples=40)
@given(st.integers(1, 200))
def test_what_does_not_fit_is_refused_or_said_never_planned_in_silence(millilitres: int) -> None:
    """Pantoprazole 4 mg/mL in a syringe, and ceftriaxone into a 25 mL bag."""
    syringe = with_dose("pantoprazole", Quantity(millilitres * 4, "mg"))
    largest = max(row.capacity for row in formulary().supplies.syringes)
    if syringe.plan is not None:
        assert syringe.plan.final_volume <= largest
    bag = with_dose("ceftriaxone", Quantity(millilitres * 100, "mg"))
    if (
        bag.plan is not None
        and bag.plan.base_volume is not None
        and bag.plan.actives[0].drawn_volume > bag.plan.base_volume
    ):
        assert "bag_capacity" in [finding.code for finding in bag.findings if finding.grade is Grade.HARD]


def test_vials_of_another_strength_are_not_mixed_in() -> None:
    plan = planned("gentamicin").plan
    assert plan is not None
    for strange in ("gentamicin_80mg_2ml_vial", "ceftriaxone_500mg_vial"):
        with pytest.raises(CannotCompute, match=strange):
            draw_up(plan, formulary(), ["gentamicin_20mg_2ml_vial", strange])


def test_what_is_confirmed_stands_at_its_moment() -> None:
    rocuronium, vincristine = planned("rocuronium").draw_up, planned("vincristine").draw_up
    assert rocuronium is not None and vincristine is not None
    order = [step.purpose for step in rocuronium.steps]
    assert order.index("before_drawing") < order.index("draw") < order.index("in_process") < order.index("at_end")
    assert vincristine.steps[0].purpose == "before_start"


def test_confirmations_of_every_additive_are_steps() -> None:
    plan = planned("potassium")
    assert plan.draw_up is not None
    assert [s.purpose for s in plan.draw_up.steps if s.kind == "confirm"] == ["before_mixing", "after_mixing"]
