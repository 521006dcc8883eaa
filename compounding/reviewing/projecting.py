"""The row of the `orders` table that follows from an order's state."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table

from calculations.printing import show
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from compounding.reviewing.tables import OrderRow


def rows(record: str, state: OrderRecord) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """One row: the current version. None for a record without a version."""
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
    }
    return {cast(Table, OrderRow.__table__): [row]}


def _title(version: OrderVersion) -> str:
    if version.plan is not None:
        return version.plan.title
    order = version.order
    if order is None:
        return str(version.draft.get("drug", "order"))
    amount = order.dose_rate if order.dose is None else order.dose
    return order.drug if amount is None else f"{order.drug} {show(amount)}"
