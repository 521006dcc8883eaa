"""Made rows of `limit_figures` for ``bench replay``: the drugs and limits of the packaged formulary, patients made up.

One order in twenty lies exactly on a bound, as standard doses do; weights are whole tenths of a kg. Nothing here is a
patient's, and no record stands behind a row: the projection alone is filled.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gmpy2 import mpq

from batch_records.types import instant_text
from compounding.replaying.tables import FIGURES
from formulary.model import Drug, Limit, LimitKind

LINES = ("peripheral", "central")
PURPOSES = ("maintenance", "maintenance", "maintenance", "load", "bolus", "titration")
BOUNDING = (LimitKind.DOSE, LimitKind.COURSE, LimitKind.DAY, LimitKind.RATE)
SURFACES = {tenths: mpq(int(((tenths / 10) ** 0.5) * 205), 1000) for tenths in range(6, 1500)}
ON_THE_BOUND = 20
BEGAN = timedelta(seconds=60)
HEAD = (
    "record", "version", "part", "number", "drug", "at", "doses", "order_type", "formulation", "route", "line", "purpose",
    "unit", "substance", "cumulative_unit", "cumulative_substance", "age_days", "age_months", "capped", "twin",
)  # fmt: skip
COLUMNS = (*HEAD, *FIGURES, "exact")


def rows(drugs: list[Drug], number: int, began: datetime, seed: int = 4) -> Iterator[tuple[Any, ...]]:
    """So many rows, one dose each, in the order of time; the values of `COLUMNS`."""
    draw = random.Random(seed)
    plain = {drug.id: [limit for limit in drug.limits if limit.kind in BOUNDING and _amount(limit)] for drug in drugs}
    chosen = [drug for drug in drugs if plain[drug.id] and drug.formulations]
    weights = [draw.uniform(0.2, 3) for _ in chosen]
    many = draw.choices(chosen, weights, k=number)
    for index, drug in enumerate(many):
        limit = draw.choice(plain[drug.id])
        yield _row(draw, drug, limit, f"{index:08d}", instant_text(began + index * BEGAN))


def _amount(limit: Limit) -> str:
    """The unit of the amount that a limit bounds; empty where it bounds a target."""
    return "" if limit.unit.name == "AUC" else limit.unit.name.split("/")[0]


def _row(draw: random.Random, drug: Drug, limit: Limit, number: str, at: str) -> tuple[Any, ...]:
    formulation = draw.choice(drug.formulations)
    tenths = draw.randrange(6, 60) if draw.random() < 0.2 else draw.randrange(60, 1300)
    months = draw.randrange(0, 12) if tenths < 60 else draw.randrange(12, 1100)
    weight, surface = mpq(tenths, 10), SURFACES[tenths]
    bound = next((b for b in (limit.high, limit.hard_max, limit.low) if b is not None), None)
    parts = limit.unit.name.split("/")[1:]
    level = bound.number if bound is not None else mpq(1)
    if draw.randrange(ON_THE_BOUND):
        level *= mpq(draw.randrange(30, 115), 100) if draw.random() < 0.97 else draw.randrange(2, 12)
    size = weight if "kg" in parts else surface if "m2" in parts else 1
    figures = _figures(draw, limit, level * size, weight, surface, continuous=formulation.order_type == "continuous")
    substance = bound.of or "" if bound is not None else ""
    head = (
        f"order-{number}", 1, 1, number, drug.id, at, 1, str(formulation.order_type), formulation.id,
        formulation.routes[0], LINES[draw.random() < 0.3], draw.choice(PURPOSES), _amount(limit), substance, "", "",
        months * 30 + 15, months, 0, 0,
    )  # fmt: skip
    floats = (None if figure is None else float(figure) for figure in figures)
    exact = " ".join("-" if figure is None else str(figure) for figure in figures)
    return (*head, *floats, exact)


def _figures(
    draw: random.Random, limit: Limit, amount: mpq, weight: mpq, surface: mpq, *, continuous: bool
) -> tuple[mpq | None, ...]:
    """In the order of `FIGURES`. A rate bound sets the speed, every other one the dose."""
    per_day, volume = draw.choice((1, 2, 3, 4)), draw.choice((50, 100, 250, 500))
    minutes = draw.choice((5, 30, 60, 120, 240))
    per_minute = {"min": 1, "h": mpq(1, 60), "day": mpq(1, 1440)}
    if limit.kind is LimitKind.RATE:
        rate = amount * next((per_minute[part] for part in limit.unit.name.split("/") if part in per_minute), 1)
        amount = rate * minutes
    else:
        amount = amount / per_day if limit.kind is LimitKind.DAY else amount
        rate = amount / minutes
    made = amount if draw.random() < 0.8 else amount * mpq(draw.randrange(98, 103), 100)
    dose = None if continuous else amount
    given = None if continuous else made
    rate_made = rate if made == amount else rate * made / amount
    return (
        dose, given, mpq(per_day), weight, surface, made / volume, mpq(minutes), rate, rate_made, None, None, weight, None,
    )  # fmt: skip
