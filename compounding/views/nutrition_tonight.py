"""Tonight's nutrition on one page: a safe sequence of bags, their states, and what to stage of each source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gmpy2 import mpq
from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.nutrition.product import Role
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.nutrition.plan import BAG, NutritionPlan
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
    diluents: dict[str, tuple[mpq, int]] = {}
    for dose in doses:
        plan = dose.planned.nutrition
        if plan is None:
            continue
        for product, display, more in taken(plan, formulary):
            name, volume, count = volumes.get(product, (display, mpq(0), 0))
            volumes[product] = (name, volume + more.amount_in("mL"), count + 1)
        for dilution in (draw.dilution for draw in plan.draws if draw.dilution is not None):
            volume, count = diluents.get(dilution.diluent, (mpq(0), 0))
            diluents[dilution.diluent] = (volume + dilution.add.amount_in("mL"), count + 1)
    return (
        *(
            ToStage(name, show(Quantity(volume, "mL"), 2), count, _stocked(product, formulary))
            for product, (name, volume, count) in volumes.items()
        ),
        *(_diluent(name, volume, count, formulary) for name, (volume, count) in diluents.items()),
    )


def taken(plan: NutritionPlan, formulary: Formulary) -> list[tuple[str, str, Quantity]]:
    """Source, its name and what one container takes of it; water with what rinses the tubing into the bag."""
    found = [(one.product, one.display, one.drawn if one.dilution is None else one.dilution.take) for one in plan.draws]
    into = [one.drawn if one.dilution is None else one.dilution.draw for one in plan.draws]
    rinses = plan.prepared_volume - sum(into[1:], into[0]) if into else plan.prepared_volume * 0
    held = formulary.nutrition
    if held is None or plan.container != BAG or rinses.number <= 0:
        return found
    waters = held.profile.stocked_for(Role.WATER.value, plan.population)
    water = next((one for one in found if one[0] in waters), None)
    if water is not None:
        return [(*one[:2], one[2] + rinses) if one is water else one for one in found]
    return [*found, *((name, held.product(name).display, rinses) for name in waters[:1])]


def _diluent(solution: str, volume: mpq, count: int, formulary: Formulary) -> ToStage:
    """What sources are diluted with first: it comes out of vials of its own."""
    vials = [one.display for one in formulary.supplies.diluent_vials if one.solution == solution]
    name = f"{formulary.solution(solution).display}, to dilute with"
    return ToStage(name, show(Quantity(volume, "mL"), 2), count, "; ".join(vials))
