"""A scanner to press, for whoever tries the demonstration without one: the codes that may come next. Served nowhere else."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request
from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.demonstration.cast import CAST
from compounding.demonstration.history import container_code
from compounding.documents.snapshots import BARCODE_IDENTIFIERS, barcode_text
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from formulary.model import Formulary
from formulary.repository import formulary_in_force
from web.services import now, store
from web.sessions import visitor

blueprint = Blueprint("demonstration", __name__, url_prefix="/demonstration")

Code = tuple[str, str]
"""Words on the key, and what the scanner would send."""

PAPERS = {
    "worksheet": BARCODE_IDENTIFIERS["worksheet/1"],
    "in-process label": BARCODE_IDENTIFIERS["in_process_label/1"],
}
LISTED = {
    "station": ("worksheet", (S.QUEUED, S.STAGED, S.IN_PREP)),
    "check": ("in-process label", (S.AWAITING_FINAL_CHECK, S.IN_PROCESS_CHECK, S.SECOND_CHECK)),
    "ward": ("dispensing label", (S.DISPENSED, S.DELIVERED)),
}
"""What lies ready where nothing is in hand, by the first word of the address."""
MOST = 8


@blueprint.get("/codes")
def codes() -> str:
    """The codes for the page at the address ``at``."""
    found = visitor()
    words = request.args.get("at", "").strip("/").split("/")
    if found is None or found.session.locked:
        rows = [(f"Badge of {one.name}, {', '.join(sorted(one.roles))}", one.badge) for one in CAST]
        return render_template("demonstration/codes.html", rows=rows)
    number = next((word for word in words if is_dose_number(word)), "")
    with store().read() as uow:
        if number:
            rows = list(_of_dose(load(uow, DOSE, dose_record(number)), formulary_in_force(uow)))
        else:
            paper, statuses = LISTED.get(words[0], ("", ()))
            wanted = select(DoseRow).where(DoseRow.status.in_([s.value for s in statuses])).order_by(DoseRow.due).limit(MOST)
            doses = uow.session.execute(wanted).scalars().all()
            rows = [(f"{paper.capitalize()}: {row.title}, {row.patient_name}", _code_of(uow, paper, row.number)) for row in doses]
    return render_template("demonstration/codes.html", rows=rows)


def _code_of(uow: UnitOfWork, paper: str, number: str) -> str:
    """What the code of this paper says; a dispensing label names the copy that counts."""
    return _dispensing(load(uow, DOSE, dose_record(number))) if paper == "dispensing label" else PAPERS[paper] + number


def _dispensing(dose: Dose) -> str:
    return _plain(barcode_text("dispensing_label/1", dose.number, dose.label_issue))


def _plain(text: str) -> str:
    return text.replace("(", "").replace(")", "")


def _of_dose(dose: Dose, formulary: Formulary) -> Iterator[Code]:
    """Containers that are still to be scanned, one that is wrong, and the labels of the dose."""
    if dose.plan is None:
        return
    today = now().date()
    open_products = [dose.drawing.component(slot).product for slot in dose.open_slots]
    for product in open_products:
        yield f"Container: {formulary.item(product).display}", container_code(formulary, product, today)
    if open_products:
        planned = {component.product for component in dose.drawing.components}
        wrong = next(row.id for row in formulary.items if row.id not in planned and row.codes.gtin)
        yield f"A wrong one: {formulary.item(wrong).display}", container_code(formulary, wrong, today)
    if dose.status in (S.STAGED, S.IN_PREP, S.AWAITING_FINAL_CHECK, S.RELEASED):
        yield f"In-process label of {dose.number}", PAPERS["in-process label"] + dose.number
    if dose.status is S.IN_PREP and any(step.kind in ("mix", "scan") for step in dose.drawing.steps):
        step = dose.current_step
        own = step.number if step is not None and dose.planned.nutrition is not None else 0  # several dilutions: each its own
        yield f"Label of the dilution for {dose.number}", _plain(barcode_text("intermediate_label/1", dose.number, own))
    if dose.status in (S.RELEASED, S.DISPENSED, S.DELIVERED):
        yield f"Dispensing label of {dose.number}", _dispensing(dose)
