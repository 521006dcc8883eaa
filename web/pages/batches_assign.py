"""A finished unit for a queued dose: offered first to expire first, assigned by the scan of its label."""

from typing import Any

from flask import redirect, render_template, url_for

from batch_records.acting import Refused, perform
from compounding.batches.assigning import by_scan, offered
from compounding.preparing.actions import AssignUnit
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.views.opened import STORAGES
from compounding.views.strip import strip_of
from web.acting import act_with_secret, read_form
from web.doses import dose_of
from web.errors import again
from web.pages.batches_hand import blueprint, clock
from web.permissions import allowed
from web.services import now, store
from web.sessions import open_visitor


@blueprint.get("/assign/<dose>")
def assign_page(dose: str) -> str:
    """The dose as it was verified, and the units that fit."""
    at = now()
    with store().read() as uow:
        found = dose_of(uow, dose)
        units = offered(uow, found, at) if found.status is DoseStatus.QUEUED else ()
        policy = by_scan(uow, units, open_visitor().actor)
    return render_template(
        "batches/assign.html",
        dose=found,
        plan=found.planned,
        strip=strip_of(found, at, clock()),
        units=[(one.lot, one.serial, one.place, STORAGES[one.storage], clock().moment(one.until)) for one in units],
        queued=found.status is DoseStatus.QUEUED,
        policy=policy,
    )


@blueprint.post("/assign/<dose>")
@again(assign_page)
def assign(dose: str) -> Any:
    """The unit in the hand becomes this dose: compared with the order and released, with the person's secret."""
    form = read_form(["code", "secret"])
    with store().read() as uow:
        dose_of(uow, dose)
    answer = perform(store(), DOSE, dose_record(dose), AssignUnit(form["code"].strip()), act_with_secret())
    if isinstance(answer, Refused):
        return answer
    onward = "labels.dose" if allowed("labels.dose", open_visitor().actor.roles) else "nurse.dose"
    return redirect(url_for(onward, number=dose), 303)
