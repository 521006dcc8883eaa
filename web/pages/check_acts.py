"""The rarer acts of the check desk: reading a picture, the second check, emergencies, remakes, use again."""

from typing import Any

from flask import redirect, url_for

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.quantity import Quantity
from compounding.preparing.actions import (
    CheckAfterwards,
    EmergencyRelease,
    EnterSecondCheck,
    KeepReleased,
    ReadFromPicture,
    Reuse,
)
from compounding.preparing.guards_pumping import remarked_steps
from compounding.preparing.guards_returning import REUSE_CONDITIONS
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import YieldDoses
from compounding.reviewing.record import ORDER
from web.acting import act, act_with_secret, read_form
from web.beyond_use_form import FIELDS, beyond_use_decided
from web.doses import dose_of
from web.errors import again
from web.pages.check_dose import blueprint, dose, label_refused, printed_after, tick_names, ticked, to_dose, told
from web.services import store


def millilitres(form: dict[str, str], field: str) -> Quantity:
    """A typed volume. Raises Fault for what is no number, or not above zero."""
    number = parse_number(form[field], field)
    if number <= 0:
        raise Fault(field, form[field], "a volume above zero, in mL")
    return Quantity(number, "mL")


def dose_with_step(number: str, step: int) -> Any:  # noqa: ARG001 - the page is called like the form
    """The page of the dose, for a form that stands on one step."""
    return dose(number)


@blueprint.post("/<number>/picture/<int:step>")
@again(dose_with_step)
def read_picture(number: str, step: int) -> Any:
    """The volume that the picture of a step shows which was not measured."""
    volume = millilitres(read_form(["volume"]), "volume")
    with store().read() as uow:
        if step not in dose_of(uow, number).unmeasured:
            return Refusal("was_measured", f"Step {step} has a volume: it is not read from the picture.", 409)
    return to_dose(number, perform(store(), DOSE, dose_record(number), ReadFromPicture(step, volume), act()))


@blueprint.post("/<number>/second")
@again(dose)
def second(number: str) -> Any:
    """The result of the second pharmacist, worked out alone. The server compares."""
    with store().read() as uow:
        plan = dose_of(uow, number).planned
    actives, nutrition = plan.actives, plan.nutrition is not None
    fields = {active.drug: f"volume_{index}" for index, active in enumerate(actives, start=1)}
    chosen = ["drug"] if nutrition else ["drug", "diluent"]
    form = read_form([*chosen, "final_volume", "secret", *fields.values()])
    faults = [Fault(name, "nothing", "your choice") for name in chosen if not form[name]]
    entered: dict[str, Quantity] = {}
    for name in ("final_volume", *fields.values()):
        try:
            entered[name] = millilitres(form, name)
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    volumes = {drug: entered[name].as_data() for drug, name in fields.items()}
    action = EnterSecondCheck(form["drug"], volumes, form.get("diluent", ""), entered["final_volume"])
    return to_dose(number, perform(store(), DOSE, dose_record(number), action, act_with_secret()))


@blueprint.post("/<number>/emergency")
@again(dose)
def emergency(number: str) -> Any:
    """Release alone, with the reason; another pharmacist checks it afterwards."""
    with store().read() as uow:
        found = dose_of(uow, number)
    remarked = remarked_steps(found)
    form = read_form(["content_digest", "emergency_reason", "secret"], [*FIELDS, *tick_names(remarked)])
    if not form["emergency_reason"].strip():
        raise Fault("emergency_reason", "nothing", "why it cannot wait")
    decided = beyond_use_decided(form, required=found.beyond_use_at() is None)
    why, read = form["emergency_reason"].strip(), ticked(form, remarked)
    action = EmergencyRelease(form["content_digest"], why, decided, items_read=read)
    if (unfit := label_refused(found, action)) is not None:
        return unfit
    answer = perform(store(), DOSE, dose_record(number), action, act_with_secret())
    return told(number, answer) if isinstance(answer, Refused) else printed_after(number)


@blueprint.post("/<number>/afterwards")
@again(dose)
def afterwards(number: str) -> Any:
    """The check of an emergency release afterwards."""
    form = read_form(["note", "secret"], ["agreed"])
    agreed = form.get("agreed", "")
    if agreed not in ("yes", "no"):
        raise Fault("agreed", agreed or "nothing", "whether it was right")
    if agreed == "no" and not form["note"].strip():
        raise Fault("note", "nothing", "what was not right")
    action = CheckAfterwards(agreed == "yes", form["note"].strip())
    return to_dose(number, perform(store(), DOSE, dose_record(number), action, act_with_secret()))


@blueprint.post("/<number>/remake")
@again(dose)
def remake(number: str) -> Any:
    """A new dose in place of one that failed, was lost or passed its time; linked, due when the old one was."""
    read_form([])
    with store().read() as uow:
        found = dose_of(uow, number)
    asked = act()
    action = YieldDoses(found.due or asked.at, remake_of=number)
    return to_dose(number, perform(store(), ORDER, order_record(found.order), action, asked))


@blueprint.post("/<number>/keep")
@again(dose)
def keep(number: str) -> Any:
    """Released, and the patient changed since: it is kept as it is, with the reason."""
    form = read_form(["seen", "keep_reason", "secret"])
    if not form["keep_reason"].strip():
        raise Fault("keep_reason", "nothing", "why it may be given as it is")
    action = KeepReleased(tuple(form["seen"].replace("\r\n", "\n").split("\n")), form["keep_reason"].strip())
    return to_dose(number, perform(store(), DOSE, dose_record(number), action, act_with_secret()))


@blueprint.post("/<number>/reuse")
@again(dose)
def reuse(number: str) -> Any:
    """A returned dose is released again: a new label, the same beyond-use time or an earlier one."""
    form = read_form(["reason", "secret"], [*REUSE_CONDITIONS, *FIELDS])
    sound = tuple(code for code in REUSE_CONDITIONS if form.get(code) == "yes")
    action = Reuse(form["reason"].strip(), sound=sound, beyond_use_decided=beyond_use_decided(form, required=False))
    answer = perform(store(), DOSE, dose_record(number), action, act_with_secret())
    if isinstance(answer, Refused):
        return answer
    return redirect(url_for("labels.dose", number=number), 303)
