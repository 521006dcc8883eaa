"""Exactly what a pharmacist signs at the check: the plain content of the page, whose digest the page carries.

Anything that changes it between showing and signing makes the digest differ, and the signature is refused.
"""

from typing import Any

from compounding.planning.plan_data import as_data
from compounding.preparing.dose import Dose


def check_content(dose: Dose) -> dict[str, Any]:
    """The facts of the preparation as they stand, in plain form."""
    if dose.plan is None:
        return {}
    again = {} if dose.assessed is None else {"assessed": as_data(dose.assessed), "staging_reason": dose.staging_reason}
    return {
        **again,
        "number": dose.number,
        "order": dose.order,
        "order_version": str(dose.order_version),
        "plan": as_data(dose.plan),
        "draw_up": as_data(dose.draw_up),
        "scans": as_data(dose.scans),
        "records": as_data(dose.records),
        "started_at": "" if dose.started_at is None else dose.started_at.isoformat(),
        "hood": dose.hood,
        "said": as_data(dose.said),
        "preparers": list(dose.preparers),
        "beyond_use": as_data(dose.beyond_use or {}),
    }
