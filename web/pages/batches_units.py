"""Papers, labels, tests and units of a batch: printed, reconciled, released, moved, held, freed, wasted."""

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.documents import copies, keep_file, kept
from batch_records.rendering import PrintRefused, RendererFailed
from calculations.errors import Fault
from compounding.batches.actions import (
    FreeUnits,
    HoldUnits,
    MoveUnits,
    PrintUnitLabels,
    ReconcileLabels,
    RecordTest,
    ReleaseBatch,
    WasteUnits,
)
from compounding.batches.batch import Batch
from compounding.batches.guards_labels import to_label
from compounding.batches.numbering import batch_record
from compounding.batches.record import BATCH
from compounding.documents.alternatives import alternative_words
from compounding.documents.batch_documents import batch_worksheet_snapshot, unit_labels_snapshot
from compounding.documents.batch_record_documents import batch_record_snapshot
from compounding.documents.stock import LETTER
from compounding.people import shown_name
from compounding.preparing.context import DoseContext
from compounding.rooms import HOOD, hood_record
from compounding.views.label_printing import stock_for, unit_labels_again
from web.acting import act, looking, read_form
from web.doses import CHECKED_ALONE
from web.errors import Refuse, again
from web.label_copies import documents_folder, keep_copy
from web.pages.batches_hand import (
    LABELS,
    LONGEST,
    STREAMS,
    batch_of,
    blueprint,
    checks_alone,
    clock,
    does,
    formulary_of,
    one,
    serials,
)
from web.pages.labels import pdf_answer
from web.permissions import PREPARERS
from web.printing import printer
from web.services import store
from web.sessions import open_visitor
from web.stations import here


@blueprint.get("/batch/<number>/worksheet.pdf")
def worksheet(number: str) -> Response:
    """The worksheet, filled in by what was scanned."""
    batch = batch_of(number)
    with store().read() as uow:
        snapshot = batch_worksheet_snapshot(batch, looking(), formulary_of(uow, batch), room=here().name)
    return pdf_answer(printer().render(snapshot["kind"], snapshot, LETTER).pdf, f"worksheet-{number}")


@blueprint.get("/batch/<number>/record.pdf")
def compounding_record(number: str) -> Response:
    """The compounding record as it stands now; never to who checks the batch alone."""
    batch = batch_of(number)
    if batch.work.started_at is None:
        raise NotFound
    if checks_alone(batch):
        raise Refuse(CHECKED_ALONE)
    with store().read() as uow:
        formulary = formulary_of(uow, batch)
        room = load(uow, HOOD, hood_record(batch.work.hood)).room or "IV room"
        snapshot = batch_record_snapshot(uow, batch, looking(), formulary, room=room)
    return pdf_answer(printer().render(snapshot["kind"], snapshot, LETTER).pdf, f"batch-record-{number}")


@blueprint.post("/batch/<number>/labels")
@again(one)
def print_labels(number: str) -> Any:
    """Print one label for each unit, or for some again with the reason. Every label is counted."""
    form = read_form([], ["units", "reason"])
    batch, asked = batch_of(number), act()
    wanted = serials(form.get("units", ""), "units") or to_label(batch)
    reason = form.get("reason", "").strip()[:LONGEST]
    tried = BATCH.check(batch, PrintUnitLabels("", wanted, reason), asked, _context(batch))
    if isinstance(tried, Refusal):
        return perform(store(), BATCH, batch_record(number), PrintUnitLabels("", wanted, reason), asked)
    with store().read() as uow:
        if uow.answer_for(asked.key) is not None:  # the same request again: nothing more is printed
            return redirect(url_for("batches.one", number=number), 303)
        formulary = formulary_of(uow, batch)
        room = load(uow, HOOD, hood_record(batch.work.hood)).room or "IV room"
        made_by = shown_name(uow, batch.work.preparers[0])
        again_reason = reason if batch.printed else ""
        instead = alternative_words(uow, batch.work, clock())
        snapshot = unit_labels_snapshot(
            batch, wanted, asked, formulary, room=room, made_by=made_by, reason=again_reason, instead=instead
        )
    try:
        document = printer().render(LABELS, snapshot, stock_for(formulary, batch.plan.container_class))
    except PrintRefused as why:
        return Refusal("does_not_print", f"The labels do not fit their stock and were not printed: {why}", 422)
    except RendererFailed:
        return Refusal("printer_failed", "The labels could not be laid out just now. Nothing was printed: try again.", 409)
    keep_file(documents_folder(), document)
    answer = perform(store(), BATCH, batch_record(number), PrintUnitLabels(document.pdf_digest, wanted, reason), asked)
    if isinstance(answer, Refused):
        return answer
    keep_copy(document, LABELS, batch_record(number), asked, reason)
    return redirect(url_for("batches.one", number=number), 303)


def _context(batch: Batch) -> Any:
    with store().read() as uow:
        return DoseContext(formulary_of(uow, batch))


@blueprint.get("/batch/<number>/labels.pdf")
def labels(number: str) -> Response:
    """The labels that were printed last, until every label is accounted for; anything later is marked as a copy.

    So another label that could be stuck on comes only from a reprint, which is counted and has its reason. An earlier print by
    ``copy``.
    """
    batch = batch_of(number)
    wanted, record = request.args.get("copy", ""), batch_record(number)
    with store().read() as uow:
        newest = copies(uow.session, record, LABELS)
        copy = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else newest
        try:
            content, snapshot = kept(uow.session, documents_folder(), record, LABELS, copy)
        except KeyError:
            raise NotFound from None
        formulary = formulary_of(uow, batch)
    if batch.labels_reconciled or copy != newest or not open_visitor().actor.roles & PREPARERS:
        stock = stock_for(formulary, batch.plan.container_class)
        content = printer().render(LABELS, unit_labels_again(snapshot), stock).pdf
    return pdf_answer(content, f"unit-labels-{number}-{copy}")


def _count(text: str, field: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return int(text)
    raise Fault(field, text or "nothing", "a whole number, digits only")


@blueprint.post("/batch/<number>/reconcile")
@again(one)
def reconcile(number: str) -> Any:
    """What became of every label."""
    form = read_form(["used", "spoiled", "destroyed"])
    counted = [_count(form[name].strip(), name) for name in ("used", "spoiled", "destroyed")]
    return does(number, ReconcileLabels(*counted))


@blueprint.post("/batch/<number>/test")
@again(one)
def test(number: str) -> Any:
    """The result of a test, with the number of its report."""
    form = read_form(["test", "result", "reference", "read_on", "secret"], ["note"])
    names = ("test", "result", "reference", "read_on", "note")
    return does(number, RecordTest(*(form.get(name, "").strip()[:LONGEST] for name in names)), secret=True)


@blueprint.post("/batch/<number>/release")
@again(one)
def release(number: str) -> Any:
    """The pharmacist's release: from here its units may be assigned."""
    form = read_form(["content_digest", "place", "secret"])
    return does(number, ReleaseBatch(form["content_digest"], form["place"].strip()[:LONGEST]), secret=True)


@blueprint.post("/batch/<number>/move")
@again(one)
def move(number: str) -> Any:
    """Put units somewhere else; warmer storage shortens their life."""
    form = read_form(["units", "place"], ["storage"])
    place = form["place"].strip()[:LONGEST]
    return does(number, MoveUnits(_some(form["units"]), place, form.get("storage", "")))


def _some(text: str) -> tuple[int, ...]:
    found = serials(text, "units")
    if not found:
        raise Fault("units", "nothing", "serial numbers of units, such as 3, 7 to 9")
    return found


@blueprint.post("/batch/<number>/hold")
@again(one)
def hold(number: str) -> Any:
    """Nobody uses these units, or all of them, until they are freed."""
    form = read_form(["reason"], ["units"])
    return does(number, HoldUnits(form["reason"].strip()[:LONGEST], serials(form.get("units", ""), "units")))


@blueprint.post("/batch/<number>/free")
@again(one)
def free(number: str) -> Any:
    """Let them be used again."""
    form = read_form(["reason"], ["units"])
    return does(number, FreeUnits(form["reason"].strip()[:LONGEST], serials(form.get("units", ""), "units")))


@blueprint.post("/batch/<number>/waste")
@again(one)
def waste(number: str) -> Any:
    """Destroyed, and recorded."""
    form = read_form(["units", "reason", "stream"])
    if form["stream"] not in STREAMS:
        raise Fault("stream", form["stream"] or "nothing", "one of the list")
    action = WasteUnits(_some(form["units"]), form["reason"].strip()[:LONGEST], form["stream"])
    return does(number, action)
