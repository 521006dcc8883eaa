"""The ward: scan a label or find a patient; where, ready when, start before, how to run. And what happened to a dose."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from calculations.errors import Fault
from compounding.batches.assigning import by_scan, offered
from compounding.preparing.actions import Find, Receive, ReportMissing, ReturnDose, StartAdministration, Waste
from compounding.preparing.numbering import dose_record, is_dose_number, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.reviewing.actions import AskNextBag
from compounding.reviewing.next_bag import running_out
from compounding.reviewing.record import ORDER
from compounding.views.nurse import WardPage, find_patients, replaced_label, ward_page
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.doses import dose_of, wall_clock
from web.errors import again
from web.label_camera import label_of, number_of
from web.live import live_part
from web.services import now, store
from web.sessions import open_visitor
from web.stations import here

blueprint = Blueprint("nurse", __name__, url_prefix="/ward")

LONGEST_SEARCH = 80
STREAMS = (
    ("sharps", "Sharps"),
    ("pharmaceutical", "Pharmaceutical waste"),
    ("hazardous", "Hazardous drug waste"),
    ("controlled", "Controlled drug waste"),
    ("drain", "Drain, where the hospital allows it"),
)


@blueprint.get("")
def page() -> Any:
    """Where a label is scanned or a patient found."""
    return render_template("nurse/find.html", found=(), q="")


@blueprint.post("/find")
def find() -> Any:
    """Search by patient, bed or number, by POST: what is typed stays out of addresses. One patient found is shown at once."""
    text = request.form.get("q", "").strip()[:LONGEST_SEARCH]
    if is_dose_number(text):
        return redirect(url_for("nurse.dose", number=text), 303)
    with store().read() as uow:
        found = find_patients(uow, text)
    if len(found) == 1:
        return redirect(url_for("nurse.patient", mrn=found[0].mrn), 303)
    return render_template("nurse/find.html", found=found, q=text)


@blueprint.post("/scan")
@again(page)
def scan() -> Any:
    """A label under the scanner opens its dose."""
    code = read_form(["code"])["code"]
    number = number_of(code)
    if not number:
        return Refusal("not_ours", "This is not the label of one of our preparations. Find the patient instead.", 422)
    return redirect(address_of_dose(number, label_of(code)), 303)


def address_of_dose(number: str, label: str | None) -> str:
    """The page of a dose whose label was scanned; that another label has replaced it goes with the address. Raises NotFound."""
    with store().read() as uow:
        old = label is not None and replaced_label(dose_of(uow, number), label)
    return url_for("nurse.dose", number=number, label=label if old else None)


def _ward(mrn: str, first: str = "") -> WardPage:
    at = now()
    with store().read() as uow:
        found = ward_page(uow, mrn, formulary_in_force(uow), at, wall_clock(at), first)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/patient/<patient:mrn>")
def patient(mrn: str) -> str:
    """Every dose of one patient that is on its way or here."""
    return render_template("nurse/patient.html", ward=_ward(mrn), first="", old="", unit_there=False, **_choices())


@blueprint.get("/patient/<patient:mrn>/live")
def live_patient(mrn: str) -> Response:
    """The doses alone, for the page that stays live."""
    return live_part("nurse/doses.html", ward=_ward(mrn, request.args.get("first", "")), **_choices())


@blueprint.get("/dose/<number>")
def dose(number: str) -> str:
    """One dose, with the others of the same patient below."""
    with store().read() as uow:
        found = dose_of(uow, number)
        units = offered(uow, found, now()) if found.status is DoseStatus.QUEUED else ()
        unit_there = by_scan(uow, units, open_visitor().actor) is not None
    old = replaced_label(found, request.args.get("label", ""))
    ward = _ward(found.patient, number)
    return render_template("nurse/patient.html", ward=ward, first=number, old=old, unit_there=unit_there, **_choices())


def _choices() -> dict[str, Any]:
    """Streams of waste, and this place."""
    return {"streams": STREAMS, "place": here().name}


def _needed(form: dict[str, str], field: str, expected: str) -> str:
    text = form.get(field, "").strip()
    if not text:
        raise Fault(field, "nothing", expected)
    return text


def _action(what: str) -> Any:
    if what == "receive":
        return Receive(_needed(read_form(["place"]), "place", "where it lies now"))
    if what == "start":
        read_form([])
        return StartAdministration()
    if what == "missing":
        return ReportMissing(_needed(read_form(["looked"]), "looked", "where you looked"))
    if what == "find":
        return Find(_needed(read_form(["place"]), "place", "where it was found"))
    if what == "return":
        form = read_form(["condition", "storage_history"])
        condition = _needed(form, "condition", "how it looks: seal, container, colour")
        return ReturnDose(condition, _needed(form, "storage_history", "where it was kept, and how long out of the refrigerator"))
    raise NotFound


def dose_after(number: str, what: str) -> str:  # noqa: ARG001 - the page is called like the form
    """The page of the dose, for the forms that stand on it."""
    return dose(number)


@blueprint.post("/dose/<number>/<what>")
@again(dose_after)
def act_on(number: str, what: str) -> Any:
    """Received, started, cannot find it, found, returned."""
    with store().read() as uow:
        dose_of(uow, number)
    done = perform(store(), DOSE, dose_record(number), _action(what), act())
    return done if isinstance(done, Refused) else redirect(url_for("nurse.dose", number=number), 303)


@blueprint.post("/dose/<number>/waste")
@again(dose)
def waste(number: str) -> Any:
    """Destroyed and recorded; what holds a controlled drug is wasted under Controlled drugs, before a witness."""
    form = read_form(["amount", "stream"])
    amount = _needed(form, "amount", "how much, like the whole bag, 29.6 mL")
    if form["stream"] not in dict(STREAMS):
        raise Fault("stream", form["stream"] or "nothing", "a stream of the list")
    with store().read() as uow:
        dose_of(uow, number)
    done = perform(store(), DOSE, dose_record(number), Waste(amount, form["stream"]), act())
    return done if isinstance(done, Refused) else redirect(url_for("nurse.dose", number=number), 303)


@blueprint.post("/dose/<number>/next-bag")
@again(dose)
def next_bag(number: str) -> Any:
    """Ask for the next bag of a continuous infusion: at once, or for when this one runs out."""
    when = read_form([], ["when"]).get("when", "")
    if when not in ("now", "out"):
        raise Fault("when", when or "nothing", "at once, or when this one runs out")
    at = now()
    with store().read() as uow:
        found = dose_of(uow, number)
        versions = load(uow, ORDER, order_record(found.order)).versions
    continuous = found.planned.order_type == "continuous" and found.status is DoseStatus.ADMINISTERED
    needed = max(running_out(found, versions), at + timedelta(minutes=1)) if when == "out" and continuous else at
    done = perform(store(), ORDER, order_record(found.order), AskNextBag(needed), act())
    return done if isinstance(done, Refused) else redirect(url_for("nurse.dose", number=number), 303)
