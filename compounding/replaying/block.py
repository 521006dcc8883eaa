"""Rows of the flat figures that agree in every word, as NumPy columns; and one of them as exact figures again.

Floating point is right here because nothing is decided by it alone: what lies within `NEAR` of a bound is judged again
from the exact figures, by the planner's own rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from gmpy2 import mpq

from calculations.quantity import Quantity, trusted
from calculations.units import Unit, unit
from compounding.planning.limit_rule import Figures, Use
from compounding.replaying.tables import FIGURES, NONE
from formulary.model import Age, AgeUnit, Line, Population

NEAR = 1e-9
"""Share of a bound within which a figure is judged again exactly."""

Key = tuple[str, int, int]
"""Record, version and part of a row."""


@dataclass(frozen=True)
class Words:
    """What all rows of a block have in common, in the order of `tables.WORDS`."""

    order_type: str
    formulation: str
    route: str
    line: str
    purpose: str
    unit: str
    substance: str
    cumulative_unit: str
    cumulative_substance: str

    @property
    def use(self) -> Use:
        """What decides which limits are meant for these orders."""
        return Use(self.order_type, self.formulation, self.route, Line(self.line), self.purpose)

    def amount(self, number: Any = 1) -> Quantity:
        """A number of the unit in which the amounts are kept."""
        return Quantity(number, self.unit, self.substance or None)

    def cumulative(self, number: Any = 1) -> Quantity:
        """A number of the unit in which the dose of a lifetime is kept."""
        return Quantity(number, self.cumulative_unit, self.cumulative_substance or None)


@dataclass(frozen=True)
class Exact:
    """One row, exactly: the figures as the plan held them."""

    age_days: int
    age_months: int
    body_weight: Quantity | None
    maturity: Quantity | None
    """Postmenstrual age."""
    asked: Figures
    made: Figures


@dataclass(frozen=True)
class Block:
    """Columns of rows that agree in their words. A figure that a row does not have is not-a-number."""

    words: Words
    keys: Sequence[Key]
    doses: Any
    age_days: Any
    age_months: Any
    capped: Any
    columns: Mapping[str, Any]
    texts: Sequence[str]
    """The exact figures of every row, unread."""

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def _known(self) -> dict[int, Exact]:
        return {}

    def parts(self, row: int) -> list[str]:
        """The exact figures of a row as text, in the order of `tables.FIGURES`."""
        return self.texts[row].split()

    def exact(self, row: int) -> Exact:
        """A row as exact figures; read once."""
        if row not in self._known:
            numbers = (None if part == NONE else mpq(part) for part in self.parts(row))
            found = dict(zip(FIGURES, numbers, strict=True))
            ages = int(self.age_days[row]), int(self.age_months[row])
            self._known[row] = exact_row(self.words, found, *ages, capped=bool(self.capped[row]))
        return self._known[row]


@lru_cache(maxsize=1024)
def _units(words: Words) -> tuple[Unit, Unit, Unit]:
    """Of an amount, of a concentration and of a speed."""
    amount = words.amount() if words.unit else Quantity(1, "one")
    return amount.unit, (amount / Quantity(1, "mL")).unit, (amount / Quantity(1, "min")).unit


_KG, _M2, _WEEK, _MINUTE, _AUC = unit("kg_bw"), unit("m2"), unit("week"), unit("min"), unit("AUC")


def exact_row(words: Words, found: Mapping[str, mpq | None], days: int, months: int, *, capped: bool) -> Exact:
    """A row's figures with their units: what the planner's rule is asked with."""

    def quantity(name: str, measure: Unit, of: str | None = None) -> Quantity | None:
        number = found[name]
        return None if number is None else trusted(number, measure, of)

    (amount, strength, speed), of = _units(words), words.substance or None
    surface, cumulative = quantity("surface", _M2), found["cumulative"]
    weight, concentration = quantity("weight", _KG), quantity("concentration", strength, of)
    duration, auc = quantity("duration", _MINUTE), quantity("auc", _AUC, of)
    before = None if cumulative is None else words.cumulative(cumulative)

    def figures(dose: str, rate: str) -> Figures:
        return Figures(
            quantity(dose, amount, of),
            found["doses_per_day"],
            weight,
            lambda: surface,
            concentration,
            duration,
            quantity(rate, speed, of),
            before,
            auc,
            capped,
        )

    body_weight, maturity = quantity("body_weight", _KG), quantity("maturity", _WEEK)
    return Exact(days, months, body_weight, maturity, figures("dose", "rate"), figures("made", "rate_made"))


def reached(age: Age) -> tuple[str, int]:
    """Which age column a calendar age is counted in, and how many it takes."""
    if age.unit in (AgeUnit.DAY, AgeUnit.WEEK):
        return "age_days", age.number * (7 if age.unit is AgeUnit.WEEK else 1)
    return "age_months", age.number * (12 if age.unit is AgeUnit.YEAR else 1)


def may_be_of(population: Population, row: Exact) -> bool:
    """Whether a patient may belong to the population: only what is known can rule them out, as in planning."""
    for age, must in ((population.age_from, True), (population.age_below, False)):
        if age is not None:
            name, least = reached(age)
            if (getattr(row, name) >= least) is not must:
                return False
    ranges = (
        (row.body_weight, population.weight_from, population.weight_below),
        (row.maturity, population.postmenstrual_from, population.postmenstrual_below),
    )
    return all(
        found is None or ((low is None or found >= low) and (below is None or found < below))
        for found, low, below in ranges
    )
