"""Patients: find one, read everything that is known, describe anew. Nothing is ever defaulted."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from calculations.errors import Faults
from compounding.orders.patient import Patient
from compounding.orders.patient_record import CHANGED, PATIENT, DescribePatient, seen
from compounding.preparing.numbering import patient_record
from compounding.views.patient_facts import allergy_words
from compounding.views.patients import found_patients, patient_page
from formulary.repository import formulary_in_force
from web import patient_form as form
from web.acting import act, client_key, read_form
from web.doses import wall_clock
from web.errors import Refuse, again
from web.services import now, services, store

blueprint = Blueprint("patients", __name__, url_prefix="/patients")

SEEN = "seen"
"""The field that says which description stood on the page: what somebody else changed meanwhile is not written over."""


@blueprint.get("")
def page() -> str:
    """The patients by name, page by page."""
    return _list("", request.args.get("page", "1"))


@blueprint.post("/find")
def find() -> str:
    """The patients that the typed words find. Asked by POST: names and numbers stay out of addresses."""
    return _list(request.form.get("q", "")[:80], request.form.get("page", "1"))


def _list(text: str, number: str) -> str:
    with store().read() as uow:
        found, pages = found_patients(uow, text, number)
    return render_template("patients/list.html", found=found, pages=pages, text=text)


@blueprint.get("/of/<patient:mrn>")
def one(mrn: str) -> str:
    """One patient."""
    with store().read() as uow:
        shown = patient_page(uow, mrn, now(), wall_clock(now()))
    if shown is None:
        raise NotFound
    return render_template("patients/one.html", page=shown, done="done" in request.args)


@blueprint.get("/new")
def new() -> str:
    """An empty description."""
    return _form({}, None)


@blueprint.post("/new")
@again(new)
def record() -> Any:
    """Describe somebody for the first time."""
    fields = read_form([], form.PLAIN)
    if _known(fields.get("mrn", "").strip()) is not None:
        text = (
            f"A patient with the number {fields['mrn'].strip()} is recorded already. Change that description instead."
        )
        raise Refuse(Refusal("patient_known", text))
    return _described(fields, None)


@blueprint.get("/change/<patient:mrn>")
def change(mrn: str) -> str:
    """The description as it stands; measures and results are added."""
    patient = _patient(mrn)
    return _form(form.values_of(patient), patient)


@blueprint.post("/change/<patient:mrn>")
@again(change)
def record_change(mrn: str) -> Any:
    """Describe anew. What was known before stays readable."""
    fields, before = read_form([SEEN], form.PLAIN), _patient(mrn)
    with store().read() as uow:
        done = uow.answer_for(client_key()) is not None
    if fields.pop(SEEN) != seen(before):
        if done:
            return redirect(url_for(".one", mrn=mrn, done=1), 303)
        g.stale = True
        raise Refuse(Refusal("patient_changed", CHANGED))
    return _described(fields, before)


def _known(mrn: str) -> Patient | None:
    with store().read() as uow:
        return load(uow, PATIENT, patient_record(mrn)).patient if mrn else None


def _patient(mrn: str) -> Patient:
    patient = _known(mrn)
    if patient is None:
        raise NotFound
    return patient


def _described(fields: dict[str, str], before: Patient | None) -> Any:
    with store().read() as uow:
        formulary = formulary_in_force(uow)
    data = form.read_patient(fields, before, formulary, services().zone, now())
    answer = perform(store(), PATIENT, patient_record(data["mrn"]), DescribePatient(data, seen(before)), act())
    return answer if isinstance(answer, Refused) else redirect(url_for(".one", mrn=data["mrn"], done=1), 303)


def _form(values: Mapping[str, str], patient: Patient | None) -> str:
    if "stale" in g:  # what stands now, with what was measured and added; no tick on a row that may be another now
        added = {name: text for name, text in request.form.items() if "_off_" not in name}
        values = {**added, **values}
    elif request.method == "POST":
        values = request.form
    with store().read() as uow:
        codes = form.allergy_codes(formulary_in_force(uow))
    problem = g.get("problem")
    asked = [f.found for f in problem.faults if f.field == "confirmed"] if isinstance(problem, Faults) else []
    return render_template(
        "patients/form.html",
        v=values,
        patient=patient,
        seen="" if patient is None else seen(patient),
        allergies=[] if patient is None else [allergy_words(one) for one in patient.allergies],
        lines=[] if patient is None else [f"{line.name} ({line.kind.value})" for line in patient.lines],
        codes=codes,
        days=form.past_days(now(), services().zone),
        confirm=asked[0] if asked else "",
        form=form,
    )
