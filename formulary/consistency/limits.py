"""Formulations with a route, a line or a population for which no limit bounds the dose."""

from collections.abc import Iterator
from itertools import product

from formulary.checks_formulation import EVERYBODY
from formulary.consistency.contradiction import Check, Contradiction, names_of
from formulary.model import (
    Age,
    AgeUnit,
    Drug,
    Formulary,
    Limit,
    LimitKind,
    Line,
    MasterFormulation,
    OrderType,
    Population,
    Purpose,
)

AMOUNTS = frozenset({LimitKind.DOSE, LimitKind.DAY, LimitKind.COURSE})
"""Limits on how much is given at a time or in a day; a continuous infusion is bounded by its rate alone."""


def limit_contradictions(formulary: Formulary) -> Iterator[Contradiction]:
    """For every formulation, whom, by which route and through which line nothing bounds the dose."""
    for drug in formulary.drugs:
        known = {row.id: row for row in (*formulary.site.populations, *drug.populations)}
        for row in drug.formulations:
            lines = (Line.PERIPHERAL, Line.CENTRAL) if not row.lines or Line.ANY in row.lines else row.lines
            for population, route in product(row.populations or EVERYBODY, row.routes):
                bare = [line for line in lines if not _bounded(drug, row, population, route, line, known)]
                if bare:
                    yield _missing(formulary, drug, row, population, route, bare if len(bare) < len(lines) else [])


def _bounded(
    drug: Drug, row: MasterFormulation, population: str, route: str, line: Line, known: dict[str, Population]
) -> bool:
    kinds = {LimitKind.RATE} if row.order_type is OrderType.CONTINUOUS else AMOUNTS | {LimitKind.RATE}
    holding = [limit for limit in drug.limits if limit.kind in kinds and _holds(limit, row, route, line)]
    names = {limit.population for limit in holding}
    return bool(names & {"any", population}) or _by_weight(names, known) or _inside(population, names, known)


def _holds(limit: Limit, row: MasterFormulation, route: str, line: Line) -> bool:
    return (
        limit.purpose is Purpose.ANY
        and (limit.high is not None or limit.hard_max is not None)
        and limit.route in (None, route)
        and limit.line in (Line.ANY, line)
        and (not limit.order_types or row.order_type.value in limit.order_types)
        and (not limit.formulations or row.id in limit.formulations)
    )


def _by_weight(names: set[str], known: dict[str, Population]) -> bool:
    """Two bands that meet at one weight, of any age, are everybody."""
    bands = [known[name] for name in names if name in known and known[name].age_from is known[name].age_below is None]
    return any(
        one.weight_from is not None and one.weight_below is None and one.weight_from == other.weight_below
        and other.weight_from is None
        for one in bands
        for other in bands
    )  # fmt: skip


def _inside(population: str, names: set[str], known: dict[str, Population]) -> bool:
    """A population of its own with the same bounds as one that a limit names, or narrower in age."""
    own = known.get(population)
    return own is not None and any(_narrower(own, known[name]) for name in names if name in known)


def _narrower(own: Population, other: Population) -> bool:
    others = (other.weight_from, other.weight_below, other.postmenstrual_from, other.postmenstrual_below)
    if any(bound is not None for bound in others):
        return False
    low = other.age_from is None or (own.age_from is not None and _days(own.age_from) >= _days(other.age_from))
    high = other.age_below is None or (own.age_below is not None and _days(own.age_below) <= _days(other.age_below))
    return low and high


def _days(age: Age) -> int:
    return age.number * {AgeUnit.DAY: 1, AgeUnit.WEEK: 7, AgeUnit.MONTH: 30, AgeUnit.YEAR: 365}[age.unit]


def _missing(
    formulary: Formulary, drug: Drug, row: MasterFormulation, population: str, route: str, lines: list[Line]
) -> Contradiction:
    who = names_of(formulary, drug).get(population, population)
    through = f" through a {' or '.join(lines)} line" if lines else ""
    rate = row.order_type is OrderType.CONTINUOUS
    return Contradiction(
        check=Check.LIMITS, drug=drug.id, display=drug.display, subject=row.name,
        field="maximum rate" if rate else "maximum dose",
        found=f"no limit for {who} by {route}{through}",
        expected="a rate limit with an upper bound" if rate else "a dose, day, course or rate limit with an upper bound",
        mend=f"Add the limit with its source, or take {who} by {route} out of this formulation.",
    )  # fmt: skip
