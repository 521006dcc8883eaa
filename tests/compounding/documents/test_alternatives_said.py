"""An approved alternative is said on every paper and on the nurse's page of what was really made with it, and nowhere else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from batch_records.store import Store
from batch_records.types import instant_text
from compounding.batches.unit_plan import plan_unit
from compounding.documents.alternatives import planned_alternatives
from compounding.documents.batch_documents import label_to_try
from compounding.documents.dose_documents import Clock, in_process_snapshot, intermediate_snapshot
from compounding.documents.printing import Printer
from compounding.documents.record_documents import record_snapshot, worksheet_snapshot
from compounding.documents.stock import MINIBAG, SYRINGE
from compounding.planning.plan import Substituted
from compounding.views.label_printing import label_lines
from compounding.views.nurse import ward_page
from formulary.repository import formulary_in_force
from formulary.substitution.record import SUBSTITUTION, Begin, record_id
from tests.compounding.batches.examples import CEFTRIAXONE as A_BATCH
from tests.support.cast import DUARTE, MARLOW, NOON, OFFSET, OKONJO, act_of, do
from tests.support.dose_histories import making
from tests.support.flow import TOMAS, dose_now, released
from tests.support.printing import printer, text_of

__all__ = ["printer"]

BAG = "ceftriaxone_minibag_adult"
ONE_GRAM = {
    "order_type": "intermittent", "patient": TOMAS["mrn"], "drug": "ceftriaxone", "dose": "1000 mg", "route": "IV infusion",
    "line": "peripheral", "start": "2026-04-14T14:30:00-04:00", "frequency": {"every": "24 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip


def switched(store: Store, kind: str, to: str) -> None:
    begin = Begin(BAG, kind, to, "", instant_text(NOON + timedelta(days=6)), "no bags of saline")
    do(store, DUARTE, SUBSTITUTION, record_id(BAG), begin, NOON, station="desk-2", signed=True)


def test_label_worksheet_record_and_nurse_say_what_it_is_an_alternative_to_and_who_approved(
    cast_store: Store, printer: Printer
) -> None:
    switched(cast_store, "diluent", "dextrose_5")
    number = released(cast_store, order=ONE_GRAM, patient=TOMAS)
    bands = ["ALTERNATIVE to cefTRIAXone minibag, adult", "approved K. Duarte, RPh, 14 Apr 2026"]
    words = ", ".join(bands)
    dose, act = dose_now(cast_store, number), act_of(MARLOW, NOON)
    with cast_store.read() as uow:
        formulary = formulary_in_force(uow)
        record = record_snapshot(uow, dose, act, formulary)
        sheet = worksheet_snapshot(uow, dose, act, formulary)
        in_process = in_process_snapshot(uow, dose, act, formulary, room="IV room")
        page = ward_page(uow, TOMAS["mrn"], formulary, NOON, Clock(OFFSET), number)
    reason = "alternative because of shortage: no bags of saline"
    assert "dextrose 5 %" in dose.label["diluent"]
    assert (
        all(paper["bands"][-2:] == bands for paper in (dose.label, sheet, record)) and words in in_process["warnings"]
    )
    assert reason in sheet["cautions"] and reason in record["formulation"]
    assert page is not None and ("Made otherwise", words) in page.cards[0].facts
    assert " · ".join(bands) in " ".join(label_lines(dose.label))
    printed = printer.render("dispensing_label/1", dose.label, MINIBAG)
    assert " ".join(bands) in " ".join(text_of(printed.pdf)[0].split())


def test_an_alternative_product_is_said_only_where_it_was_really_taken(cast_store: Store) -> None:
    switched(cast_store, "product", "ceftriaxone_500mg_vial")
    number = released(cast_store, order=ONE_GRAM, patient=TOMAS)
    label = dose_now(cast_store, number).label
    said = [text for text in label["bands"] if text.startswith("ALTERNATIVE")]
    assert said == ["ALTERNATIVE to cefTRIAXone minibag, adult"]
    assert any("500 mg" in part["name"] for part in label["components"])


SAID = "ALTERNATIVE to cefTRIAXone minibag, adult, approved K. Duarte, RPh, 14 Apr 2026"


def test_the_label_of_an_intermediate_dilution_says_it_on_a_syringe_too(cast_store: Store, printer: Printer) -> None:
    switched(cast_store, "diluent", "dextrose_5")
    dose = next(one.dose for one in making("gentamicin") if one.dose.status == "in_prep" and len(one.dose.records) > 1)
    instead = Substituted(BAG, "cefTRIAXone minibag, adult", 1, "diluent", "dextrose_5", "no bags of saline")
    shown = {"name": "SAMPLE, Baby Boy", "born": "2026-04-09", "mrn": "DEMO-5120", "location": "NICU 3"}
    dose = replace(dose, plan=replace(dose.planned, substituted=(instead,)), patient_shown=shown)
    with cast_store.read() as uow:
        label = intermediate_snapshot(uow, dose, act_of(OKONJO), formulary_in_force(uow), room="IV room A")
    assert label["warnings"][-1] == SAID
    assert SAID in " ".join(text_of(printer.render(label["kind"], label, SYRINGE).pdf)[0].split())


@pytest.mark.parametrize("stock", [MINIBAG, SYRINGE])
def test_the_label_of_a_unit_of_a_batch_says_it_and_still_fits_its_stock(cast_store: Store, printer: Printer, stock) -> None:
    switched(cast_store, "diluent", "dextrose_5")
    with cast_store.read() as uow:
        uow.at = NOON
        formulary = formulary_in_force(uow)
        plan = plan_unit(formulary, replace(A_BATCH, solution="dextrose_5"))
        instead = planned_alternatives(uow, plan, Clock(OFFSET))
    label = label_to_try(plan, 30, act_of(OKONJO), formulary, room="IV room A", made_by="T. Okonjo, CPhT", instead=instead)
    assert SAID in " ".join(text_of(printer.render(label["kind"], label, stock).pdf)[0].split())
