"""Papers of the station: the in-process label, the label of an intermediate dilution, and the card of codes for the keys."""

from functools import cache
from typing import Any

import zxingcpp
from flask import Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.documents import keep_file
from batch_records.entries import digest
from compounding.documents.dose_documents import in_process_snapshot, intermediate_snapshot
from compounding.documents.record_documents import worksheet_snapshot
from compounding.documents.stock import LETTER
from compounding.preparing.states import DoseStatus
from compounding.print_jobs import PRINT_JOB
from compounding.print_papers import LABEL, LABEL_READY, WORKSHEET, AskPaper, paper_record, stock_of
from compounding.printers import PRINTERS, PRINTERS_RECORD
from compounding.views.label_printing import stock_for
from compounding.views.print_job import job_shown
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

PAPERS = {LABEL: "In-process label", WORKSHEET: "Worksheet"}
"""What of a dose comes out at a print queue of the station."""

CARD = (
    *((digit, f"KEY {digit}") for digit in "1234567890"),
    ("point", "KEY POINT"), ("delete", "KEY BACK"), ("RECORD", "KEY RECORD"), ("CONFIRM", "KEY CONFIRM"), ("STOP", "KEY STOP"),
)  # fmt: skip
"""Words and code of each key on the card."""


@blueprint.get("/<number>/papers")
def papers(number: str) -> str:
    """Where the in-process label and the worksheet come out here, and how the one that was sent last stands."""
    found = in_hand(number)
    with store().read() as uow:
        printers = load(uow, PRINTERS, PRINTERS_RECORD)
        job = load(uow, PRINT_JOB, _record_of(number, request.args.get("sent", "")))
    usual = {paper: printers.usual_at(here().id, stock_of(found.dose, paper)) for paper in PAPERS}
    at = printers.by_id.get(job.printer)
    seen = print_queue().seen(_record_of(number, request.args.get("sent", "")))
    name = at.name if at else job.printer
    told = job_shown(job, name, now(), seen.state if seen else "", seen.reasons if seen else ())
    ready = {LABEL: found.dose.status in LABEL_READY, WORKSHEET: True}
    return render_template("station/papers.html", page=found.page, papers=PAPERS, usual=usual, ready=ready, told=told)


@blueprint.post("/<number>/papers")
@again(papers)
def send_paper(number: str) -> Any:
    """Lay the paper out, keep it, and send it to the printer that this station uses for it."""
    paper = read_form(["paper"])["paper"]
    found, asked = in_hand(number), act()
    if paper not in PAPERS:
        raise NotFound
    sent = f"{paper}-{digest(asked.key.encode())[:12]}"
    answer = redirect(url_for("station.papers", number=number, sent=sent), 303)
    with store().read() as uow:
        if uow.answer_for(asked.key) is not None:
            return answer
        usual = load(uow, PRINTERS, PRINTERS_RECORD).usual_at(here().id, stock_of(found.dose, paper))
        formulary = formulary_in_force(uow)
        if usual is None:
            return Refusal("no_printer", "No printer is chosen for this here. Open it in the browser instead.")
        if paper == LABEL and found.dose.status not in LABEL_READY:
            return Refusal("label_not_now", "The in-process label is printed when every container was scanned.")
        if paper == LABEL:
            snapshot = in_process_snapshot(uow, found.dose, asked, formulary, room=here().name)
        else:
            snapshot = worksheet_snapshot(uow, found.dose, asked, formulary)
    stock = LETTER if paper == WORKSHEET else stock_for(formulary, found.dose.planned.container_class)
    document = printer().render(snapshot["kind"], snapshot, stock)
    keep_file(documents_folder(), document)
    record = _record_of(number, sent)
    action = AskPaper(number, paper, usual.id, media_of(stock), document.pdf_digest)
    done = perform(store(), PRINT_JOB, record, action, asked)
    if isinstance(done, Refused):
        return done
    print_queue().send(record)
    return answer


def _record_of(number: str, sent: str) -> str:
    paper, _, name = sent.partition("-")
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
    if found.page.status != DoseStatus.IN_PREP or not found.page.mix_label_ready:
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
