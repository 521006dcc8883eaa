"""An order of parenteral nutrition as a page shows it: rows beside yesterday and what is usual, totals, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gmpy2 import mpq

from calculations.findings import Finding, Grade
from calculations.nutrition.changes import SAME, Change, compare
from calculations.nutrition.order import ELEMENT, NutritionOrder, OrderedAmount
from calculations.nutrition.suspicion import UsualRange
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.nutrition.plan import Figure, NutrientRow, NutritionPlan
from compounding.nutrition.rows import title_of
from compounding.planning.plan import TherapeuticPlan
from compounding.reviewing.yesterday import OrderBefore
from compounding.views.nutrition_pictures import (
    CurvePicture,
    Layer,
    OsmolarityPicture,
    curve_picture,
    layers,
    osmolarity_picture,
)
from compounding.views.nutrition_totals import Total, totals_shown
from formulary.nutrition.engine_limits import usual_ranges
from formulary.nutrition.model_profile import NutritionSet

UNSAID = "none"


@dataclass(frozen=True)
class Spark:
    """A figure on its usual range, in the row's own unit."""

    now: mpq
    low: mpq
    high: mpq
    was: mpq | None


@dataclass(frozen=True)
class RowShown:
    """One row; texts are empty where nothing can be said."""

    nutrient: str
    stated_as: str
    title: str
    ordered: str
    made_of: str
    per_day: str
    in_bag: str
    yesterday: str
    change: str
    changed: bool
    usual: str
    spark: Spark | None
    grade: str
    """The worst finding about this very row: soft, hard or absolute."""


@dataclass(frozen=True)
class ChangeShown:
    """One row or field that differs from an order before."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class NutritionShown:
    """Everything a page draws of one order of parenteral nutrition."""

    rows: tuple[RowShown, ...]
    worked_out: tuple[RowShown, ...]
    """Chloride and acetate where they follow from the salts."""
    totals: tuple[Total, ...]
    figures: tuple[Figure, ...]
    fluids: tuple[str, ...]
    fluid_total: str
    layers: tuple[Layer, ...]
    prepared: str
    curve: CurvePicture | None
    osmolarity: OsmolarityPicture | None
    weight_note: str
    since: str
    """The day of the order before; empty where there is none."""
    before_name: str
    """What the order before is called: "Yesterday" only where it starts on the day before or the same day."""
    changes: tuple[ChangeShown, ...]
    usual_for: str


def nutrition_shown(
    order: NutritionOrder,
    plan: TherapeuticPlan | None,
    findings: Sequence[Finding],
    held: NutritionSet,
    before: OrderBefore | None,
    clock: Clock,
    start: datetime,
) -> NutritionShown:
    """The order beside its plan; without a plan the rows stand as ordered, and nothing else is claimed."""
    bag = None if plan is None else plan.nutrition
    since = "" if before is None else _day(before, clock)
    changed = () if before is None else changes_since(order, before.order, bag, before.plan)
    was_curve = None if before is None or before.plan is None else before.plan.calcium_phosphate
    return NutritionShown(
        rows=_rows(order, bag, findings, held, before, changed),
        worked_out=() if bag is None else _worked_out(bag, before),
        totals=() if bag is None or plan is None else totals_shown(order, bag, held),
        figures=() if bag is None else bag.figures,
        fluids=() if bag is None else bag.fluids,
        fluid_total=_fluid_total(order),
        layers=() if bag is None else layers(bag, held),
        prepared="" if bag is None else show(bag.prepared_volume, 1),
        curve=None if bag is None else curve_picture(bag.calcium_phosphate, was_curve, since),
        osmolarity=None
        if bag is None
        else osmolarity_picture(bag, held, order.dosing_weight, order.line, order.kind),
        weight_note="" if bag is None else bag.dosing_weight_note,
        since=since,
        before_name=_before_name(before, clock, start),
        changes=tuple(_change_shown(one, order, before.order if before else None) for one in changed),
        usual_for=order.population,
    )


def _day(before: OrderBefore, clock: Clock) -> str:
    there = clock.local(before.start)
    return f"{there.day} {there:%b}"


def _before_name(before: OrderBefore | None, clock: Clock, start: datetime) -> str:
    if before is None or (clock.local(start).date() - clock.local(before.start).date()).days <= 1:
        return "Yesterday"
    return f"On {_day(before, clock)}"


def changes_since(
    now: NutritionOrder, before: NutritionOrder, bag: NutritionPlan | None = None, bag_before: NutritionPlan | None = None
) -> tuple[Change, ...]:
    """Every row and field that is not the same."""
    found = compare(
        now,
        before,
        today_volume=None if bag is None else bag.infused_volume,
        yesterday_volume=None if bag_before is None else bag_before.infused_volume,
    )
    return tuple(one for one in found if one.kind != SAME)


def changes_shown(now: NutritionOrder, before: NutritionOrder) -> tuple[ChangeShown, ...]:
    """The same in words, with the fluids beside the bag."""
    found = [_change_shown(one, now, before) for one in changes_since(now, before)]
    others, others_before = (_others(order) for order in (now, before))
    if others != others_before:
        found.append(ChangeShown("Other fluids", others_before, others))
    return tuple(found)


def _others(order: NutritionOrder) -> str:
    return "; ".join(f"{one.name} {show(one.volume)}" for one in order.others) or UNSAID


def _change_shown(change: Change, now: NutritionOrder, before: NutritionOrder | None) -> ChangeShown:
    rows = [*now.amounts, *(before.amounts if before else ())]
    row = next((r for r in rows if (r.nutrient, r.stated_as) == (change.name, change.stated_as)), None)
    name = change.name.replace("_", " ").capitalize() if row is None else title_of(row)
    return ChangeShown(name, _words(change.before), _words(change.now))


def _words(value: Quantity | str | None) -> str:
    if value is None:
        return UNSAID
    return show(value) if isinstance(value, Quantity) else {"True": "yes", "False": "no"}.get(value, value)


def _fluid_total(order: NutritionOrder) -> str:
    if order.total_fluid is not None:
        return show(order.total_fluid)
    return "" if order.volume is None else f"{show(order.volume)} in the bag"


def _rows(
    order: NutritionOrder,
    bag: NutritionPlan | None,
    findings: Sequence[Finding],
    held: NutritionSet,
    before: OrderBefore | None,
    changed: Sequence[Change],
) -> tuple[RowShown, ...]:
    planned = {} if bag is None else {(row.nutrient, row.stated_as): row for row in bag.rows if not row.worked_out}
    usual = [one for one in usual_ranges(held) if one.band.holds(order.population, order.dosing_weight)]
    moved = {(one.name, one.stated_as) for one in changed}
    rows = []
    for row in order.amounts:
        key = (row.nutrient, row.stated_as)
        was = None if before is None else _row_of(before.order, key)
        own = next((one for one in usual if one.nutrient == row.nutrient and _fits(one, row)), None)
        shown, text = planned.get(key), "" if own is None else _range(own, row)
        rows.append(
            RowShown(
                *key,
                title_of(row),
                show(row.amount),
                *_planned_texts(shown, bag),
                "" if was is None else show(was.amount) if was.amount.unit != row.amount.unit else _number(was.amount),
                _delta(row, was) if before is not None else "",
                key in moved,
                text,
                _spark(row, was, own),
                _grade(row, findings),
            )
        )
    return tuple(rows)


def _row_of(order: NutritionOrder, key: tuple[str, str]) -> OrderedAmount | None:
    return next((row for row in order.amounts if (row.nutrient, row.stated_as) == key), None)


def _planned_texts(row: NutrientRow | None, bag: NutritionPlan | None) -> tuple[str, str, str]:
    """What goes in, per day, and in the bag."""
    if row is None or bag is None:
        return "", "", ""
    day = _day_amount(row.per_day)
    if row.apart:
        return row.made_of, day, "apart"
    percent = next((one.amount for one in bag.figures if one.name == f"{row.nutrient} percent"), None)
    if row.nutrient == "dextrose" and percent is not None:
        return row.made_of, day, show(percent, 2)
    return row.made_of, day, "" if row.per_litre is None else show(row.per_litre)


def _day_amount(amount: Quantity) -> str:
    """Under the heading "per day": two decimals where the number is above 1, and the unit without its day."""
    return show(amount, 2 if amount.number >= 1 else None).removesuffix("/day")


def _number(amount: Quantity) -> str:
    return show_number(amount.number)


def _delta(row: OrderedAmount, was: OrderedAmount | None) -> str:
    if was is None:
        return "new"
    if was.basis is not row.basis or was.amount.unit.dimension is not row.amount.unit.dimension:
        return "in another unit"
    by = row.amount - was.amount
    if not by.number:
        return ""
    return f"{'+' if by.number > 0 else '−'}{show_number(abs(by.amount_in(row.amount.unit)))}"


def _fits(usual: UsualRange, row: OrderedAmount) -> bool:
    same = usual.low.unit.dimension is row.amount.unit.dimension
    return row.stated_as == ELEMENT and usual.basis is row.basis and same


def _in_unit(amount: Quantity, row: OrderedAmount) -> mpq:
    return amount.amount_in(row.amount.unit)


def _range(usual: UsualRange, row: OrderedAmount) -> str:
    low, high = (show_number(_in_unit(end, row)) for end in (usual.low, usual.high))
    return low if low == high else f"{low} to {high}"


def _spark(row: OrderedAmount, was: OrderedAmount | None, usual: UsualRange | None) -> Spark | None:
    if usual is None or usual.low.number >= usual.high.number:
        return None
    comparable = was is not None and was.amount.unit.dimension is row.amount.unit.dimension and was.basis is row.basis
    return Spark(
        row.amount.number,
        _in_unit(usual.low, row),
        _in_unit(usual.high, row),
        _in_unit(was.amount, row) if was is not None and comparable else None,
    )


def _grade(row: OrderedAmount, findings: Sequence[Finding]) -> str:
    """Findings name their row at the end of the code, or their figure at its beginning."""
    mine = [
        finding.grade
        for finding in findings
        if finding.grade is not Grade.INFO
        and (
            finding.code.removesuffix(f"_{row.nutrient}") != finding.code
            or finding.code.startswith((f"limit_{row.nutrient}_per", f"limit_{row.nutrient}_percent"))
        )
    ]
    return "" if not mine else max(mine, key=list(Grade).index).value


def _worked_out(bag: NutritionPlan, before: OrderBefore | None) -> tuple[RowShown, ...]:
    was = {} if before is None or before.plan is None else {r.nutrient: r for r in before.plan.rows if r.worked_out}
    rows = []
    for row in bag.rows:
        if not row.worked_out:
            continue
        old = was.get(row.nutrient)
        yesterday = "" if old is None else show_number(old.ordered.number, 2)
        litre = "" if row.per_litre is None else show(row.per_litre)
        texts = (show(row.ordered, 2), row.made_of, _day_amount(row.per_day), litre, yesterday, "")
        rows.append(RowShown(row.nutrient, row.stated_as, row.title, *texts, False, "", None, ""))
    return tuple(rows)
