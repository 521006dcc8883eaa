"""What a pharmacist sees of an order of parenteral nutrition at review, beside what every order shows."""

from dataclasses import dataclass

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.planning.therapeutic import Planned
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from compounding.reviewing.yesterday import order_before
from compounding.views.nutrition import ChangeShown, NutritionShown, changes_shown, nutrition_shown
from formulary.model import Formulary


@dataclass(frozen=True)
class NutritionReview:
    """Rows, totals and pictures, and both comparisons."""

    shown: NutritionShown
    since_yesterday: str
    """The order before and its start; empty where there is none."""
    typed: str
    """The version that the prescriber typed last, where it is not this one; empty otherwise."""
    since_typed: tuple[ChangeShown, ...]
    containers: tuple[str, ...]
    """The containers that it becomes: the bag, and lipid apart."""


def nutrition_review(
    uow: UnitOfWork, state: OrderRecord, planned: Planned, formulary: Formulary, clock: Clock
) -> NutritionReview | None:
    """None for an order of any other kind, and where no profile is in force."""
    order, held = state.current.order, formulary.nutrition
    if order is None or order.nutrition is None or held is None:
        return None
    before = order_before(uow, order.patient, order.start, state.number)
    shown = nutrition_shown(order.nutrition, planned.plan, planned.findings, held, before, clock, order.start)
    own = _prescribers_own(uow, state)
    plans = () if planned.plan is None else (planned.plan, *(one.plan for one in planned.plan.companions))
    return NutritionReview(
        shown,
        "" if before is None else f"order {before.number}, {clock.moment(before.start)}",
        "" if own is None else f"version {own.number}, typed by {shown_name(uow, own.placed_by)}",
        () if own is None or own.order is None or own.order.nutrition is None
        else changes_shown(order.nutrition, own.order.nutrition),
        tuple(plan.nutrition.title for plan in plans if plan.nutrition is not None),
    )  # fmt: skip


def _prescribers_own(uow: UnitOfWork, state: OrderRecord) -> OrderVersion | None:
    """The newest earlier version that the prescriber typed; the first one where the prescriber typed none.

    None where this version is the first, or the prescriber's own.
    """
    if len(state.versions) == 1 or _is_own(uow, state.current):
        return None
    earlier = state.versions[:-1]
    return next((version for version in reversed(earlier) if _is_own(uow, version)), earlier[0])


def _is_own(uow: UnitOfWork, version: OrderVersion) -> bool:
    order = version.order
    return order is not None and shown_name(uow, version.placed_by).startswith(order.prescriber)
