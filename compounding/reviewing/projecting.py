"""The rows that follow from an order's state: its row for the lists, and the figures that a replay of limits reads."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table

from calculations.printing import show
from compounding.replaying.projecting import figure_rows, nutrition_rows
from compounding.replaying.tables import LimitFigureRow, NutritionFigureRow, NutritionJudgedRow
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from compounding.reviewing.tables import OrderRow
from compounding.reviewing.yielding import last_due

ORDERS, LIMIT_FIGURES = cast(Table, OrderRow.__table__), cast(Table, LimitFigureRow.__table__)
JUDGED, FIGURES = cast(Table, NutritionJudgedRow.__table__), cast(Table, NutritionFigureRow.__table__)
TABLES = (ORDERS, LIMIT_FIGURES, JUDGED, FIGURES)
"""What an order's record projects into."""


def rows(record: str, state: OrderRecord) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """One row of the current version, and the figures of every accepted one. None for a record without a version."""
    if not state.versions:
        return {}
    version, order = state.current, state.current.order
    row = {
        "record": record,
        "number": state.number,
        "version": version.number,
        "status": version.status.value,
        "patient": order.patient if order else str(version.draft.get("patient", "")),
        "drug": order.drug if order else str(version.draft.get("drug", "")),
        "title": _title(version),
        "priority": str(order.priority) if order else "routine",
        "start": order.start if order else None,
        "placed_at": version.placed_at,
        "question": version.question,
        "yielded_until": version.yielded_until,
        "last_due": None if order is None else last_due(order),
    }
    judged, figures = nutrition_rows(record, state)
    return {ORDERS: [row], LIMIT_FIGURES: figure_rows(record, state), JUDGED: judged, FIGURES: figures}


def _title(version: OrderVersion) -> str:
    if version.plan is not None:
        return version.plan.title
    order = version.order
    if order is None:
        return str(version.draft.get("drug", "order"))
    amount = order.dose_rate if order.dose is None else order.dose
    return order.drug if amount is None else f"{order.drug} {show(amount)}"
