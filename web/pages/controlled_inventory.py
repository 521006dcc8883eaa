"""The inventory of controlled drugs as of a day: taken from the day's blind counts, signed by two, printed."""

from typing import Any

from flask import Blueprint, Response, render_template

from compounding.controlled.inventory import (
    INVENTORY,
    MOMENTS,
    PERMISSIONS,
    TAKEN,
    CountersignInventory,
    TakeInventory,
    counts_of,
    holding,
    inventories,
)
from compounding.documents.stock import LETTER
from compounding.people import shown_name
from compounding.stock.in_hand import is_in_hand
from compounding.views.controlled_inventory import (
    counted_words,
    day_words,
    due,
    for_words,
    found_words,
    left_words,
    parts,
    remark,
    signatures,
)
from compounding.views.controlled_inventory import (
    paper as printed,
)
from formulary.repository import formulary_in_force
from web.acting import act_with_secret, read_form
from web.errors import again
from web.pages.controlled import may
from web.pages.controlled_forms import Form, others, second_person
from web.pages.labels import pdf_answer
from web.pages.stock_common import clock, today
from web.printing import printer
from web.services import now, offset_minutes, store

blueprint = Blueprint("controlled_inventory", __name__, url_prefix="/controlled/inventories")
FORM = Form(INVENTORY, "controlled_inventory.one")


@blueprint.get("")
def page() -> str:
    """When the next inventory is due, what was counted today, and the inventories that were taken."""
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        counted = counts_of(uow, today(), offset_minutes(now()))
        names = sorted(place for place in {*holding(uow), *counted} if not is_in_hand(place))
        places = [(place, counted[place].number if place in counted else "") for place in names]
        rows = [(one, day_words(one), shown_name(uow, one.taken_by)) for one in inventories(uow)]
        found = due(uow, formulary.site, today())
    return render_template(
        "controlled/inventories.html", due=found, places=places, rows=rows, moments=tuple(MOMENTS.items()),
        today=today().isoformat(), may=may,
    )  # fmt: skip


@blueprint.post("")
@again(page)
def take() -> Any:
    """Take the inventory of a day from its counts, and sign it."""
    form = read_form(["day", "moment", "secret"])
    number = FORM.new_number()
    return FORM.does(number, TakeInventory(number, form["day"].strip(), form["moment"]), act_with_secret())


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One inventory, line by line."""
    state = FORM.known(number)
    at = clock()
    with store().read() as uow:
        signed = signatures(uow, state, at)
        seconds = others(uow, PERMISSIONS[CountersignInventory.kind], {state.taken_by})
    shown = [
        (title, [(line, found_words(line), counted_words(line, at), remark(line)) for line in lines])
        for title, lines in parts(state.lines)
    ]
    outs = [(title, [(line, left_words(line), for_words(line)) for line in out]) for title, out in parts(state.in_preparation)]
    return render_template(
        "controlled/inventory.html", inventory=state, day=day_words(state), parts=shown, outs=outs, signed=signed, others=seconds,
        waits=state.status == TAKEN, may=may,
    )  # fmt: skip


@blueprint.post("/<number>/second")
@again(one)
def second(number: str) -> Any:
    """The second person signs with their own secret."""
    return FORM.does(number, CountersignInventory(), second_person("second", "the person who signs as the second"))


@blueprint.get("/<number>/inventory.pdf")
def paper(number: str) -> Response:
    """The inventory as it is printed and kept."""
    state = FORM.known(number)
    with store().read() as uow:
        told = printed(uow, formulary_in_force(uow), state, now(), clock())
    return pdf_answer(printer().render(told["kind"], told, LETTER).pdf, f"inventory-{number}")
