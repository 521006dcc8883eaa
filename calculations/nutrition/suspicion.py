"""Tenfold and basis suspicions: an ordered amount outside the usual range that would fit if it were misread.

Both are hard. A value fits when ten, a hundred or a thousand times more or less of it lies in the usual range, or when
the same number does under another basis or as mmol instead of mEq.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gmpy2 import mpq

from calculations.findings import Finding, Grade
from calculations.nutrition.bases import amount_for_day, by_volume, in_all_bases, volume_for_day
from calculations.nutrition.limits import Band
from calculations.nutrition.order import ELEMENT, Basis, NutritionOrder, OrderedAmount
from calculations.nutrition.product import CHARGES
from calculations.nutrition.totals import Totals
from calculations.printing import show
from calculations.quantity import Quantity

_POWERS = tuple(mpq(10) ** power for power in (1, 2, 3))
_VOLUMES = {Basis.PER_KG_DAY: "mL/kg/day", Basis.PER_DAY: "mL/day", Basis.PER_BAG: "mL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualRange:
    """What is usual for a nutrient, in one basis."""

    nutrient: str
    basis: Basis
    low: Quantity
    high: Quantity
    band: Band
    source: str


def suspicions(
    order: NutritionOrder, bag_volume: Quantity, ranges: Iterable[UsualRange], *, high_alert: Collection[str],
    basis_factor: Quantity, totals: Totals | None = None,
) -> list[Finding]:  # fmt: skip
    """Findings row by row, the nutrient at the end of the code: `tenfold_…` and `basis_suspicion_…` hard, `outside_usual_…`
    soft, and `no_usual_range_…` hard for a high-alert nutrient without one for this patient.

    `basis_factor` (site data, a plain number above 1): only readings that differ by at least so much are suspected,
    because per kg and per day are nearly the same for a patient of 1 kg. `totals`: a row ordered as a salt is judged by
    the ion that the day brings; without them it is `not_compared_…`, hard.
    """
    mine = [usual for usual in ranges if usual.band.holds(order.population, order.dosing_weight)]
    findings: list[Finding] = []
    for row in order.amounts:
        own = [usual for usual in mine if usual.nutrient == row.nutrient]
        if not row.amount.number:
            continue
        if row.stated_as != ELEMENT:
            findings += [finding for usual in own for finding in _judge_salt(row, usual, totals)]
            continue
        if not own and row.nutrient in high_alert:
            title = f"No usual range for {_words(row)} holds for this patient: a misreading cannot be seen."
            findings.append(
                Finding(f"no_usual_range_{row.nutrient}", Grade.HARD, title, row.amount, mend="Release a usual range.")
            )
        for usual in own:
            findings += _judge(row, order, bag_volume, usual, basis_factor)
    return findings


def _judge(
    row: OrderedAmount, order: NutritionOrder, bag_volume: Quantity, usual: UsualRange, basis_factor: Quantity
) -> list[Finding]:
    value = _in_basis(row, order, bag_volume, usual.basis)
    if value is None:
        title = f"{_words(row)} has no amount {usual.basis}: it was not compared."
        return [Finding(f"not_compared_{row.nutrient}", Grade.HARD, title, row.amount)]
    low, high = (_like(bound, value) for bound in (usual.low, usual.high))
    misread = _misread(row, order, bag_volume, value, low, high, basis_factor.number)
    return _outside(row, value, usual, [_other_reading(row, value, misread, usual, high if value > high else low)])


def _outside(
    row: OrderedAmount, value: Quantity, usual: UsualRange, readings: Iterable[Finding | None]
) -> list[Finding]:
    """Nothing within the usual range; outside it what is suspected, or that it is unusual."""
    low, high = (_like(bound, value) for bound in (usual.low, usual.high))
    if low <= value <= high:
        return []
    found = [*(_tenfold(row, value, power, usual, low, high) for power in _POWERS), *readings]
    suspected = [finding for finding in found if finding is not None]
    if suspected:
        return suspected
    text = f"{_words(row)} {show(value)} lies outside the usual {show(low)} to {show(high)}."
    code = f"outside_usual_{row.nutrient}"
    return [_finding(code, Grade.SOFT, text, value, high if value > high else low, usual, "")]


def _judge_salt(row: OrderedAmount, usual: UsualRange, totals: Totals | None) -> list[Finding]:
    name = f"{usual.nutrient} {usual.basis}"
    if totals is None or name not in totals.figures:
        title = f"{_words(row)} is ordered as {row.stated_as}, and what the day brings is not known: not compared."
        return [Finding(f"not_compared_{row.nutrient}", Grade.HARD, title, row.amount)]
    value = totals.figures[name]
    return _outside(row, value, usual, [])


def _tenfold(
    row: OrderedAmount, value: Quantity, power: mpq, usual: UsualRange, low: Quantity, high: Quantity
) -> Finding | None:
    for factor, side in ((power, "more"), (1 / power, "less")):
        if low <= value / factor <= high:
            text = f"{_words(row)} {show(value)} is {power} times {side} than {show(value / factor)}, which is usual."
            mend = "Check the decimal point and the unit with the prescriber."
            return _finding(
                f"tenfold_{row.nutrient}", Grade.HARD, text, value, high if side == "more" else low, usual, mend
            )
    return None


def _other_reading(
    row: OrderedAmount, value: Quantity, misread: str, usual: UsualRange, bound: Quantity
) -> Finding | None:
    if not misread:
        return None
    text = f"{_words(row)} {show(value)} is outside what is usual; {show(row.amount)} {misread} would be usual."
    code = f"basis_suspicion_{row.nutrient}"
    return _finding(code, Grade.HARD, text, value, bound, usual, "Ask the prescriber which is meant.")


def _in_basis(row: OrderedAmount, order: NutritionOrder, bag_volume: Quantity, basis: Basis) -> Quantity | None:
    """The row in the basis of a usual range; None for a volume per litre."""
    weight = order.dosing_weight
    if not by_volume(row):
        return in_all_bases(amount_for_day(row, weight, bag_volume), weight, bag_volume)[basis]
    if basis not in _VOLUMES:
        return None
    volume = volume_for_day(row, weight, order.lipid_hours).number
    share = weight.number if basis is Basis.PER_KG_DAY else mpq(1)
    return Quantity(volume / share, _VOLUMES[basis], row.amount.of)


def _misread(
    row: OrderedAmount, order: NutritionOrder, bag_volume: Quantity, value: Quantity, low: Quantity, high: Quantity,
    least_factor: mpq,
) -> str:  # fmt: skip
    """How the same number would be usual: in another basis, or as mmol where mEq stand or the other way; or empty."""
    weight, litres = order.dosing_weight.number, bag_volume.amount_in("L")
    sizes = {Basis.PER_KG_DAY: weight, Basis.PER_DAY: mpq(1), Basis.PER_BAG: mpq(1), Basis.PER_LITRE: litres}
    if by_volume(row):
        del sizes[Basis.PER_LITRE]
    for basis, size in sizes.items():
        factor = size / sizes[row.basis]
        if max(factor, 1 / factor) >= least_factor and low <= value * factor <= high:
            return f"read {basis.value}"
    charge = CHARGES.get(row.nutrient)
    if charge is not None and charge > 1:
        for factor, words in ((mpq(charge), "in mmol instead of mEq"), (mpq(1, charge), "in mEq instead of mmol")):
            if low <= value * factor <= high:
                return words
    return ""


def _like(bound: Quantity, value: Quantity) -> Quantity:
    return (bound.named(value.of) if bound.of is None else bound).to(value.unit)


def _finding(
    code: str, grade: Grade, title: str, value: Quantity, bound: Quantity, usual: UsualRange, mend: str
) -> Finding:
    return Finding(code, grade, title, value, bound, -abs(value - bound), usual.source, mend)


def _words(row: OrderedAmount) -> str:
    text = row.nutrient.replace("_", " ")
    return text[:1].upper() + text[1:]
