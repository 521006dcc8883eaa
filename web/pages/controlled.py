"""Controlled drugs: what is held where, the running register, the vials of a dose, and persons side by side."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from batch_records.acting import load
from batch_records.acts import Refusal
from calculations.days import parse_day
from calculations.errors import Fault
from calculations.printing import show_number
from compounding.controlled.account import ACCOUNT, account_of, account_record
from compounding.controlled.accountability import in_words
from compounding.controlled.handling_state import SUBJECTS as HANDLED
from compounding.controlled.policy import controlled_products
from compounding.controlled.shift import left_open
from compounding.controlled.unsettled import counting_now
from compounding.controlled.waste_state import BACK, STREAMS
from compounding.preparing.keeping import ended
from compounding.preparing.states import MOVES, DoseStatus
from compounding.views.controlled import overview
from compounding.views.controlled_inventory import due
from compounding.views.controlled_persons import formula_words, persons
from compounding.views.controlled_register import HEADS, Register, register
from compounding.views.stock_places import places
from formulary.repository import formulary_in_force
from web.doses import dose_of
from web.pages.stock_common import clock, csv_file, today
from web.permissions import allowed
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("controlled", __name__, url_prefix="/controlled")

PERIOD = timedelta(days=30)
EXPECTING = frozenset({"pharmacist", "lead", "quality"})
"""Who may print a sheet with the expected counts, while nobody is counting there."""
MOST_DAYS = 3660


def may(endpoint: str) -> bool:
    """Whether the person who is signed on may ask for a page."""
    return allowed(endpoint, open_visitor().actor.roles)


@blueprint.get("")
def page() -> str:
    """What is held of every controlled drug, what waits for somebody, and the open discrepancies."""
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        found = overview(uow, formulary, now(), clock())
        next_one = due(uow, formulary.site, today())
        not_closed = left_open(uow, formulary.site, now(), offset_minutes(now()))
    return render_template(
        "controlled/page.html", found=found, due=next_one, handled=HANDLED, expects=bool(open_visitor().actor.roles & EXPECTING),
        not_closed="" if not_closed is None else clock().moment(not_closed), may=may,
    )  # fmt: skip


def period() -> tuple[date, date]:
    """First and last day that the address asks for; the last 30 days without one. Raises Fault."""
    until, since = request.args.get("until", ""), request.args.get("since", "")
    last = parse_day(until, "until") if until else today()
    first = parse_day(since, "since") if since else last - PERIOD
    if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
        raise Fault("since", since, "a day no later than the last one, at most ten years before it")
    return first, last


def period_or_problem() -> tuple[date, date, str]:
    """The same, with the words of what is wrong in place of the fault."""
    try:
        return (*period(), "")
    except Fault as fault:
        return today() - PERIOD, today(), str(fault)


def midnight(day: date) -> datetime:
    """The beginning of a day on the site's calendar."""
    there = datetime.combine(day, time(), UTC)
    return there - timedelta(minutes=offset_minutes(there))


def _register(product: str, location: str, first: date, last: date) -> tuple[Register, str, str]:
    with store().read() as uow:
        products = controlled_products(formulary_in_force(uow))
        if product not in products:
            raise NotFound
        found = register(uow, product, location, midnight(first), midnight(last + timedelta(days=1)), clock())
    return found, *products[product]


@blueprint.get("/register/<product>")
def register_page(product: str) -> str:
    """Every entry in and out of one product at one location, with who, witness and balance."""
    first, last, problem = period_or_problem()
    location = request.args.get("location", "")
    found, display, schedule = _register(product, location, first, last)
    with store().read() as uow:
        counting = counting_now(uow).get(location, "")
        names = sorted({place.name for place in places(uow) if place.name} | ({location} if location else set()))
    return render_template(
        "controlled/register.html", found=found, product=product, display=display, schedule=schedule, location=location,
        places=names, first=first, last=last, problem=problem, counting=counting, may=may,
    )  # fmt: skip


@blueprint.get("/register/<product>/file")
def register_file(product: str) -> Response:
    """The same as a file for a spreadsheet. Raises Fault for a period that is none, and while the location is counted."""
    first, last = period()
    location = request.args.get("location", "")
    with store().read() as uow:
        if number := counting_now(uow).get(location, ""):
            raise Fault("location", location, f"a location that is not being counted: count {number} is done first")
    found, _, _ = _register(product, location, first, last)
    return csv_file(f"register-{product}-{first}-{last}", HEADS, (line.cells() for line in found.lines))


def plain(volume: Any) -> str:
    """A volume in mL as a person types it."""
    return show_number(volume.amount_in("mL")).replace(",", "") if volume.number else "0"


@blueprint.get("/dose/<number>")
def dose(number: str) -> str:
    """Each vial of one dose: in, drawn, wasted, left; and what is still to be done with the rest."""
    with store().read() as uow:
        found = dose_of(uow, number)
        rows = account_of(uow, found, formulary_in_force(uow))
        remainder = load(uow, ACCOUNT, account_record(number)).remainder
    if isinstance(rows, Refusal):
        problem, rows = rows.text, ()
    else:
        problem = ""
    never_made = found.status is DoseStatus.QUARANTINED and found.started_at is None
    begun = found.started_at is not None or (never_made and all(one.found.closed for one in rows))
    whole = found.status in MOVES["waste"][0] and begun and bool(rows)
    return render_template(
        "controlled/dose.html", number=number, dose=found, rows=rows, problem=problem, whole=whole,
        over=ended(found) or never_made,
        streams=[pair for pair in STREAMS.items() if pair[0] != BACK], words=in_words, plain=plain, remainder=remainder, may=may,
    )  # fmt: skip


@blueprint.get("/persons")
def persons_page() -> str:
    """Persons side by side over a period. Nothing can be done here: it is for looking."""
    first, last, problem = period_or_problem()
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        tables = persons(uow, formulary, midnight(first), midnight(last + timedelta(days=1)))
        words = formula_words(formulary)
    return render_template(
        "controlled/persons.html", tables=tables, words=words, first=first, last=last, problem=problem, may=may
    )
