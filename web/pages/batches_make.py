"""The making of a batch: scans, start, volumes, corrections, the count, and the pharmacist's looks."""

from typing import Any

from flask import g, redirect, render_template, url_for

from batch_records.acting import Refused, perform_many
from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.quantity import Quantity
from compounding.batches.actions import CancelBatch, CheckBatch, CompleteBatch, RejectBatch
from compounding.batches.numbering import batch_record
from compounding.batches.record import BATCH
from compounding.preparing.actions import (
    AskInProcessCheck,
    CheckStaging,
    ConfirmStep,
    EnterSecondCheck,
    HandOver,
    MoveHood,
    PassInProcess,
    RecordVolume,
    RejectInProcess,
    ScanContainer,
    StartPreparation,
    TakeApart,
    Undo,
)
from compounding.preparing.read_aloud import words_to_read
from compounding.stock.code_links import resolve_scanned
from compounding.stock.resolving import Resolved
from compounding.views.places import usable_lots
from web.acting import act, read_form
from web.errors import again
from web.pages.batches_hand import LONGEST, batch_of, blueprint, clock, does, formulary_of, one, serials, shown_page
from web.pages.pictures import taken
from web.services import now, store
from web.stations import here

OF_LOTS = frozenset({"lot_needed", "expiry_wrong", "picture_needed"})
"""Refusals of a scan that are mended where the lot is asked for."""


@blueprint.post("/batch/<number>/scan")
@again(one)
def container(number: str) -> Any:
    """One container under the scanner; one whose code carries no lot asks which lot it is, and takes one typed with a picture."""
    form = read_form(["code"], ["pick", "lot", "expires"])
    lot, _, expires = form.get("pick", "").rpartition("|")
    if typed := form.get("lot", "").strip()[:LONGEST]:
        lot, expires = typed, form.get("expires", "").strip()
    answer = does(number, ScanContainer(form["code"], lot, expires, picture=taken() if typed else ""))
    if isinstance(answer, Refused) and (typed or answer.refusal.code == "lot_needed") and answer.refusal.code in OF_LOTS:
        if typed:
            g.problem = answer.refusal
        return _which_lot(number, form["code"], 422 if typed else 200)
    return answer


def _which_lot(number: str, code: str, status: int) -> Any:
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_of(uow, batch_of(number)), code, now().date())
        if not isinstance(found, Resolved):
            return Refusal("code_unknown", "No product has this code.", 422)
        lots = usable_lots(uow, [found.item.id], now(), clock().local(now()).date()).get(found.item.id, [])
    return render_template("batches/lot.html", batch=batch_of(number), item=found.item, code=code, lots=lots), status


@blueprint.post("/batch/<number>/take-apart")
@again(one)
def take_apart(number: str) -> Any:
    """Everything that was scanned goes back."""
    return does(number, TakeApart(read_form(["reason"])["reason"].strip()[:LONGEST]))


@blueprint.post("/batch/<number>/containers-checked")
@again(one)
def containers_checked(number: str) -> Any:
    """A pharmacist looked at the containers."""
    read_form(["secret"])
    return does(number, CheckStaging(), secret=True)


@blueprint.post("/batch/<number>/start")
@again(one)
def start(number: str) -> Any:
    """Start at the hood of this station."""
    read_form([])
    return does(number, StartPreparation(here().id))


@blueprint.post("/batch/<number>/take-over")
@again(one)
def take_over(number: str) -> Any:
    """Take the making over: both are preparers from here."""
    read_form([])
    return does(number, HandOver())


@blueprint.post("/batch/<number>/move-here")
@again(one)
def move_here(number: str) -> Any:
    """Go on at the hood of this station."""
    return does(number, MoveHood(read_form(["reason"])["reason"].strip()[:LONGEST]))


@blueprint.post("/batch/<number>/record")
@again(one)
def record(number: str) -> Any:
    """What the syringes showed, one field a step, from the first one on, with one picture of them. All, or none and why."""
    asked, picture = shown_page(number).steps, taken()
    fields = [f"volume_{step.number}" for step in asked]
    form = read_form([], [*fields, *(f"aloud_{step.number}" for step in asked)])
    batch, actions, faults = batch_of(number), [], []
    for step, field in zip(asked, fields, strict=True):
        if not form.get(field, "").strip():
            break
        try:
            volume = Quantity(parse_number(form[field], field), "mL")
        except Fault as fault:
            faults.append(fault)
            continue
        words = words_to_read(batch.work, step.number)
        aloud = words if form.get(f"aloud_{step.number}") == "yes" else ""
        actions.append((BATCH, batch_record(number), RecordVolume(step.number, volume, picture, confirmed=aloud)))
    if faults:
        raise Faults(faults)
    if not actions:
        raise Fault(fields[0] if fields else "volume", "nothing", "what the syringe shows, in mL")
    answer = perform_many(store(), actions, act())
    return answer if isinstance(answer, Refused) else one_again(number)


def one_again(number: str) -> Any:
    """Back to the page of the batch."""
    return redirect(url_for("batches.one", number=number), 303)


def _step(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Fault("step", text, "the number of the step on the page; load it again")
    return int(text)


@blueprint.post("/batch/<number>/confirm")
@again(one)
def confirm(number: str) -> Any:
    """A step that is closed by a confirmation."""
    return does(number, ConfirmStep(_step(read_form(["step"])["step"])))


@blueprint.post("/batch/<number>/undo")
@again(one)
def undo(number: str) -> Any:
    """A correction: the last recorded step does not count."""
    form = read_form(["step", "reason"])
    return does(number, Undo(_step(form["step"]), form["reason"].strip()[:LONGEST]))


@blueprint.post("/batch/<number>/ask-check")
@again(one)
def ask_check(number: str) -> Any:
    """Stop before mixing: a pharmacist looks."""
    read_form([])
    return does(number, AskInProcessCheck())


@blueprint.post("/batch/<number>/before-mixing")
@again(one)
def before_mixing(number: str) -> Any:
    """The look before mixing: pass or reject."""
    form = read_form(["answer", "secret"], ["reason"])
    if form["answer"] not in ("pass", "reject"):
        raise Fault("answer", form["answer"] or "nothing", "pass or reject")
    passed = form["answer"] == "pass"
    action = PassInProcess() if passed else RejectInProcess("other", form.get("reason", "").strip()[:LONGEST])
    return does(number, action, secret=True)


@blueprint.post("/batch/<number>/complete")
@again(one)
def complete(number: str) -> Any:
    """Everything is filled and counted: to the check, with the secret of who made it."""
    form = read_form(["place", "secret"], ["rejected", "samples", "retained", "reason"])
    action = CompleteBatch(
        form["place"].strip()[:LONGEST],
        serials(form.get("rejected", ""), "rejected"),
        serials(form.get("samples", ""), "samples"),
        serials(form.get("retained", ""), "retained"),
        form.get("reason", "").strip()[:LONGEST],
    )
    return does(number, action, secret=True)


@blueprint.post("/batch/<number>/cancel")
@again(one)
def cancel(number: str) -> Any:
    """Give it up before it is completed."""
    return does(number, CancelBatch(read_form(["reason"])["reason"].strip()[:LONGEST]))


@blueprint.post("/batch/<number>/check")
@again(one)
def check(number: str) -> Any:
    """The pharmacist's pass over exactly what the page shows."""
    form = read_form(["content_digest", "secret"])
    return does(number, CheckBatch(form["content_digest"]), secret=True)


@blueprint.post("/batch/<number>/second")
@again(one)
def second(number: str) -> Any:
    """What the second pharmacist worked out alone; the server compares."""
    form = read_form(["drug", "diluent", "volume", "final_volume", "secret"])
    drug, volumes = batch_of(number).plan.drug, {}
    for field in ("volume", "final_volume"):
        found = parse_number(form[field], field)
        if found <= 0:
            raise Fault(field, form[field], "a volume above zero, in mL")
        volumes[field] = Quantity(found, "mL")
    entered = {drug: volumes["volume"].as_data()}
    action = EnterSecondCheck(form["drug"], entered, form["diluent"], volumes["final_volume"])
    return does(number, action, secret=True)


@blueprint.post("/batch/<number>/reject")
@again(one)
def reject(number: str) -> Any:
    """No unit of it is ever used."""
    form = read_form(["reason", "secret"])
    return does(number, RejectBatch(form["reason"].strip()[:LONGEST]), secret=True)
