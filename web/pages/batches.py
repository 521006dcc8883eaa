"""Batches made ahead: the list, the proposal, and finished units in stock."""

from typing import Any

from flask import redirect, render_template, request, url_for

from batch_records.acting import Refused, load, perform
from batch_records.acts import Act, Refusal
from batch_records.rendering import PrintRefused, RendererFailed
from calculations.errors import CannotCompute, Fault, Faults
from calculations.number import parse_number
from calculations.quantity import Quantity
from compounding.batches.actions import ProposeBatch
from compounding.batches.assigning import by_scan
from compounding.batches.history import proposal_for
from compounding.batches.numbering import batch_record, batch_scanned, next_lot_number
from compounding.batches.proposal import Proposal, samples_for, whole_number
from compounding.batches.record import BATCH
from compounding.batches.unit_plan import Wanted, plan_unit
from compounding.documents.alternatives import planned_alternatives
from compounding.documents.batch_documents import label_to_try
from compounding.planning.plan import TherapeuticPlan
from compounding.views.batches import (
    diluent_choices,
    finished_stock,
    fitting_doses,
    formulation_choices,
    listed_batches,
)
from compounding.views.label_printing import stock_for
from formulary.model import Drug, Formulary, MasterFormulation
from formulary.repository import formulary_in_force
from web.acting import act, client_key, read_form
from web.errors import again
from web.pages import batches_assign, batches_make, batches_units  # noqa: F401  their routes belong to this area
from web.pages.batches_hand import LONGEST, blueprint, clock
from web.permissions import PHARMACIST
from web.printing import printer
from web.services import now, offset_minutes, store
from web.sessions import open_visitor
from web.stations import here

__all__ = ["blueprint"]

UNDILUTED = "undiluted"


@blueprint.get("")
def page() -> str:
    """Queued doses that a finished unit fits, finished units, and every batch."""
    at = now()
    with store().read() as uow:
        rows, pages = listed_batches(uow, clock(), request.args.get("page", ""))
        stock, fitting = finished_stock(uow, clock(), at), fitting_doses(uow, clock(), at)
        actor = open_visitor().actor
        mine = {row.number for row in fitting if PHARMACIST in actor.roles or by_scan(uow, (row.unit,), actor)}
    return render_template("batches/page.html", rows=rows, pages=pages, stock=stock, fitting=fitting, mine=mine)


@blueprint.post("/scan")
@again(page)
def scan() -> Any:
    """A scan of a worksheet or of a unit opens its batch. Nothing is written."""
    number = batch_scanned(read_form(["code"])["code"])
    with store().read() as uow:
        known = bool(number) and load(uow, BATCH, batch_record(number)).number
    if not known:
        return Refusal("no_batch", "This is neither the worksheet of a batch nor the label of one of its units.", 422)
    return redirect(url_for("batches.one", number=number), 303)


def _asked() -> dict[str, str]:
    """What the form says, whether it was sent to look or to make."""
    given = request.form if request.method == "POST" else request.args
    names = ("formulation", "amount", "unit", "choice", "tested")
    return {name: given.get(name, "")[:LONGEST] for name in names}


def _formulation(formulary: Formulary, wanted: str) -> tuple[Drug, MasterFormulation] | None:
    for drug in formulary.drugs:
        for formulation in drug.formulations:
            if formulation.id == wanted:
                return drug, formulation
    return None


def _wanted(formulary: Formulary, asked: dict[str, str]) -> Wanted:
    """The unit that the form describes. Raises Fault, Faults."""
    found = _formulation(formulary, asked["formulation"])
    if found is None:
        raise Fault("formulation", asked["formulation"] or "nothing", "a formulation of the list")
    drug, formulation = found
    if asked["choice"] not in dict(diluent_choices(formulary, formulation)):
        raise Fault("choice", asked["choice"] or "nothing", "what it is made in")
    if not asked["amount"].strip():
        raise Fault("amount", "nothing", "the amount of drug in one unit with its unit, such as 1 g")
    amount = Quantity.parse(asked["amount"].strip(), "amount", drug.of)
    if asked["choice"] == UNDILUTED:
        return Wanted(formulation.id, amount)
    solution, _, volume = asked["choice"].partition("|")
    return Wanted(formulation.id, amount, solution, Quantity(parse_number(volume, "choice"), "mL"))


def _proposal(wanted: Wanted, *, tested: bool) -> tuple[TherapeuticPlan, Proposal, Formulary]:
    """The plan of the unit and what history proposes. Raises CannotCompute."""
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        plan = plan_unit(formulary, wanted, tested=tested)
        return plan, proposal_for(uow, plan, formulary, now()), formulary


@blueprint.get("/new")
def new() -> str:
    """Choose the formulation, then the unit; the quantity is proposed with its arithmetic."""
    asked = _asked()
    with store().read() as uow:
        formulary = formulary_in_force(uow)
    chosen = _formulation(formulary, asked["formulation"])
    shown, refusal, faults = None, None, {}
    if chosen is not None and asked["amount"] and asked["choice"]:
        try:
            plan, proposal, _ = _proposal(_wanted(formulary, asked), tested=asked["tested"] == "yes")
            samples = samples_for(formulary.site, max(proposal.units, 1), tested=asked["tested"] == "yes")
            shown = {"plan": plan, "proposal": proposal, "samples": samples}
        except CannotCompute as why:
            refusal = Refusal(why.code, str(why), 422)
        except (Fault, Faults) as wrong:
            faults = {fault.field: str(fault) for fault in (wrong.faults if isinstance(wrong, Faults) else [wrong])}
    more = {"own_refusal": refusal, "own_faults": faults, "most": whole_number(formulary.site, "batch_units_limit")}
    return render_template(
        "batches/new.html",
        asked=asked,
        formulations=formulation_choices(formulary),
        chosen=chosen,
        choices=[] if chosen is None else diluent_choices(formulary, chosen[1]),
        shown=shown,
        **more,
    )


@blueprint.post("/new")
@again(new)
def propose() -> Any:
    """Give it its lot number: its containers may be scanned."""
    form = read_form(["formulation", "amount", "choice", "units"], ["tested", "retained", "reason"])
    tested = form.get("tested") == "yes"
    with store().read() as uow:
        wanted = _wanted(formulary_in_force(uow), _asked())
    units, retained = count(form["units"], "units", 1), count(form.get("retained", "") or "0", "retained", 0)
    plan, proposal, formulary = _proposal(wanted, tested=tested)
    asked = act()
    if (refused := _label_fits(plan, units, asked, formulary)) is not None:
        return refused
    site = whole_number(formulary.site, "batch_site_number")
    number = next_lot_number(store(), site, client_key(), asked.at, offset_minutes(asked.at))
    action = ProposeBatch(
        number, wanted.formulation, wanted.amount, units, wanted.solution, wanted.volume, tested, retained,
        form.get("reason", "").strip()[:LONGEST], proposal,
    )  # fmt: skip
    answer = perform(store(), BATCH, batch_record(number), action, asked)
    return answer if isinstance(answer, Refused) else redirect(url_for("batches.one", number=number), 303)


def _label_fits(plan: TherapeuticPlan, units: int, asked: Act, formulary: Formulary) -> Refusal | None:
    """Whether the label of such a unit fits its stock; asked before anything is made that could not be labelled."""
    stock = stock_for(formulary, plan.container_class)
    with store().read() as uow:
        instead = planned_alternatives(uow, plan, clock())
    label = label_to_try(plan, units, asked, formulary, room=here().name, made_by=asked.actor.name, instead=instead)
    try:
        printer().render(label["kind"], label, stock)
    except PrintRefused as why:
        return Refusal("label_does_not_fit", f"The label of such a unit does not fit the stock ({stock.name}): {why}", 422)
    except RendererFailed:
        return Refusal("printer_failed", "Its label could not be laid out just now. Nothing was begun: try again.", 409)
    return None


def count(text: str, field: str, least: int) -> int:
    """A whole number as typed. Raises Fault."""
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= 5 and int(plain) >= least:
        return int(plain)
    raise Fault(field, text or "nothing", f"a whole number from {least}, digits only")


