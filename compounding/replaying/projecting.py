"""The rows of `limit_figures` and of its sisters for nutrition that follow from an order's state."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gmpy2 import mpq

from calculations.quantity import Quantity
from compounding.nutrition.judged_on import JudgedFigure
from compounding.orders.patient import day_on_site
from compounding.planning.judged_on import JudgedOn
from compounding.planning.situation import birthday
from compounding.replaying.tables import FIGURES, NONE, WORDS
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from formulary.model import Age, AgeUnit


def figure_rows(record: str, state: OrderRecord) -> Sequence[Mapping[str, Any]]:
    """One row for each drug of every version that a pharmacist accepted; none for parenteral nutrition."""
    rows: list[Mapping[str, Any]] = []
    for version in state.versions:
        plan = version.plan
        if plan is None or plan.nutrition is not None or version.accepted_at is None:
            continue
        head = {
            "record": record,
            "version": version.number,
            "number": state.number,
            "at": version.accepted_at,
            "doses": version.doses,
        }
        rows += [{**head, "part": part, **row} for part, row in enumerate(_of_version(version), start=1)]
    return rows


def _of_version(version: OrderVersion) -> list[dict[str, Any]]:
    plan = version.plan
    assert plan is not None and version.accepted_at is not None
    if plan.judged_on is None:
        return [_not_kept(active.drug) for active in plan.actives]
    day = day_on_site(version.accepted_at, version.accepted_offset)
    drugs = [judged.drug for judged in plan.judged_on]
    return [flat_row(judged, day) | {"twin": int(drugs.count(judged.drug) > 1)} for judged in plan.judged_on]


def _not_kept(drug: str) -> dict[str, Any]:
    """An order that was accepted by an older release: it is counted, and told to be without figures."""
    words = dict.fromkeys(WORDS, "")
    ages = {"age_days": None, "age_months": None}
    return {"drug": drug, **words, **ages, "capped": 0, "twin": 0, **dict.fromkeys(FIGURES), "exact": ""}


def flat_row(judged: JudgedOn, day: date) -> dict[str, Any]:
    """What one drug was judged on, in the columns of the table; the rest of a row says which order it was."""
    born = date.fromisoformat(judged.born)
    amount = next((q for q in (judged.dose, judged.concentration) if q is not None), None)
    figures = exact_figures(judged, day)
    return {
        "drug": judged.drug,
        "order_type": judged.order_type,
        "formulation": judged.formulation,
        "route": judged.route,
        "line": judged.line,
        "purpose": judged.purpose,
        "unit": "" if amount is None else amount_unit(judged),
        "substance": (amount.of or "") if amount is not None else "",
        "cumulative_unit": "" if judged.cumulative is None else judged.cumulative.unit.name,
        "cumulative_substance": "" if judged.cumulative is None else judged.cumulative.of or "",
        "age_days": (day - born).days,
        "age_months": months_reached(born, day),
        "capped": int(judged.capped),
        **{name: None if number is None else float(number) for name, number in zip(FIGURES, figures, strict=True)},
        "exact": " ".join(NONE if number is None else str(number) for number in figures),
    }


def amount_unit(judged: JudgedOn) -> str:
    """The unit in which the amounts of a row are kept: that of the dose, else that of the concentration's amount."""
    if judged.dose is not None:
        return judged.dose.unit.name
    return "" if judged.concentration is None else (judged.concentration * Quantity(1, "mL")).unit.name


def exact_figures(judged: JudgedOn, day: date) -> tuple[mpq | None, ...]:
    """The figures in the order of `FIGURES` and in the units that the table states."""
    unit = amount_unit(judged)
    weeks = judged.gestational_weeks
    maturity = None if weeks is None else mpq((day - date.fromisoformat(judged.born)).days, 7) + weeks

    def number(quantity: Quantity | None, *parts: str) -> mpq | None:
        return None if quantity is None else quantity.amount_in("/".join(parts))

    return (
        number(judged.dose, unit),
        number(judged.made, unit),
        number(judged.doses_per_day, "one"),
        number(judged.weight, "kg_bw"),
        number(judged.surface, "m2"),
        number(judged.concentration, unit, "mL"),
        number(judged.duration, "min"),
        number(judged.rate, unit, "min"),
        number(judged.rate_made, unit, "min"),
        None if judged.cumulative is None else judged.cumulative.number,
        number(judged.auc, "AUC"),
        number(judged.body_weight, "kg_bw"),
        maturity,
    )


def months_reached(born: date, day: date) -> int:
    """The greatest number of calendar months whose birthday has come; -1 before birth."""
    months = (day.year - born.year) * 12 + day.month - born.month
    return months if birthday(born, Age(number=months, unit=AgeUnit.MONTH)) <= day else months - 1


def nutrition_rows(record: str, state: OrderRecord) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """Of every accepted version of an order of parenteral nutrition one row, and one for each of its figures."""
    orders: list[Mapping[str, Any]] = []
    figures: list[Mapping[str, Any]] = []
    for version in state.versions:
        plan = version.plan
        if plan is None or plan.nutrition is None or version.accepted_at is None:
            continue
        head = {"record": record, "version": version.number}
        told = {"number": state.number, "at": version.accepted_at, "doses": version.doses}
        judged = plan.nutrition_judged_on
        if judged is None:
            blank = {"population": "", "kind": "", "line": "", "ready": 0, "weight": None, "exact": ""}
            orders.append({**head, **told, **blank})
            continue
        weight = judged.weight.amount_in("kg_bw")
        whom = {"population": judged.population, "kind": judged.kind, "line": judged.line, "ready": int(judged.ready)}
        orders.append({**head, **told, **whom, "weight": float(weight), "exact": str(weight)})
        figures += [{**head, **flat_figure(figure)} for figure in judged.figures]
    return orders, figures


def flat_figure(figure: JudgedFigure) -> dict[str, Any]:
    """One figure in the columns of `nutrition_figures`."""
    value = figure.value
    if value is None:
        return {"figure": figure.name, "value": None, "unit": "", "substance": "", "complete": 1, "exact": ""}
    return {
        "figure": figure.name,
        "value": float(value.number),
        "unit": value.unit.name,
        "substance": value.of or "",
        "complete": int(figure.complete),
        "exact": str(value.number),
    }
