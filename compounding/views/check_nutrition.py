"""What the check desk shows of a nutrition container: every constituent, what the devices told, its weight, calcium-phosphate."""

from collections.abc import Sequence
from dataclasses import dataclass

from calculations.printing import show, show_number
from compounding.checking.recalculation import Recalculated
from compounding.nutrition.plan import CalciumPhosphate, NutrientRow, NutritionPlan
from compounding.preparing.dose import Dose
from compounding.preparing.guards_pumping import remarked_steps
from compounding.views.evidence import signed_percent


@dataclass(frozen=True)
class Constituent:
    """One ion or nutrient in the whole container, planned beside what was recorded."""

    name: str
    ordered: str
    """As it was ordered, with its basis; empty for what only comes along."""
    per_day: str
    planned: str
    found: str
    percent: str
    inside: bool
    rows: tuple[tuple[str, str, str], ...]
    """Working, where from, amount."""


@dataclass(frozen=True)
class Remark:
    """What the compounder tells of one step besides its volume: an item that must be read."""

    step: int
    what: str
    words: str


@dataclass(frozen=True)
class NutritionChecked:
    title: str
    constituents: tuple[Constituent, ...]
    by_volume: tuple[tuple[str, str, str], ...]
    """Rows that are ordered as a volume: name, ordered, made of."""
    differing: int
    tolerance: str
    remarks: tuple[Remark, ...]
    weight: tuple[str, str, str]
    """Found, expected, difference in percent; empty texts where it is not weighed."""
    no_weight: str
    """Why it is not weighed."""
    calcium_phosphate: CalciumPhosphate | None
    """Of what is really drawn, where that is not what was reviewed."""
    assessed_again: str
    """Why it was assessed again, in words; empty where everything is drawn as it was reviewed."""
    asks: tuple[str, ...]
    """What of it a pharmacist must decide before the start."""
    decided: str
    """The reason that was given."""
    volumes: tuple[tuple[str, str, str], ...]
    """Facts: to infuse, in the container, rate, line."""


def nutrition_checked(dose: Dose, results: Sequence[Recalculated]) -> NutritionChecked | None:
    """None for what is no nutrition container."""
    nutrition = dose.planned.nutrition
    if nutrition is None:
        return None
    rows = {row.nutrient: row for row in nutrition.rows if row.stated_as == "element"}
    names = {one.drug for one in results}
    constituents = tuple(_constituent(one, rows.get(one.drug)) for one in results)
    other = [row for row in nutrition.rows if row.nutrient not in names and _is_here(row, nutrition)]
    by_volume = tuple((row.title, _ordered(row), row.made_of) for row in other)
    tolerance = show_number(dose.planned.volume_tolerance.amount_in("one") * 100, 1)
    return NutritionChecked(
        nutrition.title,
        constituents,
        by_volume if results else (),
        sum(not one.inside for one in constituents),
        tolerance,
        remarks_of(dose),
        _weight(dose),
        nutrition.mass_gap if nutrition.expected_mass is None else "",
        nutrition.calcium_phosphate if dose.assessed is None else dose.assessed.shown,
        "" if dose.assessed is None else "; ".join(dose.assessed.drawn),
        () if dose.assessed is None else dose.assessed.asks,
        dose.staging_reason,
        _volumes(nutrition),
    )


def _is_here(row: NutrientRow, nutrition: NutritionPlan) -> bool:
    return row.apart is (nutrition.container == "lipid") and not row.worked_out


def _constituent(one: Recalculated, row: NutrientRow | None) -> Constituent:
    name = one.drug.replace("_", " ")
    return Constituent(
        name[:1].upper() + name[1:],
        "" if row is None else _ordered(row),
        "" if row is None else show(row.per_day, 2),
        show(one.ordered, 2),
        show(one.found, 2),
        f"{signed_percent(one.difference)} %",
        one.inside,
        tuple((part.working, part.detail, show(part.amount)) for part in one.rows),
    )


def _ordered(row: NutrientRow) -> str:
    if row.worked_out:
        return "follows from the salts"
    basis = "" if "/" in show(row.ordered) else f" {row.basis}"
    return f"{show(row.ordered)}{basis}"


def remarks_of(dose: Dose) -> tuple[Remark, ...]:
    """Interruptions of the pump and replaced sources, by step."""
    found = []
    for number in remarked_steps(dose):
        record = dose.record_of(number)
        if record is not None and record.device:
            found.append(Remark(number, dose.drawing.step(number).title, record.device))
    return tuple(found)


def _weight(dose: Dose) -> tuple[str, str, str]:
    for step in dose.drawing.steps:
        record = dose.record_of(step.number)
        if step.kind == "weigh" and record is not None and record.mass is not None and step.expected_mass is not None:
            off = (record.mass - step.expected_mass) / step.expected_mass
            return show(record.mass), show(step.expected_mass, 1), f"{signed_percent(off)} %"
    return "", "", ""


def _volumes(nutrition: NutritionPlan) -> tuple[tuple[str, str, str], ...]:
    line = "central line only" if nutrition.central and nutrition.container != "lipid" else "central or peripheral line"
    return (
        ("To infuse", show(nutrition.infused_volume, 1), f"at {show(nutrition.rate)} over {show(nutrition.hours, 1)}"),
        ("In the container", show(nutrition.prepared_volume, 1), nutrition.overfill_words),
        ("Line", line, ""),
        ("Dosing weight", show(nutrition.dosing_weight), nutrition.dosing_weight_note),
    )
