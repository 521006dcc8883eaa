"""Weights, heights and results that are not what they were when an order was reviewed, where its plan uses them.

Whether a plan uses one is not listed anywhere: the order is planned once with the patient as reviewed and once with that
one value as now, and a difference is use. A weight counts only when it moved by more than the site allows.
"""

from dataclasses import replace

from batch_records.entries import canonical
from calculations.dosing import deviation
from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.patient import Measure, MeasureKind, Patient, Result
from compounding.planning.plan_data import as_data
from compounding.planning.planned import Planned
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.preparing.rechecking import GRAVE

WEIGHTS = (MeasureKind.ACTUAL_WEIGHT, MeasureKind.DOSING_WEIGHT, MeasureKind.BIRTH_WEIGHT)
NOT_RECORDED = "not recorded"
OF_THE_MEASURING = frozenset(
    {"weight_stale", "weight_changed", "weight_missing", "weight_implausible", "height_implausible", "surface_implausible"}
)
"""Findings about the measuring itself: they come with every order, also with one that no weight decides anything of."""


def measures_since(reviewed: Situation, now: Patient) -> tuple[str, ...]:
    """What changed, in words: `weight changed from 9.2 kg to 12 kg`. `reviewed` holds the patient as reviewed."""
    seen = reviewed.patient
    if (seen.measures, seen.results) == (now.measures, now.results):
        changed: list[tuple[str, Patient]] = []
    else:
        changed = [*_sizes(reviewed, now), *_results(seen, now)]
    before = plan_order(reviewed)
    used = [words for words, patient in changed if _differs(before, plan_order(replace(reviewed, patient=patient)))]
    return tuple(used) or stopping(reviewed, before, now)


def _sizes(reviewed: Situation, now: Patient) -> list[tuple[str, Patient]]:
    """Each kind of measure that moved, with the patient as reviewed in everything but that."""
    found, seen = [], reviewed.patient
    allowed = reviewed.formulary.site.value("weight_change_limit")
    for kind in MeasureKind:
        old, new = seen.latest(kind), now.latest(kind)
        if _moved(old, new, allowed if kind in WEIGHTS else None):
            others = tuple(m for m in seen.measures if m.kind is not kind)
            own = tuple(m for m in now.measures if m.kind is kind)
            found.append((_words(_name(kind), old, new), replace(seen, measures=(*others, *own))))
    return found


def _moved(old: Measure | None, new: Measure | None, allowed: Quantity | None) -> bool:
    if old is None or new is None:
        return old is not new
    return old.amount != new.amount and (allowed is None or abs(deviation(new.amount, old.amount)) > allowed)


def _results(seen: Patient, now: Patient) -> list[tuple[str, Patient]]:
    found = []
    for name in sorted({result.name for result in (*seen.results, *now.results)}):
        old, new = seen.latest_result(name), now.latest_result(name)
        if old is None or new is None or old.amount != new.amount:
            others = tuple(r for r in seen.results if r.name != name)
            own = tuple(r for r in now.results if r.name == name)
            found.append((_words(name, old, new), replace(seen, results=(*others, *own))))
    return found


def _words(name: str, old: Measure | Result | None, new: Measure | Result | None) -> str:
    told = [NOT_RECORDED if one is None else show(one.amount) for one in (old, new)]
    return f"{name} changed from {told[0]} to {told[1]}"


def _name(kind: MeasureKind) -> str:
    return "weight" if kind is MeasureKind.ACTUAL_WEIGHT else kind.value.replace("_", " ")


def _differs(before: Planned, after: Planned) -> bool:
    """Whether the value is used; an order that cannot be planned any more is taken to use everything."""
    return before.plan is None or _content(before) != _content(after)


def _content(planned: Planned) -> bytes:
    findings = [f.as_data() for f in planned.findings if f.code not in OF_THE_MEASURING]
    return canonical({"plan": as_data(planned.plan), "findings": findings})


def stopping(reviewed: Situation, before: Planned, now: Patient) -> tuple[str, ...]:
    """Findings that two must decide on and that the patient as reviewed did not give. Allergies have a rule of their own.

    That another dose could not be measured says nothing of the one that was reviewed.
    """
    patient = replace(now, allergies=reviewed.patient.allergies, allergies_asked_at=reviewed.patient.allergies_asked_at)
    had = {finding.code for finding in before.findings}
    after = plan_order(replace(reviewed, patient=patient)).findings
    return tuple(f"{GRAVE}{f.title}" for f in after if _grave(f) and f.code not in had)


def _grave(finding: Finding) -> bool:
    return finding.grade in (Grade.HARD, Grade.ABSOLUTE) and not finding.code.startswith("cannot_compute.")
