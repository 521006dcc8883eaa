"""Trace: from a lot, product, batch, hood, person or time to every patient; from a label back to all it came from."""

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from batch_records.acts import Refusal
from calculations.errors import Faults
from compounding.documents.stock import LETTER
from compounding.stock.code_links import resolve_scanned
from compounding.stock.resolving import Resolved
from compounding.tracing.next_steps import GROUPS
from compounding.tracing.subject import KINDS, Subject
from compounding.views.call_list import call_list as listed
from compounding.views.label_trace import label_trace
from compounding.views.spreadsheet import as_csv
from compounding.views.trace import HEADS, trace, whole
from compounding.views.trace_tree import forward
from compounding.views.tree import Node, pruned
from formulary.repository import formulary_in_force
from web.acting import read_form
from web.doses import dose_of, keep_figures_from, wall_clock
from web.errors import again
from web.label_camera import number_of
from web.pages.labels import pdf_answer
from web.permissions import allowed
from web.printing import printer
from web.services import now, store
from web.sessions import open_visitor
from web.showing import local
from web.trace_form import FIELDS, address_of, choices, shown_by, subject_in

blueprint = Blueprint("trace", __name__, url_prefix="/trace")

LONGEST_CODE = 200


def _told() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in FIELDS}


def _asked(told: dict[str, str]) -> Subject | Faults | None:
    """The subject of the address; None where only a kind is chosen."""
    if not any(text for name, text in told.items() if name != "kind"):
        return None
    try:
        return subject_in(told)
    except Faults as faults:
        return faults


def _may(endpoint: str) -> bool:
    return allowed(endpoint, open_visitor().actor.roles)


def _for_reader(tree: Node) -> Node:
    return pruned(tree, _may)


@blueprint.get("")
def page() -> Any:
    """What is traced, and every preparation it touched, page by page."""
    told = _told()
    kind = told["kind"] if told["kind"] in KINDS else "lot"
    subject = _asked({**told, "kind": kind})
    group = request.args.get("group", "")
    with store().read() as uow:
        offered = choices(uow, kind, told)
        shown = None
        if isinstance(subject, Subject):
            found = trace(uow, subject, shown_by(uow), group if group in GROUPS else "", request.args.get("page", ""))
            shown = {
                "trace": found,
                "tree": _for_reader(forward(found)),
                "address": address_of(subject),
                "groups": GROUPS,
            }
    if isinstance(subject, Faults):
        g.problem = subject
    body = render_template("trace/page.html", shown=shown, group=group, may=_may, **offered)
    return make_response(body, 422 if isinstance(subject, Faults) else 200)


@blueprint.post("/scan")
@again(page)
def scan() -> Any:
    """Anything under the scanner: a patient's label leads back, a container leads to the trace of its lot."""
    code = read_form(["code"])["code"].strip()[:LONGEST_CODE]
    if number := number_of(code):
        return redirect(url_for("trace.label", number=number), 303)
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), code, local(now()).date())
    if isinstance(found, Resolved) and found.lot:
        return redirect(url_for("trace.page", kind="lot", product=found.item.id, lot=found.lot), 303)
    if isinstance(found, Resolved):
        return redirect(url_for("trace.page", kind="product", product=found.item.id), 303)
    return Refusal(
        "not_ours", "This is neither a label of ours nor a container of the formulary. Choose below instead.", 422
    )


@blueprint.get("/label/<number>")
def label(number: str) -> str:
    """One preparation backwards: every lot, person, hood, calculation and signature."""
    at = now()
    with store().read() as uow:
        dose = dose_of(uow, number)
        keep_figures_from(open_visitor().actor, dose)
        shown = label_trace(uow, dose, at, wall_clock(at))
    return render_template("trace/label.html", shown=shown, tree=_for_reader(shown.tree), may=_may)


@blueprint.get("/file")
def file() -> Response:
    """The whole trace as a file for a spreadsheet. Raises Faults for an address that names nothing."""
    subject = subject_in(_told())
    with store().read() as uow:
        text = as_csv((row.cells() for row in whole(uow, subject, shown_by(uow))), HEADS)
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(subject)}.csv"'
    return answer


@blueprint.get("/call-list.pdf")
def call_list() -> Response:
    """The trace on paper, or one part of a long one: whom to call, with boxes to tick."""
    subject, at = subject_in(_told()), now()
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        told = listed(uow, subject, shown_by(uow), formulary, at, wall_clock(at), request.args.get("part", ""))
    return pdf_answer(printer().render(told["kind"], told, LETTER).pdf, f"call-list-{file_name(subject)}")


def file_name(subject: Subject) -> str:
    """``trace-lot-DEMO-1``: what a saved trace is called."""
    parts = ["trace", subject.kind, subject.lot or subject.product or subject.batch or subject.hood or subject.person]
    text = "-".join(filter(None, parts))
    return "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in text)[:100]
