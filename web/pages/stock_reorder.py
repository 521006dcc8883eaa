"""What runs below its minimum, as a page and a file; levels; and a draft order from the list at one press."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from batch_records.acting import Consequence, Done, Refused, perform, perform_many
from calculations.errors import Fault, Faults
from compounding.stock.candidates import lot_candidates
from compounding.stock.fefo import in_order
from compounding.stock.levels import LEVEL, SetLevel, level_record
from compounding.stock.lot import LOT, TransferLot, lot_record
from compounding.stock.numbers import new_number
from compounding.stock.purchase import PURCHASE, DraftPurchase, Line, purchase_record
from compounding.views.controlled import products_counted_now
from compounding.views.lots import item_names
from compounding.views.stock_orders import last_prices, listed_levels, reorder_list
from compounding.views.stock_places import open_places
from formulary.repository import formulary_in_force
from web.acting import act, client_key, read_form
from web.errors import again
from web.pages.stock_common import csv_file, today, whole, words
from web.permissions import allowed
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("stock_reorder", __name__, url_prefix="/stock/reorder")

HEADS = ("product", "name", "location", "minimum", "maximum", "may be used", "from the store room", "on order", "to order")


def _read() -> dict[str, Any]:
    """What is being counted blind is told by no figure here either."""
    with store().read() as uow:
        names, counted = item_names(formulary_in_force(uow)), products_counted_now(uow)
        return {
            "counted": counted,
            "needed": tuple(one for one in reorder_list(uow, today()) if one.product not in counted),
            "levels": listed_levels(uow, names, today()),
            "names": names,
            "places": [(place, place) for place in open_places(uow, quarantine=False)],
        }


@blueprint.get("")
def page() -> str:
    """The reorder list, and all levels."""
    found = _read()
    roles = open_visitor().actor.roles
    return render_template(
        "stock/reorder.html",
        **found,
        products=sorted(found["names"].items(), key=lambda pair: pair[1].casefold()),
        may_set=allowed("stock_reorder.set_level", roles),
        may_draft=allowed("stock_reorder.draft", roles),
        may_move=allowed("stock_reorder.move", roles),
    )


@blueprint.get("/file")
def export() -> Response:
    """The reorder list for a spreadsheet."""
    found = _read()
    rows = [
        (one.product, found["names"].get(one.product, one.product), one.location,
         *map(str, (one.minimum, one.maximum, one.usable, sum(count for _, count in one.moves), one.on_order, one.order)))
        for one in found["needed"]
    ]  # fmt: skip
    return csv_file("reorder", HEADS, rows)


@blueprint.post("/level")
@again(page)
def set_level() -> Any:
    """Set minimum and maximum of a product at a location."""
    form = read_form(["product", "location", "minimum", "maximum"], ["reason"])
    faults: list[Fault] = []
    with store().read() as uow:
        if form["product"] not in item_names(formulary_in_force(uow)):
            faults.append(Fault("product", form["product"] or "nothing", "a product of the formulary"))
    if not form["location"]:
        faults.append(Fault("location", "nothing", "a location from the list"))
    minimum = whole(form["minimum"], "minimum", 0, faults)
    maximum = whole(form["maximum"], "maximum", 0, faults)
    if faults:
        raise Faults(faults)
    action = SetLevel(form["product"], form["location"], minimum, maximum, form.get("reason", "").strip())
    answer = perform(store(), LEVEL, level_record(action.product, action.location), action, act())
    return redirect(url_for("stock_reorder.page"), 303) if isinstance(answer, Done) else answer


@blueprint.post("/move")
@again(page)
def move() -> Any:
    """What a store room spares goes to where it is needed, first to expire first, in one act."""
    form = read_form(["product", "location", "source"])
    at = now()
    with store().read() as uow:
        counts = [
            count
            for one in reorder_list(uow, today())
            for source, count in one.moves
            if (one.product, one.location, source) == (form["product"], form["location"], form["source"])
        ]
        lots = in_order(lot_candidates(uow, [form["product"]]), at, today())
    steps: list[Consequence] = []
    left = sum(counts)
    for lot in lots:
        count = min(left, lot.count)
        if lot.location == form["source"] and count:
            transfer = TransferLot(count, lot.location, form["location"], "below its minimum there")
            steps.append((LOT, lot_record(lot.product, lot.lot), transfer))
            left -= count
    if not steps:
        raise Fault("source", form["source"] or "nothing", "a store room that still has it; load the page again")
    answer = perform_many(store(), steps, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("stock_reorder.page"), 303)


@blueprint.post("/draft")
@again(page)
def draft() -> Any:
    """A draft order of everything on the list, at the prices of the last invoices."""
    form = read_form(["supplier"])
    faults: list[Fault] = []
    supplier = words(form["supplier"], "supplier", "from whom it is ordered", faults)
    if faults:
        raise Faults(faults)
    at = now()
    number = new_number(store(), "purchase", client_key(), at, offset_minutes(at))
    with store().read() as uow:
        names = item_names(formulary_in_force(uow))
        counts: dict[str, int] = {}
        for one in reorder_list(uow, today()):
            counts[one.product] = counts.get(one.product, 0) + one.order
        prices = last_prices(uow, counts)
    lines = tuple(
        Line(product, names.get(product, product), count, prices.get(product)) for product, count in counts.items() if count
    )
    answer = perform(
        store(), PURCHASE, purchase_record(number), DraftPurchase(number, supplier, lines, "from the reorder list"), act()
    )
    return redirect(url_for("stock_orders.one", number=number), 303) if isinstance(answer, Done) else answer
