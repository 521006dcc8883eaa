"""The fullest labels of the formulary fit their stock: a dose that is released and has no label cannot leave the pharmacy."""

from dataclasses import replace
from typing import Any

import pytest

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.documents.build import dispensing_label, in_process_label
from compounding.documents.dose_documents import (
    FORMS,
    HIGH_ALERT,
    Clock,
    auxiliary,
    diluent,
    drug_lines,
    duration,
    pump_rate,
    storage_path,
)
from compounding.documents.printing import Printer
from compounding.documents.shapes import BeyondUse, Component, Due, Maker, PatientLine, Person, Printed, Site
from compounding.orders.order import Order
from compounding.orders.patient import Patient
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.views.label_printing import stock_for
from tests.support.doses import NOON, patient_of
from tests.support.flow import formulary
from tests.support.printing import printer, text_of

__all__ = ["printer"]

COMMON: dict[str, Any] = {
    "route": "IV infusion", "line": "central", "start": NOON.isoformat(), "prescriber": "Dr. R. Castell",
    "frequency": {"once": True},
}  # fmt: skip
FULLEST: dict[str, dict[str, Any]] = {
    "vincristine_minibag": {
        "order_type": "chemotherapy", "patient": "DEMO-8812", "drug": "vincristine", "dose": "2 mg", "infuse_over": "10 min",
    },
    "amiodarone_load": {
        "order_type": "intermittent", "patient": "DEMO-6671", "drug": "amiodarone", "dose": "150 mg", "purpose": "load",
    },
    "vasopressin_infusion": {
        "order_type": "continuous", "patient": "DEMO-1120", "drug": "vasopressin",
        "dose_rate": {"value": "0.03", "unit": "units/min", "of": "vasopressin"},
    },
    "methotrexate_intrathecal": {
        "order_type": "chemotherapy", "patient": "DEMO-3358", "drug": "methotrexate", "dose": "12 mg", "route": "intrathecal",
        "line": "intrathecal",
    },
    "alprostadil_syringe": {
        "order_type": "continuous", "patient": "DEMO-9903", "drug": "alprostadil", "dose_rate": "0.05 mcg/kg/min",
    },
    "norepinephrine_infusion": {
        "order_type": "continuous", "patient": "DEMO-1120", "drug": "norepinephrine", "dose_rate": "0.1 mcg/kg/min",
    },
    "epinephrine_infusion": {
        "order_type": "continuous", "patient": "DEMO-1120", "drug": "epinephrine", "dose_rate": "0.1 mcg/kg/min",
    },
}  # fmt: skip
REGIMEN = {"regimen": "as the protocol says", "cycle": "1", "day": "1"}


def planned(order: dict[str, Any]) -> tuple[TherapeuticPlan, Patient, list[Component]]:
    more = {"chemotherapy": REGIMEN} if order["order_type"] == "chemotherapy" else {}
    parsed = Order.parse(COMMON | more | order)
    patient = patient_of(parsed.patient)
    found = plan_order(Situation(parsed, patient, formulary(), NOON, -240))
    assert found.plan is not None and found.draw_up is not None, [one.title for one in found.findings]
    return (
        found.plan,
        patient,
        [Component(c.display, "DEMO-N125", "31 Oct 2027", "4.55 mL") for c in found.draw_up.components],
    )


def label(plan: TherapeuticPlan, patient: Patient, components: list[Component]) -> dict[str, Any]:
    name, volume = diluent(plan)
    checkers = [Person("J. Marlow, RPh", "13:41", ""), Person("K. Duarte, RPh", "13:52", "alone")]
    return dispensing_label(
        number="260414-0140-01-8", container="single-dose", demonstration=True, draft=False, order_version="1",
        site=Site("Sufficit Demonstration Hospital", "IV room A", "555-0100"),
        patient=PatientLine(patient.name, "30 Sep 1958", f"MRN {patient.mrn}", patient.location),
        alerts=[HIGH_ALERT] if "high_alert" in plan.flags else [], drugs=drug_lines(plan),
        dosage_form=FORMS[plan.container_class], diluent=name, diluent_volume=volume, total=show(plan.final_volume, 1),
        concentration=show(plan.concentration), route=plan.route, rate=pump_rate(plan, formulary()),
        rate_as_dose="" if plan.dose_rate is None else show(plan.dose_rate), duration=duration(plan),
        due=Due("14 Apr 2026", "14:30"),
        beyond_use=BeyondUse("16 Apr 2026, 13:04", plan.storage_words, storage_path(plan, NOON, Clock(-240))),
        components=components, auxiliary=[text for text in auxiliary(plan) if text != HIGH_ALERT],
        made_by=Maker("T. Okonjo, CPhT", "13:03"),
        checked_by=checkers if plan.second_check else checkers[:1], measured="Measured 1,245 mg, −0.4 %",
        printed=Printed("14 Apr 2026, 13:10", "1", "", ""),
    )  # fmt: skip


@pytest.mark.parametrize("name", FULLEST)
def test_the_fullest_labels_fit_their_stock(printer: Printer, name: str) -> None:
    plan, patient, components = planned(FULLEST[name])
    assert plan.formulation == name
    made = label(plan, patient, components)
    document = printer.render(made["kind"], made, stock_for(formulary(), plan.container_class))
    (text,) = text_of(document.pdf)
    for words in (patient.family_name, made["beyond_use"]["keep"], *(row["lot"] for row in made["components"])):
        assert words in " ".join(text.split()), words


def test_a_bag_says_a_long_way_of_keeping_in_full(printer: Printer) -> None:
    plan, patient, components = planned(FULLEST["norepinephrine_infusion"])
    for keep in ("20 to 25 °C, protect from light", "2 to 8 °C; 20 to 25 °C", "2 to 8 °C"):
        long = replace(plan, storage_words=keep, infuse_over=Quantity(9, "h"))
        made = label(long, patient, components)
        (text,) = text_of(printer.render(made["kind"], made, stock_for(formulary(), "bag")).pdf)
        assert keep in " ".join(text.split())


@pytest.mark.parametrize("name", ["vincristine_minibag", "alprostadil_syringe", "methotrexate_intrathecal"])
def test_a_started_dose_has_its_in_process_label(printer: Printer, name: str) -> None:
    """A flag on a syringe with a number of the usual length, and a small bag with all that can warn on it."""
    plan, patient, _ = planned(FULLEST[name])
    name_of, volume = diluent(plan)
    warnings = ["HAZARDOUS", "HIGH ALERT", "VESICANT", "ONE-TIME FORMULATION"]
    made = in_process_label(
        number="260414-0140-01-8", demonstration=True, draft=False,
        site=Site("Sufficit Demonstration Hospital", "IV room A", "555-0100"),
        patient=PatientLine(patient.name, "30 Sep 1958", f"MRN {patient.mrn}", patient.location), drugs=drug_lines(plan),
        diluent=name_of, diluent_volume=volume, route=plan.route, due=Due("14 Apr 2026", "14:30"),
        started_by=Maker("T. Okonjo, CPhT", "13:03"), hood="hazardous room", warnings=warnings,
        printed=Printed("14 Apr 2026, 13:10", "1", "", ""),
    )  # fmt: skip
    (text,) = text_of(printer.render(made["kind"], made, stock_for(formulary(), plan.container_class)).pdf)
    for words in ("IN PROCESS, NOT FOR USE", "260414-0140-01-8", *warnings):
        assert words in " ".join(text.split()), words
