"""Printing one copy of a dispensing label: laid out, kept as a file, entered in the record, and only then shown."""

from pathlib import Path

from batch_records.acting import Refused, perform
from batch_records.acts import Act
from batch_records.documents import copies, keep, keep_file
from batch_records.rendering import RenderedDocument
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import PrintLabel
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.views.label_printing import copy_of, stock_for
from formulary.repository import formulary_in_force
from web.doses import dose_of
from web.printing import printer
from web.services import services, store

KIND = "dispensing_label/1"
"""Of every dose but a nutrition container, which has a label of its own that pairs in the same way."""


def label_kind(dose: Dose) -> str:
    """Which document the signed label of a dose is."""
    return str(dose.label["kind"]) if dose.label else KIND


def documents_folder() -> Path:
    """Where printed files are kept."""
    return services().settings.folders["documents"]


def print_copy(number: str, act: Act, reason: str = "") -> Refused | None:
    """Print the next copy of a released dose's label. Gives the refusal when a rule says no.

    A repeat under the same key prints nothing more. Raises PrintRefused when the label does not fit its stock; then
    nothing was entered.
    """
    with store().read() as uow:
        if uow.answer_for(act.key) is not None:
            return None
        dose = dose_of(uow, number)
        formulary = formulary_in_force(uow)
    if not dose.label:  # nothing was signed yet: the rule that says so is asked, and keeps it as a refusal
        refused = perform(store(), DOSE, dose_record(number), PrintLabel("", reason), act)
        return refused if isinstance(refused, Refused) else None
    at = Clock.of(act).moment(act.at)
    issue = dose.labels + 1
    snapshot = copy_of(dose.label, dose.copies + 1, issue, at, reason)
    document = printer().render(snapshot["kind"], snapshot, stock_for(formulary, dose.planned.container_class))
    keep_file(documents_folder(), document)
    answer = perform(store(), DOSE, dose_record(number), PrintLabel(document.pdf_digest, reason, issue=issue), act)
    if isinstance(answer, Refused):
        return answer
    keep_copy(document, snapshot["kind"], dose_record(number), act, reason)
    return None


def keep_copy(document: RenderedDocument, kind: str, record: str, act: Act, reason: str) -> None:
    """Keep a printed document as the next copy of its kind for a record."""
    with store().write() as uow:
        again = copies(uow.session, record, kind) > 0
        why = (reason or "released again under a new label") if again else ""
        if document.template is None:
            raise ValueError("a document that was laid out has a template")
        keep(
            uow.session, documents_folder(), document, document.template, record=record, at=act.at, by=act.actor.person,
            reason=why,
        )  # fmt: skip
        uow.commit()
