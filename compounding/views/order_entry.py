"""What the order form offers for a drug, and what an order that is being typed would become. Nothing here is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calculations.errors import Fault, Faults
from calculations.printing import show
from calculations.units import unit
from compounding.documents.dose_documents import Clock, diluent
from compounding.orders.order import Order
from compounding.orders.patient import Patient
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.therapeutic import Planned
from compounding.reviewing.record import planned_for
from compounding.views.patient_facts import Fact
from compounding.views.shown_findings import ShownFinding, shown_findings
from compounding.views.strip import due_text, how_long
from compounding.views.working import Worked, working
from formulary.model import Drug, Formulary, LimitKind, MasterFormulation, OrderType


@dataclass(frozen=True)
class DrugChoices:
    """What a form offers for one drug and one kind of order. Units are printed texts that the unit reader accepts."""

    id: str
    display: str
    counted: str
    """What an amount is an amount of: ``piperacillin-tazobactam``."""
    units: tuple[str, ...]
    offered: str
    """Diluents and volumes that are released, in one line."""
    solutions: tuple[tuple[str, str], ...]
    concentration_units: tuple[str, ...]
    concentrations: str
    """Standard concentrations, in one line."""
    time: str
    """Usual time to infuse or inject."""
    cumulative_units: tuple[str, ...]
    """Of the limits for a lifetime."""
    notes: tuple[str, ...]
    problem: str
    """Why this drug cannot be ordered in this kind; empty otherwise."""


def drug_choices(formulary: Formulary, drug: Drug, kind: str) -> DrugChoices:
    """Everything the form needs about a drug once it is chosen."""
    serving = [f for f in drug.formulations if _serves(f, kind)]
    units = tuple(dict.fromkeys(unit(u).shown for f in serving or drug.formulations for u in f.dose.units))
    standards = [row.concentration for row in drug.standard_concentrations]
    kinds = sorted({f.order_type.value.replace("_", " ") for f in drug.formulations})
    none = f"No released formulation of {drug.display} for this kind of order; released: {', '.join(kinds)}."
    own = tuple(dict.fromkeys(row.solution for f in serving for row in f.diluents))
    return DrugChoices(
        id=drug.id,
        display=drug.display,
        counted=drug.of,
        units=units,
        offered=_offered(formulary, serving),
        solutions=_solutions(formulary, own),
        concentration_units=tuple(dict.fromkeys(c.unit.shown for c in standards)),
        concentrations=", ".join(dict.fromkeys(show(c) for c in standards)),
        time=_time(serving),
        cumulative_units=tuple(dict.fromkeys(row.unit.shown for row in drug.limits if row.kind is LimitKind.LIFETIME)),
        notes=tuple(note.text for note in drug.banners),
        problem="" if serving else none,
    )


def _serves(formulation: MasterFormulation, kind: str) -> bool:
    return formulation.order_type == kind or (
        kind == OrderType.CHEMOTHERAPY and formulation.order_type is OrderType.INTRATHECAL
    )


def _solutions(formulary: Formulary, own: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The formulation's own solutions first; the others after them, because an order may ask for any."""
    others = [row.id for row in formulary.supplies.solutions if row.id not in own]
    return tuple((name, formulary.solution(name).display) for name in (*own, *others))


def _offered(formulary: Formulary, serving: list[MasterFormulation]) -> str:
    volumes: dict[str, list[str]] = {}
    for row in (row for f in serving for row in f.diluents):
        volumes.setdefault(formulary.solution(row.solution).display, []).append(show(row.volume))
    return "; ".join(f"{name} {', '.join(dict.fromkeys(sizes))}" for name, sizes in volumes.items())


def _time(serving: list[MasterFormulation]) -> str:
    times = [f.infusion.default_time for f in serving if f.infusion.default_time is not None]
    return ", ".join(dict.fromkeys(show(time) for time in times))


@dataclass(frozen=True)
class Preview:
    """An order that is being typed, worked out as of now."""

    open: tuple[str, ...]
    """Names of fields that must still be filled."""
    faults: tuple[Fault, ...]
    facts: tuple[Fact, ...]
    findings: tuple[ShownFinding, ...]
    working: tuple[Worked, ...]


FILLED_FOR_LOOKING = ("order.start", "order.prescriber", "order.frequency")
"""What may still be missing while the dose is already worked out."""


def preview(
    data: Mapping[str, Any],
    faults: tuple[Fault, ...],
    patient: Patient | None,
    formulary: Formulary,
    at: datetime,
    clock: Clock,
) -> Preview:
    """What these fields would become. Fields that no figure needs may still be missing."""
    missing, wrong, order = _as_far_as_it_goes(data, at)
    if order is None or patient is None or faults or wrong:
        return Preview(missing, (*faults, *wrong), (), (), ())
    planned = planned_for(order, patient, formulary, at, clock.offset_minutes)
    plan = planned.plan
    facts = _facts(planned)
    if plan is not None and "order.start" not in missing:
        facts += (("First due", due_text(order.start, at, clock), how_long(order.start, at)),)
    return Preview(missing, (), facts, shown_findings(planned), working(plan.work) if plan else ())


def _as_far_as_it_goes(
    data: Mapping[str, Any], at: datetime
) -> tuple[tuple[str, ...], tuple[Fault, ...], Order | None]:
    """What is missing, what is wrong, and the order as soon as a dose can be worked out of it."""
    try:
        return (), (), Order.parse(data)
    except Faults as several:
        missing = tuple(f.field for f in several.faults if f.found == "nothing")
        wrong = tuple(f for f in several.faults if f.found != "nothing")
    if wrong or not set(missing) <= set(FILLED_FOR_LOOKING):
        return missing, wrong, None
    filled: dict[str, Any] = {"start": at.isoformat(), "prescriber": "not said yet", "frequency": {"once": True}}
    try:
        return missing, (), Order.parse({**filled, **{name: value for name, value in data.items() if value}})
    except Faults as several:
        return missing, tuple(several.faults), None


def _facts(planned: Planned) -> tuple[Fact, ...]:
    plan = planned.plan
    if plan is None:
        return ()
    rows: list[Fact] = [(active.display, show(active.amount), _exactly(active)) for active in plan.actives]
    name, volume = diluent(plan)
    rows.append(("In", f"{name} {volume}" if name else "undiluted", f"final volume {show(plan.final_volume)}"))
    rows.append(("Concentration", show(plan.concentration), _true(plan)))
    if plan.rate is not None:
        runs = "" if plan.infuse_over is None else f"runs {show(plan.infuse_over)}"
        rows.append(("Rate", show(plan.rate, 1), runs))
    if plan.push_over is not None:
        rows.append(("Push over", show(plan.push_over), ""))
    if plan.storage_words:
        rows.append(("Keep", plan.storage_words, ""))
    return tuple(rows)


def _exactly(active: Any) -> str:
    """The exact amount, where rounding or a cap changed it."""
    return "" if active.ordered == active.amount else f"worked out as {show(active.ordered)}"


def _true(plan: TherapeuticPlan) -> str:
    return "" if plan.true_concentration is None else f"truly {show(plan.true_concentration)}, by overfill"
