"""Stop or problem: abandon, take back the last record, take apart, not measured, hand over, move. Each with its reason."""

from typing import Any

from flask import redirect, render_template, url_for

from batch_records.acting import Refused
from compounding.preparing.actions import Abandon, HandOver, MoveHood, RecordUnmeasured, TakeApart, Undo
from compounding.preparing.states import DoseStatus
from web.acting import read_form
from web.errors import again
from web.pages.pictures import taken
from web.pages.station_hand import blueprint, does, dose, in_hand, step_number
from web.stations import here

REASONS = {
    "abandon": ("dropped or leaking", "contaminated", "wrong volume injected", "particles or colour", "the order was stopped"),
    "undo": ("typed wrongly", "air in the syringe", "drawn up again", "wrong picture"),
    "take_apart": ("a container is damaged", "wrong lot taken", "made later", "made at another hood"),
    "move_hood": ("the hood failed", "the hood is needed for something urgent", "a hazardous drug needs another hood"),
    "unmeasured": ("the camera does not work", "the syringe cannot be read", "drawn up before it was recorded"),
}
"""Reasons that gloves can press; another one is typed."""


@blueprint.get("/<number>/problem")
def problem(number: str) -> str:
    """Stop or problem: what can be done about it."""
    found = in_hand(number)
    here_now = here()
    elsewhere = found.dose.status is DoseStatus.IN_PREP and here_now.kind == "hood" and here_now.id != found.dose.hood
    controlled = "controlled" in found.dose.planned.flags
    return render_template(
        "station/problem.html", page=found.page, reasons=REASONS, elsewhere=elsewhere, controlled=controlled
    )


def reason(form: dict[str, str]) -> str:
    """The reason that was pressed, or the other one that was typed."""
    return form.get("other", "").strip() or form.get("reason", "")


def stopped(number: str, action: Any) -> Any:
    """Back to the dose after something on the problem page."""
    answer = does(number, action)
    return answer if isinstance(answer, Refused) else redirect(url_for("station.dose", number=number), 303)


@blueprint.post("/<number>/abandon")
@again(problem)
def abandon(number: str) -> Any:
    """Stop it for good: what was opened goes to waste."""
    return stopped(number, Abandon(reason(read_form([], ["reason", "other"]))))


@blueprint.post("/<number>/undo")
@again(problem)
def undo(number: str) -> Any:
    """Take back the last record: a correction with its reason."""
    form = read_form(["step"], ["reason", "other"])
    return stopped(number, Undo(step_number(form["step"]), reason(form)))


@blueprint.post("/<number>/take-apart")
@again(problem)
def take_apart(number: str) -> Any:
    """Give the containers back before anything was opened. Controlled ones are in hand: the page that lists them comes next."""
    action = TakeApart(reason(read_form([], ["reason", "other"])))
    if "controlled" not in in_hand(number).dose.planned.flags:
        return stopped(number, action)
    answer = does(number, action)
    return answer if isinstance(answer, Refused) else redirect(url_for("controlled.page"), 303)


@blueprint.post("/<number>/unmeasured")
@again(problem)
def unmeasured(number: str) -> Any:
    """Done and not measured: a pharmacist reads the picture before there is any pass."""
    form = read_form(["step"], ["reason", "other", "confirmed"])
    done = RecordUnmeasured(step_number(form["step"]), taken(), reason(form), form.get("confirmed", ""))
    return stopped(number, done)


@blueprint.post("/<number>/move")
@again(problem)
def move(number: str) -> Any:
    """Go on at the hood of this station."""
    return stopped(number, MoveHood(reason(read_form([], ["reason", "other"]))))


@blueprint.post("/<number>/hand-over")
@again(dose)
def hand_over(number: str) -> Any:
    """The person who stands here takes it over: both are preparers from now on."""
    read_form([])
    return stopped(number, HandOver())
