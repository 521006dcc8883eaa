"""What is left of a preparation with a controlled drug that was started: given and wasted, before a witness, on the ward."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from calculations.quantity import Quantity
from compounding.controlled.account import ACCOUNT, account_record
from compounding.controlled.waste import CONTROLLED_WASTE, case_of
from compounding.controlled.waste_state import BACK, REMAINDER, STREAMS, ControlledWaste, OfferWaste, waste_record
from compounding.preparing.states import DoseStatus
from formulary.repository import formulary_in_force
from web.acting import read_form
from web.doses import dose_of
from web.errors import again
from web.pages.controlled_waste import offer_waste, volume_typed
from web.pages.stock_common import LONGEST
from web.services import store

blueprint = Blueprint("controlled_remainder", __name__, url_prefix="/controlled/remainder")


def told_of(uow: UnitOfWork, dose: str) -> ControlledWaste | None:
    """The waste that tells what was left of a started dose; None where nobody told it yet."""
    number = load(uow, ACCOUNT, account_record(dose)).remainder
    return load(uow, CONTROLLED_WASTE, waste_record(number)) if number else None


@blueprint.get("/<number>")
def page(number: str) -> str:
    """The form, or what was recorded."""
    with store().read() as uow:
        dose = dose_of(uow, number)
        if "controlled" not in dose.planned.flags:
            raise NotFound
        told = told_of(uow, number)
        site = formulary_in_force(uow).site
    streams = [pair for pair in STREAMS.items() if pair[0] not in (BACK, "destroyer")]
    return render_template(
        "controlled/remainder.html", number=number, dose=dose, told=told, streams=streams, site=site,
        started=dose.status is DoseStatus.ADMINISTERED, case=case_of(told.told.number) if told is not None else "",
    )  # fmt: skip


@blueprint.post("/<number>")
@again(page)
def offer(number: str) -> Any:
    """Show what is left to the witness."""
    form = read_form(["given", "volume", "stream", "reason", "secret"])
    with store().read() as uow:
        dose_of(uow, number)
    found: dict[str, Quantity] = {}
    faults: list[Fault] = []
    for field in ("given", "volume"):
        try:
            found[field] = volume_typed(form[field], field)
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    return offer_waste(
        OfferWaste(
            "", REMAINDER, form["stream"], dose=number, given=found["given"], volume=found["volume"],
            reason=form["reason"].strip()[:LONGEST],
        )
    )  # fmt: skip
