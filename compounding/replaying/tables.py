"""Projections of reviewed orders: what their limits were judged on, one flat row for each drug of a preparation, and one for
each figure of a nutrition bag.

A replay reads the figures as columns of float64, and the rows that lie close to a limit from `exact`. Nothing is decided
from it.
"""

from datetime import datetime

from sqlalchemy import Double, Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


def _figure() -> Mapped[float | None]:
    """A figure as float64, beside its exact text in `exact`."""
    return mapped_column(Double)


class LimitFigureRow(Base):
    """One drug of one reviewed order version."""

    __tablename__ = "limit_figures"
    # The rows of a drug lie together in the order of time: a replay reads them from first to last.
    __table_args__ = (Index("ix_limit_figures_record", "record"), {"sqlite_with_rowid": False})

    drug: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    """When it was accepted."""
    record: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Which drug of the preparation, from 1."""
    number: Mapped[str]
    """Of the order."""
    doses: Mapped[int]
    order_type: Mapped[str]
    formulation: Mapped[str]
    route: Mapped[str]
    line: Mapped[str]
    purpose: Mapped[str]
    unit: Mapped[str]
    """Of dose and made; concentration is this per mL, rate this per minute."""
    substance: Mapped[str]
    """Of what the amounts are; empty where the drug is its own substance."""
    cumulative_unit: Mapped[str]
    cumulative_substance: Mapped[str]
    age_days: Mapped[int | None]
    age_months: Mapped[int | None]
    """Completed months on the site's calendar, at the day of acceptance."""
    capped: Mapped[int]
    twin: Mapped[int]
    """1 where another drug of the preparation is the same one."""
    dose: Mapped[float | None] = _figure()
    made: Mapped[float | None] = _figure()
    doses_per_day: Mapped[float | None] = _figure()
    weight: Mapped[float | None] = _figure()
    """kg, the one that the formulation doses by."""
    surface: Mapped[float | None] = _figure()
    """m2"""
    concentration: Mapped[float | None] = _figure()
    duration: Mapped[float | None] = _figure()
    """Minutes."""
    rate: Mapped[float | None] = _figure()
    rate_made: Mapped[float | None] = _figure()
    cumulative: Mapped[float | None] = _figure()
    auc: Mapped[float | None] = _figure()
    body_weight: Mapped[float | None] = _figure()
    """kg, the latest actual one."""
    maturity: Mapped[float | None] = _figure()
    """Postmenstrual age in weeks."""
    exact: Mapped[str]
    """The figures above in this order as fractions; `-` for none. Empty where an older release did not keep them."""


class NutritionJudgedRow(Base):
    """One reviewed version of an order of parenteral nutrition: whom and what its limits were for."""

    __tablename__ = "nutrition_judged"
    __table_args__ = (Index("ix_nutrition_judged_at", "at"),)

    record: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str]
    at: Mapped[datetime]
    """When it was accepted."""
    doses: Mapped[int]
    """Containers yielded, lipid beside the bag included."""
    population: Mapped[str]
    """Empty where an older release did not keep the figures."""
    kind: Mapped[str]
    line: Mapped[str]
    ready: Mapped[int]
    weight: Mapped[float | None] = _figure()
    """Dosing weight in kg."""
    exact: Mapped[str]
    """The same as a fraction."""


class NutritionFigureRow(Base):
    """One named figure of such an order."""

    __tablename__ = "nutrition_figures"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's own attribute

    record: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    figure: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None] = _figure()
    """None: it could not be given."""
    unit: Mapped[str]
    substance: Mapped[str]
    complete: Mapped[int]
    exact: Mapped[str]


FIGURES = (
    "dose", "made", "doses_per_day", "weight", "surface", "concentration", "duration", "rate", "rate_made", "cumulative",
    "auc", "body_weight", "maturity",
)  # fmt: skip
"""The figures in the order of `exact`."""

WORDS = (
    "order_type", "formulation", "route", "line", "purpose", "unit", "substance", "cumulative_unit", "cumulative_substance",
)  # fmt: skip
"""What rows must agree in to be judged together as columns."""

NONE = "-"
"""Stands in `exact` for a figure that there is none of."""
