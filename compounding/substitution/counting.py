"""What a dose is counted out from when it is queued: the product in force then, also where its order was reviewed before.

A switch to another product of the same strength changes only which containers are taken. The review stands, and so a standing
order would take what is short for ever, or go on with the alternative after it has ended.
"""

from dataclasses import replace
from datetime import datetime

from compounding.orders.patient import Patient
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.reviewing.comparing import made_alike
from compounding.reviewing.order_state import OrderVersion
from formulary.model import Formulary
from formulary.model_switch import Alternative


def counted_now(
    version: OrderVersion, patient: Patient, formulary: Formulary, at: datetime, offset_minutes: int
) -> OrderVersion:
    """The version with the containers of this moment; as it was reviewed where anything but them would differ."""
    plan, order = version.plan, version.order
    if plan is None or order is None or plan.nutrition is not None or plan.one_time or not _switched(plan, formulary):
        return version
    planned = plan_order(Situation(order, patient, formulary, at, offset_minutes))
    now, drawn = planned.plan, planned.draw_up
    if now is None or drawn is None or now.drug_versions != plan.drug_versions or not made_alike(plan, now):
        return version
    return replace(version, plan=replace(plan, actives=now.actives, substituted=now.substituted), draw_up=drawn)


def _switched(plan: TherapeuticPlan, formulary: Formulary) -> bool:
    """Whether another product is, or was, to be used than when the plan was made."""
    then = {(one.formulation, one.number) for one in plan.substituted or () if one.kind == Alternative.PRODUCT}
    found = [formulary.switched(active.formulation) for active in plan.actives]
    now = {(one.formulation, one.number) for one in found if one is not None and one.kind is Alternative.PRODUCT}
    return then != now
