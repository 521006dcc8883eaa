"""Whole plans of known orders: every figure by hand, from the order to the pump."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from calculations.findings import Grade
from calculations.printing import show
from compounding.orders.order import Order
from compounding.orders.patient import Allergy, Patient
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from tests.support.doses import NOON, demonstration_order, patient_of, planned
from tests.support.flow import formulary

ADA = patient_of("DEMO-4417")
CEFTRIAXONE: dict[str, Any] = {
    "order_type": "intermittent", "drug": "ceftriaxone", "dose": "50 mg/kg", "diluent": "NS", "volume": "25 mL",
    "frequency": {"every": "24 h"},
}  # fmt: skip
VINCRISTINE: dict[str, Any] = {
    "drug": "vincristine", "dose": "2 mg", "diluent": "NS", "volume": "50 mL", "line": "central", "frequency": {"once": True},
    "chemotherapy": {"regimen": "CHOP", "cycle": "1", "day": "1"},
}  # fmt: skip


def plan(data: dict[str, Any], patient: Patient, at: Any = NOON) -> Planned:
    """The plan of an order for a patient of ours; route, line, start and prescriber are the usual ones."""
    usual = {"route": "IV infusion", "line": "peripheral", "start": NOON.isoformat(), "prescriber": "Dr. R. Castell"}
    order = Order.parse(usual | {"patient": patient.mrn} | data)
    return plan_order(Situation(order, patient, formulary(), at, 0))


def codes(found: Planned, *grades: Grade) -> list[str]:
    return [finding.code for finding in found.findings if not grades or finding.grade in grades]


def figures(found: Planned) -> dict[str, str]:
    """The figures of a plan as they are printed."""
    p = found.plan
    assert p is not None, found.findings
    return {
        "amount": show(p.actives[0].amount),
        "drawn": show(p.actives[0].drawn_volume),
        "final": show(p.final_volume),
        "concentration": show(p.concentration),
        "rate": "" if p.rate is None else show(p.rate),
        "over": "" if p.infuse_over is None else show(p.infuse_over.to("min")),
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ceftriaxone", {"amount": "460 mg", "drawn": "4.6 mL", "final": "29.6 mL", "concentration": "15.54 mg/mL",
                         "rate": "59.2 mL/h", "over": "30 min"}),
        ("vancomycin", {"amount": "1,250 mg", "drawn": "25 mL", "final": "275 mL", "concentration": "4.545 mg/mL",
                        "rate": "110 mL/h", "over": "150 min"}),
        ("norepinephrine", {"amount": "4 mg", "final": "250 mL", "concentration": "16 mcg/mL", "rate": "26.25 mL/h"}),
        ("carboplatin", {"amount": "900 mg", "drawn": "90 mL", "final": "250 mL", "rate": "250 mL/h", "over": "60 min"}),
        ("vincristine", {"amount": "2 mg", "drawn": "2 mL", "final": "52 mL"}),
        ("gentamicin", {"amount": "5.6 mg", "drawn": "2.8 mL", "final": "2.8 mL", "concentration": "2 mg/mL"}),
        ("pantoprazole", {"amount": "40 mg", "drawn": "10 mL", "final": "10 mL", "concentration": "4 mg/mL", "rate": ""}),
        ("amiodarone", {"amount": "450 mg", "drawn": "9 mL", "final": "250 mL", "concentration": "1.8 mg/mL"}),
        ("potassium", {"amount": "20 mEq", "drawn": "10 mL", "final": "1,014 mL", "rate": "100 mL/h"}),
    ],
)  # fmt: skip
def test_the_figures_of_a_plan(name: str, expected: dict[str, str]) -> None:
    found = figures(planned(name))
    assert {key: found[key] for key in expected} == expected


def test_the_true_concentration_of_a_bag_counts_its_overfill_and_what_goes_in() -> None:
    p = planned("ceftriaxone").plan
    assert p is not None and p.true_concentration is not None
    assert p.true_concentration < p.concentration
    bag = formulary().item(p.base)
    assert p.true_concentration == (p.actives[0].amount / (p.final_volume + bag.overfill)).to(p.true_concentration.unit)


def test_carboplatin_by_auc_is_capped_by_the_clearance_and_says_that_creatinine_is_low() -> None:
    found = planned("carboplatin")
    assert codes(found, Grade.SOFT) == ["dialysis_not_recorded", "creatinine_low", "clearance_capped"]
    assert codes(found, Grade.HARD, Grade.ABSOLUTE) == []


def test_vincristine_is_capped_and_the_cap_is_said() -> None:
    found = planned("vincristine")
    assert "dose_capped" in codes(found, Grade.INFO)
    assert found.plan is not None and found.plan.actives[0].ordered > found.plan.actives[0].amount


def test_the_intermediate_dilution_is_worked_out_labelled_scanned_and_thrown_away() -> None:
    found = planned("gentamicin")
    assert found.plan is not None and found.draw_up is not None
    assert found.plan.actives[0].intermediate == "gentamicin_2mg_ml"
    into = {step.purpose: step for step in found.draw_up.steps if step.put == "mix" and step.kind == "measure"}
    assert (show(into["draw"].volume), show(into["intermediate"].volume)) == ("2 mL", "8 mL")
    assert [step.kind for step in found.draw_up.steps].count("scan") == 1
    assert [step.purpose for step in found.draw_up.steps][-2:] == ["discard", "label"]


def test_potassium_is_counted_by_what_the_product_says_and_every_additive_is_in_the_bag() -> None:
    p = planned("potassium").plan
    assert p is not None
    assert [(a.drug, show(a.amount), show(a.drawn_volume)) for a in p.actives] == [
        ("potassium_chloride", "20 mEq", "10 mL"), ("magnesium_sulfate", "2 g", "4 mL"),
    ]  # fmt: skip


class TestAbsolute:
    @pytest.mark.parametrize(
        "change",
        [
            {"order_type": "push", "route": "IV push"},
            {"order_type": "chemotherapy", "route": "intrathecal"},
            {"order_type": "chemotherapy", "route": "intramuscular"},
            {"order_type": "push", "route": "intrathecal"},
        ],
    )
    def test_a_vinca_alkaloid_goes_only_into_a_minibag_and_a_vein(self, change: dict[str, Any]) -> None:
        found = plan({**VINCRISTINE, **change}, patient_of("DEMO-8812"))
        assert "minibag_only" in codes(found, Grade.ABSOLUTE)

    @pytest.mark.parametrize("drug", ["ceftriaxone", "methylene_blue", "potassium_chloride", "paclitaxel"])
    def test_only_what_is_listed_goes_into_the_spine(self, drug: str) -> None:
        found = plan({"order_type": "push", "drug": drug, "dose": "1 mg", "route": "intrathecal", "frequency": {"once": True}},
                     patient_of("DEMO-8812"))  # fmt: skip
        assert found.worst is Grade.ABSOLUTE

    def test_the_listed_drug_in_the_spine_is_drawn_from_products_without_preservative_only(self) -> None:
        found = plan({"order_type": "chemotherapy", "drug": "methotrexate", "dose": "12 mg", "route": "intrathecal",
                      "line": "intrathecal", "frequency": {"once": True}, "chemotherapy": VINCRISTINE["chemotherapy"]},
                     patient_of("DEMO-8812"))  # fmt: skip
        assert found.plan is not None and found.draw_up is not None, found.findings
        products = [formulary().product(c.product) for c in found.draw_up.components if c.role == "drug"]
        assert products and all(not product.preservative or product.preservative == "none" for product in products)


class TestWhatIsMissing:
    def test_a_missing_weight_is_a_finding_and_no_default(self) -> None:
        found = plan(CEFTRIAXONE, replace(ADA, measures=()))
        assert found.plan is None
        assert {"weight_missing", "cannot_compute.weight_missing"} <= set(codes(found))

    def test_a_missing_height_stops_a_dose_by_surface(self) -> None:
        lucia = patient_of("DEMO-8812")
        flat = replace(lucia, measures=tuple(m for m in lucia.measures if m.kind != "height"))
        order = replace(demonstration_order("vincristine"))
        found = plan_order(Situation(order, flat, formulary(), NOON, 0))
        assert "cannot_compute.surface_missing" in codes(found, Grade.ABSOLUTE)

    @pytest.mark.parametrize("gone", [{"results": ()}, {"sex": "unknown"}, {"dialysis": True}])
    def test_a_dose_by_auc_needs_creatinine_and_sex_and_no_dialysis(self, gone: dict[str, Any]) -> None:
        mara = replace(patient_of("DEMO-3358"), **gone)
        found = plan_order(Situation(demonstration_order("carboplatin"), mara, formulary(), NOON, 0))
        assert found.plan is None and found.worst is Grade.ABSOLUTE

    def test_dialysis_and_pregnancy_that_nobody_recorded_are_said_and_not_taken_for_no(self) -> None:
        mara, carboplatin = patient_of("DEMO-3358"), demonstration_order("carboplatin")
        for recorded in (None, False):
            patient = replace(mara, sex="female", dialysis=recorded, pregnant=recorded)
            told = codes(plan_order(Situation(carboplatin, patient, formulary(), NOON, 0)))
            assert ("dialysis_not_recorded" in told) is (recorded is None)
            assert ("pregnancy_not_recorded" in told) is (recorded is None)

    def test_a_line_that_was_not_said_and_one_that_is_not_there(self) -> None:
        assert "line_not_said" in codes(plan({**CEFTRIAXONE, "line": ""}, ADA), Grade.SOFT)
        assert "line_missing" in codes(plan({**CEFTRIAXONE, "line": "central"}, ADA), Grade.HARD)

    def test_allergies_that_nobody_asked_for_that_nobody_coded_and_that_fit(self) -> None:
        assert "allergies_not_asked" in codes(plan(CEFTRIAXONE, replace(ADA, allergies_asked_at=None)), Grade.SOFT)
        for allergy, told in (
            (Allergy("some antibiotic"), ("allergy_uncoded", Grade.SOFT)),
            (Allergy("cephalosporins", "cephalosporins"), ("allergy", Grade.HARD)),
        ):
            assert told[0] in codes(plan(CEFTRIAXONE, replace(ADA, allergies=(allergy,))), told[1])

    def test_an_old_weight_and_one_that_changed_are_said(self) -> None:
        first = ADA.measures[0]
        old = replace(ADA, measures=(replace(first, at=NOON - timedelta(days=8)),))
        assert "weight_stale" in codes(plan(CEFTRIAXONE, old), Grade.SOFT)
        before = replace(first, amount=first.amount * 2, at=first.at - timedelta(days=1))
        both = replace(ADA, measures=(before, *ADA.measures))
        assert "weight_changed" in codes(plan(CEFTRIAXONE, both), Grade.SOFT)

    @pytest.mark.parametrize("drug", ["unobtainium", "ceftriaxon"])
    def test_an_unknown_drug_cannot_be_computed_and_the_next_step_is_said(self, drug: str) -> None:
        found = plan({**CEFTRIAXONE, "drug": drug}, ADA)
        (finding,) = [f for f in found.findings if f.code == "cannot_compute.drug_unknown"]
        assert finding.grade is Grade.ABSOLUTE and "one-time formulation" in finding.mend

    def test_no_formulation_for_the_route_names_the_next_step(self) -> None:
        found = plan({**CEFTRIAXONE, "order_type": "push", "route": "subcutaneous"}, ADA)
        (finding,) = [f for f in found.findings if f.code.startswith("cannot_compute")]
        assert finding.mend

    def test_an_unknown_diluent_lists_those_that_are_known(self) -> None:
        found = plan({**CEFTRIAXONE, "diluent": "moon water"}, ADA)
        assert found.plan is None and found.worst is Grade.ABSOLUTE


class TestLimits:
    @pytest.mark.parametrize(("dose", "times"), [("1000 mg/kg", "about ten times"), ("5 mg/kg", "about a tenth")])
    def test_a_slipped_decimal_point_is_said(self, dose: str, times: str) -> None:
        found = plan({**CEFTRIAXONE, "dose": dose}, ADA)
        words = " ".join(f.title for f in found.findings)
        assert times in words or "cannot_compute" in " ".join(codes(found))
        assert found.worst in (Grade.HARD, Grade.ABSOLUTE)

    def test_a_limit_that_cannot_be_assessed_is_a_finding(self) -> None:
        flat = {**CEFTRIAXONE, "dose": "460 mg"}
        found = plan(flat, replace(ADA, measures=()))
        assert found.plan is not None
        missed = [f for f in found.findings if f.code == "limit_not_assessed"]
        assert missed and all(f.mend for f in missed)
        assert {row["verdict"] for row in found.plan.checked_limits} >= {"not assessed"}

    def test_every_limit_that_was_looked_at_stands_in_the_plan_with_its_source(self) -> None:
        p = planned("ceftriaxone").plan
        assert p is not None and p.checked_limits
        assert all(row["source"] and row["verdict"] for row in p.checked_limits)
