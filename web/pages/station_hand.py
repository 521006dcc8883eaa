"""A dose in hand at a station: what every page and every act of the technician's station shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from flask import Blueprint, Response, abort, make_response, render_template, request

from batch_records.acting import Done, Refused, fold, load, perform
from batch_records.acts import Refusal
from calculations.errors import Fault
from compounding.documents.dose_documents import Clock
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.rooms import HOOD, hood_record
from compounding.views.station import StationPage, station_page
from compounding.views.station_list import to_make
from compounding.views.station_units import with_finished_unit
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret
from web.doses import CHECKED_ALONE, dose_of, wall_clock
from web.errors import Refuse
from web.services import now, store
from web.sessions import open_visitor
from web.stations import here

blueprint = Blueprint("station", __name__, url_prefix="/station")


@dataclass(frozen=True)
class InHand:
    """A dose as it stands now, with its page."""

    dose: Dose
    page: StationPage


def clock_at(at: datetime) -> Clock:
    """The site's wall clock at an instant."""
    return wall_clock(at)


def in_hand(number: str) -> InHand:
    """The dose of that number as it stands. Answers 404 for a number that no dose has."""
    if not is_dose_number(number):
        abort(404)
    at = now()
    with store().read() as uow:
        entries = uow.entries(dose_record(number))
        dose = fold(DOSE, entries)
        if dose.plan is None:
            abort(404)
        person = open_visitor().actor.person
        if dose.status is DoseStatus.SECOND_CHECK and person not in dose.hands:
            raise Refuse(CHECKED_ALONE)
        page = station_page(uow, dose, entries, person, at, clock_at(at), formulary_in_force(uow), here().id)
        page = with_finished_unit(uow, page, dose, at, clock_at(at))
    return InHand(dose, page)


def listed() -> dict[str, Any]:
    """What the list of this station shows."""
    at = now()
    with store().read() as uow:
        hood = load(uow, HOOD, hood_record(here().id)) if here().kind == "hood" else HOOD.blank()
        rows, total = to_make(uow, here().id, hood, formulary_in_force(uow).site, at, clock_at(at))
    return {"rows": rows, "total": total, "hood": hood, "at_hood": here().kind == "hood"}


@blueprint.get("")
def page() -> str:
    """What to make next here. `sent`: number of the dose that was just sent to the check."""
    sent = request.args.get("sent", "")
    return render_template("station/list.html", sent=sent if is_dose_number(sent) else "", **listed())


@blueprint.get("/list")
def live_list() -> Response:
    """The rows alone, for the page that stays live."""
    response = make_response(render_template("station/rows.html", **listed()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/<number>")
def dose(number: str) -> str:
    """One dose in hand."""
    return render_template("station/dose.html", page=in_hand(number).page, weigh="weigh" in request.args, lot=None)


def shown(number: str, **more: Any) -> str:
    """The dose's page as it stands after an act."""
    return render_template("station/dose.html", page=in_hand(number).page, **{"weigh": False, "lot": None} | more)


def does(number: str, action: Any, secret: bool = False) -> Done[Dose] | Refused:
    """Do one thing to a dose, once. Answers 404 for a number that no dose has: a slip makes no record."""
    with store().read() as uow:
        dose_of(uow, number)
    return perform(store(), DOSE, dose_record(number), action, act_with_secret() if secret else act())


def done_or_refused(number: str, action: Any) -> Any:
    """The page after the act, or the refusal for the page that shows it in words."""
    answer = does(number, action)
    return answer if isinstance(answer, Refused) else shown(number)


def step_number(text: str) -> int:
    """The step that the page showed. Raises Fault when it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Fault("step", text, "the number of the step on the page; load it again")
    return int(text)


def refuse(code: str, text: str, status: int = 409) -> NoReturn:
    """Say no without touching any record."""
    raise Refuse(Refusal(code, text, status))
