"""Locations: what lies where, and what each of them is."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from calculations.errors import Fault, Faults
from compounding.stock.in_hand import is_in_hand
from compounding.stock.location import KINDS, LOCATION, LONGEST, STORAGES, DescribeLocation, location_record
from compounding.stock.sending import goes_to
from compounding.views.controlled import products_counted_now
from compounding.views.lots import item_names
from compounding.views.paging import page_of
from compounding.views.stock_places import lots_at, places, stored_wrongly
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.errors import again
from web.pages.stock_common import today, words
from web.permissions import allowed
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("stock_places", __name__, url_prefix="/stock/locations")


@blueprint.get("")
def page() -> str:
    """All locations with what lies there, and the form that describes a new one."""
    with store().read() as uow:
        listed = places(uow)
    return render_template(
        "stock/places.html",
        places=listed,
        kinds=list(KINDS.items()),
        storages=list(STORAGES.items()),
        may_describe=allowed("stock_places.describe", open_visitor().actor.roles),
        name=request.args.get("name", "")[:LONGEST],
    )


@blueprint.get("/<path:name>")
def one(name: str) -> str:
    """One location: its lots, first to expire first, and how it was described."""
    record = location_record(name)
    with store().read() as uow:
        location = load(uow, LOCATION, record)
        formulary = formulary_in_force(uow)
        lots = lots_at(uow, item_names(formulary), today(), name)
        if not location.name and not lots:
            raise NotFound
        pages = page_of(request.args.get("page", ""), len(lots))
        lots = lots[pages.skipped : pages.skipped + pages.size]
        lines = story(uow, record, frozenset({"name"}))
        counted = products_counted_now(uow)
    return render_template(
        "stock/place.html",
        name=name,
        on_the_way=goes_to(name),
        in_hand=is_in_hand(name),
        location=location,
        lots=lots,
        pages=pages,
        counted=counted,
        wrongly=stored_wrongly(lots, formulary),
        lines=lines,
        kinds=list(KINDS.items()),
        storages=list(STORAGES.items()),
        may_describe=allowed("stock_places.change", open_visitor().actor.roles),
    )


def _described(name: str, form: dict[str, str]) -> Any:
    faults = [
        Fault(field, form[field] or "nothing", "one from the list")
        for field, known in (("location_kind", KINDS), ("storage", STORAGES))
        if form[field] not in known
    ]
    name = words(name, "name", "the name of the location", faults)
    if faults:
        raise Faults(faults)
    active = form.get("active", "yes" if "reason" not in form else "") == "yes"
    action = DescribeLocation(
        name, form["location_kind"], form["storage"], active, form["station"].strip(), form.get("reason", "").strip()
    )
    answer = perform(store(), LOCATION, location_record(name), action, act())
    return redirect(url_for("stock_places.one", name=name), 303) if isinstance(answer, Done) else answer


@blueprint.post("")
@again(page)
def describe() -> Any:
    """Describe a new location."""
    form = read_form(["name", "location_kind", "storage", "station"])
    return _described(form["name"], form)


@blueprint.post("/<path:name>")
@again(one)
def change(name: str) -> Any:
    """Change what a location is, or close it."""
    return _described(name, read_form(["location_kind", "storage", "station", "reason"], ["active"]))
