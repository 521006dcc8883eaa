"""Papers of the station: the in-process label, the label of an intermediate dilution, and the card of codes for the keys."""

from functools import cache
from typing import Any

import zxingcpp
from flask import Response, render_template

from compounding.documents.dose_documents import in_process_snapshot, intermediate_snapshot
from compounding.preparing.states import DoseStatus
from compounding.views.label_printing import stock_for
from formulary.repository import formulary_in_force
from web.acting import looking
from web.pages.station_hand import blueprint, in_hand, refuse
from web.printing import printer
from web.services import store
from web.stations import here

CARD = (
    *((digit, f"KEY {digit}") for digit in "1234567890"),
    ("point", "KEY POINT"), ("delete", "KEY BACK"), ("RECORD", "KEY RECORD"), ("CONFIRM", "KEY CONFIRM"), ("STOP", "KEY STOP"),
)  # fmt: skip
"""Words and code of each key on the card."""


@blueprint.get("/<number>/label.pdf")
def label(number: str) -> Response:
    """The in-process label: it marks the container from the first step."""
    found = in_hand(number)
    if not found.page.label_ready:
        refuse("label_not_now", "The in-process label is printed when every container was scanned, until the check.")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        snapshot = in_process_snapshot(uow, found.dose, looking(), formulary, room=here().name)
    return _pdf(snapshot, stock_for(formulary, found.dose.planned.container_class))


@blueprint.get("/<number>/dilution-label.pdf")
def dilution_label(number: str) -> Response:
    """The label of the intermediate dilution, which belongs to this preparation alone."""
    found = in_hand(number)
    if found.page.status != DoseStatus.IN_PREP or not found.page.mix_label_ready:
        refuse("label_not_now", "This preparation has no intermediate dilution to label now.")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        snapshot = intermediate_snapshot(uow, found.dose, looking(), formulary, room=here().name)
    return _pdf(snapshot, stock_for(formulary, "syringe"))


def _pdf(snapshot: dict[str, Any], stock: Any) -> Response:
    document = printer().render(snapshot["kind"], snapshot, stock)
    response = Response(document.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{snapshot["number"]}.pdf"'
    return response


@blueprint.get("/card")
def card() -> str:
    """A card to print: with it the scanner alone does what the keys on the screen do."""
    return render_template("station/card.html", keys=[(words, code, code.replace(" ", "-")) for words, code in CARD])


@blueprint.get("/card/<code>.svg")
def card_code(code: str) -> Response:
    """One code of the card."""
    known = {value.replace(" ", "-"): value for _, value in CARD}
    if code not in known:
        refuse("no_such_key", "The card has no such key.", 404)
    response = Response(_svg(known[code]), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@cache
def _svg(text: str) -> str:
    return str(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True).to_svg())
