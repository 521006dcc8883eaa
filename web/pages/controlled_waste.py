"""Waste of a controlled drug: shown by one person, seen and signed by another at the same station."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from batch_records.acting import load
from calculations.errors import Fault
from calculations.number import parse_number
from calculations.quantity import Quantity
from compounding.controlled.policy import schedule_of, schedule_of_drug
from compounding.controlled.waste import CONTROLLED_WASTE, gather
from compounding.controlled.waste_rules import late
from compounding.controlled.waste_state import (
    CONTAINER,
    DOSE_ITSELF,
    OFFERED,
    PERMISSIONS,
    STOCK,
    STREAMS,
    SUBJECTS,
    VIAL,
    OfferWaste,
    TakeBackWaste,
    WitnessWaste,
    said,
    waste_record,
)
from compounding.people import shown_name
from compounding.stock.lot import LOT, lot_record
from compounding.stock.lot_actions import CAUSES
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import is_container_number, opened_record
from compounding.views.controlled import products_counted_now
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, looking, read_form
from web.doses import dose_of
from web.errors import again
from web.pages.controlled import dose as dose_page
from web.pages.controlled import may, plain
from web.pages.controlled_forms import Form, others, second_person
from web.pages.stock_common import LONGEST, clock, whole
from web.services import now, store
from web.sessions import open_visitor
from web.stations import at_stations

blueprint = Blueprint("controlled_waste", __name__, url_prefix="/controlled")
FORM = Form(CONTROLLED_WASTE, "controlled_waste.one")


def volume_typed(text: str, field: str = "volume") -> Quantity:
    """A volume in mL as typed."""
    found = Quantity(parse_number(text, field), "mL")
    if found.number < 0:
        raise Fault(field, text, "a volume of zero or more, in mL")
    return found


def offer_waste(told: OfferWaste) -> Any:
    """Show a waste to the witness, under a new number."""
    number = FORM.new_number()
    return FORM.does(number, replace(told, number=number), act_with_secret())


@blueprint.post("/dose/<number>/waste")
@again(dose_page)
def of_dose(number: str) -> Any:
    """The rest of a vial of a dose, a vial that goes back unopened, or the whole preparation."""
    form = read_form(["slot", "stream", "reason", "secret"], ["volume"])
    with store().read() as uow:
        dose_of(uow, number)
    slot, volume = form["slot"], form.get("volume", "")
    subject = VIAL if slot else DOSE_ITSELF
    return offer_waste(
        OfferWaste(
            "", subject, form["stream"], dose=number, slot=slot, volume=volume_typed(volume) if volume else None,
            reason=form["reason"].strip()[:LONGEST],
        )
    )  # fmt: skip


@blueprint.get("/waste")
def other() -> str:
    """The form to waste an opened container, or unopened containers out of stock, named in the address."""
    number = request.args.get("container", "")
    product, lot = request.args.get("product", ""), request.args.get("lot", "")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        if is_container_number(number):
            found = load(uow, OPENED, opened_record(number))
            if not found.number or not schedule_of_drug(formulary, found.drug):
                raise NotFound
            left = "" if found.volume_left is None else plain(found.volume_left)
            about: dict[str, Any] = {"container": found, "left": left, "title": found.display}
        else:
            held = load(uow, LOT, lot_record(product, lot))
            if not held.product or not schedule_of(formulary, product):
                raise NotFound
            counting = products_counted_now(uow).get(product, "")
            lying = [(place, count) for place, count in sorted(held.balances.items()) if count > 0]
            there = [(place, at_stations(place) if counting else f"{at_stations(place)}: {count}") for place, count in lying]
            about = {"lot": held, "places": there, "title": formulary.item(product).display}
    streams = [pair for pair in STREAMS.items() if pair[0] != "back"]
    return render_template("controlled/waste_other.html", **about, causes=tuple(CAUSES.items()), streams=streams)


@blueprint.post("/waste")
@again(other)
def of_other() -> Any:
    """Show an opened container, or containers out of stock, for waste."""
    form = read_form(["stream", "reason", "secret"], ["volume", "location", "count", "cause"])
    container = request.args.get("container", "")
    reason = form["reason"].strip()[:LONGEST]
    if container:
        volume = volume_typed(form.get("volume", ""))
        return offer_waste(OfferWaste("", CONTAINER, form["stream"], container=container, volume=volume, reason=reason))
    faults: list[Fault] = []
    count = whole(form.get("count", ""), "count", 1, faults)
    if faults:
        raise faults[0]
    return offer_waste(
        OfferWaste(
            "", STOCK, form["stream"], product=request.args.get("product", ""), lot=request.args.get("lot", ""),
            location=form.get("location", ""), count=count, cause=form.get("cause", ""), reason=reason,
        )
    )  # fmt: skip


@blueprint.get("/waste/<number>")
def one(number: str) -> str:
    """What is wasted, how much, and by whom: the page the witness reads and signs."""
    state = FORM.known(number)
    with store().read() as uow:
        ctx = gather(uow, waste_record(number), state, state.told, looking())
        lines = story(uow, waste_record(number), frozenset(OfferWaste.__dataclass_fields__) - {"signature"})
        who, witness = shown_name(uow, state.person), shown_name(uow, state.witness) if state.witness else ""
        witnesses = others(uow, PERMISSIONS[WitnessWaste.kind], {state.person})
    told = state.told
    return render_template(
        "controlled/waste.html", number=number, state=state, told=told, subject=SUBJECTS[told.subject], said=said(told),
        stream=STREAMS.get(told.stream, told.stream), who=who, witness=witness, others=witnesses, lines=lines,
        late=late(state, now(), ctx.within), at=clock().moment(state.offered_at) if state.offered_at else "",
        waits=state.status == OFFERED, own=state.person == open_visitor().actor.person, may=may,
    )  # fmt: skip


@blueprint.post("/waste/<number>/witness")
@again(one)
def witness(number: str) -> Any:
    """The witness signs with their own secret, in the session that is open at this station."""
    return FORM.does(number, WitnessWaste(), second_person("witness", "the person who watched"))


@blueprint.post("/waste/<number>/take-back")
@again(one)
def take_back(number: str) -> Any:
    """Nothing is wasted after all."""
    reason = read_form(["reason"])["reason"].strip()[:LONGEST]
    return FORM.does(number, TakeBackWaste(reason), act())
