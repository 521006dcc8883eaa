"""Six whole orders of parenteral nutrition, one for each kind of patient: what golden files are kept of."""

from dataclasses import dataclass
from typing import Any

from batch_records.store import Store
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.nutrition.plan import NutritionPlan
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number
from formulary.nutrition.packaged import packaged_nutrition
from formulary.nutrition.templates import order_data
from tests.support.flow import accepted_order, placed_order
from tests.support.nutrition_flow import BABY, preterm_order, released_nutrition

HEAD = "A change here is a change in a dose."


@dataclass(frozen=True)
class WholeOrder:
    """Who it is for, and what is ordered."""

    number: str
    patient: dict[str, Any]
    order: dict[str, Any]


def _patient(mrn: str, born: str, weight: str, kind: str) -> dict[str, Any]:
    return {
        "mrn": mrn, "family_name": "SAMPLE", "given_name": "Person", "birth_date": born, "sex": "female",
        "location": "Unit 1", "allergies_asked_at": "2026-04-14T06:00:00+00:00",
        "lines": [{"name": "line", "kind": kind}],
        "measures": [
            {"kind": "actual_weight", "amount": {"value": weight, "unit": "kg"}, "at": "2026-04-14T06:00:00-04:00"},
        ],
    }  # fmt: skip


def _whole(number: str, mrn: str, born: str, weight: str, template: str, **more: Any) -> WholeOrder:
    row = next(one for one in packaged_nutrition().templates if one.id == template)
    nutrition = order_data(row, Quantity(weight, "kg_bw")) | more
    if "taper_up" in more:  # over a cycle the rate is not one figure: dextrose is ordered by the day
        nutrition["amounts"] = [_by_day(amount) for amount in nutrition["amounts"]]
    line = row.line.value
    order = preterm_order() | {"patient": mrn, "line": line, "nutrition": nutrition}
    return WholeOrder(number, _patient(mrn, born, weight, line), order)


def _by_day(amount: dict[str, Any]) -> dict[str, Any]:
    return amount | {"amount": "3 g/kg/day"} if amount["nutrient"] == "dextrose" else amount


def six_orders() -> dict[str, WholeOrder]:
    """Preterm by hand, the others from the released starting orders; the adult's central bag runs in a cycle."""
    cycle = {"hours": "14 h", "taper_up": "1 h", "taper_down": "1 h"}
    return {
        "preterm": WholeOrder("260414-0301", BABY, preterm_order()),
        "term": _whole("260414-0302", "DEMO-7002", "2026-04-08", "3.4", "term_central"),
        "infant": _whole("260414-0303", "DEMO-7003", "2025-11-02", "6.5", "infant_central"),
        "child": _whole("260414-0304", "DEMO-7004", "2020-02-11", "18", "child_central"),
        "adult_central": _whole("260414-0305", "DEMO-7005", "1968-05-30", "62", "adult_central", **cycle),
        "adult_peripheral": _whole("260414-0306", "DEMO-7006", "1959-10-03", "70", "adult_peripheral"),
    }


def released(store: Store, name: str, container: int = 1) -> Dose:
    """One container of one of the six, made as planned and released."""
    whole = six_orders()[name]
    placed_order(store, whole.order, whole.patient, whole.number)
    accepted_order(store, whole.number)
    return released_nutrition(store, dose_number(whole.number, container))


def totals_text(plan: NutritionPlan) -> str:
    """Every figure of one container as text, one a line."""
    lines = [HEAD, f"{plan.title}, {plan.population}, {'central' if plan.central else 'peripheral'}"]
    lines += [f"infuse {show(plan.infused_volume)}, holds {show(plan.prepared_volume)}, {plan.overfill_words}"]
    lines += [f"{show(plan.rate)} over {show(plan.hours)}", *plan.tapers, plan.hang, *plan.warnings, "", "rows"]
    for row in plan.rows:
        per_kg = "" if row.per_kg is None else show(row.per_kg)
        per_litre = "" if row.per_litre is None else show(row.per_litre)
        apart = ", apart" if row.apart else ""
        lines.append(f"{row.title}: {show(row.ordered)} {row.basis}{apart} | {show(row.per_day)} | {per_kg} | {per_litre}")
    lines += ["", "figures", *(f"{figure.name}: {show(figure.amount)}" for figure in plan.figures)]
    lines += ["", "drawn, in the order of mixing"]
    lines += [f"{draw.product} by {draw.by}: {show(draw.drawn)}, of which {show(draw.infused)}" for draw in plan.draws]
    lines += ["", "in the whole container", *(f"{content.name}: {show(content.amount)}" for content in plan.contents)]
    verdict = plan.calcium_phosphate
    lines += ["", "calcium with phosphate", "they do not meet" if verdict is None else verdict.verdict]
    return "\n".join([*lines, "", *plan.label_figures]) + "\n"
