"""The replay says of an order what the planner says: row by row, exactly, also where a figure lies on a bound."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.orders.patient import Measure, MeasureKind, Patient, day_on_site
from compounding.planning.limit_rule import figure
from compounding.planning.planned import Planned
from compounding.planning.situation import Situation, birthday
from compounding.planning.therapeutic import plan_order
from compounding.replaying.block import Block, may_be_of
from compounding.replaying.exactly import exact_levels
from compounding.replaying.history import block_of
from compounding.replaying.outcome import NO_LIMIT
from compounding.replaying.projecting import flat_row, months_reached
from compounding.replaying.replay import levels, side_of
from compounding.replaying.tables import FIGURES, WORDS
from formulary.model import Age, AgeUnit, Drug, Limit
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

ORDERS = (
    "ceftriaxone", "vancomycin", "meropenem", "piperacillin", "norepinephrine", "insulin", "fosphenytoin", "pantoprazole",
    "amiodarone", "potassium", "carboplatin", "vincristine", "gentamicin", "caffeine",
)  # fmt: skip
LEVEL_OF_ROW = {"inside": 0, "does not apply": 0, "not assessed": 1, "soft": 1, "hard": 2, "absolute": 3}
WEIGHTS = st.integers(6, 1400).map(lambda tenths: mpq(tenths, 10))
HEIGHTS = st.none() | st.integers(30, 210)
TIMES = st.sampled_from([mpq(1), mpq(1, 2), mpq(9, 10), mpq(2), mpq(10), mpq(1, 10), mpq(997, 1000), mpq(3)])
OFF = st.sampled_from([mpq(0), mpq(1, 10**15), mpq(-1, 10**15), mpq(1, 10**9), mpq(-1, 10**9), mpq(1, 10**7)])
"""How far a bound is put from the very figure, as a share of it."""


def patient(mrn: str, weight: mpq | None, height: int | None) -> Patient:
    """A patient of the demonstration with this body."""
    measures = [m for m in patient_of(mrn).measures if m.kind not in (MeasureKind.ACTUAL_WEIGHT, MeasureKind.HEIGHT)]
    if weight is not None:
        measures.append(Measure(MeasureKind.ACTUAL_WEIGHT, Quantity(weight, "kg_bw"), NOON - timedelta(hours=2)))
    if height is not None:
        measures.append(Measure(MeasureKind.HEIGHT, Quantity(height, "cm"), NOON - timedelta(hours=2)))
    return replace(patient_of(mrn), measures=tuple(measures))


class Choice(NamedTuple):
    """What varies from order to order."""

    name: str
    times: mpq
    purpose: str
    line: str
    weight: mpq | None
    height: int | None
    offset: int


CHOICES = st.builds(
    Choice,
    st.sampled_from(ORDERS),
    TIMES,
    st.sampled_from(["", "load", "maintenance", "bolus"]),
    st.sampled_from(["", "peripheral", "central"]),
    st.none() | WEIGHTS,
    HEIGHTS,
    st.sampled_from([-240, 0, 720]),
)


def situation(chosen: Choice) -> Situation:
    """An order of the demonstration, changed in its dose, purpose and line, for a body of any size."""
    order, times = demonstration_order(chosen.name), chosen.times
    order = replace(
        order,
        dose=None if order.dose is None else order.dose * times,
        dose_rate=None if order.dose_rate is None else order.dose_rate * times,
        purpose=chosen.purpose or order.purpose,
        line=chosen.line,
    )
    body = patient(order.patient, chosen.weight, chosen.height)
    return Situation(order, body, formulary(), NOON, chosen.offset)


def block(s: Situation, planned: Planned) -> Block:
    """The block that the plan's first drug makes by itself."""
    assert planned.plan is not None and planned.plan.judged_on is not None
    row = flat_row(planned.plan.judged_on[0], day_on_site(s.at, s.offset_minutes))
    counts = (1, row["age_days"], row["age_months"], row["capped"], 0)
    values = ("order-x", 1, 1, *counts, *(row[name] for name in FIGURES), row["exact"])
    return block_of([(*(row[name] for name in WORDS), *values)])


def changed(drug: Drug, limit: str, bounds: dict[str, Any]) -> Drug:
    """The drug with other bounds on one limit."""
    return replace(drug, limits=tuple(replace(row, **bounds) if row.id == limit else row for row in drug.limits))


def beside(s: Situation, drug: Drug) -> Situation:
    """The same order under a formulary with another version of its drug."""
    others = tuple(drug if row.id == drug.id else row for row in s.formulary.drugs)
    return replace(s, formulary=replace(s.formulary, drugs=others))


def on_the_figure(row: Block, limit: Limit, off: mpq) -> dict[str, Quantity | None]:
    """Bounds that lie on the row's very figure, or so near it that floating point cannot tell."""
    try:
        found = figure(limit, row.exact(0).asked)
    except CannotCompute:
        return {}
    return {} if found is None else {"hard_max": found * (1 + off)}


@settings(max_examples=250)
@given(CHOICES, st.integers(0, 59), st.sampled_from(["times", "open", "on the figure"]), TIMES, OFF)
def test_columns_say_what_the_planner_says_of_any_order_under_changed_limits(
    chosen: Choice, index: int, how: str, times: mpq, off: mpq
) -> None:
    s = situation(chosen)
    planned = plan_order(s)
    if planned.plan is None:
        return
    before = s.formulary.drug(s.order.drug)
    row = block(s, planned)
    limit = before.limits[index % len(before.limits)]
    scaled = {name: None if (b := getattr(limit, name)) is None else b * times for name in ("low", "high", "hard_max")}
    bounds = {"times": scaled, "open": {"high": None, "hard_max": None}, "on the figure": on_the_figure(row, limit, off)}
    after = changed(before, limit.id, bounds[how])
    again = plan_order(beside(s, after))
    assert again.plan is not None
    side = side_of(after, s.formulary.site)
    exactly = exact_levels(row.exact(0), row.words, side)
    told = [LEVEL_OF_ROW[shown["verdict"]] for shown in again.plan.checked_limits]
    by_limit = {name: level for name, level in exactly.items() if name != NO_LIMIT}
    assert list(by_limit.values()) == told[: len(by_limit)]
    unlimited = any(f.code == NO_LIMIT and f.title.startswith(f"{after.display}:") for f in again.findings)
    assert bool(exactly[NO_LIMIT]) is unlimited
    for name, column in levels(row, side, {}).items():
        assert column[0] == exactly.get(name, 0), name


@given(CHOICES)
def test_a_row_belongs_to_a_population_exactly_as_the_patient_does(chosen: Choice) -> None:
    s = situation(chosen)
    planned = plan_order(s)
    if planned.plan is None:
        return
    row = block(s, planned).exact(0)
    drug = s.formulary.drug(s.order.drug)
    for population in (*s.formulary.site.populations, *drug.populations):
        assert may_be_of(population, row) is (s.fits(population) is not False), population.id


@given(st.dates(), st.integers(0, 40_000), st.integers(0, 1300))
def test_completed_months_turn_on_the_birthday_that_planning_knows(born: Any, days: int, months: int) -> None:
    if born.year > 9000:
        return
    day = born + timedelta(days=days)
    assert (months_reached(born, day) >= months) is (day >= birthday(born, Age(number=months, unit=AgeUnit.MONTH)))
