"""The replay of a nutrition set in words, with past orders to open."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from gmpy2 import mpq
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.replaying.block import Key
from compounding.replaying.outcome import OfLimit, Replayed
from compounding.replaying.tables import NutritionFigureRow, NutritionJudgedRow
from compounding.views.replay import Example, ReplayPage, shown_page, wanted
from formulary.model import Limit
from formulary.nutrition.model_rules import LimitRow
from formulary.nutrition.views import band_words
from formulary.views import bound

_ORDERS, _FIGURES = cast(Table, NutritionJudgedRow.__table__), cast(Table, NutritionFigureRow.__table__)


def nutrition_replay_page(session: Session, found: Replayed) -> ReplayPage:
    """The replay of a nutrition set as it is shown."""
    records = {record for record, _, _ in wanted(found)}
    orders = {(row.record, row.version): row for row in session.execute(select(_ORDERS).where(_ORDERS.c.record.in_(records)))}
    query = select(_FIGURES).where(_FIGURES.c.record.in_(records))
    figures = {(row.record, row.version, row.figure): row for row in session.execute(query)}

    def examples(keys: Sequence[Key], row: OfLimit | None) -> tuple[Example, ...]:
        limit = None if row is None else row.after or row.before
        shown = []
        for record, version, _ in keys:
            order = orders[record, version]
            example = Example(order.number, version, order.at, order.doses, "")
            named = figures.get((record, version, limit.figure)) if isinstance(limit, LimitRow) else None
            shown.append(example if named is None else replace(example, figure=_value(named)))
        return tuple(shown)

    return shown_page(found, examples, _words, _bounds)


def _value(row: Any) -> str:
    if row.value is None:
        return "cannot be given"
    return show(Quantity(mpq(row.exact), row.unit, row.substance or None))


def _words(row: OfLimit) -> tuple[str, str]:
    limit = row.after or row.before
    if not isinstance(limit, LimitRow):
        return "No limit from above holds", "of a nutrient that never goes without one"
    figure = limit.figure.replace("_", " ")
    line = "any line" if limit.line == "any" else f"{limit.line} line"
    kinds = ", ".join(limit.kinds) or "every container"
    return figure[:1].upper() + figure[1:], f"{band_words(limit)}; {line}; {kinds}"


def _bounds(limit: Limit | LimitRow | None) -> str:
    if not isinstance(limit, LimitRow):
        return "not there"
    words = []
    for name, low, high in (("soft", limit.soft_low, limit.soft_high), ("hard", limit.hard_low, limit.hard_high)):
        if low is not None or high is not None:
            words.append(f"{'absolute' if name == 'hard' and limit.absolute else name}: {bound(low, high)}")
    return "; ".join(words) or "only what is usual"
