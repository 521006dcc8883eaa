"""What changed since yesterday, row by row and beside the rows, and the finding for a change beyond a set ratio or step."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.nutrition.bases import amount_for_day, by_volume, per_kg_day, volume_for_day
from calculations.nutrition.order import NutritionOrder, OrderedAmount
from calculations.printing import show
from calculations.quantity import Quantity

ADDED, REMOVED, CHANGED, SAME, NOT_COMPARABLE = "added", "removed", "changed", "same", "not comparable"
_FIELDS = (
    "dosing_weight", "total_fluid", "volume", "hours", "taper_up", "taper_down", "lipid_hours", "anion_ratio",
)  # fmt: skip
_GIR = "mg/kg/min"
"""A step of dextrose in this unit is one of the glucose infusion rate."""
_WORDS_FIELDS = ("population", "kind", "line", "lipid_apart", "anions")


@dataclass(frozen=True, slots=True)
class Change:
    """One row or field of the order, beside yesterday's."""

    name: str
    stated_as: str
    """`element`, a salt, or empty for a field beside the rows."""
    kind: str
    """added, removed, changed, same, or not comparable (other unit and basis, and no common one)."""
    before: Quantity | str | None
    now: Quantity | str | None
    ratio: Quantity | None = None
    """Today ÷ yesterday, as `one`; None where one of them is missing or zero."""
    rise: Quantity | None = None
    """Today less yesterday, per kg and day, of a row that changed; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """How far a nutrient may move from one day to the next: as a ratio above 1, and upwards by a step.

    Down it is the same ratio; a step bounds only what is raised.
    """

    nutrient: str
    """`*`: every nutrient without a row of its own."""
    soft: Quantity | None
    hard: Quantity | None
    source: str
    soft_step: Quantity | None = None
    """An amount per kg and time: mg/kg/min, g/kg/day, mEq/kg/day."""
    hard_step: Quantity | None = None


def compare(
    today: NutritionOrder, yesterday: NutritionOrder, *, today_volume: Quantity | None = None,
    yesterday_volume: Quantity | None = None,
) -> tuple[Change, ...]:  # fmt: skip
    """Every row and field, in today's order, then what was removed. Unlike bases are compared per kg and day; for that
    the volumes of the bags are needed where an amount per litre stands."""
    before = {(row.nutrient, row.stated_as): row for row in yesterday.amounts}
    changes = []
    for row in today.amounts:
        old = before.pop((row.nutrient, row.stated_as), None)
        changes.append(_change(row, old, today, yesterday, today_volume, yesterday_volume))
    changes += [Change(old.nutrient, old.stated_as, REMOVED, old.amount, None) for old in before.values()]
    return (*changes, *_fields(today, yesterday))


def check_changes(changes: Iterable[Change], limits: Iterable[ChangeLimit]) -> list[Finding]:
    """A finding for each row that moved beyond its ratio or step, the graver one; and for each that cannot be compared."""
    by_name = {limit.nutrient: limit for limit in limits}
    changes, findings = tuple(changes), []
    for change in changes:
        limit = by_name.get(change.name, by_name.get("*"))
        if limit is None or not change.stated_as:
            continue
        if change.kind in (ADDED, REMOVED):
            findings += _come_or_gone(change, limit, changes)
            continue
        found = [row for row in (_by_step(change, limit), _by_ratio(change, limit)) if row is not None]
        findings += sorted(found, key=lambda row: row.grade is not Grade.HARD)[:1]
    return findings


def _come_or_gone(change: Change, limit: ChangeLimit, changes: Iterable[Change]) -> list[Finding]:
    """A row that is ordered no more; and one that stood as another salt or as the element, which no ratio tells."""
    others = [one for one in changes if one.name == change.name and one.kind in (ADDED, REMOVED) and one is not change]
    if others:
        before = others[0].before
        return [] if change.kind == REMOVED else [_not_compared(replace(change, before=before), limit)]
    return [_stopped(change, limit)] if change.kind == REMOVED and _by_ratio_judged(change, limit) else []


def _by_ratio_judged(change: Change, limit: ChangeLimit) -> bool:
    """Whether the limit bounds a fall, and there was something that could fall."""
    something = isinstance(change.before, Quantity) and change.before.number > 0
    return something and (limit.soft is not None or limit.hard is not None)


def _stopped(change: Change, limit: ChangeLimit) -> Finding:
    """From something to nothing: beyond every ratio, and the one change that leaves no amount to be judged."""
    title = f"{_name(change)} is not given any more: yesterday it was {change.before}."
    return Finding(f"day_to_day_change_{change.name}", Grade.SOFT, title, source=limit.source)


def _by_ratio(change: Change, limit: ChangeLimit) -> Finding | None:
    if change.kind == NOT_COMPARABLE:
        return _not_compared(change, limit)
    if change.ratio is not None and not change.ratio.number and _by_ratio_judged(change, limit):
        return _stopped(change, limit)
    if change.ratio is None or not change.ratio.number:
        return None
    size = change.ratio if change.ratio.number >= 1 else 1 / change.ratio
    for grade, bound in ((Grade.HARD, limit.hard), (Grade.SOFT, limit.soft)):
        if bound is not None and size > bound:
            title = f"{_name(change)} is {show(change.ratio)} times yesterday's: {change.before}, now {change.now}."
            return Finding(f"day_to_day_change_{change.name}", grade, title, size, bound, bound - size, limit.source)
    return None


def _by_step(change: Change, limit: ChangeLimit) -> Finding | None:
    """A rise beyond the step; a change whose rise cannot be told in the step's unit is told as such."""
    for grade, step in ((Grade.HARD, limit.hard_step), (Grade.SOFT, limit.soft_step)):
        if step is None or change.kind != CHANGED:
            continue
        if change.rise is None or change.rise.unit.dimension is not step.unit.dimension:
            return _not_compared(change, limit)
        rise = change.rise.named(step.of).to(step.unit)
        if rise > step:
            name = "GIR" if (change.name, step.unit.name) == ("dextrose", _GIR) else _name(change)
            told = f"{name} is raised by {show(rise)} since yesterday: {change.before}, now {change.now}."
            return Finding(f"day_to_day_change_{change.name}", grade, told, rise, step, step - rise, limit.source)
    return None


def _not_compared(change: Change, limit: ChangeLimit) -> Finding:
    title = f"{_name(change)} cannot be compared with yesterday: {change.before} and {change.now}."
    return Finding(f"change_not_compared_{change.name}", Grade.SOFT, title, source=limit.source)


def _name(change: Change) -> str:
    return change.name.replace("_", " ").capitalize()


def _change(
    row: OrderedAmount, old: OrderedAmount | None, today: NutritionOrder, yesterday: NutritionOrder,
    today_volume: Quantity | None, yesterday_volume: Quantity | None,
) -> Change:  # fmt: skip
    if old is None:
        return Change(row.nutrient, row.stated_as, ADDED, None, row.amount)
    new_amount: Quantity | None = row.amount
    old_amount: Quantity | None = old.amount
    if not _alike(row, old):
        new_amount = _for_weight(row, today, today_volume)
        old_amount = _for_weight(old, yesterday, yesterday_volume)
    if new_amount is None or old_amount is None or new_amount.unit.dimension is not old_amount.unit.dimension:
        return Change(row.nutrient, row.stated_as, NOT_COMPARABLE, old.amount, row.amount)
    ratio = _share(new_amount, old_amount)
    if new_amount == old_amount and row == old:
        return Change(row.nutrient, row.stated_as, SAME, old.amount, row.amount, ratio)
    rise = _rise(_for_weight(row, today, today_volume), _for_weight(old, yesterday, yesterday_volume))
    return Change(row.nutrient, row.stated_as, CHANGED, old.amount, row.amount, ratio, rise)


def _rise(now: Quantity | None, before: Quantity | None) -> Quantity | None:
    if now is None or before is None or now.unit.dimension is not before.unit.dimension:
        return None
    return now.named(None) - before.named(None)


def _alike(row: OrderedAmount, old: OrderedAmount) -> bool:
    """Whether the two amounts count the same as they stand; a rate in mL/h also depends on its hours."""
    by_rate = "mL/h" in (row.amount.unit.name, old.amount.unit.name)
    return row.basis is old.basis and row.amount.unit.dimension is old.amount.unit.dimension and not by_rate


def _share(now: Quantity, before: Quantity) -> Quantity | None:
    return None if not before.number else Quantity(now.to(before.unit).number / before.number, "one")


def _for_weight(row: OrderedAmount, order: NutritionOrder, volume: Quantity | None) -> Quantity | None:
    """Per kg and day; None where that cannot be told, as of an amount per litre without the volume."""
    try:
        if by_volume(row):
            daily = volume_for_day(row, order.dosing_weight, order.lipid_hours)
            return Quantity(daily.number / order.dosing_weight.number, "mL/kg/day")
        return per_kg_day(amount=amount_for_day(row, order.dosing_weight, volume), weight=order.dosing_weight)
    except CannotCompute:
        return None


def _fields(today: NutritionOrder, yesterday: NutritionOrder) -> list[Change]:
    found = []
    for name in _FIELDS:
        old, new = getattr(yesterday, name), getattr(today, name)
        if old is not None or new is not None:
            kind = ADDED if old is None else REMOVED if new is None else SAME if old == new else CHANGED
            ratio = _share(new, old) if old is not None and new is not None else None
            found.append(Change(name, "", kind, old, new, ratio))
    for name in _WORDS_FIELDS:
        old, new = str(getattr(yesterday, name)), str(getattr(today, name))
        found.append(Change(name, "", SAME if old == new else CHANGED, old, new))
    return found
