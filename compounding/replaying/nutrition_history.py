"""Past orders of parenteral nutrition from their flat figures: one block for each kind of patient and bag."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import numpy as np
from gmpy2 import mpq
from sqlalchemy import ColumnElement, Table, and_, func, select
from sqlalchemy.orm import Session

from calculations.nutrition.figures import Figure
from calculations.quantity import Quantity
from calculations.units import unit
from compounding.replaying.block import Key
from compounding.replaying.history import NOT_KEPT, Left, Period
from compounding.replaying.tables import NutritionFigureRow, NutritionJudgedRow

_ORDERS, _FIGURES = cast(Table, NutritionJudgedRow.__table__), cast(Table, NutritionFigureRow.__table__)
Stored = tuple[str, str, bool, str]
"""Unit, substance, whether it is complete, and the exact number."""


@dataclass
class FigureColumn:
    """One named figure of every order of a block."""

    values: Any
    """In the base unit of its dimension; not-a-number where the order has none."""
    missing: Any
    """It could not be given."""
    incomplete: Any
    stored: dict[int, Stored] = field(default_factory=dict)
    """Row -> the figure exactly, unread."""

    def exact(self, name: str, row: int) -> Figure:
        """The figure of one row, exactly."""
        unit_name, substance, complete, number = self.stored[row]
        return Figure(name, Quantity(mpq(number), unit_name, substance or None), complete=complete)


@dataclass
class NutritionBlock:
    """Orders of one population, kind of bag and line."""

    population: str
    kind: str
    line: str
    ready: bool
    keys: list[Key]
    doses: Any
    weights: Any
    weight_texts: list[str]
    figures: dict[str, FigureColumn]

    def __len__(self) -> int:
        return len(self.keys)

    def weight(self, row: int) -> Quantity:
        """The dosing weight, exactly."""
        return Quantity(mpq(self.weight_texts[row]), "kg_bw")


def nutrition_span(session: Session, period: Period) -> tuple[datetime | None, datetime | None]:
    """When the first and the last order of the period were accepted."""
    first, last = session.execute(select(func.min(_ORDERS.c.at), func.max(_ORDERS.c.at)).where(*_within(period))).one()
    return first, last


def nutrition_blocks(session: Session, period: Period) -> Iterator[NutritionBlock | Left]:
    """Every order of the period, once: in a block, or left with its reason."""
    query = select(_ORDERS).where(*_within(period)).order_by(_ORDERS.c.at.desc())
    alike: defaultdict[tuple[str, str, str, bool], list[Any]] = defaultdict(list)
    for row in session.execute(query):
        alike[row.population, row.kind, row.line, bool(row.ready)].append(row)
    figures = _figures(session, period)
    for (population, kind, line, ready), rows in alike.items():
        keys = [(row.record, row.version, 0) for row in rows]
        if not population:
            yield Left(NOT_KEPT, keys, sum(row.doses for row in rows))
            continue
        yield NutritionBlock(
            population, kind, line, ready, keys,
            np.array([row.doses for row in rows], dtype=np.int64),
            np.array([row.weight for row in rows], dtype=np.float64),
            [row.exact for row in rows],
            columns_of([figures.get((record, version), []) for record, version, _ in keys]),
        )  # fmt: skip


def _within(period: Period) -> Sequence[ColumnElement[bool]]:
    since = [] if period.since is None else [_ORDERS.c.at >= period.since]
    return since if period.until is None else [*since, _ORDERS.c.at < period.until]


def _figures(session: Session, period: Period) -> Mapping[tuple[str, int], list[Any]]:
    same = and_(_FIGURES.c.record == _ORDERS.c.record, _FIGURES.c.version == _ORDERS.c.version)
    found: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in session.execute(select(_FIGURES).join(_ORDERS, same).where(*_within(period))):
        found[row.record, row.version].append(row)
    return found


def columns_of(orders: Sequence[Sequence[Any]]) -> dict[str, FigureColumn]:
    """The figures of some orders, each given by its rows of `nutrition_figures`, as columns by name."""
    number, columns = len(orders), dict[str, FigureColumn]()
    for index, rows in enumerate(orders):
        for row in rows:
            column = columns.get(row.figure)
            if column is None:
                nothing = np.zeros(number, dtype=bool)
                column = columns[row.figure] = FigureColumn(np.full(number, np.nan), nothing, nothing.copy())
            if row.value is None:
                column.missing[index] = True
                continue
            column.values[index] = row.value * float(unit(row.unit).factor)
            column.incomplete[index] = not row.complete
            column.stored[index] = (row.unit, row.substance, bool(row.complete), row.exact)
    return columns
