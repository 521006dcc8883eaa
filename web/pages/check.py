"""The check desk: the list, and the decision on one dose: pass, reject, ask. Enter never passes."""

from typing import Any

from flask import Response, redirect, render_template, url_for

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from calculations.errors import Fault
from compounding.documents.snapshots import read_barcode
from compounding.preparing.actions import (
    AskSecondCheck,
    CheckStaging,
    PassInProcess,
    Reject,
    RejectInProcess,
    Release,
)
from compounding.preparing.guards_pumping import remarked_steps
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.remarks import Say
from compounding.preparing.states import DoseStatus as S
from compounding.views.check import REJECT_CODES
from compounding.views.check_desk import Desk, desk
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, read_form
from web.beyond_use_form import beyond_use_decided
from web.doses import dose_of, wall_clock
from web.errors import again
from web.live import live_part
from web.pages import check_acts  # noqa: F401 - the rarer acts stand there, on the same blueprint
from web.pages.check_dose import blueprint, dose, label_refused, printed_after, tick_names, ticked, to_dose, told
from web.services import now, store


@blueprint.get("")
def page() -> str:
    """What waits for a pharmacist."""
    return render_template("check/list.html", desk=_desk())


@blueprint.get("/waiting")
def waiting() -> Response:
    """The list alone, for the page that stays live."""
    return live_part("check/waiting.html", desk=_desk())


def _desk() -> Desk:
    at = now()
    with store().read() as uow:
        return desk(uow, formulary_in_force(uow).site, at, wall_clock(at))


@blueprint.post("/open")
@again(page)
def open_scanned() -> Any:
    """Open the dose whose worksheet or in-process label was scanned."""
    code = read_form(["code"])["code"]
    read = read_barcode(code.removeprefix("]d2").removeprefix("]C1"))
    number = read[1] if read else code.strip()
    if not is_dose_number(number):
        return Refusal("not_ours", "This is not the code of one of our preparations. Scan its worksheet or its label.", 422)
    return redirect(url_for("check.dose", number=number), 303)


@blueprint.post("/<number>/pass")
@again(dose)
def passed(number: str) -> Any:
    """Sign the pass: releases and prints, or hands on to the second pharmacist where two check."""
    needed = ["content_digest", "secret"]
    with store().read() as uow:
        found = dose_of(uow, number)
    remarked = remarked_steps(found)
    form = read_form(needed, ["bu_day", "bu_time", "bu_reason", "bu_source", "do", *tick_names(remarked)])
    read = ticked(form, remarked)
    asked = act_with_secret()
    if found.planned.second_check and found.second_check is None:
        first = AskSecondCheck(form["content_digest"], items_read=read)
        return label_refused(found, first) or to_dose(number, perform(store(), DOSE, dose_record(number), first, asked))
    decided = beyond_use_decided(form, required=found.beyond_use_at() is None)
    action = Release(form["content_digest"], decided, items_read=read)
    if (unfit := label_refused(found, action)) is not None:
        return unfit
    answer = perform(store(), DOSE, dose_record(number), action, asked)
    return told(number, answer) if isinstance(answer, Refused) else printed_after(number)


@blueprint.post("/<number>/reject")
@again(dose)
def rejected(number: str) -> Any:
    """Reject with a reason code and words, at the final check or before mixing."""
    form = read_form(["code", "reason", "secret"])
    words = dict(REJECT_CODES).get(form["code"])
    if words is None:
        raise Fault("code", form["code"] or "nothing", "a reason of the list")
    with store().read() as uow:
        in_process = dose_of(uow, number).status is S.IN_PROCESS_CHECK
    reason = f"{words}: {form['reason'].strip()}" if form["reason"].strip() else words
    action = RejectInProcess(form["code"], reason) if in_process else Reject(form["code"], reason)
    return to_dose(number, perform(store(), DOSE, dose_record(number), action, act_with_secret()))


@blueprint.post("/<number>/ask")
@again(dose)
def ask(number: str) -> Any:
    """Ask the person who made it; the question stands on every page of this dose."""
    text = read_form(["question"])["question"]
    return to_dose(number, perform(store(), DOSE, dose_record(number), Say(text.strip(), question=True), act()))


@blueprint.post("/<number>/pass-before-mixing")
@again(dose)
def passed_in_process(number: str) -> Any:
    """The look before mixing: pass."""
    read_form(["secret"], ["do"])
    return to_dose(number, perform(store(), DOSE, dose_record(number), PassInProcess(), act_with_secret()))


@blueprint.post("/<number>/containers-checked")
@again(dose)
def staging_checked(number: str) -> Any:
    """The look at the containers before the drug is opened: they are right."""
    form = read_form(["secret"], ["do", "reason"])
    action = CheckStaging(form.get("reason", "").strip())
    return to_dose(number, perform(store(), DOSE, dose_record(number), action, act_with_secret()))
