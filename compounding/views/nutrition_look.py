"""A nutrition order that is being typed, worked out as of now. Nothing here is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from compounding.documents.dose_documents import Clock
from compounding.orders.order import Order
from compounding.orders.patient import Patient
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.reviewing.yesterday import OrderBefore, nutrition_before, order_before
from compounding.views import working as wording
from compounding.views.nutrition import NutritionShown, nutrition_shown
from compounding.views.shown_findings import ShownFinding, shown_findings
from compounding.views.working import Worked
from formulary.model import Formulary

FILLED_FOR_LOOKING = ("order.start", "order.prescriber")
"""What may still be missing while the bag is already worked out."""


@dataclass(frozen=True)
class NutritionLook:
    """What the typed fields would become."""

    shown: NutritionShown | None
    """None while something that a figure needs is missing or wrong."""
    findings: tuple[ShownFinding, ...]
    missing: tuple[Fault, ...]
    faults: tuple[Fault, ...]
    steps: tuple[Mapping[str, Any], ...]
    """The working as it was recorded, where it was asked for; `worked` words it."""
    planned: bool = False
    """Whether a bag came of it, so that a working can be asked for."""

    @property
    def worked(self) -> tuple[Worked, ...]:
        """The working in plain words."""
        return wording.working(self.steps)


def look(
    uow: UnitOfWork,
    data: Mapping[str, Any],
    faults: tuple[Fault, ...],
    patient: Patient | None,
    formulary: Formulary,
    number: str,
    at: datetime,
    clock: Clock,
    *,
    working: bool = False,
) -> NutritionLook:
    """Works the order out as far as it goes; `number` is that of the order which is changed, empty for a new one.

    `working`: how the figures came about is recorded too.
    """
    missing, wrong, order = _as_far_as_it_goes(data, at)
    if order is None or order.nutrition is None or patient is None or faults or formulary.nutrition is None:
        return NutritionLook(None, (), missing, (*faults, *wrong), ())
    before = before_of(uow, order, number)
    yesterday = nutrition_before(uow, order, number)
    planned = plan_order(Situation(order, patient, formulary, at, clock.offset_minutes, yesterday, working))
    shown = nutrition_shown(order.nutrition, planned.plan, planned.findings, formulary.nutrition, before, clock, order.start)
    steps = () if planned.plan is None else planned.plan.work
    return NutritionLook(shown, shown_findings(planned), missing, (), steps, planned.plan is not None)


def before_of(uow: UnitOfWork, order: Order, number: str) -> OrderBefore | None:
    """The patient's order before this one."""
    return order_before(uow, order.patient, order.start, number)


def _as_far_as_it_goes(
    data: Mapping[str, Any], at: datetime
) -> tuple[tuple[Fault, ...], tuple[Fault, ...], Order | None]:
    """What is missing, what is wrong, and the order as soon as a bag can be worked out of it."""
    try:
        return (), (), Order.parse(data)
    except Faults as several:
        missing = tuple(fault for fault in several.faults if fault.found in ("nothing", "", "None"))
        wrong = tuple(fault for fault in several.faults if fault not in missing)
    if wrong or any(fault.field not in FILLED_FOR_LOOKING for fault in missing):
        return missing, wrong, None
    filled: dict[str, Any] = {"start": at.isoformat(), "prescriber": "not said yet"}
    try:
        return missing, (), Order.parse({**filled, **{name: value for name, value in data.items() if value}})
    except Faults as several:
        return missing, tuple(several.faults), None
