"""Hoods and the rooms they stand in: what may be made where, and what is out of service and why."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from compounding.rooms import HOOD, DescribeHood, Hood, hood_record
from compounding.tables import HoodRow
from compounding.views.story import story
from web.acting import act, client_key, read_form
from web.errors import again
from web.permissions import allowed
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("rooms", __name__, url_prefix="/rooms")

CATEGORIES = (("1", "Category 1"), ("2", "Category 2"), ("3", "Category 3"))
STATION_ID = re.compile(r"[a-z0-9][a-z0-9\-]{0,29}")
FIELDS = ["name", "room", "category", "service"]
OPTIONAL = ["hazardous", "reason"]


@blueprint.get("")
def page() -> str:
    """All hoods, and the form that describes another."""
    with store().read() as uow:
        rows = uow.session.execute(select(HoodRow).order_by(HoodRow.room, HoodRow.name)).scalars().all()
        reasons = {row.record: load(uow, HOOD, row.record).reason for row in rows if not row.in_service}
    return render_template(
        "rooms/page.html",
        hoods=[(row.record.removeprefix(hood_record("")), row, reasons.get(row.record, "")) for row in rows],
        categories=CATEGORIES,
        may_change=allowed("rooms.describe", open_visitor().actor.roles),
    )


@blueprint.post("")
@again(page)
def describe() -> Any:
    """Describe a hood that is new. Its id becomes the station's id and never changes."""
    form = read_form(["hood", *FIELDS], OPTIONAL)
    hood = form["hood"].strip()
    if not STATION_ID.fullmatch(hood):
        raise Fault("hood", hood or "nothing", "1 to 30 small letters, digits and hyphens, such as hood-4")
    with store().read() as uow:
        if load(uow, HOOD, hood_record(hood)).name and uow.answer_for(client_key()) is None:
            return Refusal("hood_known", f"There is a hood {hood} already: change it on its own page.", 409)
    return _describe(hood, form)


@blueprint.get("/hood/<hood>")
def one(hood: str) -> str:
    """One hood as it is now, and what was done to it."""
    with store().read() as uow:
        state = _known(load(uow, HOOD, hood_record(hood)))
        lines = story(uow, hood_record(hood))
    return render_template(
        "rooms/hood.html",
        id=hood,
        hood=state,
        lines=lines,
        categories=CATEGORIES,
        may_change=allowed("rooms.change", open_visitor().actor.roles),
    )


@blueprint.post("/hood/<hood>")
@again(one)
def change(hood: str) -> Any:
    """Describe it anew, take it out of service or back, always with a reason."""
    form = read_form(FIELDS, OPTIONAL)
    with store().read() as uow:
        _known(load(uow, HOOD, hood_record(hood)))
    return _describe(hood, form)


def _known(state: Hood) -> Hood:
    if not state.name:
        raise NotFound
    return state


def _describe(hood: str, form: dict[str, str]) -> Any:
    """One entry of what the form says. Raises Faults."""
    faults = [
        Fault(name, form[name][:40] or "nothing", f"a {name} of at most 60 characters")
        for name in ("name", "room")
        if not 0 < len(form[name].strip()) <= 60
    ]
    if form["service"] not in ("yes", "no"):
        faults.append(Fault("service", form["service"] or "nothing", "in service or out of service"))
    if faults:
        raise Faults(faults)
    action = DescribeHood(
        form["name"].strip(), form["room"].strip(), form["category"], form.get("hazardous") == "yes",
        form["service"] == "yes", form.get("reason", "").strip(),
    )  # fmt: skip
    answer = perform(store(), HOOD, hood_record(hood), action, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("rooms.one", hood=hood), 303)
