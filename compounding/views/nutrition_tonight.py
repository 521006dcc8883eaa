"""Tonight's nutrition on one page: a safe sequence of bags, their states, and what to stage of each source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gmpy2 import mpq
from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.nutrition.plan import NutritionPlan
from compounding.orders.order import NUTRITION
from compounding.orders.tables import PatientRow
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import OPEN, DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow
from compounding.views.strip import due_text, how_long
from formulary.model import Formulary
from formulary.repository import formulary_in_force

AHEAD = timedelta(hours=36)
"""How far a night reaches: containers due later are not shown."""
TO_STAGE = frozenset({DoseStatus.QUEUED, DoseStatus.HELD})
BANDS = ("preterm", "term", "infant", "child", "adolescent", "adult")
"""Age bands in the order in which they are made, the smallest patients first; they are never interleaved."""
WAITING = {
    OrderStatus.CLINICAL_REVIEW.value: "waits for review",
    OrderStatus.SECOND_REVIEW.value: "waits for a second pharmacist",
    OrderStatus.CLARIFY.value: "waits for an answer",
}


@dataclass(frozen=True)
class NightRow:
    """One container of tonight."""

    number: str
    title: str
    who: str
    place: str
    due: str
    due_note: str
    volume: str
    line: str
    state: str
    late: bool


@dataclass(frozen=True)
class NightBand:
    """All containers of one age band, by due time."""

    name: str
    rows: tuple[NightRow, ...]


@dataclass(frozen=True)
class WaitingRow:
    """An order that is not accepted yet: nothing of it is counted below."""

    number: str
    who: str
    due: str
    state: str


@dataclass(frozen=True)
class ToStage:
    """One source product for all containers that are not staged yet."""

    display: str
    volume: str
    containers: int
    """How many of tonight's containers take it."""
    sizes: str
    """The containers that the house keeps of it."""


@dataclass(frozen=True)
class Night:
    """The whole page."""

    bands: tuple[NightBand, ...]
    waiting: tuple[WaitingRow, ...]
    sources: tuple[ToStage, ...]
    count: int
    to_stage: int


def tonight(uow: UnitOfWork, at: datetime, clock: Clock) -> Night:
    """Open nutrition containers due within a day and a half, band by band, each band by due time."""
    doses = _open(uow, at)
    formulary = formulary_in_force(uow)
    by_band: dict[str, list[NightRow]] = {}
    for dose in doses:
        plan = dose.planned.nutrition
        if plan is not None:
            by_band.setdefault(plan.population, []).append(_row(dose, plan, at, clock))
    first = [dose for dose in doses if dose.status in TO_STAGE]
    bands = tuple(NightBand(name, tuple(by_band[name])) for name in BANDS if name in by_band)
    sources = _sources(first, formulary)
    return Night(bands, _waiting(uow, at, clock), sources, len(doses), len(first))


def _open(uow: UnitOfWork, at: datetime) -> list[Dose]:
    """Folded, by due time; nothing is decided from the list."""
    wanted = [status.value for status in (*OPEN, DoseStatus.RELEASED)]
    query = (
        select(DoseRow.number)
        .where(DoseRow.status.in_(wanted), DoseRow.due < at + AHEAD, DoseRow.drug == NUTRITION)
        .order_by(DoseRow.due, DoseRow.number)
    )
    doses = [load(uow, DOSE, dose_record(number)) for number in uow.session.execute(query).scalars()]
    return [dose for dose in doses if dose.plan is not None and dose.plan.nutrition is not None]


def _row(dose: Dose, plan: NutritionPlan, at: datetime, clock: Clock) -> NightRow:
    shown, due = dose.patient_shown, dose.due or at
    return NightRow(
        number=dose.number,
        title=plan.title,
        who=f"{shown['name']}, MRN {shown['mrn']}",
        place=str(shown["location"]),
        due=due_text(due, at, clock),
        due_note=how_long(due, at),
        volume=show(plan.prepared_volume, 1),
        line="central line" if plan.central else "peripheral line",
        state=dose.status.words,
        late=at > due,
    )


def _waiting(uow: UnitOfWork, at: datetime, clock: Clock) -> tuple[WaitingRow, ...]:
    query = (
        select(OrderRow.number, OrderRow.start, OrderRow.status, PatientRow.name)
        .outerjoin(PatientRow, PatientRow.mrn == OrderRow.patient)
        .where(OrderRow.drug == NUTRITION, OrderRow.status.in_(WAITING))
        .order_by(OrderRow.start, OrderRow.number)
    )
    rows = uow.session.execute(query).all()
    return tuple(
        WaitingRow(
            row.number,
            row.name or "patient not set",
            "" if row.start is None else due_text(row.start, at, clock),
            WAITING[row.status],
        )
        for row in rows
    )


def _stocked(product: str, formulary: Formulary) -> str:
    """The containers that the house keeps of a source."""
    held = formulary.nutrition
    items = () if held is None else held.product(product).items
    return "; ".join(formulary.item(item).display for item in items)


def _sources(doses: Iterable[Dose], formulary: Formulary) -> tuple[ToStage, ...]:
    """Summed over the containers that are not staged, in the order in which the first of them takes them."""
    volumes: dict[str, tuple[str, mpq, int]] = {}
    for dose in doses:
        plan = dose.planned.nutrition
        for draw in () if plan is None else plan.draws:
            name, volume, count = volumes.get(draw.product, (draw.display, mpq(0), 0))
            taken = draw.drawn if draw.dilution is None else draw.dilution.take
            volumes[draw.product] = (name, volume + taken.amount_in("mL"), count + 1)
    return tuple(
        ToStage(name, show(Quantity(volume, "mL"), 2), count, _stocked(product, formulary))
        for product, (name, volume, count) in volumes.items()
    )
