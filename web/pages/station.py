"""The technician's station: what to make next, and one dose in hand with one step in focus. Each act is one small request."""

from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from batch_records.acting import Refused
from batch_records.people import load_person
from batch_records.person_secrets import PIN
from calculations.number import parse_number
from calculations.quantity import Quantity
from compounding.preparing.actions import (
    AskInProcessCheck,
    Complete,
    ConfirmStep,
    RecordVolume,
    RecordWeight,
    StartPreparation,
    WeighContainer,
)
from compounding.preparing.states import DoseStatus
from web.acting import read_form
from web.errors import again
from web.pages import station_papers, station_problem, station_pump, station_scans  # noqa: F401  their routes belong to this area
from web.pages.pictures import taken
from web.pages.station_hand import blueprint, does, done_or_refused, dose, in_hand, step_number
from web.services import store
from web.sessions import open_visitor
from web.stations import KINDS, here

__all__ = ["blueprint"]


@blueprint.post("/<number>/start")
@again(dose)
def start(number: str) -> Any:
    """Start at the hood of this station: the time counts for how long it may be used."""
    read_form([])
    return done_or_refused(number, StartPreparation(here().id))


@blueprint.post("/<number>/record")
@again(dose)
def record(number: str) -> Any:
    """What the syringe or the balance shows, typed by hand, with its picture."""
    form = read_form(["step"], ["volume", "mass", "confirmed"])
    step = step_number(form["step"])
    aloud = form.get("confirmed", "")
    if form.get("mass"):
        mass = Quantity(parse_number(form["mass"], "mass"), "g")
        return done_or_refused(number, RecordWeight(step, mass, taken(), confirmed=aloud))
    volume = Quantity(parse_number(form.get("volume", ""), "volume"), "mL")
    return done_or_refused(number, RecordVolume(step, volume, taken(), aloud))


@blueprint.post("/<number>/weigh")
@again(dose)
def weigh(number: str) -> Any:
    """The filled container as a whole on the balance: grams of content."""
    form = read_form(["step", "mass"])
    mass = Quantity(parse_number(form["mass"], "mass"), "g")
    return done_or_refused(number, WeighContainer(step_number(form["step"]), mass, taken()))


@blueprint.post("/<number>/confirm")
@again(dose)
def confirm(number: str) -> Any:
    """A step that is closed by a confirmation."""
    form = read_form(["step"])
    return done_or_refused(number, ConfirmStep(step_number(form["step"]), taken()))


@blueprint.post("/<number>/ask-check")
@again(dose)
def ask_check(number: str) -> Any:
    """Stop before mixing: a pharmacist looks."""
    read_form([])
    return done_or_refused(number, AskInProcessCheck())


@blueprint.get("/<number>/waiting")
def waiting(number: str) -> Response:
    """The part of a waiting page that stays live: the words change when the pharmacist has looked."""
    response = make_response(render_template("station/waiting.html", page=in_hand(number).page))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/<number>/send")
def send_page(number: str) -> str | AnyResponse:
    """The last step: the label on the container was scanned, the secret sends it to the check."""
    found = in_hand(number)
    label = request.values.get("label", "")
    if found.page.status != DoseStatus.IN_PREP or found.page.focus.kind not in ("label", "take_over") or not label:
        return dose(number) if "problem" in g else redirect(url_for("station.dose", number=number), 303)
    with store().read() as uow:
        by_pin = PIN in load_person(uow, open_visitor().actor.person).secrets and KINDS[here().kind].by_badge
    return render_template("station/send.html", page=found.page, label=label, by_pin=by_pin)


@blueprint.post("/<number>/send")
@again(send_page)
def send(number: str) -> Any:
    """Complete, with the secret of the person who did it."""
    form = read_form(["label", "secret"])
    answer = does(number, Complete(form["label"], taken()), secret=True)
    if isinstance(answer, Refused):
        return answer
    return redirect(url_for("station.page", sent=number), 303)
