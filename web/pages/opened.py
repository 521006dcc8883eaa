"""Opened containers: keep what is left after a preparation, see until when, throw it away."""

from typing import Any

import zxingcpp
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.documents import keep_file, kept
from compounding.controlled.policy import schedule_of_drug
from compounding.documents.dose_documents import Clock
from compounding.documents.opened_documents import opened_snapshot
from compounding.preparing.dose import Dose
from compounding.preparing.keeping import may_be_kept
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.stock.opened import OPENED, DiscardContainer, KeepContainer, kept_as
from compounding.stock.opened_labels import PrintContainerLabel
from compounding.stock.opened_state import (
    Opened,
    barcode_of,
    container_number,
    is_container_number,
    number_scanned,
    opened_record,
)
from compounding.views.label_printing import stock_for
from compounding.views.opened import facts_of, keepable, listed
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.doses import wall_clock
from web.errors import again
from web.label_copies import documents_folder, keep_copy
from web.pages.labels import pdf_answer
from web.permissions import PHARMACIST, TECHNICIAN
from web.printing import printer
from web.services import now, store
from web.sessions import open_visitor
from web.stations import here

blueprint = Blueprint("opened", __name__, url_prefix="/opened")

LONGEST = 100
KIND = "opened_label/1"


def clock() -> Clock:
    """The site's wall clock."""
    return wall_clock(now())


@blueprint.get("")
def page() -> str:
    """The opened containers that are still there, first to run out first, page by page."""
    text = request.args.get("find", "")[:LONGEST]
    with store().read() as uow:
        rows, pages = listed(uow, now(), clock(), text, request.args.get("page", ""))
    return render_template("opened/page.html", rows=rows, pages=pages, find=text)


@blueprint.post("/scan")
@again(page)
def scan() -> Any:
    """A scan on the list opens the container. Nothing is written."""
    number = number_scanned(read_form(["code"])["code"])
    if not number:
        return Refusal("no_opened_container", "This is not the label of an opened container.", 422)
    known(number)
    return redirect(url_for("opened.one", number=number), 303)


def known(number: str) -> Opened:
    """The container as it stands, or 404."""
    if not is_container_number(number):
        raise NotFound
    with store().read() as uow:
        found = load(uow, OPENED, opened_record(number))
    if not found.number:
        raise NotFound
    return found


@blueprint.get("/container/<number>")
def one(number: str) -> str:
    """One container with its barcode, its clock and its story."""
    found = known(number)
    with store().read() as uow:
        lines = story(uow, opened_record(number), frozenset({"number", "product", "display", "drug"}))
        controlled = bool(schedule_of_drug(formulary_in_force(uow), found.drug))
    facts = facts_of(found, now(), clock())
    may = bool(open_visitor().actor.roles & {TECHNICIAN, PHARMACIST})
    return render_template("opened/one.html", found=found, facts=facts, lines=lines, may_discard=may, controlled=controlled)


@blueprint.get("/container/<number>/code.svg")
def code(number: str) -> Response:
    """Its barcode."""
    found = known(number)
    matrix = zxingcpp.create_barcode(barcode_of(found.number), zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    return Response(str(matrix.to_svg()), mimetype="image/svg+xml")


@blueprint.get("/container/<number>/label.pdf")
def label(number: str) -> Response:
    """The newest copy of its label, from where it is kept."""
    found = known(number)
    with store().read() as uow:
        try:
            content, _ = kept(uow.session, documents_folder(), opened_record(number), KIND, found.labels)
        except KeyError:
            raise NotFound from None
    return pdf_answer(content, number)


@blueprint.post("/container/<number>/print")
@again(one)
def print_label(number: str) -> Any:
    """One more copy of its label, with what is left in it now; every one after the first has its reason."""
    reason = read_form([], ["print_reason"]).get("print_reason", "").strip()[:LONGEST]
    found, asked, record = known(number), act(), opened_record(number)
    with store().read() as uow:
        if uow.answer_for(asked.key) is not None:
            return redirect(url_for("opened.one", number=number), 303)
        formulary = formulary_in_force(uow)
        snapshot = opened_snapshot(uow, found, asked, formulary, room=here().name, reason=reason if found.labels else "")
    document = printer().render(snapshot["kind"], snapshot, stock_for(formulary, "syringe"))
    keep_file(documents_folder(), document)
    answer = perform(store(), OPENED, record, PrintContainerLabel(document.pdf_digest, reason), asked)
    if isinstance(answer, Refused):
        return answer
    keep_copy(document, KIND, record, asked, reason)
    return redirect(url_for("opened.one", number=number), 303)


@blueprint.post("/container/<number>/discard")
@again(one)
def discard(number: str) -> Any:
    """Throw it away."""
    form = read_form(["reason", "stream"])
    known(number)
    action = DiscardContainer(form["reason"].strip()[:LONGEST], form["stream"].strip()[:LONGEST])
    answer = perform(store(), OPENED, opened_record(number), action, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("opened.one", number=number), 303)


def _dose(number: str) -> Dose:
    if not is_dose_number(number):
        raise NotFound
    with store().read() as uow:
        dose = load(uow, DOSE, dose_record(number))
    if dose.plan is None:
        raise NotFound
    return dose


@blueprint.get("/keep/<dose>")
def keep_page(dose: str) -> str:
    """What is left of a preparation, and where it may be kept."""
    found = _dose(dose)
    with store().read() as uow:
        rows = keepable(uow, found, formulary_in_force(uow), now(), clock())
    return render_template("opened/keep.html", dose=found, rows=rows)


@blueprint.post("/keep/<dose>")
@again(keep_page)
def keep(dose: str) -> Any:
    """Keep what is left in one container."""
    form = read_form(["slot", "place"], ["storage"])
    found = _dose(dose)
    slot = form["slot"]
    if slot not in {scan.slot for scan in found.scans if may_be_kept(scan.slot)}:
        raise NotFound
    action = KeepContainer(dose, slot, form.get("storage", ""), form["place"].strip()[:LONGEST])
    answer = perform(store(), OPENED, kept_as(dose, slot), action, act())
    if isinstance(answer, Refused):
        return answer
    return redirect(url_for("opened.one", number=container_number(dose, slot)), 303)
