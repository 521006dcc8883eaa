"""The site's print queues: which there are, what they hold, how they stand, and where each station's labels go."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from calculations.errors import Fault, Faults
from compounding.printer_addresses import read_address
from compounding.printers import (
    LONGEST,
    PRINTERS,
    PRINTERS_RECORD,
    SHEET,
    STOCKS,
    DescribePrinter,
    LabelPrinter,
    PrintByBrowser,
    Printers,
    StationPrints,
)
from compounding.views.print_job import reasons_in_words
from compounding.views.story import story
from web.acting import act, read_form
from web.errors import again
from web.live import live_part
from web.print_queue import NO_ANSWER, print_queue
from web.services import store
from web.stations import station_named, stations

blueprint = Blueprint("printers", __name__, url_prefix="/printers")

STOCK_FIELDS = tuple(f"stock_{stock}" for stock in STOCKS)
FIELDS = ["name", "place", "address", "service"]
STATES = {"idle": "ready", "processing": "printing", "stopped": "stopped"}


def _printers() -> Printers:
    with store().read() as uow:
        return load(uow, PRINTERS, PRINTERS_RECORD)


def _how(printer: LabelPrinter) -> tuple[str, str]:
    """Tone and words of how a printer stands, from what it said last; it is asked beside this request."""
    if not printer.enabled:
        return "off", "not in use"
    found = print_queue().look(printer)
    if found is None:
        return "wait", "being asked"
    if found.state == NO_ANSWER:
        return "bad", f"does not answer: {', '.join(found.reasons)}"
    why = reasons_in_words(found.reasons)
    return ("bad" if found.state == "stopped" else "good"), STATES[found.state] + (f", {why}" if why else "")


def _rows(known: Printers) -> list[tuple[LabelPrinter, tuple[str, str]]]:
    return [(row, _how(row)) for row in sorted(known.by_id.values(), key=lambda row: (row.name, row.id))]


@blueprint.get("")
def page() -> str:
    """All printers, where each station's labels go, and the form that describes another printer."""
    known = _printers()
    with store().read() as uow:
        lines = story(uow, PRINTERS_RECORD)
    return render_template(
        "printers/page.html", known=known, rows=_rows(known), stocks=STOCKS, stations=stations(), lines=lines
    )


@blueprint.get("/live")
def live() -> Response:
    """The list of printers, with how each stands now."""
    return live_part("printers/rows.html", rows=_rows(_printers()))


@blueprint.get("/printer/<printer>")
def one(printer: str) -> str:
    """One printer as it is described now."""
    found = _known(printer)
    return render_template("printers/printer.html", printer=found, stocks=STOCKS)


@blueprint.post("")
@again(page)
def describe() -> Any:
    """Describe a printer that is new. Its id stands in every job and never changes."""
    form = read_form(["printer", *FIELDS], STOCK_FIELDS)
    return _describe(form["printer"].strip(), form, new=True)


@blueprint.post("/printer/<printer>")
@again(one)
def change(printer: str) -> Any:
    """Describe it anew, switch it off or on, always with a reason."""
    _known(printer)
    return _describe(printer, read_form([*FIELDS, "reason"], STOCK_FIELDS), new=False)


def chosen_page(station: str) -> str:
    """The page of all printers again, when the choice of one station was refused."""
    if station_named(station) is None:
        raise NotFound
    return page()


@blueprint.post("/station/<station>")
@again(chosen_page)
def choose(station: str) -> Any:
    """Where one station's labels go, for each stock; empty is the browser."""
    if station_named(station) is None:
        raise NotFound
    form = read_form([name for name in STOCK_FIELDS if name != f"stock_{SHEET}"], [f"stock_{SHEET}"])
    choices = tuple((stock, form[f"stock_{stock}"]) for stock in STOCKS if f"stock_{stock}" in form)
    answer = perform(store(), PRINTERS, PRINTERS_RECORD, StationPrints(station, choices), act())
    return answer if isinstance(answer, Refused) else redirect(url_for("printers.page"), 303)


@blueprint.post("/browser")
@again(page)
def by_browser() -> Any:
    """This hospital has no print queue: labels are printed by the browser of the station."""
    read_form([])
    answer = perform(store(), PRINTERS, PRINTERS_RECORD, PrintByBrowser(), act())
    return answer if isinstance(answer, Refused) else redirect(url_for("set_up.page"), 303)


def _known(printer: str) -> LabelPrinter:
    found = _printers().by_id.get(printer)
    if found is None:
        raise NotFound
    return found


def _describe(printer: str, form: dict[str, str], new: bool) -> Any:
    """One entry of what the form says. Raises Faults."""
    faults = [
        Fault(name, form[name][:40] or "nothing", f"a {name} of at most {LONGEST} characters")
        for name in ("name", "place")
        if not 0 < len(form[name].strip()) <= LONGEST
    ]
    address = form["address"].strip()
    try:
        address = read_address(address).text
    except Fault as fault:
        faults.append(fault)
    if form["service"] not in ("yes", "no"):
        faults.append(Fault("service", form["service"] or "nothing", "in use or not in use"))
    stocks = tuple(stock for stock in STOCKS if form.get(f"stock_{stock}") == "yes")
    if not stocks:
        faults.append(Fault("stock_bag", "no stock", "at least one"))
    if faults:
        raise Faults(faults)
    action = DescribePrinter(
        printer, form["name"].strip(), form["place"].strip(), address, stocks, form["service"] == "yes", new,
        form.get("reason", "").strip(),
    )  # fmt: skip
    answer = perform(store(), PRINTERS, PRINTERS_RECORD, action, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("printers.page"), 303)
