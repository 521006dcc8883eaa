"""Which time limits a preparation falls under, frozen with its plan; and the beyond-use time once it is being made.

A stability statement is never stretched: another solution, wall, concentration or temperature range is no statement.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from calculations.beyond_use import BeyondUse, Celsius, TimeLimit, beyond_use, require_inside
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.planning.plan import TherapeuticPlan, TimeRule
from formulary.model import (
    Drug,
    Formulary,
    MasterFormulation,
    Material,
    Stability,
    StabilityEnd,
    StabilityState,
)

MAY_NOT_HAPPEN = frozenset({"RECONSTITUTION", "DRAW"})
"""Events that a preparation may do without: their limits then do not apply."""
FINAL_STATES = (StabilityState.DILUTED, StabilityState.DRAWN)


def rules_for(
    formulary: Formulary,
    drug: Drug,
    formulation: MasterFormulation,
    *,
    solution: str,
    material: Material | None,
    concentration: Quantity,
    undiluted: bool,
    tested: bool = False,
) -> tuple[tuple[TimeRule, ...], str]:
    """Category ceilings and stability statements for every storage, and why none decides for the labelled one."""
    rules = [*category_rules(formulary, formulation.compounding_category, tested=tested)]
    final = (StabilityState.RECONSTITUTED, StabilityState.DRAWN) if undiluted else FINAL_STATES
    labelled = formulation.storage_path[0].condition
    gaps: list[str] = []
    statements = 0
    for row in drug.stabilities:
        if row.state in final and _states_this(row, formulation, solution, material, concentration):
            try:
                _inside_the_label(formulary, row)
            except CannotCompute as why:
                gaps.append(why.why)
                continue
            statements += row.storage.condition is labelled
            rules.append(
                TimeRule(
                    f"{drug.display}: {row.note or 'stability'}, {row.storage.text}",
                    row.starts_at.value,
                    row.limit,
                    row.ends_at.value,
                    row.storage.condition.value,
                    row.source.text,
                    drug.id,
                )
            )
    if statements:
        return tuple(rules), ""
    where = f"no stability statement fits {drug.display} in this solution, {labelled.value}"
    return tuple(rules), "; ".join(gaps) or where


def category_rules(formulary: Formulary, category: str, *, tested: bool = False) -> Iterable[TimeRule]:
    """Aseptic, sterile components. Without a sterility test: what a hospital makes for one patient; `tested`: a batch that is."""
    table = formulary.site.beyond_use
    test = ", sterility test passed" if tested else ""
    for row in table.rows:
        if (
            row.category == category
            and row.process in ("aseptic", "any")
            and row.sterility_test in ("yes" if tested else "no", "any")
            and row.components in ("sterile_only", "any")
        ):
            yield TimeRule(
                f"{table.title.partition(',')[0]} category {row.category}: aseptic, sterile parts only{test}",
                "PREPARATION_START",
                row.limit,
                StabilityEnd.START_OF_ADMIN.value,
                row.storage.value,
                row.source.text,
            )


def _states_this(
    row: Stability, formulation: MasterFormulation, solution: str, material: Material | None, concentration: Quantity
) -> bool:
    if row.formulations and formulation.id not in row.formulations:
        return False
    if row.solutions and solution and solution not in row.solutions:
        return False
    if row.materials and material is not None and material not in row.materials:
        return False
    low, high = row.concentration_low, row.concentration_high
    return not ((low is not None and concentration < low) or (high is not None and concentration > high))


def _inside_the_label(formulary: Formulary, row: Stability) -> None:
    place = next((r for r in formulary.site.beyond_use.ranges if r.storage is row.storage.condition), None)
    if place is None:
        raise CannotCompute("storage_unknown", row.note, f"the site has no range for {row.storage.condition.value}.")
    require_inside(
        Celsius(place.celsius_low, place.celsius_high),
        Celsius(row.storage.celsius_low, row.storage.celsius_high),
        row.storage.text,
    )


def limits_at(
    plan: TherapeuticPlan, storage: str, events: Mapping[str, datetime], expiries: Iterable[tuple[str, datetime]]
) -> list[TimeLimit]:
    """Every limit of one storage with its clock set, and the expiry of every component.

    A powder that was not dissolved and a drug that was not drawn set no clock. Raises CannotCompute for a rule whose
    clock nobody recorded: it is never left out.
    """
    unknown = {r.event for r in plan.time_rules if r.storage == storage} - set(events) - MAY_NOT_HAPPEN
    if unknown:
        raise CannotCompute(
            "clock_unknown",
            "the beyond-use time",
            f"nobody recorded {', '.join(sorted(unknown))}.",
            "A pharmacist sets the time at the check, with the reason.",
        )
    limits = [
        TimeLimit(rule.name, events[rule.event], rule.lasts, None, rule.ends, rule.source)
        for rule in plan.time_rules
        if rule.storage == storage and rule.event in events
    ]
    return limits + [TimeLimit(f"expiry of {name}", None, None, until) for name, until in expiries]


def preparation_beyond_use(
    plan: TherapeuticPlan, events: Mapping[str, datetime], expiries: Iterable[tuple[str, datetime]]
) -> BeyondUse:
    """The beyond-use time in the labelled storage. Raises CannotCompute when a pharmacist must decide."""
    if plan.time_gap:
        raise CannotCompute(
            "beyond_use_gap",
            "the beyond-use time",
            f"{plan.time_gap}.",
            "A pharmacist sets the time at the check, with the reason.",
        )
    return beyond_use(limits_at(plan, plan.storage, events, expiries), plan.infuse_over)


def latest_decided(
    plan: TherapeuticPlan, events: Mapping[str, datetime], expiries: Iterable[tuple[str, datetime]]
) -> dict[str, str]:
    """The latest time that a pharmacist may set where it cannot be computed: table, known limits and expiries still hold.

    Only what cannot be worked out is left to the pharmacist: a rule whose clock nobody recorded, a limit shorter than the
    infusion. It takes none of the others away.
    """
    known = tuple(rule for rule in plan.time_rules if rule.event in {*events, *MAY_NOT_HAPPEN})
    found: list[BeyondUse] = []
    for limit in limits_at(replace(plan, time_rules=known), plan.storage, events, expiries):
        with suppress(CannotCompute):
            found.append(beyond_use([limit], plan.infuse_over))
    if not found:
        return {}
    latest = min(found, key=lambda one: one.at)
    return {"latest": latest.at.isoformat(), "latest_rule": latest.deciding.name}


def as_shown(beyond: BeyondUse) -> dict[str, Any]:
    """The beyond-use time with every candidate, in plain form for the record and the page."""
    return {
        "at": beyond.at.isoformat(),
        "deciding": beyond.deciding.name,
        "source": beyond.deciding.source,
        "ends": str(beyond.deciding.ends),
        "candidates": [
            {"name": limit.name, "at": at.isoformat(), "source": limit.source, "ends": str(limit.ends)}
            for limit, at in beyond.candidates
        ],
    }
