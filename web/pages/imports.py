"""Orders from a file: FHIR R4 or our own JSON. Every order of the file ends visibly, in words."""

from typing import Any

from flask import Blueprint, render_template, request

from calculations.errors import Fault
from compounding.orders.importing import import_orders
from web.acting import act, read_form
from web.errors import again
from web.services import store

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes of one file; a day's orders of a hospital are far less."""


@blueprint.get("")
def page() -> str:
    """Choose a file."""
    return render_template("imports/page.html", outcomes=None, name="", largest=LARGEST_FILE // 1024 // 1024)


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
    return render_template("imports/page.html", outcomes=outcomes, name=name, largest=LARGEST_FILE // 1024 // 1024)
