"""Contradictions in how far a nutrient may move from one day to the next."""

from collections.abc import Iterator

from calculations.quantity import Quantity
from formulary.checks_products import Found, ascending, text
from formulary.nutrition.checks_rules import in_unit, under
from formulary.nutrition.model_profile import DayChange

ANY = "*"
"""The row for every nutrient without one of its own."""


def change_faults(rows: tuple[DayChange, ...]) -> Iterator[Found]:
    """Every contradiction in the rows; of two for one nutrient and population the second would never be looked at."""
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(rows):
        yield from under(f"changes[{index}]", _row_faults(row))
        for population in row.populations:
            if (row.nutrient, population) in seen:
                found = f"{row.nutrient} for {population}"
                yield f"changes[{index}].nutrient", found, "one row for each nutrient and population"
            seen.add((row.nutrient, population))


def _row_faults(row: DayChange) -> Iterator[Found]:
    steps = {name: step for name in ("soft_step", "hard_step") if (step := getattr(row, name)) is not None}
    if row.soft is None and row.hard is None and not steps:
        yield "soft", None, "a ratio or a step, soft or hard"
    yield from ascending([("soft", row.soft), ("hard", row.hard)])
    for name in ("soft", "hard"):
        ratio: Quantity | None = getattr(row, name)
        wrong = [*in_unit(ratio, "one", name)]
        yield from wrong
        if ratio is not None and not wrong and ratio.number <= 1:
            yield name, text(ratio), "a plain number above 1"
    if row.nutrient == ANY and steps:
        yield next(iter(steps)), text(next(iter(steps.values()))), "a ratio: nutrients have no unit in common"
    strange = {name: step for name, step in steps.items() if not _per_kg_and_time(step)}
    for name, step in strange.items():
        yield name, text(step), "an amount per kg and time, such as 2 mg/kg/min or 1 g/kg/day"
    if len({step.unit for step in steps.values()}) > 1:
        yield "hard_step", text(steps["hard_step"]), f"the unit of the soft step, {steps['soft_step'].unit.name}"
    elif not strange:
        yield from ascending([("soft_step", steps.get("soft_step")), ("hard_step", steps.get("hard_step"))])
    if row.step_source is not None and not steps:
        yield "step_source", row.step_source.id, "nothing: the row has no step"


def _per_kg_and_time(step: Quantity) -> bool:
    _, _, below = step.unit.name.partition("/")
    return below in ("kg/day", "kg/h", "kg/min")
