"""A printed label at its printer: how it stands, live, and sending a copy that certainly reached no printer."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for

from web.acting import act, read_form
from web.doses import dose_of
from web.errors import again
from web.label_queue import chosen, label_queue, send_newest
from web.live import live_part
from web.pages.labels import dose
from web.services import store

blueprint = Blueprint("label_queue", __name__, url_prefix="/labels")


@blueprint.get("/<number>/queue")
def state(number: str) -> Response:
    """The part of the label's page that says what the printer says."""
    with store().read() as uow:
        queue = label_queue(uow, dose_of(uow, number))
    return live_part("labels/queue.html", queue=queue)


@blueprint.post("/<number>/send")
@again(dose)
def send(number: str) -> Any:
    """Send the copy that was printed last to a printer, where it certainly reached none yet."""
    printer = chosen(number, read_form(["printer"])["printer"])
    if not printer:
        return redirect(url_for("labels.dose", number=number), 303)
    return send_newest(number, printer, act()) or redirect(url_for("labels.dose", number=number), 303)
