"""Patients: find one, read everything that is known, describe anew. Nothing is ever defaulted."""

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from compounding.documents.dose_documents import Clock
from compounding.views.patients import found_patients, patient_page
from web.services import now, offset_minutes, store

blueprint = Blueprint("patients", __name__, url_prefix="/patients")

MOST = 100


@blueprint.get("")
def page() -> str:
    """The patients that the typed words find, by name."""
    text = request.args.get("q", "")[:80]
    with store().read() as uow:
        found, count = found_patients(uow, text, MOST)
    return render_template("patients/list.html", found=found, count=count, text=text)


@blueprint.get("/new")
def new() -> str:
    """An empty description."""
    return ""


@blueprint.get("/<path:mrn>")
def one(mrn: str) -> str:
    """One patient."""
    with store().read() as uow:
        shown = patient_page(uow, mrn, now(), Clock(offset_minutes(now())))
    if shown is None:
        raise NotFound
    return render_template("patients/one.html", page=shown)
