"""Stability that ends before a dose is usually given, and preparations whose beyond-use time nothing states.

How long it usually takes from the start of preparation to the start of administration is a value of the house for each kind
of order, with its source. Where the house has none, the check says so.
"""

from collections.abc import Iterator

from calculations.printing import show
from calculations.quantity import Quantity
from formulary.consistency.contradiction import Check, Contradiction, Unchecked, subject, words
from formulary.house.usual_times import usual_time_name
from formulary.model import (
    DiluentChoice,
    Drug,
    Formulary,
    MasterFormulation,
    SiteValue,
    Stability,
    StabilityEnd,
    StabilityState,
)


def time_contradictions(formulary: Formulary) -> Iterator[Contradiction | Unchecked]:
    """Every formulation in every diluent that it is made with."""
    usual = {row.name: row for row in formulary.site.values}
    for drug in formulary.drugs:
        told: set[tuple[str, str]] = set()
        for row in drug.formulations:
            if not drug_is_mixed(drug, row):
                continue
            value = usual.get(usual_time_name(row.order_type))
            if value is None:
                yield _no_usual(drug, row)
            yield from _of_formulation(formulary, drug, row, value, told)


def drug_is_mixed(drug: Drug, row: MasterFormulation) -> bool:
    """Whether anything is made at all: a formulation of finished products alone keeps their expiry."""
    own = [product.id for product in drug.products if not row.products or product.id in row.products]
    return any(product not in row.ready_to_use for product in own)


def _of_formulation(
    formulary: Formulary, drug: Drug, row: MasterFormulation, value: SiteValue | None, told: set[tuple[str, str]]
) -> Iterator[Contradiction]:
    choices: tuple[DiluentChoice | None, ...] = row.diluents or (None,)
    unstated: list[str | None] = []
    for solution in dict.fromkeys(None if choice is None else choice.solution for choice in choices):
        stated = [one for one in drug.stabilities if _states(one, row, solution)]
        if not stated:
            unstated.append(solution)
        for one in stated:
            if value is not None and (one.id, row.id) not in told and _lasts(one, row) < value.value:
                told.add((one.id, row.id))
                yield _short(formulary, drug, row, one, value)
    if unstated:
        yield _unstated(formulary, drug, row, unstated)


def _states(one: Stability, row: MasterFormulation, solution: str | None) -> bool:
    final = (StabilityState.DILUTED, StabilityState.DRAWN) if solution else (
        StabilityState.RECONSTITUTED, StabilityState.DRAWN, StabilityState.DILUTED
    )  # fmt: skip
    return (
        one.state in final
        and (not one.formulations or row.id in one.formulations)
        and (not one.solutions or solution is None or solution in one.solutions)
        and one.storage.condition is row.storage_path[0].condition
    )


def _lasts(one: Stability, row: MasterFormulation) -> Quantity:
    """How long may pass until the dose is started: a limit until the end of the infusion has to cover that too."""
    runs = row.infusion.default_time
    return one.limit - runs if one.ends_at is StabilityEnd.END_OF_INFUSION and runs is not None else one.limit


def _short(formulary: Formulary, drug: Drug, row: MasterFormulation, one: Stability, value: SiteValue) -> Contradiction:
    runs = row.infusion.default_time
    end = one.ends_at is StabilityEnd.END_OF_INFUSION and runs is not None
    found = f"{show(one.limit)}" + (f" until the end of {show(runs)}" if end and runs is not None else "")
    return Contradiction(
        check=Check.STABILITY, drug=drug.id, display=drug.display, subject=subject(formulary, drug, one),
        field=words(one, "limit"), found=f"{found}, in {row.name}",
        expected=f"at least {show(value.value)} to the start, the usual time to administration ({value.source.text})",
        mend="Make it at the time it is due, write another formulation that keeps longer, or mend the stability.",
    )  # fmt: skip


def _unstated(formulary: Formulary, drug: Drug, row: MasterFormulation, solutions: list[str | None]) -> Contradiction:
    names = ", ".join(formulary.solution(one).display for one in solutions if one is not None)
    return Contradiction(
        check=Check.STABILITY, drug=drug.id, display=drug.display, subject=row.name, field=words(row, "storage_path"),
        found=f"no stability {f'in {names}' if names else 'undiluted'} at {row.storage_path[0].text}",
        expected="a stability for how it is kept",
        mend="Add the stability with its source; until then a pharmacist sets every beyond-use time.",
    )  # fmt: skip


def _no_usual(drug: Drug, row: MasterFormulation) -> Unchecked:
    return Unchecked(
        check=Check.STABILITY, drug=drug.id, display=drug.display, subject=row.name,
        why=f"the house states no usual time to administration for {row.order_type.value.replace('_', ' ')} orders",
        mend=f"Add the value {usual_time_name(row.order_type)} to the house rules, with its source.",
    )  # fmt: skip
