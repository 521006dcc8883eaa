"""Standard concentrations and formulations that a concentration limit, or the formulation itself, would not let pass."""

from collections.abc import Iterator

from calculations.errors import UnitMismatch
from calculations.printing import show
from calculations.quantity import Quantity
from formulary.consistency.contradiction import Check, Contradiction, Unchecked, subject, words
from formulary.model import Drug, Formulary, Limit, LimitKind, Line, MasterFormulation, StandardConcentration
from formulary.views import bound

Row = StandardConcentration | MasterFormulation


def concentration_contradictions(formulary: Formulary) -> Iterator[Contradiction | Unchecked]:
    """Of every drug: its standard concentrations, and the range of each formulation, against every limit that holds."""
    for drug in formulary.drugs:
        limits = [limit for limit in drug.limits if limit.kind is LimitKind.CONCENTRATION]
        for standard in drug.standard_concentrations:
            users = [row for row in drug.formulations if standard.id in row.standard_concentrations]
            for limit in limits:
                if _meets(standard, users, limit):
                    yield from _held(formulary, drug, standard, "concentration", standard.concentration, limit)
            for user in users:
                yield from _in_range(formulary, drug, standard, user)
        for row in drug.formulations:
            for limit in (one for one in limits if _for_formulation(row, one)):
                for name in ("concentration_low", "concentration_high"):
                    yield from _held(formulary, drug, row, name, getattr(row, name), limit)


def _meets(standard: StandardConcentration, users: list[MasterFormulation], limit: Limit) -> bool:
    """Whether a limit holds for what is made with the standard."""
    who = "any" in (limit.population, standard.population) or limit.population == standard.population
    line = Line.ANY in (limit.line, standard.line) or limit.line is standard.line
    named = not limit.formulations or any(user.id in limit.formulations for user in users)
    kinds = not limit.order_types or any(user.order_type.value in limit.order_types for user in users)
    return who and line and named and kinds


def _for_formulation(row: MasterFormulation, limit: Limit) -> bool:
    """A limit for one line alone does not bound a formulation that is given through either."""
    return (
        limit.line is Line.ANY
        and (not limit.formulations or row.id in limit.formulations)
        and (not limit.order_types or row.order_type.value in limit.order_types)
        and (limit.population == "any" or limit.population in row.populations)
        and limit.route in (None, *row.routes)
    )


def _held(
    formulary: Formulary, drug: Drug, row: Row, name: str, value: Quantity | None, limit: Limit
) -> Iterator[Contradiction | Unchecked]:
    if value is None:
        return
    top = limit.hard_max if limit.high is None else limit.high
    try:
        beyond = (top is not None and value > top) or (limit.low is not None and value < limit.low)
    except UnitMismatch as why:
        yield Unchecked(
            check=Check.CONCENTRATION, drug=drug.id, display=drug.display, subject=subject(formulary, drug, row),
            why=f"{show(value)} and the limit's {limit.unit.shown} cannot be compared: {why}",
            mend="State both in units of the same kind and of the same substance.",
        )  # fmt: skip
        return
    if beyond:
        yield _beyond(
            formulary,
            drug,
            row,
            name,
            value,
            f"{subject(formulary, drug, limit)}: {bound(limit.low, top)}",
        )


def _in_range(
    formulary: Formulary, drug: Drug, standard: StandardConcentration, user: MasterFormulation
) -> Iterator[Contradiction]:
    low, high = user.concentration_low, user.concentration_high
    try:
        beyond = (low is not None and standard.concentration < low) or (
            high is not None and standard.concentration > high
        )
    except UnitMismatch:
        beyond = True
    if beyond:
        expected = f"{user.name}, final concentration: {bound(low, high)}"
        yield _beyond(formulary, drug, standard, "concentration", standard.concentration, expected)


def _beyond(formulary: Formulary, drug: Drug, row: Row, name: str, value: Quantity, expected: str) -> Contradiction:
    return Contradiction(
        check=Check.CONCENTRATION, drug=drug.id, display=drug.display, subject=subject(formulary, drug, row),
        field=words(row, name), found=show(value), expected=expected,
        mend="Mend the one that is wrong: every order made so would stop or warn.",
    )  # fmt: skip
