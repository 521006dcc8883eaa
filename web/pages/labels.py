"""The dispensing label of a released dose: print, label in hand, scan the pair. Reprints are counted, with a reason."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from batch_records.documents import AlteredDocument, copies, kept, kept_template
from batch_records.rendering import PrintRefused, RendererFailed, Template
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.documents.dose_documents import label_of_release
from compounding.documents.printing import FONTS
from compounding.documents.record_documents import record_snapshot, worksheet_snapshot
from compounding.documents.snapshots import read_barcode
from compounding.documents.stock import LETTER
from compounding.preparing.actions import AnswerLabelInHand, OpenLabel, PairLabels, Release
from compounding.preparing.finished_units import container_matches
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.views.label_printing import (
    REPRINT_REASONS,
    label_page,
    labels_waiting,
    preview_of,
    seen_again,
    stock_for,
)
from formulary.repository import formulary_in_force
from web.acting import act, looking, read_form
from web.doses import dose_of, keep_figures_from, wall_clock
from web.errors import again
from web.label_copies import KIND, documents_folder, label_kind, print_copy
from web.label_queue import chosen, give_up, label_queue, send_newest
from web.live import live_part
from web.printing import printer
from web.services import now, store
from web.sessions import open_visitor
from web.stations import here

blueprint = Blueprint("labels", __name__, url_prefix="/labels")


@blueprint.get("")
def page() -> str:
    """Released doses whose label is not on the container yet."""
    with store().read() as uow:
        return render_template("labels/list.html", waiting=labels_waiting(uow))


@blueprint.get("/waiting")
def waiting() -> Response:
    """The list alone, for the page that stays live."""
    with store().read() as uow:
        return live_part("labels/waiting.html", waiting=labels_waiting(uow))


@blueprint.get("/<number>")
def dose(number: str) -> str:
    """The one thing that is next for this label: print it, say whether it is in hand, or scan the pair."""
    at = now()
    with store().read() as uow:
        found = dose_of(uow, number)
        keep_figures_from(open_visitor().actor, found)
        shown = label_page(uow, found, formulary_in_force(uow), here().id, at, wall_clock(at))
        queue = label_queue(uow, found)
    scanned = {name: request.values.get(name, "") for name in ("container", "label", "inspected")}
    return render_template("labels/dose.html", shown=shown, queue=queue, scanned=scanned, reasons=REPRINT_REASONS)


@blueprint.post("/<number>/print")
@again(dose)
def print_label(number: str) -> Any:
    """Print the first copy, or another one with a reason."""
    form = read_form([], ["reason", "note", "printer"])
    words = dict(REPRINT_REASONS).get(form.get("reason", ""), "")
    if form.get("reason") and not words:
        raise Fault("reason", form["reason"], "one of the list")
    why = f"{words}: {form['note'].strip()}" if words and form.get("note", "").strip() else words
    return printed(number, why, printer=form.get("printer"))


def printed(number: str, reason: str = "", part: str = "", printer: str | None = None) -> Any:
    """The answer to a request to print: the label's page, or why not in words.

    ``part``: names the print inside a request that did something else first, so that each has a key of its own.
    ``printer``: where it comes out; without it at the usual printer of this station, or in the browser where it has none.
    """
    asked, goes_to = act(), chosen(number, printer)
    asked = replace(asked, key=f"{asked.key}-{part}") if part else asked
    try:
        no = print_copy(number, asked, reason)
    except PrintRefused as why:
        return Refusal("does_not_print", f"The label does not fit its stock and was not printed: {why}", 422)
    except RendererFailed:
        return Refusal("printer_failed", "The label could not be laid out just now. Nothing was printed: try again.", 409)
    no = no or send_newest(number, goes_to, replace(asked, key=f"{asked.key}-queue"))
    return no or redirect(url_for("labels.dose", number=number), 303)


@blueprint.post("/<number>/open")
@again(dose)
def open_label(number: str) -> Any:
    """The newest copy to print from this browser, once. Asked again it comes marked as a copy."""
    read_form([])
    asked = act()
    with store().read() as uow:
        found, done = dose_of(uow, number), uow.answer_for(asked.key) is not None
    if done:
        return redirect(url_for("labels.pdf", number=number), 303)
    answer = perform(store(), DOSE, dose_record(number), OpenLabel(found.label_issue), asked)
    if isinstance(answer, Refused):
        return answer
    with store().read() as uow:
        record, kind = dose_record(number), label_kind(found)
        newest = copies(uow.session, record, kind)
        content, _ = kept(uow.session, documents_folder(), record, kind, newest)
    return pdf_answer(content, f"label-{number}-{newest}")


@blueprint.post("/<number>/in-hand")
@again(dose)
def in_hand(number: str) -> Any:
    """Label in hand? Without an answer, or with no, it was not printed."""
    answer = read_form(["in_hand"])["in_hand"]
    if answer not in ("yes", "no"):
        raise Fault("in_hand", answer, "yes or no")
    with store().read() as uow:
        dose_of(uow, number)
    done = perform(store(), DOSE, dose_record(number), AnswerLabelInHand(answer == "yes"), act())
    if isinstance(done, Refused):
        return done
    if answer == "no":
        give_up(number)
    return redirect(url_for("labels.dose", number=number), 303)


@blueprint.post("/<number>/pair")
@again(dose)
def pair(number: str) -> Any:
    """One scan of the pair: the label on the container and the dispensing label, in either order."""
    form = read_form(["code"], ["container", "label", "inspected"])
    with store().read() as uow:
        found = dose_of(uow, number)
    code = form["code"].removeprefix("]d2").removeprefix("]C1")
    read = read_barcode(code)
    part = {"in_process_label/1": "container", KIND: "label"}.get(read[0] if read else "", "")
    if found.unit is not None and container_matches(found, code):  # a finished unit carries the label of its batch
        part, read = "container", ("batch_labels/1", number)
    scanned = {name: form.get(name, "") for name in ("container", "label")}
    if part and read is not None and read[1] == number:
        scanned[part] = code
    elif scanned["container"]:
        scanned["label"] = code
    else:
        scanned["container"] = code
    wrong = read is None or not part or read[1] != number
    if not wrong and not all(scanned.values()):
        return redirect(url_for("labels.dose", number=number, inspected=form.get("inspected", ""), **scanned), 303)
    pairing = PairLabels(scanned["container"], scanned["label"], form.get("inspected") == "yes")
    done = perform(store(), DOSE, dose_record(number), pairing, act())
    return done if isinstance(done, Refused) else redirect(url_for("labels.dose", number=number), 303)


def pdf_answer(content: bytes, name: str) -> Response:
    """A PDF shown in the browser."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@blueprint.get("/<number>/label.pdf")
def pdf(number: str) -> Response:
    """The newest copy, or an earlier one by ``copy``, to look at: marked as a copy, with a code that pairs with nothing.

    A label that could be stuck on comes out once for each print, which is counted; and from the second on with its reason.
    """
    wanted = request.args.get("copy", "")
    with store().read() as uow:
        found = dose_of(uow, number)
        kind, record = label_kind(found), dose_record(number)
        newest = copies(uow.session, record, kind)
        copy = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else newest
        try:
            _, snapshot = kept(uow.session, documents_folder(), record, kind, copy)
        except KeyError:
            raise NotFound from None
        formulary = formulary_in_force(uow)
        used = _printed_with(uow, record, kind, copy)
    stock = stock_for(formulary, found.planned.container_class)
    return pdf_answer(printer().render(kind, seen_again(snapshot), stock, used).pdf, f"copy-of-label-{number}-{copy}")


def _printed_with(uow: UnitOfWork, record: str, kind: str, copy: int) -> Template | None:
    """The template of a copy as it is kept; None, for the one in force, where the packaged fonts are others by now."""
    try:
        return kept_template(uow.session, record, kind, copy, FONTS)
    except (KeyError, AlteredDocument):
        return None


@blueprint.get("/<number>/preview.pdf")
def preview(number: str) -> Response:
    """The exact label before it is signed: banded NOT RELEASED, with a code that pairs with nothing."""
    looked = looking()
    with store().read() as uow:
        found = dose_of(uow, number)
        if found.status is not DoseStatus.AWAITING_FINAL_CHECK:  # never to who checks alone
            raise NotFound
        formulary = formulary_in_force(uow)
        label = label_of_release(uow, found, Release(""), looked, formulary)
    if not label:
        raise NotFound
    document = printer().render(label["kind"], preview_of(label), stock_for(formulary, found.planned.container_class))
    return pdf_answer(document.pdf, f"not-released-{number}")


@blueprint.get("/<number>/<what>.pdf")
def sheet(number: str, what: str) -> Response:
    """The worksheet, or the compounding record as it stands now, on the paper of the site."""
    if what not in ("worksheet", "record"):
        raise NotFound
    with store().read() as uow:
        found = dose_of(uow, number)
        if what == "record" and found.started_at is None:
            raise NotFound
        keep_figures_from(open_visitor().actor, found)
        make = worksheet_snapshot if what == "worksheet" else record_snapshot
        snapshot = make(uow, found, looking(), formulary_in_force(uow))
    return pdf_answer(printer().render(snapshot["kind"], snapshot, LETTER).pdf, f"{what}-{number}")
