"""Excipients that the patient is allergic to: a product without them is planned first, and what is planned is what is judged."""

from dataclasses import replace
from typing import Any

import pytest

from calculations.findings import Finding, Grade
from compounding.orders.order import Order
from compounding.orders.patient import Allergy
from compounding.planning.plan import Excipients
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from formulary.model import Drug, Formulary, Product
from formulary.model_switch import Alternative, Switch
from tests.support.doses import NOON, patient_of
from tests.support.flow import formulary

IRIS, ADA = patient_of("DEMO-1120"), patient_of("DEMO-4417")
EPINEPHRINE: dict[str, Any] = {
    "order_type": "continuous", "drug": "epinephrine", "dose_rate": "0.1 mcg/kg/min", "line": "central", "diluent": "D5W",
    "volume": "250 mL",
}  # fmt: skip
HEPARIN: dict[str, Any] = {
    "order_type": "continuous", "drug": "heparin", "line": "central",
    "dose_rate": {"value": "15", "unit": "units/kg/h", "of": "heparin"},
}  # fmt: skip
CEFTRIAXONE: dict[str, Any] = {
    "order_type": "intermittent", "drug": "ceftriaxone", "dose": "50 mg/kg", "diluent": "NS", "volume": "25 mL",
    "frequency": {"every": "24 h"},
}  # fmt: skip
SULFITE, BENZYL = Allergy("sulfite", "sulfite", "wheeze"), Allergy("benzyl alcohol", "benzyl_alcohol")
FREE_VIAL, USUAL_VIAL = "epinephrine_1mg_1ml_sulfite_free_vial", "epinephrine_1mg_1ml_vial"


def plan(data: dict[str, Any], *allergies: Allergy, house: Formulary | None = None) -> Planned:
    patient = replace(ADA if data is CEFTRIAXONE else IRIS, allergies=allergies)
    usual = {"route": "IV infusion", "line": "peripheral", "start": NOON.isoformat(), "prescriber": "Dr. R. Castell"}
    order = Order.parse(usual | {"patient": patient.mrn} | data)
    return plan_order(Situation(order, patient, house or formulary(), NOON, 0))


def with_drug(drug: Drug, **changes: Any) -> Formulary:
    found = replace(drug, **changes)
    return replace(formulary(), drugs=tuple(found if one.id == drug.id else one for one in formulary().drugs))


def with_product(wanted: str, **changes: Any) -> Formulary:
    """The formulary with one product changed."""
    drug = formulary().drug(formulary().product(wanted).drug)
    return with_drug(drug, products=tuple(replace(p, **changes) if p.id == wanted else p for p in drug.products))


def drawn_from(planned: Planned) -> set[str]:
    assert planned.draw_up is not None, planned.findings
    return {one.product for one in planned.draw_up.components if one.role in ("drug", "ready")}


def told(planned: Planned) -> list[Finding]:
    return [finding for finding in planned.findings if finding.code.startswith("allergy")]


def held(planned: Planned) -> Excipients | None:
    assert planned.plan is not None
    return planned.plan.excipients


def test_a_product_without_the_excipient_is_planned_first_and_the_finding_names_it() -> None:
    assert drawn_from(plan(EPINEPHRINE)) == {USUAL_VIAL}
    planned = plan(EPINEPHRINE, SULFITE)
    assert planned.plan is not None and drawn_from(planned) == {FREE_VIAL}
    assert planned.plan.actives[0].products == (FREE_VIAL,)
    (finding,) = told(planned)
    assert (finding.code, finding.grade) == ("allergy_excipient_free", Grade.INFO)
    assert finding.title == (
        "Allergic to sulfite, wheeze: planned with EPINEPHrine 1 mg/mL SULFITE-FREE, 1 mL vial, which holds no sulfite by "
        "its label; other products of EPINEPHrine do"
    )
    assert "L-M" in finding.source
    assert held(planned) == Excipients(("sulfite",), (), ())


def test_without_such_an_allergy_the_plan_is_what_it_always_was() -> None:
    assert held(plan(EPINEPHRINE)) is None and not told(plan(EPINEPHRINE))
    assert held(plan(EPINEPHRINE, Allergy("penicillin", "penicillins"))) is None


def test_where_every_product_holds_it_the_finding_needs_a_reason_and_names_the_planned_one() -> None:
    norepinephrine = {**EPINEPHRINE, "drug": "norepinephrine"}
    planned = plan(norepinephrine, SULFITE)
    (finding,) = told(planned)
    assert (finding.code, finding.grade) == ("allergy_excipient", Grade.SOFT)
    assert finding.title.startswith("Allergic to sulfite, wheeze; ") and finding.title.endswith(" holds sulfite")
    assert held(planned) == Excipients((), (), ("sulfite",))


def test_a_product_of_which_nothing_states_it_is_never_taken_as_free() -> None:
    silent = with_product(FREE_VIAL, excipient_source=None)
    planned = plan(EPINEPHRINE, SULFITE, house=silent)
    assert drawn_from(planned) == {FREE_VIAL}, "it may hold none; the other one surely does"
    (finding,) = told(planned)
    assert (finding.code, finding.grade) == ("allergy_excipient_not_known", Grade.SOFT)
    assert "nothing states whether EPINEPHrine 1 mg/mL SULFITE-FREE, 1 mL vial holds sulfite" in finding.title
    assert held(planned) == Excipients((), ("sulfite",), ())


def test_a_finished_product_gives_way_to_one_that_is_drawn_up_without_it() -> None:
    assert drawn_from(plan(HEPARIN)) == {"heparin_25000_250ml_bag"}
    planned = plan(HEPARIN, BENZYL)
    assert drawn_from(planned) == {"heparin_5000_units_ml_vial"}
    assert [finding.grade for finding in told(planned)] == [Grade.INFO]
    stated = with_product(
        "heparin_25000_250ml_bag", excipient_source=formulary().product("heparin_5000_units_ml_vial").excipient_source
    )
    assert drawn_from(plan(HEPARIN, BENZYL, house=stated)) == {"heparin_25000_250ml_bag"}


def test_what_cannot_be_made_without_it_is_made_with_it_and_says_so() -> None:
    drug = formulary().drug("epinephrine")
    rows = tuple(replace(row, products=(USUAL_VIAL,)) for row in drug.formulations)
    planned = plan(EPINEPHRINE, SULFITE, house=with_drug(drug, formulations=rows))
    assert drawn_from(planned) == {USUAL_VIAL}
    (finding,) = told(planned)
    assert finding.grade is Grade.SOFT and "SULFITE-FREE" in finding.mend


@pytest.mark.parametrize(("allergies", "vial"), [((), "bacteriostatic"), ((BENZYL,), "sterile")])
def test_a_powder_is_dissolved_with_what_holds_none_where_its_label_allows_it(
    allergies: tuple[Allergy, ...], vial: str
) -> None:
    drug = formulary().drug("ceftriaxone")

    def either(product: Product) -> Product:
        ways = tuple(replace(w, solutions=("bacteriostatic_water", "sterile_water")) for w in product.reconstitutions)
        return replace(product, reconstitutions=ways)

    planned = plan(CEFTRIAXONE, *allergies, house=with_drug(drug, products=tuple(map(either, drug.products))))
    assert planned.draw_up is not None
    assert next(one for one in planned.draw_up.components if one.role == "diluent").product.startswith(f"vial_{vial}")
    assert not told(planned)


def test_a_diluent_that_holds_it_is_a_finding_where_no_other_is_allowed() -> None:
    drug = formulary().drug("ceftriaxone")

    def only(product: Product) -> Product:
        ways = tuple(replace(w, solutions=("bacteriostatic_water",)) for w in product.reconstitutions)
        return replace(product, reconstitutions=ways)

    planned = plan(CEFTRIAXONE, BENZYL, house=with_drug(drug, products=tuple(map(only, drug.products))))
    (finding,) = told(planned)
    assert finding.grade is Grade.SOFT and "bacteriostatic water" in finding.title
    assert held(planned) == Excipients((), (), ("benzyl_alcohol",))


def test_in_a_shortage_the_alternative_goes_by_the_same_rule() -> None:
    switch = Switch(
        number=1, drug="epinephrine", formulation="epinephrine_infusion", kind=Alternative.PRODUCT, to=USUAL_VIAL, reason="none"
    )
    planned = plan(EPINEPHRINE, SULFITE, house=replace(formulary(), switches=(switch,)))
    assert drawn_from(planned) == {USUAL_VIAL}
    assert [finding.grade for finding in told(planned)] == [Grade.SOFT]
    assert held(planned) == Excipients((), (), ("sulfite",))


def test_where_there_is_no_plan_the_drugs_products_are_told() -> None:
    planned = plan({**EPINEPHRINE, "diluent": "moon water"}, SULFITE)
    assert planned.plan is None
    assert [finding.code for finding in told(planned)] == ["allergy_excipient"]


def test_what_is_made_without_preservative_is_not_dissolved_or_diluted_with_it() -> None:
    drug = formulary().drug("ceftriaxone")

    def either(product: Product) -> Product:
        ways = tuple(replace(w, solutions=("bacteriostatic_water", "sterile_water")) for w in product.reconstitutions)
        return replace(product, reconstitutions=ways)

    strict = tuple(replace(row, preservative_free_only=True) for row in drug.formulations)
    house = with_drug(drug, products=tuple(map(either, drug.products)), formulations=strict)
    planned = plan(CEFTRIAXONE, house=house)
    assert planned.draw_up is not None
    diluents = [one.product for one in planned.draw_up.components if one.role == "diluent"]
    assert diluents and not any("bacteriostatic" in one for one in diluents)
    solutions = tuple(
        replace(s, preservative="parabens") if s.id == "sodium_chloride_0_9" else s for s in house.supplies.solutions
    )
    preserved = replace(house, supplies=replace(house.supplies, solutions=solutions))
    found = plan(CEFTRIAXONE, house=preserved)
    assert found.plan is None and "cannot_compute.diluent_not_released" in {finding.code for finding in found.findings}
