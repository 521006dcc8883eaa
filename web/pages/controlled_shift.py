"""The close of a shift: what stands against it, and the pharmacist's signature when nothing does."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from batch_records.acting import Done, perform
from compounding.controlled.policy import beginning_of_shift, end_of_shift
from compounding.controlled.shift import SHIFT, CloseShift, Shift, last_closes
from compounding.controlled.unsettled import A_CASE, A_DOSE, A_HANDLING, A_WASTE, Unsettled, under_way, unsettled
from compounding.people import shown_name
from formulary.repository import formulary_in_force
from web.acting import act_with_secret, read_form
from web.errors import again
from web.pages.controlled import may
from web.pages.controlled_forms import Form
from web.pages.stock_common import clock
from web.services import now, offset_minutes, store

blueprint = Blueprint("controlled_shift", __name__, url_prefix="/controlled/shift")
FORM = Form(SHIFT, "controlled_shift.page")
ONE = {
    A_CASE: "controlled_cases.one", A_WASTE: "controlled_waste.one", A_HANDLING: "controlled_handling.one",
    A_DOSE: "controlled.dose",
}  # fmt: skip
LISTS = {"count": "controlled_counts.page", "hand": "controlled.page"}


def _where(open_one: Unsettled) -> str:
    """The page on which it is settled."""
    if open_one.kind in ONE:
        return url_for(ONE[open_one.kind], number=open_one.about)
    return url_for(LISTS[open_one.kind])


@blueprint.get("")
def page() -> str:
    """What stands against the close of this shift, and when one was closed last."""
    at = now()
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        begun = beginning_of_shift(formulary.site, at, offset_minutes(at))
        ends = end_of_shift(formulary.site, at, offset_minutes(at))
        against = () if begun is None else unsettled(uow, formulary, begun)
        last = next(iter(last_closes(uow)), Shift())
        out = under_way(uow, formulary)
        by = shown_name(uow, last.closed_by) if last.closed_by else ""
    return render_template(
        "controlled/shift.html", against=[(_where(one), one.words) for one in against],
        begun=clock().moment(begun) if begun else "", ends=clock().moment(ends) if ends else "",
        last=clock().moment(last.closed_at) if last.closed_at else "", by=by,
        closed=begun is not None and last.begun == begun, out=out, may=may,
    )  # fmt: skip


@blueprint.post("")
@again(page)
def close() -> Any:
    """Sign that everything was counted and nothing waits."""
    read_form(["secret"])
    number = FORM.new_number()
    answer = perform(store(), SHIFT, FORM.record(number), CloseShift(number), act_with_secret())
    return redirect(url_for("controlled_shift.page"), 303) if isinstance(answer, Done) else answer
