"""Quarantine: put a dose there, close the investigation, release it again. Two persons end it, each with their secret."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from calculations.errors import Fault
from compounding.preparing.actions import EndQuarantine, Quarantine
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.views.quarantine import listed, quarantined
from compounding.views.story import story
from web.acting import act, act_with_secret, read_form
from web.doses import dose_of, wall_clock
from web.errors import again
from web.permissions import LEAD, PHARMACIST
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("quarantine", __name__, url_prefix="/quarantine")

KNOWN = frozenset({"number", "order", "order_version", "plan", "draw_up", "patient", "patient_shown", "label", "beyond_use"})
"""Facts of a dose that its own pages show."""


@blueprint.get("")
def page() -> str:
    """Everything in quarantine, and the form that puts a dose there."""
    actor = open_visitor().actor
    with store().read() as uow:
        rows = listed(uow, actor, wall_clock(now()))
    number = request.values.get("number", "").strip()
    return render_template("quarantine/page.html", rows=rows, number=number, may=bool(actor.roles & {LEAD, PHARMACIST}))


@blueprint.post("")
@again(page)
def begin() -> Any:
    """Block a dose, wherever it is."""
    form = read_form(["number", "reason"])
    number = form["number"].strip()
    if not is_dose_number(number):
        raise Fault("number", number or "nothing", "the number of a preparation, as it stands on its label")
    with store().read() as uow:
        try:
            dose_of(uow, number)
        except NotFound:
            raise Fault("number", number, "a number that one of our preparations has") from None
    answer = perform(store(), DOSE, dose_record(number), Quarantine(form["reason"].strip()), act())
    return answer if isinstance(answer, Refused) else redirect(url_for("quarantine.one", number=number), 303)


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One dose: why it is blocked, what was done, and the one thing that is next."""
    actor = open_visitor().actor
    with store().read() as uow:
        dose_of(uow, number)
        entries = uow.entries(dose_record(number))
        if not any(entry.kind == "quarantine" for entry in entries):
            raise NotFound
        found = quarantined(uow, entries, actor, wall_clock(now()))
        lines = story(uow, dose_record(number), KNOWN)
    may_waste = LEAD in actor.roles and found.next.endswith("wastes it")
    return render_template("quarantine/one.html", found=found, lines=lines, may_waste=may_waste)


@blueprint.post("/<number>/end")
@again(one)
def end(number: str) -> Any:
    """The designated person closes the investigation; then a pharmacist releases it, under a new label."""
    form = read_form(["reason", "secret"])
    with store().read() as uow:
        dose_of(uow, number)
    answer = perform(store(), DOSE, dose_record(number), EndQuarantine(form["reason"].strip()), act_with_secret())
    if isinstance(answer, Refused | Refusal):
        return answer
    out = answer.state.status is DoseStatus.RELEASED
    return redirect(url_for("labels.dose" if out else "quarantine.one", number=number), 303)
