"""Gathers what the limits were held against, for the plan to keep (`judged_on`)."""

from calculations.errors import CannotCompute
from calculations.formula import recording
from calculations.quantity import Quantity
from compounding.orders.patient import MeasureKind
from compounding.planning.judged_on import JudgedOn
from compounding.planning.limit_rule import Figures
from compounding.planning.situation import Situation


def judged_on(s: Situation, drug: str, formulation: str, asked: Figures, prepared: Figures) -> JudgedOn:
    """What the limits were just held against, for the plan to keep."""
    weight = s.measure(MeasureKind.ACTUAL_WEIGHT)
    per_day = asked.doses_per_day
    return JudgedOn(
        drug=drug,
        formulation=formulation,
        order_type=str(s.order.order_type),
        purpose=s.order.purpose,
        route=s.route,
        line=str(s.line),
        born=s.patient.birth_date.isoformat(),
        gestational_weeks=s.patient.gestational_age_weeks,
        body_weight=None if weight is None else weight.amount,
        dose=asked.dose,
        made=prepared.dose,
        doses_per_day=None if per_day is None else Quantity(per_day, "one"),
        weight=asked.weight,
        surface=_surface(asked),
        concentration=asked.concentration,
        duration=asked.duration,
        rate=asked.dose_rate,
        rate_made=prepared.dose_rate,
        cumulative=asked.cumulative,
        auc=asked.auc,
        capped=asked.capped,
    )


def _surface(figures: Figures) -> Quantity | None:
    """None too where it cannot be worked out: a limit by surface is then not assessed, as in the plan.

    Worked out here it is no step of the plan's own working: that holds what the plan rests on.
    """
    try:
        with recording():
            return figures.surface()
    except CannotCompute:
        return None
