"""Cycle counts: begun at a location, counted blind, and put right when a second person agrees."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from calculations.errors import Fault, Faults
from compounding.people import shown_name
from compounding.record_actions import RecordAction
from compounding.stock.code_links import resolve_scanned
from compounding.stock.counts import (
    COUNT,
    COUNTING,
    VARIANCE,
    AddToCount,
    ApproveCount,
    BeginCount,
    Count,
    DropCount,
    Found,
    OpenVariance,
    SubmitCount,
    count_record,
)
from compounding.stock.numbers import new_number
from compounding.stock.resolving import Resolved
from compounding.views.lots import item_names
from compounding.views.stock_counts import counts
from compounding.views.stock_places import places
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, client_key, read_form
from web.errors import again
from web.pages.stock_common import clock, today, whole, words
from web.permissions import allowed
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("stock_counts", __name__, url_prefix="/stock/counts")


@blueprint.get("")
def page() -> str:
    """The counts that are open, the last ones that were done, and where to begin one."""
    with store().read() as uow:
        rows, pages = counts(uow, clock(), request.args.get("page", ""))
        there = [(place.name, place.name) for place in places(uow) if place.lots and place.name]
    may = allowed("stock_counts.begin", open_visitor().actor.roles)
    return render_template("stock/counts.html", rows=rows, pages=pages, places=there, may_begin=may)


@blueprint.post("")
@again(page)
def begin() -> Any:
    """Begin a count of everything at a location."""
    location = read_form(["location"])["location"]
    if not location:
        raise Fault("location", "nothing", "a location from the list")
    at = now()
    number = new_number(store(), "count", client_key(), at, offset_minutes(at))
    return _do(number, BeginCount(number, location))


def _do(number: str, action: RecordAction, with_secret: bool = False) -> Any:
    answer = perform(store(), COUNT, count_record(number), action, act_with_secret() if with_secret else act())
    return redirect(url_for("stock_counts.one", number=number), 303) if isinstance(answer, Done) else answer


def _known(number: str) -> Count:
    with store().read() as uow:
        state = load(uow, COUNT, count_record(number))
    if not state.number:
        raise NotFound
    return state


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One count. Who may still count it never sees a figure; who counted, and who decides, sees the variance."""
    state = _known(number)
    actor = open_visitor().actor
    with store().read() as uow:
        names = item_names(formulary_in_force(uow))
        by = [shown_name(uow, person) for person in state.counted_by]
        agreed = shown_name(uow, state.agreed_by) if state.agreed_by else ""
    seen = actor.person in state.seen_by
    may_count = allowed("stock_counts.submit", actor.roles) and not seen and actor.person not in state.counted_by
    asks = may_count and state.status in (COUNTING, VARIANCE)
    may_decide = state.status == VARIANCE and allowed("stock_counts.approve", actor.roles)
    return render_template(
        "stock/count.html",
        count=state,
        names=names,
        by=by,
        agreed=agreed,
        asks=asks,
        products=sorted(names.items(), key=lambda pair: pair[1].casefold()) if asks else [],
        decides=may_decide and seen and actor.person not in state.counted_by,
        may_decide=asks and may_decide,
        may_drop=allowed("stock_counts.drop", actor.roles) and state.status in (COUNTING, VARIANCE),
    )


@blueprint.post("/<number>/submit")
@again(one)
def submit(number: str) -> Any:
    """What was counted, lot by lot."""
    state = _known(number)
    fields = [f"count_{row}" for row in range(1, len(state.lots) + 1)]
    form = read_form(fields)
    faults: list[Fault] = []
    found = tuple(
        Found(listed.product, listed.lot, whole(form[field], field, 0, faults))
        for field, listed in zip(fields, state.lots, strict=True)
    )
    if faults:
        raise Faults(faults)
    return _do(number, SubmitCount(found))


@blueprint.post("/<number>/add")
@again(one)
def add(number: str) -> Any:
    """A lot that lies there though the list does not name it; what its code carries goes before what was typed."""
    form = read_form(["code", "product", "lot", "expires"])
    faults: list[Fault] = []
    product, lot, expires = form["product"], form["lot"], form["expires"]
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), form["code"], today()) if form["code"] else None
    if isinstance(found, Resolved):
        product, lot, expires = found.item.id, found.lot or lot, found.expires or expires
    elif found is not None:
        faults.append(Fault("code", form["code"], f"the code of a product, or nothing. {found.why}"))
    if not product and not faults:
        faults.append(Fault("product", "nothing", "a product from the list"))
    lot = words(lot, "lot", "the lot number on the container", faults)
    if faults:
        raise Faults(faults)
    return _do(number, AddToCount(product, lot, expires))


@blueprint.post("/<number>/variance")
@again(one)
def variance(number: str) -> Any:
    """Show the figures to who decides. From then on that person does not count."""
    read_form([])
    return _do(number, OpenVariance())


@blueprint.post("/<number>/approve")
@again(one)
def approve(number: str) -> Any:
    """Another person stands for the variance, with their own secret."""
    form = read_form(["reason", "secret"])
    return _do(number, ApproveCount(form["reason"].strip()), with_secret=True)


@blueprint.post("/<number>/drop")
@again(one)
def drop(number: str) -> Any:
    """Leave a count unfinished; nothing is put right."""
    return _do(number, DropCount(read_form(["reason"])["reason"].strip()))
