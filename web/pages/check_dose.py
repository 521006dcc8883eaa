"""The page of one dose at the check desk, and what every answer of the desk shares."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from batch_records.acting import Refused
from batch_records.acts import Refusal
from batch_records.rendering import PrintRefused, RendererFailed
from compounding.documents.dose_documents import label_of_release
from compounding.preparing.record import Dose
from compounding.preparing.states import DoseStatus as S
from compounding.views.check import REJECT_CODES, check_page, digest_in_short
from compounding.views.decided import decided_page
from compounding.views.label_printing import label_lines, stock_for
from compounding.views.second_check import second_page
from formulary.repository import formulary_in_force
from web.acting import looking
from web.doses import dose_of
from web.nutrition_drawing import curve_drawing
from web.pages.labels import printed
from web.pages.pictures import pictures
from web.printing import printer
from web.services import store

blueprint = Blueprint("check", __name__, url_prefix="/check")


@blueprint.before_request
def only_known() -> None:
    """404 for a number that no dose has, before anything is asked of it: a slip makes no record."""
    number = (request.view_args or {}).get("number")
    if number is not None:
        with store().read() as uow:
            dose_of(uow, number)


@blueprint.get("/<number>")
def dose(number: str) -> str:
    """The check that this dose asks for now; for one that is decided, what was decided and by whom."""
    looked = looking()
    with store().read() as uow:
        found = dose_of(uow, number)
        formulary = formulary_in_force(uow)
        if found.status is S.SECOND_CHECK:
            shown = second_page(uow, found, formulary, looked)
            return render_template("check/second.html", shown=shown, has_picture=has_picture)
        checked = check_page(uow, found, formulary, looked)
        values = {
            "shown": checked,
            "short_digest": digest_in_short(checked.content_digest),
            "label_lines": label_lines(checked.label),
            "stock": stock_for(formulary, found.planned.container_class),
            "reject_codes": REJECT_CODES,
            "curve_drawing": curve_drawing,
            "has_picture": has_picture,
        }
        if found.status is S.AWAITING_FINAL_CHECK:
            return render_template("check/final.html", **values)
        if found.status is S.IN_PROCESS_CHECK:
            return render_template("check/in_process.html", **values)
        if found.status is S.STAGED and found.planned.staging_check and not found.staging_checked_by:
            return render_template("check/staging.html", **values)
        return render_template("check/decided.html", outcome=decided_page(uow, found, looked), **values)


def tick_names(steps: tuple[int, ...]) -> list[str]:
    """The ticks beside what a device remarked, one a step."""
    return [f"read_{number}" for number in steps]


def ticked(form: dict[str, str], steps: tuple[int, ...]) -> tuple[int, ...] | None:
    """The remarks that were ticked as read; None where a device remarked nothing."""
    return tuple(number for number in steps if form.get(f"read_{number}") == "yes") if steps else None


def has_picture(name: str) -> bool:
    """Whether this machine keeps a picture of that name."""
    try:
        return bool(name) and pictures().path(name).exists()
    except ValueError:
        return False


def to_dose(number: str, answer: Any) -> Any:
    """The refusal, or the way back to the page of the dose."""
    return told(number, answer) if isinstance(answer, Refused) else redirect(url_for("check.dose", number=number), 303)


def told(number: str, answer: Refused) -> Refusal:
    """The refusal in words. Who came too late is told who was first."""
    refusal = answer.refusal
    if refusal.code != "wrong_state":
        return refusal
    with store().read() as uow:
        outcome = decided_page(uow, dose_of(uow, number), looking())
    first = f"Released by {outcome.released}" if outcome.released else f"{outcome.words}, {outcome.by}"
    return Refusal(refusal.code, f"{refusal.text} {first}: somebody was before you.", refusal.status)


def label_refused(found: Dose, action: Any) -> Refusal | None:
    """Whether the label of this release would not print whole: asked before anything is signed.

    A printing process that fails says nothing about the label: the release goes on, and its label is printed later.
    """
    if found.status is not S.AWAITING_FINAL_CHECK:
        return None
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        label = label_of_release(uow, found, action, looking(), formulary)
    stock = stock_for(formulary, found.planned.container_class)
    try:
        if label:
            printer().render(label["kind"], label, stock)
    except PrintRefused as why:
        text = f"The label does not fit its stock ({stock.name}): {why} Nothing was signed. A larger stock is site data."
        return Refusal("label_does_not_fit", text, 422)
    except RendererFailed:
        return None
    return None


def printed_after(number: str) -> Any:
    """Print right after a release; when that does not work the release stands and the label's page says why."""
    result = printed(number, part="label")
    if isinstance(result, Refusal | Refused):
        refusal = result.refusal if isinstance(result, Refused) else result
        return redirect(url_for("labels.dose", number=number, why=refusal.code), 303)
    return result
