"""One limit held against a whole block of past orders: the rule of `planning.limit_rule`, on columns.

Every row within `NEAR` of a bound, of the edge of a population or of the factor of a slipped decimal point is judged
again from its exact figures by the planner's own functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.planning.limit_rule import Figures, Tenfold, Verdict, counts_auc, figure, in_unit, judge, sized
from compounding.replaying.block import NEAR, Block, Exact, may_be_of, reached
from compounding.replaying.tables import FIGURES
from formulary.model import Limit, LimitKind, Population

CODES = {verdict: code for code, verdict in enumerate(Verdict)}
"""A verdict as the number that stands in a column."""
VERDICTS = tuple(Verdict)


class UnlikeSubstance(Exception):
    """The rows count in another substance than the limit: no figure of theirs says anything about it."""


@dataclass(frozen=True)
class Judged:
    """A limit against every row of a block."""

    codes: Any
    """Code of the verdict, whether the limit holds or not."""
    holds: Any
    """Whether the patient may belong to the limit's population."""
    exactly: int
    """How many rows were judged again from exact figures."""


@dataclass(frozen=True)
class _Found:
    """The figure of every row in the limit's unit."""

    asked: Any
    made: Any
    absent: Any
    """The plan has no such figure."""
    unassessed: Any
    """It cannot be brought to the limit's basis."""


def judged(limit: Limit, population: Population, block: Block, tenfold: Tenfold) -> Judged:
    """The limit against the block. Raises UnlikeSubstance."""
    _comparable(limit, block)
    holds, edge = _population(population, block)
    found = _figure(limit, block)
    codes = _codes(limit, found, block.capped, tenfold)
    near = np.flatnonzero((holds | edge) & ~found.absent & ~found.unassessed & _near(limit, found, tenfold))
    _again(limit, block, near.tolist(), codes, tenfold)
    for row in np.flatnonzero(edge).tolist():
        holds[row] = may_be_of(population, block.exact(row))
    return Judged(codes, holds, len(near))


def _again(limit: Limit, block: Block, near: Sequence[int], codes: Any, tenfold: Tenfold) -> None:
    """Judge these rows by their exact figures. Those with the very same figures are judged once."""
    places = [FIGURES.index(name) for name in _RESTS_ON[limit.kind]]
    known: dict[tuple[str, ...], int] = {}
    for row in near:
        parts = block.parts(row)
        key = (*(parts[place] for place in places), str(block.capped[row]))
        if key not in known:
            known[key] = CODES[exact_verdict(limit, block.exact(row), tenfold)]
        codes[row] = known[key]


_DOSE, _SIZE = ("dose", "made"), ("weight", "surface")
_RESTS_ON = {
    LimitKind.DOSE: (*_DOSE, *_SIZE, "auc"),
    LimitKind.COURSE: (*_DOSE, *_SIZE),
    LimitKind.DAY: (*_DOSE, *_SIZE, "doses_per_day"),
    LimitKind.LIFETIME: (*_DOSE, *_SIZE, "cumulative"),
    LimitKind.RATE: ("rate", "rate_made", *_SIZE),
    LimitKind.CONCENTRATION: ("concentration",),
    LimitKind.DURATION: ("duration",),
}
"""The figures that decide the verdict of a kind of limit. A kind without a row here cannot be replayed: KeyError."""


def exact_verdict(limit: Limit, row: Exact, tenfold: Tenfold) -> Verdict:
    """What the planner says of this row and limit."""
    try:
        asked, made = figure(limit, row.asked), figure(limit, row.made)
    except CannotCompute:
        return Verdict.NOT_ASSESSED
    return judge(limit, asked, made, tenfold, capped=row.asked.capped)


def _comparable(limit: Limit, block: Block) -> None:
    if not block.words.unit or not limit.unit.dimension.carries_substance:
        return
    for bound in (limit.low, limit.high, limit.hard_max):
        if bound is not None and (bound.of or "") != block.words.substance:
            raise UnlikeSubstance(limit.id)


def _population(population: Population, block: Block) -> tuple[Any, Any]:
    """Who may belong, and who stands so near an edge that the exact weight must say."""
    holds = np.ones(len(block), dtype=bool)
    edge = np.zeros(len(block), dtype=bool)
    for age, must in ((population.age_from, True), (population.age_below, False)):
        if age is not None:
            name, least = reached(age)
            holds &= (getattr(block, name) >= least) == must
    for column, unit, low, below in (
        ("body_weight", "kg_bw", population.weight_from, population.weight_below),
        ("maturity", "week", population.postmenstrual_from, population.postmenstrual_below),
    ):
        found = block.columns[column]
        for bound, inside in ((low, np.greater_equal), (below, np.less)):
            if bound is not None:
                turn = float(bound.amount_in(unit))
                holds &= np.isnan(found) | inside(found, turn)
                edge |= np.abs(found - turn) <= NEAR * abs(turn)
    return holds, edge


def _figure(limit: Limit, block: Block) -> _Found:
    columns, words, kind = block.columns, block.words, limit.kind
    if kind is LimitKind.DURATION:
        return _plain(limit, columns["duration"], Quantity(1, "min"))
    if not words.unit:
        return _nothing(block)
    amount = words.amount()
    if kind is LimitKind.CONCENTRATION:
        return _plain(limit, columns["concentration"], amount / Quantity(1, "mL"))
    if kind is LimitKind.RATE:
        return _sized(limit, block, columns["rate"], columns["rate_made"], amount / Quantity(1, "min"))
    if kind is LimitKind.DAY:
        per_day = columns["doses_per_day"]
        daily = amount / Quantity(1, "day")
        return _sized(limit, block, columns["dose"] * per_day, columns["made"] * per_day, daily, per_day=True)
    if kind is LimitKind.LIFETIME:
        return _lifetime(limit, block)
    found = _sized(limit, block, columns["dose"], columns["made"], amount)
    auc = Quantity(1, "AUC", words.substance or None)
    if kind is not LimitKind.DOSE or not counts_auc(limit, auc):
        return found
    target, given = _plain(limit, columns["auc"], auc), ~np.isnan(columns["auc"])
    return _Found(target.asked, target.made, ~given & found.absent, ~given & found.unassessed)


def _nothing(block: Block) -> _Found:
    none, everywhere = np.full(len(block), np.nan), np.ones(len(block), dtype=bool)
    return _Found(none, none, everywhere, ~everywhere)


def _plain(limit: Limit, found: Any, one: Quantity) -> _Found:
    absent = np.isnan(found)
    try:
        factor = float(in_unit(limit, one).number)
    except CannotCompute:
        return _Found(found, found, absent, ~absent)
    figures = found * factor
    return _Found(figures, figures, absent, np.zeros(len(found), dtype=bool))


_ONE = Figures(None, None, Quantity(1, "kg_bw"), lambda: Quantity(1, "m2"), None, None, None, None)
"""A body of one kg and one m2: what it gives is the factor between the units of a row and of the limit."""


def _sized(limit: Limit, block: Block, asked: Any, made: Any, one: Quantity, *, per_day: bool = False) -> _Found:
    absent = np.isnan(asked) | np.isnan(made)
    parts = limit.unit.name.split("/")[1:]
    sizes = [block.columns[name] for part, name in (("kg", "weight"), ("m2", "surface")) if part in parts]
    unassessed = np.zeros(len(block), dtype=bool)
    try:
        per_one = sized(limit, one, _ONE, per_day=per_day)
        factor = float(per_one.number) if per_one is not None else np.nan
    except CannotCompute:
        factor, unassessed = np.nan, ~absent
    for size in sizes:
        unassessed = unassessed | (~absent & np.isnan(size))
        asked, made = asked / size, made / size
    return _Found(asked * factor, made * factor, absent, unassessed)


def _lifetime(limit: Limit, block: Block) -> _Found:
    before, words = block.columns["cumulative"], block.words
    now = _sized(limit, block, block.columns["dose"], block.columns["made"], words.amount())
    unknown = np.isnan(before)
    absent = now.absent & ~unknown
    if not words.cumulative_unit:
        return _Found(now.asked, now.made, absent, now.unassessed | unknown)
    try:
        one = in_unit(limit, words.cumulative())
        one + Quantity(1, limit.unit, words.substance or None)  # unlike substances are never added up
    except CannotCompute:
        return _Found(now.asked, now.made, absent, ~now.absent | unknown)
    more = before * float(one.number)
    return _Found(now.asked + more, now.made + more, absent, now.unassessed | unknown)


def _bounds(limit: Limit) -> tuple[float | None, float | None, float | None]:
    low, high, most = (
        None if bound is None else float(bound.amount_in(limit.unit))
        for bound in (limit.low, limit.high, limit.hard_max)
    )
    return low, high, most


def _codes(limit: Limit, found: _Found, capped: Any, tenfold: Tenfold) -> Any:
    low, high, most = _bounds(limit)
    asked, made = found.asked, found.made
    codes = np.full(len(asked), CODES[Verdict.INSIDE], dtype=np.int8)
    if low is not None:
        codes[asked < low] = CODES[Verdict.LOW]
    if high is not None:
        codes[asked > high] = CODES[Verdict.HIGH]
    codes[_slipped(limit, asked, tenfold)] = CODES[Verdict.SLIPPED]
    if most is not None:
        codes[asked > most] = CODES[Verdict.OVER]
    if low is not None and limit.kind is LimitKind.DOSE:
        codes[capped & (asked < low)] = CODES[Verdict.INSIDE]
    if most is not None:
        codes[(asked <= most) & (made > most)] = CODES[Verdict.ROUNDED_OVER]
    codes[found.absent] = CODES[Verdict.DOES_NOT_APPLY]
    codes[found.unassessed] = CODES[Verdict.NOT_ASSESSED]
    return codes


def _slipped(limit: Limit, asked: Any, tenfold: Tenfold) -> Any:
    low, high, _ = _bounds(limit)
    least, most = float(tenfold[0]), float(tenfold[1])
    slipped = np.zeros(len(asked), dtype=bool)
    if limit.kind not in (LimitKind.DOSE, LimitKind.DAY, LimitKind.RATE):
        return slipped
    over = asked > high if high is not None and high > 0 else slipped
    if high is not None and high > 0:
        slipped = over & (asked >= high * least) & (asked <= high * most)
    if low is not None and low > 0:
        slipped = slipped | (~over & (asked > 0) & (asked < low) & (asked * least <= low) & (asked * most >= low))
    return slipped


def _near(limit: Limit, found: _Found, tenfold: Tenfold) -> Any:
    """Rows that lie within `NEAR` of any number at which the verdict turns."""
    low, high, most = _bounds(limit)
    turns = [bound for bound in (low, high, most) if bound is not None]
    times = [float(tenfold[0]), float(tenfold[1])]
    turns += [high * by for by in times if high] + [low / by for by in times if low]
    near = np.zeros(len(found.asked), dtype=bool)
    for turn in turns:
        near |= np.abs(found.asked - turn) <= NEAR * abs(turn)
    if most is not None:
        near |= np.abs(found.made - most) <= NEAR * abs(most)
    return near


def levels_of(codes: Any, levels: Sequence[int]) -> Any:
    """The level of every verdict in a column."""
    return np.asarray(levels, dtype=np.int8)[codes]
