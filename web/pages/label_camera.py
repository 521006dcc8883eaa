"""The ward's phone as a scanner: a picture of the camera goes to the server, which reads the label and forgets the picture."""

import threading
from typing import cast

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from batch_records.acts import Refusal
from calculations.errors import Fault
from web.doses import dose_of
from web.label_camera import LARGEST_PICTURE, Pace, dose_in
from web.pages.nurse import address_of_dose
from web.services import now, services, store
from web.sessions import open_visitor

blueprint = Blueprint("label_camera", __name__, url_prefix="/ward/camera")

AT_ONCE = 2
"""Pictures read at the same time; the rest of the machine belongs to the stations."""
_reading = threading.BoundedSemaphore(AT_ONCE)

TOO_MANY = "Too many pictures in a short time. Wait a minute, or find the patient."
BUSY = "Other pictures are being read at this moment. It tries again by itself."
UNKNOWN = "This label carries a number that is not known here. Find the patient instead."


@blueprint.get("")
def page() -> str:
    """The camera's view, with a picture taken by hand as the other way."""
    return render_template("nurse/camera.html")


@blueprint.post("")
def read() -> Response:
    """Read one picture, sent as the bare body. The answer holds the dose's address, or the reason in words."""
    pace = cast(Pace, services().extras.setdefault("label_camera", Pace()))
    if not pace.allows(open_visitor().actor.person, now()):
        return _said(Refusal("too_many", TOO_MANY, 429))
    if (request.content_length or 0) > LARGEST_PICTURE:
        raise RequestEntityTooLarge
    data = request.get_data(cache=False)
    if not _reading.acquire(blocking=False):
        return _said(Refusal("busy", BUSY, 503))
    try:
        found = dose_in(data)
    except Fault as fault:
        return _said(Refusal("no_picture", str(fault), 422))
    finally:
        _reading.release()
    return _said(found) if isinstance(found, Refusal) else _shown(*found)


def _shown(number: str, label: str | None) -> Response:
    try:
        with store().read() as uow:
            dose_of(uow, number)
        return _answer({"dose": address_of_dose(number, label)}, 200)
    except NotFound:
        return _said(Refusal("unknown_number", UNKNOWN, 404))


def _said(refusal: Refusal) -> Response:
    return _answer({"code": refusal.code, "text": refusal.text}, refusal.status)


def _answer(words: dict[str, str], status: int) -> Response:
    response = make_response(words, status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response
