"""Alternatives in a shortage: which are in force, and a pharmacist's switch of a formulation to one, for a time."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Act, Refusal
from calculations.errors import Fault
from compounding.substitution.following import follow_switches
from compounding.views.story import story
from compounding.views.substitutions import formulations, listed, substitution_page
from formulary.repository import formulary_in_force
from formulary.substitution.record import LONGEST, SUBSTITUTION, Begin, End, record_id
from web.acting import act_with_secret, read_form
from web.doses import wall_clock
from web.drafting import moment_of, whole_number
from web.errors import again
from web.permissions import allowed
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("substitution", __name__, url_prefix="/formulary/alternatives")
SHOWN_ABOVE = frozenset({"signature", "drug", "formulation", "begins", "until", "kind", "to"})
"""Facts of a switch that the tables of its page say."""


@blueprint.get("")
def page() -> str:
    """Every switch, those in force first, and the formulations that have an alternative."""
    at = now()
    with store().read() as uow:
        rows = listed(uow, at, wall_clock(at))
        choices = formulations(formulary_in_force(uow))
    return render_template("substitution/page.html", switches=rows, formulations=choices, may_switch=_may())


def _may() -> bool:
    return allowed("substitution.begin", open_visitor().actor.roles)


@blueprint.get("/<formulation>")
def one(formulation: str) -> str:
    """One formulation: how it is usually made, what was and is used instead, and what could be."""
    at = now()
    with store().read() as uow:
        shown = substitution_page(uow, formulation, at, wall_clock(at))
        lines = story(uow, record_id(formulation), SHOWN_ABOVE)
    if shown is None:
        raise NotFound
    return render_template("substitution/one.html", shown=shown, lines=lines, may_switch=_may(), longest=LONGEST)


@blueprint.post("/<formulation>/begin")
@again(one)
def begin(formulation: str) -> Any:
    """Use the chosen alternative; orders that are made otherwise go back to review."""
    form = read_form(["choice", "reason", "until_day", "until_time", "secret"], ["begins_day", "begins_time"])
    kind, _, to = form["choice"].partition(" ")
    if not to:
        raise Fault("choice", form["choice"], "one of the alternatives")
    until = moment_of(form, "until")
    if not until:
        raise Fault("until_day", "nothing", "the day and the time until which it is used")
    action = Begin(formulation, kind, to, moment_of(form, "begins"), until, form["reason"].strip())
    return _done(formulation, action)


@blueprint.post("/<formulation>/end")
@again(one)
def end(formulation: str) -> Any:
    """Back to the usual way now."""
    form = read_form(["number", "end_reason", "secret"])
    return _done(formulation, End(whole_number(form, "number"), form["end_reason"].strip()))


def _done(formulation: str, action: Begin | End) -> Any:
    asked = act_with_secret()
    answer = perform(store(), SUBSTITUTION, record_id(formulation), action, asked)
    if isinstance(answer, Refused | Refusal):
        return answer
    _follow(asked)
    return redirect(url_for("substitution.one", formulation=formulation), 303)


def _follow(asked: Act) -> None:
    """At once; whatever were missed the server takes up by itself when it looks what is due."""
    follow_switches(store(), asked.at, asked.offset_minutes)
