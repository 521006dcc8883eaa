"""Two plans of one order held against each other: as reviewed against as now, and whether both are made in the same way."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from batch_records.entries import canonical
from calculations.findings import Finding
from calculations.printing import show
from compounding.planning.plan import ALTERNATIVE_CODE, ONE_TIME_MARK, TherapeuticPlan
from compounding.planning.plan_data import as_data
from compounding.planning.planned import Planned

_OWN_ID = re.compile(rf"({ONE_TIME_MARK}\d+_\d+)_\d+".encode())
"""The id of a one-time formulation, which names the version of its order: written anew, word for word, it is the same one."""
OF_THE_SOURCE = frozenset({"drug_versions", "draft", "judged_on", "nutrition_judged_on", "substituted"})
"""Where the figures come from: a newer version of the formulary with the same figures changes no plan. What the limits were
judged on is kept for counting; whatever of it matters shows in a finding or in another figure. So does that an alternative
is used: where only other containers are counted out, nothing is made otherwise."""
OF_THE_REVIEW = OF_THE_SOURCE | {"work", "checked_limits", "judged_on"}
"""What only the reviewer looks at: two plans that differ in nothing else are made in the same way."""


def made_alike(one: TherapeuticPlan | None, other: TherapeuticPlan | None) -> bool:
    """Whether the preparations of two plans are the same in everything that is made, labelled and given."""
    if one is None or other is None:
        return False
    return _without(one, OF_THE_REVIEW, other) == _without(other, OF_THE_REVIEW, one)


def given_alike(one: TherapeuticPlan | None, other: TherapeuticPlan | None) -> bool:
    """Whether the patient gets the same with either, though they are not made in the same way: an alternative and the usual."""
    return one is not None and other is not None and _given(one) == _given(other)


def _given(plan: TherapeuticPlan) -> tuple[object, ...]:
    drugs = [active.drug for active in plan.actives]
    amounts = [] if plan.order_type == "continuous" else [active.ordered for active in plan.actives]
    return plan.order_type, plan.route, plan.line, plan.dose_rate, drugs, amounts, plan.nutrition


def what_differs(
    plan: TherapeuticPlan | None, findings: Sequence[Mapping[str, Any]], planned: Planned
) -> tuple[str, ...]:
    """What is not as it was reviewed, in words; nothing where findings and figures are the same."""
    findings = [row for row in findings if row["code"] != ALTERNATIVE_CODE]
    found = [one for one in planned.findings if one.code != ALTERNATIVE_CODE]
    before, now = [canonical(row) for row in findings], [canonical(f.as_data()) for f in found]
    words = [f"new: {_told(f)}" for f, data in zip(found, now, strict=True) if data not in before]
    words += [f"no more: {row['title']}" for row, data in zip(findings, before, strict=True) if data not in now]
    if plan is None or planned.plan is None:
        return tuple(dict.fromkeys(words)) or ("there is no plan any more",)
    amounts = [(a, b) for a, b in zip(plan.actives, planned.plan.actives, strict=False) if a.amount != b.amount]
    words += [f"{a.display} {show(a.amount)} was reviewed, {show(b.amount)} is worked out now" for a, b in amounts]
    same = _without(plan, OF_THE_SOURCE, planned.plan) == _without(planned.plan, OF_THE_SOURCE, plan)
    if not words and not same:
        words.append("figures of the plan are not those that were reviewed")
    return tuple(dict.fromkeys(words))


def _told(finding: Finding) -> str:
    return finding.title.rstrip(".")


def _without(plan: TherapeuticPlan, names: frozenset[str], beside: TherapeuticPlan) -> bytes:
    """The plan without these fields. With an alternative product of one group only the containers are others: it counts them."""
    told = {name: value for name, value in as_data(plan).items() if name not in names}
    if not (_guarded(plan) or _guarded(beside)):
        told.pop("excipients", None)
    if plan.substituted or beside.substituted:
        told["actives"] = [{name: value for name, value in row.items() if name != "products"} for row in told["actives"]]
    return _OWN_ID.sub(rb"\1", canonical(told))


def _guarded(plan: TherapeuticPlan) -> bool:
    """Whether containers are turned away at the scan for an excipient: otherwise what they hold is for the reviewer alone."""
    return plan.excipients is not None and bool(plan.excipients.free or plan.excipients.not_stated)
