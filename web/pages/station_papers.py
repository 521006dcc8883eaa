"""Papers of the station: the in-process label, the label of an intermediate dilution, and the card of codes for the keys."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import zxingcpp
from flask import Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Act, Refusal
from batch_records.documents import keep_file
from batch_records.entries import digest
from batch_records.rendering import Page, PrintRefused, RendererFailed
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import in_process_snapshot, intermediate_snapshot
from compounding.documents.record_documents import worksheet_snapshot
from compounding.documents.stock import LETTER
from compounding.preparing.dose import Dose
from compounding.print_jobs import PRINT_JOB, papers_printed
from compounding.print_papers import (
    DILUTION,
    LABEL,
    LABELS,
    WORKSHEET,
    AskPaper,
    not_ready,
    paper_name,
    paper_record,
    stock_of,
)
from compounding.printers import PRINTERS, PRINTERS_RECORD, LabelPrinter
from compounding.views.label_printing import REPRINT_REASONS, as_copy, stock_for
from compounding.views.print_job import job_shown
from formulary.model import Formulary
from formulary.repository import formulary_in_force
from web.acting import act, looking, read_form
from web.errors import again
from web.label_copies import documents_folder
from web.label_queue import media_of
from web.pages.station_hand import blueprint, in_hand, refuse
from web.print_queue import print_queue
from web.printing import printer
from web.services import now, store
from web.stations import here

PAPERS = {LABEL: "In-process label", DILUTION: "Label of the dilution", WORKSHEET: "Worksheet"}
"""What of a dose comes out at a print queue of the station."""

CARD = (
    *((digit, f"KEY {digit}") for digit in "1234567890"),
    ("point", "KEY POINT"), ("delete", "KEY BACK"), ("RECORD", "KEY RECORD"), ("CONFIRM", "KEY CONFIRM"), ("STOP", "KEY STOP"),
)  # fmt: skip
"""Words and code of each key on the card."""


@dataclass(frozen=True)
class PaperShown:
    """One paper on the page."""

    paper: str
    words: str
    ready: bool
    usual: LabelPrinter | None
    printed: int
    """Copies that went to a printer and may have come out."""
    again: bool
    """Another one needs its reason."""


def _papers(uow: UnitOfWork, dose: Dose) -> list[PaperShown]:
    """What can come out now or was printed; the dilution's label only where there is one."""
    printers = load(uow, PRINTERS, PRINTERS_RECORD)
    found = []
    for paper, words in PAPERS.items():
        usual = printers.usual_at(here().id, stock_of(dose, paper))
        printed, ready = papers_printed(uow, dose, paper, now()), not_ready(dose, paper) is None
        if paper != DILUTION or ready or printed:
            found.append(PaperShown(paper, words, ready, usual, printed, bool(printed) and paper in LABELS))
    return found


@blueprint.get("/<number>/papers")
def papers(number: str) -> str:
    """Where the labels and the worksheet come out here, how many did, and how the one that was sent last stands."""
    found, sent = in_hand(number), request.args.get("sent", "")
    with store().read() as uow:
        shown = _papers(uow, found.dose)
        printers = load(uow, PRINTERS, PRINTERS_RECORD)
        job = load(uow, PRINT_JOB, _record_of(number, sent))
    at = printers.by_id.get(job.printer)
    seen = print_queue().seen(_record_of(number, sent))
    name = at.name if at else job.printer
    told = job_shown(job, name, now(), seen.state if seen else "", seen.reasons if seen else ())
    return render_template("station/papers.html", page=found.page, papers=shown, told=told, reasons=REPRINT_REASONS)


@blueprint.post("/<number>/papers")
@again(papers)
def send_paper(number: str) -> Any:
    """Lay the paper out, keep it, and send it to the printer that this station uses for it."""
    form = read_form(["paper"], ["reason"])
    paper, reason = form["paper"], form.get("reason", "")
    words = dict(REPRINT_REASONS).get(reason, "")
    found, asked = in_hand(number), act()
    if paper not in PAPERS:
        raise NotFound
    sent = f"{paper_name(found.dose, paper)}-{digest(asked.key.encode())[:12]}"
    answer = redirect(url_for("station.papers", number=number, sent=sent), 303)
    with store().read() as uow:
        if uow.answer_for(asked.key) is not None:
            return answer
        shown = next((one for one in _papers(uow, found.dose) if one.paper == paper), None)
        formulary = formulary_in_force(uow)
        if refused := not_ready(found.dose, paper):
            return refused
        if shown is None or shown.usual is None:
            return Refusal("no_printer", "No printer is chosen for this here. Open it in the browser instead.")
        snapshot = _snapshot(uow, found.dose, paper, asked, formulary)
    snapshot = as_copy(snapshot, shown.printed + 1, reason.replace("_", " ") if words else "")
    try:
        document = printer().render(snapshot["kind"], snapshot, _stock(found.dose, paper, formulary))
    except PrintRefused as why:
        return Refusal("does_not_print", f"It does not fit its stock and was not printed: {why}", 422)
    except RendererFailed:
        return Refusal("printer_failed", "It could not be laid out just now. Nothing was printed: try again.", 409)
    keep_file(documents_folder(), document)
    media = media_of(_stock(found.dose, paper, formulary))
    action = AskPaper(
        number, paper, shown.usual.id, media, document.pdf_digest, copy=shown.printed + 1, reason=words if shown.again else ""
    )
    record = _record_of(number, sent)
    done = perform(store(), PRINT_JOB, record, action, asked)
    if isinstance(done, Refused):
        return done
    print_queue().send(record)
    return answer


def _snapshot(uow: UnitOfWork, dose: Dose, paper: str, asked: Act, formulary: Formulary) -> dict[str, Any]:
    if paper == WORKSHEET:
        return worksheet_snapshot(uow, dose, asked, formulary)
    make = in_process_snapshot if paper == LABEL else intermediate_snapshot
    return make(uow, dose, asked, formulary, room=here().name)


def _stock(dose: Dose, paper: str, formulary: Formulary) -> Page:
    return LETTER if paper == WORKSHEET else stock_for(formulary, stock_of(dose, paper))


def _record_of(number: str, sent: str) -> str:
    paper, _, name = sent.rpartition("-")
    return paper_record(number, paper, name)


@blueprint.get("/<number>/label.pdf")
def label(number: str) -> Response:
    """The in-process label: it marks the container from the first step."""
    found = in_hand(number)
    if not found.page.label_ready:
        refuse("label_not_now", "The in-process label is printed when every container was scanned, until the check.")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        snapshot = in_process_snapshot(uow, found.dose, looking(), formulary, room=here().name)
    return _pdf(snapshot, stock_for(formulary, found.dose.planned.container_class))


@blueprint.get("/<number>/dilution-label.pdf")
def dilution_label(number: str) -> Response:
    """The label of the intermediate dilution, which belongs to this preparation alone."""
    found = in_hand(number)
    if not found.page.mix_label_ready:
        refuse("label_not_now", "This preparation has no intermediate dilution to label now.")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        snapshot = intermediate_snapshot(uow, found.dose, looking(), formulary, room=here().name)
    return _pdf(snapshot, stock_for(formulary, "syringe"))


def _pdf(snapshot: dict[str, Any], stock: Any) -> Response:
    document = printer().render(snapshot["kind"], snapshot, stock)
    response = Response(document.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{snapshot["number"]}.pdf"'
    return response


@blueprint.get("/card")
def card() -> str:
    """A card to print: with it the scanner alone does what the keys on the screen do."""
    return render_template("station/card.html", keys=[(words, code, code.replace(" ", "-")) for words, code in CARD])


@blueprint.get("/card/<code>.svg")
def card_code(code: str) -> Response:
    """One code of the card."""
    known = {value.replace(" ", "-"): value for _, value in CARD}
    if code not in known:
        refuse("no_such_key", "The card has no such key.", 404)
    response = Response(_svg(known[code]), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@cache
def _svg(text: str) -> str:
    return str(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True).to_svg())
