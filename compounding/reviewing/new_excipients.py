"""Excipients in a dose that the patient is allergic to and that nobody saw when the order was accepted.

Judged by what was scanned for it; while nothing was scanned for a slot, by what is planned there.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.orders.patient import Allergy
from compounding.orders.patient_record import PATIENT
from compounding.planning.excipients import brought_words, excipient_allergies, said_of
from compounding.planning.plan import Excipients
from compounding.preparing.dose import Dose
from compounding.preparing.inside import named_inside
from compounding.preparing.numbering import order_record, patient_record
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import opened_record
from formulary.excipients import Holds, holds
from formulary.model import Formulary

if TYPE_CHECKING:
    from compounding.reviewing.order_state import OrderVersion

Named = tuple[str, str]
"""Id of a product or supply, and what it is called."""


def containers_of(uow: UnitOfWork, dose: Dose) -> tuple[Named, ...]:
    """What is in a dose: of a finished unit what its batch was made from, else what was scanned or is still planned.

    An opened container brings along what it was dissolved with.
    """
    scans, planned = dose.scans, dose.draw_up
    if dose.unit is not None:
        from compounding.batches.numbering import batch_record
        from compounding.batches.record import BATCH

        scans, planned = load(uow, BATCH, batch_record(dose.unit["lot"])).work.scans, None
    open_ones = () if planned is None else [one for one in planned.components if one.slot in dose.open_slots]
    opened = [load(uow, OPENED, opened_record(scan.opened)) for scan in scans if scan.opened]
    inside = [vial for one in opened for vial in named_inside(uow, one)]
    return tuple(dict.fromkeys([*((one.product, one.display) for one in (*scans, *open_ones)), *inside]))


def new_excipients(uow: UnitOfWork, dose: Dose, containers: Iterable[Named], formulary: Formulary) -> tuple[str, ...]:
    """What these containers bring that the order was not reviewed with, in words."""
    from compounding.reviewing.record import ORDER

    state = load(uow, ORDER, order_record(dose.order))
    patient = load(uow, PATIENT, patient_record(dose.patient)).patient
    if patient is None or not state.versions or state.current.accepted_at is None:
        return ()
    at_scans = () if dose.planned.excipients is None else dose.planned.excipients.codes
    codes = set(excipient_allergies(patient, formulary)) - set(at_scans)  # those are judged at every scan
    matter = [one for one in patient.allergies if one.code in codes and not seen_before(one, state.current)]
    reviewed = _reviewed(state.current, dose)
    return tuple(
        f"Allergic to {said_of(allergy)}; {brought_words(name, allergy.code, how)}"
        for allergy in matter
        for product, name in containers
        if _unreviewed(how := holds(formulary, product, allergy.code), allergy.code, reviewed)
    )


def _unreviewed(how: Holds, code: str, reviewed: Excipients | None) -> bool:
    held = () if reviewed is None else reviewed.held
    not_stated = () if reviewed is None else reviewed.not_stated
    return code not in held and (how is Holds.YES or (how is Holds.NOT_STATED and code not in not_stated))


def _reviewed(version: "OrderVersion", dose: Dose) -> Excipients | None:
    """What the accepted plan of this container says of it."""
    plan = version.plan
    if plan is None or dose.planned.part == 0:
        return None if plan is None else plan.excipients
    return next((one.plan.excipients for one in plan.companions if one.plan.part == dose.planned.part), None)


def seen_before(allergy: Allergy, version: "OrderVersion") -> bool:
    """Plans from before containers were judged one by one told it otherwise, and whoever reviewed them saw that."""
    if version.plan is None or version.plan.excipients is not None:
        return False
    told = [str(row["title"]) for row in version.findings if str(row["code"]).startswith("allergy")]
    said = f"Allergic to {said_of(allergy)}"
    return any(title.startswith((f"{said};", f"{said}:")) for title in told)
