"""What has expired or soon will, its removal to quarantine in one act, and what was wasted."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from batch_records.acting import Refused, perform_many
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.controlled.policy import controlled_products
from compounding.stock.lot import LOT, TransferLot, lot_record
from compounding.views.controlled import products_counted_now
from compounding.views.lots import item_names
from compounding.views.paging import page_of
from compounding.views.stock_places import LotThere, expiring, quarantines
from compounding.views.stock_waste import HEADS, WasteReport, as_rows
from compounding.views.stock_waste import waste as wasted
from formulary.model import SiteProfile
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.errors import again
from web.pages.stock_common import csv_file, today
from web.permissions import allowed
from web.services import offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("stock_expiry", __name__, url_prefix="/stock")

GROUPS = ("expiry_board_first", "expiry_board_second", "expiry_board_third")
"""The site's values that say how many days ahead each group of the board looks."""
PERIOD = timedelta(days=30)
MOST_DAYS = 3660
FIRST_DAY = date(2000, 1, 1)
LONG_AGO = -1_000_000
"""Days left: before every last day of use."""


def days_ahead(site: SiteProfile) -> list[int]:
    """The whole days of the groups as the house sets them, the nearest first. Raises KeyError where it sets none."""
    return sorted({int(site.value(name).amount_in("day")) for name in GROUPS})


def _board() -> tuple[list[int], tuple[LotThere, ...]]:
    """The days of the groups, and what expires within them."""
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        days = days_ahead(formulary.site)
        return days, expiring(uow, item_names(formulary), today(), timedelta(days=days[-1]))


@blueprint.get("/expiry")
def page() -> str:
    """Everything that has expired or soon expires, in the groups that the house sets."""
    days, found = _board()
    pages = page_of(request.args.get("page", ""), len(found))
    rows = found[pages.skipped : pages.skipped + pages.size]
    groups = [
        (name, [row for row in rows if least < _left(row) <= most], sum(1 for row in found if least < _left(row) <= most))
        for name, least, most in _groups(days)
    ]
    with store().read() as uow:
        targets = [(place, place) for place in quarantines(uow)]
        by_two = controlled_products(formulary_in_force(uow))
        counted = products_counted_now(uow)
    may = allowed("stock_expiry.remove", open_visitor().actor.roles)
    told = {"groups": groups, "pages": pages, "targets": targets, "by_two": by_two, "counted": counted}
    return render_template("stock/expiry.html", **told, may_remove=may)


def _groups(days: list[int]) -> list[tuple[str, int, int]]:
    """Name of each group of the board, and the days left that it begins after and goes up to."""
    ahead = [(f"Within {most} days", least, most) for least, most in pairwise([-1, *days])]
    return [("Expired", LONG_AGO, -1), *ahead]


def _left(row: LotThere) -> int:
    """Days until the last day of use."""
    return (date.fromisoformat(row.last_day) - today()).days


@blueprint.post("/expiry")
@again(page)
def remove() -> Any:
    """The chosen lots go to quarantine in one act: all of them, or none."""
    chosen = [name for name in request.form if name.startswith("take:")]
    form = read_form(["target"], chosen)
    with store().read() as uow:
        if form["target"] not in quarantines(uow):
            raise Fault("target", form["target"] or "nothing", "a quarantine location")
    if not chosen:
        raise Fault("take", "nothing", "at least one lot that is ticked")
    there = {f"take:{row.product}|{row.lot}|{row.location}": row for row in _board()[1] if not row.quarantined}
    if unknown := [name for name in chosen if name not in there]:
        raise Fault("take", unknown[0].removeprefix("take:"), "a lot that still lies there; load the page again")
    steps = [
        (
            LOT,
            lot_record(row.product, row.lot),
            TransferLot(row.count, row.location, form["target"], "expired" if row.expired else "expires soon"),
        )
        for row in (there[name] for name in chosen)
    ]
    answer = perform_many(store(), steps, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("stock_expiry.page"), 303)


def _period() -> tuple[date, date]:
    """First and last day that the address asks for; the last 30 days without one. Raises Fault."""
    until = request.args.get("until", "")
    since = request.args.get("since", "")
    last = parse_day(until, "until") if until else today()
    first = parse_day(since, "since") if since else max(last, FIRST_DAY + PERIOD) - PERIOD
    if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
        raise Fault("since", since, "a day no later than the last one, at most ten years before it")
    if last > today() + timedelta(days=MOST_DAYS) or first < FIRST_DAY:
        raise Fault("until", until or since, "days of this century, at most ten years from now")
    return first, last


def _midnight(day: date) -> datetime:
    """The beginning of a day on the site's calendar."""
    there = datetime.combine(day, time(), UTC)
    return there - timedelta(minutes=offset_minutes(there))


def _report(first: date, last: date) -> WasteReport:
    with store().read() as uow:
        return wasted(uow, formulary_in_force(uow), _midnight(first), _midnight(last + timedelta(days=1)))


@blueprint.get("/waste")
def waste() -> Any:
    """What was wasted in a period, by drug and product, in amount and money."""
    try:
        (first, last), problem = _period(), ""
    except Fault as fault:
        first, last, problem = today() - PERIOD, today(), str(fault)
    page = render_template("stock/waste.html", report=_report(first, last), first=first, last=last, problem=problem)
    return Response(page, status=422 if problem else 200)


@blueprint.get("/waste/file")
def waste_file() -> Response:
    """The same for a spreadsheet."""
    try:
        first, last = _period()
    except Fault as fault:
        return Response(str(fault), status=422, mimetype="text/plain")
    return csv_file(f"waste-{first}-{last}", HEADS, as_rows(_report(first, last)))
