"""What the lists show of a dose: its own row, where its containers went, and the figures that were checked. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table

from calculations.printing import show
from compounding.planning.plan import ONE_TIME_WORDS, TherapeuticPlan
from compounding.preparing.dose import Dose
from compounding.preparing.gathering import used_rows
from compounding.preparing.rechecking import MARK
from compounding.preparing.recorded import recalculation_or_reason
from compounding.preparing.states import OUT, DoseStatus
from compounding.preparing.tables import DoseRow, FigureRow, UsedRow
from compounding.tracing.projecting import BEEN, HANDS, MAKINGS, dose_rows

DOSES, USED, FIGURES = (cast(Table, row.__table__) for row in (DoseRow, UsedRow, FigureRow))
TABLES = (DOSES, USED, FIGURES, MAKINGS, HANDS, BEEN)
"""What a dose's record projects into."""


def rows(record: str, dose: Dose) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """What lists show of a dose. Pure."""
    if dose.plan is None:
        return {}
    return {
        DOSES: [_dose_row(record, dose)],
        USED: used_rows(record, dose.number, dose.patient, dose),
        FIGURES: _figures(record, dose),
        **dose_rows(record, dose),
    }


def _dose_row(record: str, dose: Dose) -> dict[str, Any]:
    plan = dose.planned
    base = made_in(plan)
    return {
        "record": record,
        "number": dose.number,
        "order_number": dose.order,
        "order_version": dose.order_version,
        "patient": dose.patient,
        "patient_name": dose.patient_shown.get("name", ""),
        "location": dose.patient_shown.get("location", ""),
        "drug": plan.drug,
        "title": plan.title,
        "subtitle": f"{base}, {ONE_TIME_WORDS}" if plan.one_time else base,
        "status": dose.status.value,
        "priority": dose.priority,
        "due": dose.due,
        "not_before": dose.not_before,
        "start_by": dose.beyond_use_at(),
        "place": dose.place,
        "hood": dose.hood,
        "know": know(dose),
        "completed_by": dose.completed_by,
        "released_by": dose.released.person if dose.released else "",
        "emergency": int(dose.emergency),
        "moved_at": dose.moved_at,
        "unpaired": int(dose.status is DoseStatus.RELEASED and dose.copies > 0),
    }


def made_in(plan: TherapeuticPlan) -> str:
    """The second line of lists: base solution with its volume; of nutrition the prepared volume and the line as well."""
    base = f"in {plan.base_display} {show(plan.base_volume)}" if plan.base_volume is not None else plan.base_display
    if plan.nutrition is None:
        return base
    line = "central line" if plan.nutrition.central else "peripheral line"
    return ", ".join(filter(None, (show(plan.nutrition.prepared_volume, 1), base, line)))


def know(dose: Dose) -> str:
    """The one thing to know about a dose in a list."""
    plan = dose.planned
    if dose.status in OUT and dose.to_recheck:
        return f"{MARK}: {'; '.join(dose.to_recheck)}"
    if dose.status is DoseStatus.AWAITING_FINAL_CHECK and dose.unmeasured:
        return "not measured: read it from the picture"
    if plan.hazardous_hood:
        return "hazardous"
    if "paralytic" in plan.flags:
        return "paralyses: pharmacist looks at the containers"
    if plan.second_check:
        return "two pharmacists, each alone"
    if "high_alert" in plan.flags:
        return "high alert"
    return "keep in the refrigerator" if plan.storage == "fridge" else ""


def _figures(record: str, dose: Dose) -> list[dict[str, Any]]:
    if dose.released is None:
        return []
    results, _ = recalculation_or_reason(dose)
    return [
        {
            "record": record,
            "drug": r.drug,
            "ordered": str(r.ordered.number),
            "found": str(r.found.amount_in(r.ordered.unit)),
            "unit": r.ordered.unit.name,
        }
        for r in results
    ]
