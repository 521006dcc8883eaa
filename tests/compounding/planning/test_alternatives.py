"""A switch to an alternative in planning: what is made, kept, limited and labelled follows what is really made."""

from dataclasses import replace
from typing import Any

from compounding.orders.order import Order
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.plan_data import as_data, from_data
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from compounding.reviewing.comparing import made_alike, what_differs
from compounding.views.strip import preparation_line
from formulary.model import Formulary
from formulary.model_switch import Alternative, Switch
from tests.support.doses import NOON, patient_of
from tests.support.flow import formulary

TOMAS = patient_of("DEMO-2093")
ONE_GRAM: dict[str, Any] = {
    "order_type": "intermittent", "drug": "ceftriaxone", "dose": "1000 mg", "frequency": {"every": "24 h"},
}  # fmt: skip
MAGNESIUM: dict[str, Any] = {
    "order_type": "intermittent", "drug": "magnesium_sulfate", "dose": "2 g", "infuse_over": "2 h", "frequency": {"once": True},
}  # fmt: skip
INSULIN: dict[str, Any] = {
    "order_type": "continuous", "drug": "insulin_regular", "frequency": {"continuous": True},
    "dose_rate": {"value": "2", "unit": "units/h", "of": "insulin regular"},
}  # fmt: skip


def switched(formulation: str, kind: Alternative, to: str) -> Formulary:
    drug = formulary().formulation(formulation).drug
    switch = Switch(number=1, drug=drug, formulation=formulation, kind=kind, to=to, reason="no bags since 12 Apr")
    return replace(formulary(), switches=(switch,))


def planned(order: dict[str, Any], known: Formulary | None = None) -> Planned:
    usual = {"route": "IV infusion", "line": "peripheral", "start": NOON.isoformat(), "prescriber": "Dr. R. Castell"}
    parsed = Order.parse(usual | {"patient": TOMAS.mrn} | order)
    return plan_order(Situation(parsed, TOMAS, known or formulary(), NOON, 0))


def plan_of(found: Planned) -> TherapeuticPlan:
    assert found.plan is not None, found.findings
    return found.plan


def test_another_diluent_changes_bag_stability_and_label_and_is_said() -> None:
    usual = planned(ONE_GRAM)
    found = planned(ONE_GRAM, switched("ceftriaxone_minibag_adult", Alternative.DILUENT, "dextrose_5"))
    before, now = plan_of(usual), plan_of(found)
    assert "sodium chloride" in before.base_display and "dextrose 5 %" in now.base_display
    assert now.base != before.base and now.substituted is not None and before.substituted is None
    told = "alternative because of shortage: no bags since 12 Apr"
    assert told in preparation_line(now) and "shortage" not in preparation_line(before)
    assert any(one.code == "alternative_in_use" and told in one.title for one in found.findings)
    assert not made_alike(before, now) and what_differs(before, [], found)
    assert from_data(TherapeuticPlan, as_data(now)) == now
    assert "substituted" not in as_data(before)  # plans from before, and their signatures, read as they did


def test_a_premixed_bag_that_is_short_is_made_from_the_vial() -> None:
    usual = planned(MAGNESIUM)
    assert plan_of(usual).ready_to_use
    found = planned(MAGNESIUM, switched("magnesium_sulfate_bag", Alternative.PRODUCT, "magnesium_sulfate_5g_10ml_vial"))
    now = plan_of(found)
    assert not now.ready_to_use and now.actives[0].products == ("magnesium_sulfate_5g_10ml_vial",)
    assert now.time_rules and not plan_of(usual).time_rules  # a beyond-use time of its own, by what is made
    assert found.draw_up is not None
    assert "magnesium_sulfate_5g_10ml_vial" in {one.product for one in found.draw_up.components}


def test_another_formulation_brings_its_own_container_limits_and_instructions() -> None:
    found = planned(INSULIN, switched("insulin_regular_bag", Alternative.FORMULATION, "insulin_regular_syringe"))
    usual, now = plan_of(planned(INSULIN)), plan_of(found)
    assert (usual.formulation, now.formulation) == ("insulin_regular_bag", "insulin_regular_syringe")
    assert now.container_class == "syringe"
    assert [(one.formulation, one.kind) for one in now.substituted or ()] == [("insulin_regular_bag", "formulation")]
    title = next(one.title for one in found.findings if one.code == "alternative_in_use")
    assert "in place of" in title


def test_another_vial_of_the_same_strength_changes_only_what_is_counted() -> None:
    usual = planned(ONE_GRAM)
    found = planned(ONE_GRAM, switched("ceftriaxone_minibag_adult", Alternative.PRODUCT, "ceftriaxone_500mg_vial"))
    before, now = plan_of(usual), plan_of(found)
    assert now.actives[0].products == ("ceftriaxone_500mg_vial",) and now.substituted is not None
    assert made_alike(before, now) and what_differs(before, [one.as_data() for one in usual.findings], found) == ()
    assert found.draw_up is not None
    vials = [one.product for one in found.draw_up.components if one.role == "drug"]
    assert vials == ["ceftriaxone_500mg_vial"] * 2


def test_an_alternative_that_does_not_serve_the_order_stops_it_in_words() -> None:
    known = switched("ceftriaxone_minibag_adult", Alternative.DILUENT, "dextrose_5")
    found = planned(ONE_GRAM | {"diluent": "NS"}, known)
    assert found.plan is None
    words = " ".join(one.title for one in found.findings)
    assert "is switched to an alternative (no bags since 12 Apr), which does not serve this order" in words


def test_a_product_that_the_formulation_allows_no_more_is_never_taken() -> None:
    known = switched("ceftriaxone_minibag_adult", Alternative.PRODUCT, "ceftriaxone_500mg_vial")
    drug = known.drug("ceftriaxone")
    others = tuple(one.id for one in drug.products if one.id != "ceftriaxone_500mg_vial")
    rows = tuple(replace(row, products=others) for row in drug.formulations)
    changed = replace(drug, formulations=rows)
    found = planned(ONE_GRAM, replace(known, drugs=tuple(changed if one.id == drug.id else one for one in known.drugs)))
    assert found.plan is None and "does not serve this order" in " ".join(one.title for one in found.findings)


def test_a_plan_without_a_switch_is_not_compared_loosely() -> None:
    before = plan_of(planned(ONE_GRAM))
    fewer = replace(before, actives=(replace(before.actives[0], products=before.actives[0].products[:1]),))
    assert not made_alike(before, fewer)
