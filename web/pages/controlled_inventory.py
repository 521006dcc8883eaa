"""The inventory of controlled drugs as of a day: taken from the day's blind counts, signed by two, printed."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from batch_records.people import people
from calculations.errors import Fault
from compounding.controlled.inventory import (
    INVENTORY,
    MOMENTS,
    PERMISSIONS,
    TAKEN,
    CountersignInventory,
    Inventory,
    TakeInventory,
    counts_of,
    holding,
    inventories,
    inventory_record,
)
from compounding.documents.stock import LETTER
from compounding.people import shown_name
from compounding.stock.numbers import new_number
from compounding.views.controlled_inventory import (
    counted_words,
    day_words,
    due,
    found_words,
    parts,
    remark,
    signatures,
)
from compounding.views.controlled_inventory import (
    paper as printed,
)
from formulary.repository import formulary_in_force
from web.acting import act_of_other, act_with_secret, client_key, read_form
from web.errors import again
from web.pages.controlled import may
from web.pages.labels import pdf_answer
from web.pages.stock_common import clock, today
from web.printing import printer
from web.services import now, offset_minutes, store

blueprint = Blueprint("controlled_inventory", __name__, url_prefix="/controlled/inventories")


@blueprint.get("")
def page() -> str:
    """When the next inventory is due, what was counted today, and the inventories that were taken."""
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        counted = counts_of(uow, today(), offset_minutes(now()))
        places = [(place, counted[place].number if place in counted else "") for place in sorted({*holding(uow), *counted})]
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
    at = now()
    number = new_number(store(), "controlled_inventory", client_key(), at, offset_minutes(at))
    action = TakeInventory(number, form["day"].strip(), form["moment"])
    answer = perform(store(), INVENTORY, inventory_record(number), action, act_with_secret())
    return redirect(url_for("controlled_inventory.one", number=number), 303) if isinstance(answer, Done) else answer


def _known(number: str) -> Inventory:
    with store().read() as uow:
        state = load(uow, INVENTORY, inventory_record(number))
    if not state.number:
        raise NotFound
    return state


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One inventory, line by line."""
    state = _known(number)
    at = clock()
    with store().read() as uow:
        signed = signatures(uow, state, at)
        roles = PERMISSIONS[CountersignInventory.kind]
        others = [
            (person, found.name)
            for person, found in people(uow)
            if found.enabled and person != state.taken_by and found.roles & roles
        ]
    shown = [
        (title, [(line, found_words(line), counted_words(line, at), remark(line)) for line in lines])
        for title, lines in parts(state.lines)
    ]
    return render_template(
        "controlled/inventory.html", inventory=state, day=day_words(state), parts=shown, signed=signed, others=others,
        waits=state.status == TAKEN, may=may,
    )  # fmt: skip


@blueprint.post("/<number>/second")
@again(one)
def second(number: str) -> Any:
    """The second person signs with their own secret."""
    form = read_form(["second", "second_secret"])
    if not form["second"]:
        raise Fault("second", "nothing", "the person who signs as the second")
    asked = act_of_other(form["second"], form["second_secret"])
    answer = perform(store(), INVENTORY, inventory_record(number), CountersignInventory(), asked)
    return redirect(url_for("controlled_inventory.one", number=number), 303) if isinstance(answer, Done) else answer


@blueprint.get("/<number>/inventory.pdf")
def paper(number: str) -> Response:
    """The inventory as it is printed and kept."""
    state = _known(number)
    with store().read() as uow:
        told = printed(uow, formulary_in_force(uow), state, now(), clock())
    return pdf_answer(printer().render(told["kind"], told, LETTER).pdf, f"inventory-{number}")
