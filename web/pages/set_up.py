"""Set-up of a new hospital: the first administrator by a one-time secret, the site's data, the first hood. Once."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.people import ADMINISTRATOR, Register
from batch_records.resets import register_first_administrator
from calculations.errors import Fault, Faults
from compounding.printers import PRINTERS, PRINTERS_RECORD
from formulary.repository import house
from formulary.site_record import KINDS, LABELS, SITE, SITE_RECORD, DescribeSite, Place, Site
from web.acting import act, read_form
from web.errors import again
from web.services import now, services, store
from web.sessions import visitor
from web.site import Stage, described, stage, use
from web.stations import PLACES

blueprint = Blueprint("set_up", __name__, url_prefix="/set-up")

STATION = "set-up"
"""The station that the first registration is recorded under."""
PLACES_FIELD = "places"
USUAL = {(place.kind, place.name): place.id for place in PLACES if place.kind in ("desk", "store")}
"""Places that a new hospital begins with keep their ids, so that whoever sets it up there stays signed on."""


@blueprint.get("")
def page() -> Any:
    """Where the set-up stands: the form for the first administrator, or what comes next."""
    found = stage()
    if found is Stage.NOBODY:
        return render_template("set_up/first.html")
    with store().read() as uow:
        answered = load(uow, PRINTERS, PRINTERS_RECORD).answered
    return render_template(
        "set_up/page.html", stage=found, stages=Stage, signed_on=visitor() is not None, printers_answered=answered
    )


@blueprint.post("")
@again(page)
def first() -> Any:
    """Register the first administrator with the secret that the server printed at its start."""
    form = read_form(["one_time", "name", "sign_on_name", "password", "repeated"])
    if stage() is not Stage.NOBODY:
        return Refusal("set_up_done", "Somebody is registered already; an administrator adds others.", 409)
    if form["password"] != form["repeated"]:
        raise Fault("repeated", "another text than above", "the same password, typed twice")
    register = Register(form["name"].strip(), form["sign_on_name"].strip(), "", frozenset({ADMINISTRATOR}))
    done = register_first_administrator(store(), form["one_time"].strip(), register, form["password"], STATION, now())
    return done if isinstance(done, Refusal) else redirect(url_for("set_up.page"), 303)


@blueprint.get("/site")
def site() -> str:
    """The site's data, as they stand or as a proposal."""
    known = described(store())
    return render_template(
        "set_up/site.html",
        site=known,
        labels=known.labels or _proposed_labels(),
        places="\n".join(f"{place.kind}: {place.name}" for place in known.places)
        or "\n".join(f"{kind}: {name}" for kind, name in USUAL),
        kinds=sorted(KINDS),
        stage=stage(),
        stages=Stage,
    )


def _proposed_labels() -> dict[str, tuple[str, str]]:
    rows = house()[0].label_stock
    return {row.container.value: (str(row.width.amount_in("in")), str(row.height.amount_in("in"))) for row in rows}


@blueprint.post("/site")
@again(site)
def describe() -> Any:
    """Record the site's data; the running server follows at once. The demonstration stays what it is."""
    if services().settings.demonstration:
        text = "This is the demonstration: it keeps its own name, so that no label loses its banner."
        return Refusal("demonstration_site", text, 409)
    sizes = [f"{name}_{side}" for name in LABELS for side in ("width", "height")]
    form = read_form(["name", "phone", "zone", PLACES_FIELD, *sizes], ["reason"])
    told = Site(
        form["name"].strip(),
        form["phone"].strip(),
        form["zone"].strip(),
        _places(form[PLACES_FIELD]),
        {name: (form[f"{name}_width"].strip(), form[f"{name}_height"].strip()) for name in LABELS},
    )
    answer = perform(store(), SITE, SITE_RECORD, DescribeSite(told, form.get("reason", "").strip()), act())
    if isinstance(answer, Refused):
        return answer
    use(services(), answer.state)
    return redirect(url_for("set_up.page"), 303)


def _places(text: str) -> tuple[Place, ...]:
    """One place a line, ``ward: 7 West``; the id follows from kind and name. Raises Faults."""
    places, faults = [], []
    for number, line in enumerate(filter(None, (line.strip() for line in text.splitlines())), start=1):
        kind, _, name = (part.strip() for part in line.partition(":"))
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        if kind not in KINDS or not slug:
            expected = f"one of {', '.join(sorted(KINDS))}, a colon and a name, such as ward: 7 West"
            faults.append(Fault(PLACES_FIELD, f"line {number}: {line[:60]}", expected))
        places.append(Place(USUAL.get((kind, name)) or f"{kind}-{slug}"[:40].rstrip("-"), name, kind))
    if faults:
        raise Faults(faults)
    return tuple(places)
