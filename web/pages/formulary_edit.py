"""Editing a drug: a form for the values that change often, the whole file as text. What is saved is a draft version."""

from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from formulary.change_control import Change
from formulary.drug_record import record_id
from formulary.faults import DataFault
from formulary.form_fields import Options
from formulary.model import Drug, Formulary
from formulary.releasing import DRUG, LoadDrug, faults_in
from formulary.repository import drug_record, formulary_in_force
from web.acting import act, read_form
from web.drafting import WHY, change_of, people_of, whole_number
from web.edit_pages import (
    Edited,
    faulty,
    form_page,
    look_page,
    new_row_page,
    text_page,
    typed_form,
    typed_text,
    whole_text,
)
from web.errors import again
from web.services import store

blueprint = Blueprint("formulary_edit", __name__, url_prefix="/formulary/drug")

TABLES = {
    "limits": "Limits",
    "standard_concentrations": "Standard concentrations",
    "stabilities": "Stability",
    "products": "Products",
    "formulations": "Formulations: tolerances and times",
    "flags": "Flags",
    "populations": "Groups of patients",
    "compatibilities": "Compatibility",
    "banners": "Banners",
    "warnings": "Warnings",
}


def _edited(uow: UnitOfWork, drug: str, version: int) -> Edited:
    record = drug_record(uow, drug)
    row = record.versions.get(version)
    if row is None:
        raise NotFound
    formulary = formulary_in_force(uow)
    here = {"drug": drug, "version": version}
    return Edited(
        root=Drug,
        title=row.display,
        record=record,
        row=row,
        tables=TABLES,
        names={one.id: one.display for one in formulary.supplies.solutions},
        people=people_of(uow, record.versions.values()),
        links={number: url_for("formulary.drug", drug=drug, version=number) for number in record.versions},
        save=url_for("formulary_edit.save", **here),
        look=url_for("formulary_edit.look", **here),
        text=url_for("formulary_edit.text", **here),
        form=url_for("formulary_edit.form", **here),
        new_row=url_for("formulary_edit.new_row", **here),
        choices=choices_of(formulary),
    )


def choices_of(formulary: Formulary) -> dict[str, Options]:
    """The ids of the house that a drug's fields may name."""
    people = tuple((one.id, f"{one.id}: {one.text}") for one in formulary.site.populations)
    solutions = tuple((one.id, one.display) for one in formulary.supplies.solutions)
    return {
        **dict.fromkeys(("population", "populations"), people),
        **dict.fromkeys(("solution", "solutions"), solutions),
    }


def _faults(text: str) -> list[DataFault]:
    with store().read() as uow:
        return faults_in(text, formulary_in_force(uow))[1]


@blueprint.get("/<drug>/<int:version>/edit")
def form(drug: str, version: int) -> str:
    """The values that change often, with their units, as this version has them."""
    with store().read() as uow:
        return form_page(_edited(uow, drug, version))


@blueprint.post("/<drug>/<int:version>/edit")
@again(form)
def save(drug: str, version: int) -> Any:
    """A draft version with what was typed and everything else as it was."""
    with store().read() as uow:
        thing = _edited(uow, drug, version)
    typed = typed_form(thing)
    seen = whole_number(typed, "seen")
    return saved(drug, typed_text(thing, typed, seen + 1), change_of(typed, version, seen))


@blueprint.post("/<drug>/<int:version>/edit/look")
def look(drug: str, version: int) -> str:
    """What would change, in words, while somebody types. Writes nothing."""
    with store().read() as uow:
        thing = _edited(uow, drug, version)
    return look_page(thing, _faults)


@blueprint.get("/<drug>/<int:version>/edit/row")
def new_row(drug: str, version: int) -> str:
    """A row that is being added, as a part of the form."""
    with store().read() as uow:
        return new_row_page(_edited(uow, drug, version))


@blueprint.get("/<drug>/<int:version>/text")
def text(drug: str, version: int) -> str:
    """The whole file as text."""
    with store().read() as uow:
        return text_page(_edited(uow, drug, version))


@blueprint.post("/<drug>/<int:version>/text")
@again(text)
def save_text(drug: str, version: int) -> Any:
    """A draft version with the file as it was typed."""
    typed = read_form(["text", "seen", *WHY])
    with store().read() as uow:
        _edited(uow, drug, version)
    seen = whole_number(typed, "seen")
    return saved(drug, whole_text(typed, seen + 1), change_of(typed, version, seen))


def saved(drug: str, text: str, change: Change) -> Any:
    """The page of the new draft, or why there is none, with every fault at once."""
    with store().read() as uow:
        read, faults = faults_in(text, formulary_in_force(uow))
    if read is None or faults:
        return faulty(faults)
    answer = perform(store(), DRUG, record_id(drug), LoadDrug(text, change), act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("formulary.drug", drug=drug, version=read.version) + "#changes", 303)
