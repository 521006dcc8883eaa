"""Orders from a file: FHIR R4 or our own JSON. Every order of the file ends visibly, in words."""

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from calculations.errors import Fault
from compounding.orders.importing import import_orders
from compounding.orders.messages import MESSAGE, SettleMessage
from compounding.people import shown_name
from compounding.views.messages import waiting_messages
from web.acting import act, read_form
from web.doses import wall_clock
from web.errors import again
from web.services import now, store

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

_RECORD = re.compile("message-[0-9a-f]{32}")
LARGEST_FILE = 2 * 1024 * 1024
"""Bytes of one file; a day's orders of a hospital are far less."""


@blueprint.get("")
def page(**_: Any) -> str:
    """Choose a file; and the messages that could not be placed, until each is settled."""
    return _shown(None, "")


def _shown(outcomes: Any, name: str) -> str:
    at = now()
    with store().read() as uow:
        waiting = waiting_messages(uow, at, wall_clock(at))
    return render_template(
        "imports/page.html", outcomes=outcomes, name=name, waiting=waiting, largest=LARGEST_FILE // 1024 // 1024
    )


@blueprint.post("")
@again(page)
def take(**_: Any) -> Any:
    """Take the file in. The same file twice does nothing twice."""
    read_form([])
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Fault("file", "nothing", "a JSON file")
    content = file.stream.read(LARGEST_FILE + 1)
    file.close()
    if len(content) > LARGEST_FILE:
        raise Fault("file", f"more than {LARGEST_FILE} bytes", f"a file of at most {LARGEST_FILE // 1024 // 1024} MB")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("file", file.filename, "a text file in UTF-8") from None
    outcomes = import_orders(store(), text, act())
    name = file.filename.rpartition("/")[2][:120]
    return _shown(outcomes, name)


@blueprint.get("/<record>")
def message(record: str) -> str:
    """One message as it came, and what became of it."""
    with store().read() as uow:
        found = load(uow, MESSAGE, record) if _RECORD.fullmatch(record) else None
        by = shown_name(uow, found.settled_by) if found and found.settled_by else ""
    if found is None or not found.state:
        raise NotFound
    return render_template("imports/message.html", message=found, record=record, settled_by=by)


@blueprint.post("/<record>/settle")
@again(message)
def settle(record: str) -> Any:
    """A pharmacist says what became of a message."""
    form = read_form(["reason"])
    if not _RECORD.fullmatch(record):
        raise NotFound
    answer = perform(store(), MESSAGE, record, SettleMessage(form["reason"].strip()), act())
    return answer if isinstance(answer, Refused) else redirect(url_for("orders.imports.page"), 303)
