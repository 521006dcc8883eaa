"""A lot of a controlled drug taken in, moved or returned by two persons: shown by one, counted and signed by the other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from batch_records.people import people
from calculations.errors import Fault, Faults
from compounding.controlled.handling import HANDLING
from compounding.controlled.handling_state import (
    DONE_BY_ROLE,
    OFFERED,
    PERMISSIONS,
    RECEIPT,
    RETURN,
    SUBJECTS,
    TRANSFER,
    Handling,
    OfferHandling,
    SecondHandling,
    TakeBackHandling,
    handling_record,
    said,
)
from compounding.controlled.policy import controlled_products, schedule_of, set_by
from compounding.people import shown_name
from compounding.stock.lot import LOT, lot_record
from compounding.stock.numbers import new_number
from compounding.stock.purchase import PLACED
from compounding.stock.tables import PurchaseLineRow, PurchaseRow
from compounding.views.controlled import products_counted_now
from compounding.views.stock_places import open_places, quarantines
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, act_of_other, act_with_secret, client_key, read_form
from web.errors import again
from web.pages.controlled import may
from web.pages.lots import to_receive
from web.pages.stock_common import LONGEST, clock, whole
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("controlled_handling", __name__, url_prefix="/controlled/two")


def _offer(told: OfferHandling) -> Any:
    at = now()
    number = new_number(store(), "controlled_handling", client_key(), at, offset_minutes(at))
    answer = perform(store(), HANDLING, handling_record(number), replace(told, number=number), act_with_secret())
    return redirect(url_for("controlled_handling.one", number=number), 303) if isinstance(answer, Done) else answer


def _allowed(subject: str) -> bool:
    return bool(open_visitor().actor.roles & DONE_BY_ROLE[subject])


@blueprint.get("/lot")
def lot() -> str:
    """The forms that move or return a lot, named in the address."""
    product, number = request.args.get("product", ""), request.args.get("lot", "")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        held = load(uow, LOT, lot_record(product, number))
        if not held.product or not schedule_of(formulary, product):
            raise NotFound
        targets = [(place, place) for place in open_places(uow)]
        counting = products_counted_now(uow).get(product, "")
    sources = [(place, place if counting else f"{place}: {count}") for place, count in sorted(held.balances.items()) if count > 0]
    return render_template(
        "controlled/handle_lot.html", lot=held, title=formulary.item(product).display, sources=sources, targets=targets,
        schedule=schedule_of(formulary, product), moves=_allowed(TRANSFER), returns=_allowed(RETURN), may=may,
    )  # fmt: skip


@blueprint.post("/lot")
@again(lot)
def offer() -> Any:
    """Show a move or a return to the second person."""
    form = read_form(["subject", "count", "source", "reason", "secret"], ["target", "supplier"])
    faults: list[Fault] = []
    count = whole(form["count"], "count", 1, faults)
    if form["subject"] not in (TRANSFER, RETURN):
        faults.append(Fault("subject", form["subject"] or "nothing", "a move or a return"))
    if faults:
        raise Faults(faults)
    return _offer(
        OfferHandling(
            "", form["subject"], request.args.get("product", ""), request.args.get("lot", "").strip(), count,
            source=form["source"], target=form.get("target", "").strip(), supplier=form.get("supplier", "").strip()[:LONGEST],
            reason=form["reason"].strip()[:LONGEST],
        )
    )  # fmt: skip


@blueprint.get("/receive")
def receive() -> str:
    """The form that takes a controlled drug in, against a purchase order or without one."""
    code = request.form.get("code", request.args.get("code", ""))[:LONGEST]
    with store().read() as uow:
        products = controlled_products(formulary_in_force(uow))
        places = [(place, place) for place in open_places(uow)]
        rows = uow.session.execute(
            select(PurchaseRow.number, PurchaseRow.supplier)
            .join(PurchaseLineRow, PurchaseLineRow.record == PurchaseRow.record)
            .where(PurchaseRow.status == PLACED, PurchaseLineRow.product.in_(list(products)))
            .distinct()
            .order_by(PurchaseRow.number)
        )
        orders = [(number, f"{number}, {supplier}") for number, supplier in rows]
        broken = [(place, place) for place in quarantines(uow)]
    names = sorted(((one, f"{name}, {schedule}") for one, (name, schedule) in products.items()), key=lambda pair: pair[1])
    return render_template(
        "controlled/handle_receive.html", code=code, names=names, places=places, broken=broken,
        orders=orders, may=may,
    )  # fmt: skip


@blueprint.post("/receive")
@again(receive)
def take_in() -> Any:
    """Show what came to the second person, who counts it too."""
    form = read_form(
        ["code", "count", "place", "reason", "order", "secret"],
        ["product", "lot", "expires", "price", "damaged", "damaged_place"],
    )
    asked = {name: text for name, text in form.items() if name not in ("order", "secret", "damaged", "damaged_place")}
    came = to_receive(asked | {"reason": form["reason"].strip() or f"order {form['order']}" if form["order"] else form["reason"]})
    faults: list[Fault] = []
    damaged = whole(form.get("damaged", "") or "0", "damaged", 0, faults)
    if faults:
        raise Faults(faults)
    return _offer(
        OfferHandling(
            "", RECEIPT, came.product, came.lot, came.count, target=came.place, reason=form["reason"].strip()[:LONGEST],
            expires=came.expires, price=came.price, order=form["order"], damaged=damaged,
            damaged_place=form.get("damaged_place", "") if damaged else "",
        )
    )  # fmt: skip


def _known(number: str) -> Handling:
    with store().read() as uow:
        state = load(uow, HANDLING, handling_record(number))
    if state.offered is None:
        raise NotFound
    return state


@blueprint.get("/<number>")
def one(number: str) -> str:
    """What is done, by whom, and what the counts of both locations become: the page the second person reads and signs."""
    state = _known(number)
    told = state.told
    with store().read() as uow:
        lines = story(uow, handling_record(number), frozenset(OfferHandling.__dataclass_fields__) - {"signature"})
        who, second = shown_name(uow, state.person), shown_name(uow, state.second) if state.second else ""
        roles = PERMISSIONS[SecondHandling.kind]
        others = [
            (person, found.name)
            for person, found in people(uow)
            if found.enabled and person != state.person and found.roles & roles
        ]
        within = set_by(formulary_in_force(uow).site, "controlled_witness_within")
    late = (
        within is not None
        and state.offered_at is not None
        and now() - state.offered_at > timedelta(minutes=int(within.amount_in("min")))
    )
    return render_template(
        "controlled/handling.html", number=number, state=state, told=told, subject=SUBJECTS[told.subject], said=said(told),
        who=who, second=second, others=others, lines=lines, late=late, waits=state.status == OFFERED,
        at=clock().moment(state.offered_at) if state.offered_at else "", may=may,
    )  # fmt: skip


@blueprint.post("/<number>/second")
@again(one)
def second(number: str) -> Any:
    """The second person signs with their own secret, in the session that is open at this station."""
    form = read_form(["second", "second_secret"])
    if not form["second"]:
        raise Fault("second", "nothing", "the person who counted it too")
    asked = act_of_other(form["second"], form["second_secret"])
    answer = perform(store(), HANDLING, handling_record(number), SecondHandling(), asked)
    return redirect(url_for("controlled_handling.one", number=number), 303) if isinstance(answer, Done) else answer


@blueprint.post("/<number>/take-back")
@again(one)
def take_back(number: str) -> Any:
    """Nothing is moved after all."""
    action = TakeBackHandling(read_form(["reason"])["reason"].strip()[:LONGEST])
    answer = perform(store(), HANDLING, handling_record(number), action, act())
    return redirect(url_for("controlled_handling.one", number=number), 303) if isinstance(answer, Done) else answer
