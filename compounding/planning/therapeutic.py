"""From an order to its therapeutic plan and findings.

The model in one paragraph. The first released formulation that serves the order decides how it is made. The dose is worked
out from what was ordered, through the patient, caps and rounding. A product and its dissolution give the volume to draw;
the bag volume policy turns that into the declared final volume, which alone drives label, rate and pump entry; the true
concentration stands beside it. Every limit is then held against these figures. What cannot be computed becomes a finding
that stops the order and says what to do next; nothing is guessed and no limit is skipped.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.formula import recording
from calculations.quantity import Quantity
from compounding.nutrition.planning import plan_nutrition
from compounding.planning.active import PlannedActive, additive_active, main_active
from compounding.planning.allergies import allergy_findings, some_products_hold, told_apart
from compounding.planning.base_fluid import osmolarity_findings
from compounding.planning.choosing import formulations_for, shortage_of, substituted
from compounding.planning.container import Container, container_for
from compounding.planning.delivery import Delivery, delivery_for
from compounding.planning.dose_amount import basis_of, weight_age_findings
from compounding.planning.draw_up import draw_up
from compounding.planning.excipients import excipient_allergies, excipient_findings, with_excipients
from compounding.planning.judged_on import JudgedOn
from compounding.planning.judging import judged_on
from compounding.planning.limit_findings import Assessed, assess, unlimited
from compounding.planning.limit_rule import Figures
from compounding.planning.order_findings import chemotherapy_findings, order_findings
from compounding.planning.patient_findings import (
    admixture_findings,
    drug_findings,
    line_findings,
    solution_findings,
)
from compounding.planning.plan import (
    ALTERNATIVE_CODE,
    ONE_TIME_MARK,
    DrawUpPlan,
    Excipients,
    Substituted,
    TherapeuticPlan,
)
from compounding.planning.planned import Planned, cannot_compute
from compounding.planning.situation import Situation
from compounding.planning.size_findings import size_findings, surface_change
from compounding.planning.time_rules import rules_for
from compounding.planning.whole_vials import whole_vials
from formulary.model import DoseBasis, Drug, Formulary, MasterFormulation, OrderType


def plan_order(s: Situation) -> Planned:
    """Plans an order version. Never raises for what a person can mend: that is a finding of the highest grade."""
    if s.order.nutrition is not None:
        found_by_nutrition = plan_nutrition(s)
        return replace(found_by_nutrition, findings=(*found_by_nutrition.findings, *size_findings(s)))
    found: list[Finding] = []
    try:
        with recording() as work:
            planned = _plan(s, found)
        plan = None if planned.plan is None else replace(planned.plan, work=tuple(work.as_data()))
        return replace(planned, plan=plan)
    except CannotCompute as why:
        drug = s.formulary.drug_named(s.order.drug)
        found += [] if drug is None else some_products_hold(s, drug)
        return Planned(None, None, (*told_apart(found), cannot_compute(why)))


def _plan(s: Situation, found: list[Finding]) -> Planned:
    drug = s.drug(s.order.drug)
    found += [*order_findings(s), *drug_findings(s, drug), *allergy_findings(s, drug), *line_findings(s)]
    found += [*weight_age_findings(s), *size_findings(s)]
    choices = formulations_for(s, drug)
    if not choices:
        raise CannotCompute(
            "no_formulation",
            f"how to make {drug.display} for this order",
            shortage_of(s, drug)
            or "no released formulation serves this kind of order, route, line, patient and diluent.",
            "Change the order, or write a one-time formulation with its source; a second pharmacist approves it.",
        )
    formulation = choices[0]
    found += [*chemotherapy_findings(s), *surface_change(s)]
    actives = [main_active(s, drug, formulation), *(additive_active(s, additive) for additive in s.order.additives)]
    drugs = tuple(active.drug for active in actives)
    found += [finding for active in actives for finding in active.findings]
    container = container_for(s, formulation, actives)
    delivery = delivery_for(s, formulation, actives[0], container)
    found += [*whole_vials(s, actives[0]), *container.findings, *osmolarity_findings(s, container.solution)]
    found += [*delivery.findings, *admixture_findings(drugs)]
    for active in actives[1:]:
        found += [*allergy_findings(s, active.drug), *drug_findings(s, active.drug)]
    for active in actives:
        found += solution_findings(active.drug, container.solution)
    judged = [_judged(s, active, container, delivery) for active in actives]
    assessed = [row for rows, _ in judged for row in rows]
    found += [row.finding for row in assessed if row.finding is not None]
    found += [
        unlimited(a.drug) for a in actives if not any(row.drug == a.drug.id and row.bounds_dose for row in assessed)
    ]
    plan = _frozen(s, drug, formulation, actives, container, delivery, assessed)
    plan = replace(plan, judged_on=tuple(figures for _, figures in judged))
    if instead := _instead(s, actives):
        plan = replace(plan, substituted=instead)
        found += [alternative_finding(plan, one) for one in instead]
    plan, drawn = _drawn_up(s, plan)
    found += excipient_findings(s.patient, drawn, s.formulary)
    return Planned(plan, drawn, told_apart(found), tuple(f.name for f in choices[1:]))


def _drawn_up(s: Situation, plan: TherapeuticPlan) -> tuple[TherapeuticPlan, DrawUpPlan]:
    """The draw-up plan, without what the patient is allergic to where it can be, and the plan that says what is left of it."""
    codes = excipient_allergies(s.patient, s.formulary)
    wanted = replace(plan, excipients=Excipients(codes, (), ())) if codes else plan
    drawn = draw_up(wanted, s.formulary)
    return with_excipients(wanted, drawn, codes, s.formulary), drawn


def _instead(s: Situation, actives: list[PlannedActive]) -> tuple[Substituted, ...]:
    """What of it is not made as usual, for every active."""
    found = (substituted(s, active.drug, active.formulation) for active in actives)
    return tuple(one for one in found if one is not None)


def alternative_finding(plan: TherapeuticPlan, one: Substituted) -> Finding:
    """Told to everybody who looks at the order: it is not made as usual."""
    made = f"{plan.formulation_name} in place of {one.name}" if one.kind == "formulation" else f"{one.name}"
    return Finding(ALTERNATIVE_CODE, Grade.INFO, f"{made}: {one.words}", source="a pharmacist's switch")


def _judged(
    s: Situation, active: PlannedActive, container: Container, delivery: Delivery
) -> tuple[tuple[Assessed, ...], JudgedOn]:
    """Therapy is judged by what was ordered; what was prepared, rounded, must not pass a highest allowed either."""
    surface = cache(lambda: s.surface)
    asked = _figures(s, active, active.asked, container, delivery, surface)
    prepared = _figures(s, active, active.amount, container, delivery, surface)
    assessed = assess(s, active.drug, active.formulation.id, asked, prepared)
    return assessed, judged_on(s, active.drug.id, active.formulation.id, asked, prepared)


def _figures(
    s: Situation,
    active: PlannedActive,
    amount: Quantity,
    container: Container,
    delivery: Delivery,
    surface: Callable[[], Quantity | None],
) -> Figures:
    chemotherapy = s.order.chemotherapy
    return Figures(
        None if s.order.order_type is OrderType.CONTINUOUS else amount,
        s.order.frequency.per_day,
        active.weight,
        surface,
        active.amount / container.final_volume,
        delivery.infuse_over,
        delivery.amount_rate(amount, container.final_volume),
        None if chemotherapy is None else chemotherapy.cumulative_before,
        _target_auc(s, active.drug),
        any(finding.code == "dose_capped" for finding in active.findings),
    )


def _target_auc(s: Situation, drug: Drug) -> Quantity | None:
    dose = s.order.dose
    return dose.named(drug.of) if dose is not None and basis_of(dose) is DoseBasis.AUC else None


def _frozen(
    s: Situation,
    drug: Drug,
    formulation: MasterFormulation,
    actives: list[PlannedActive],
    container: Container,
    delivery: Delivery,
    assessed: list[Assessed],
) -> TherapeuticPlan:
    ready = actives[0].ready is not None
    rules, gap = ((), "") if ready else time_rules(s.formulary, actives, container)
    return TherapeuticPlan(
        formulation=formulation.id,
        formulation_name=formulation.name,
        drug=drug.id,
        display=drug.display,
        order_type=str(s.order.order_type),
        actives=tuple(active.frozen for active in actives),
        route=s.order.route,
        line=s.order.line,
        rate=delivery.rate,
        infuse_over=delivery.infuse_over,
        dose_rate=s.order.dose_rate,
        push_over=delivery.push_over,
        ready_to_use=ready,
        one_time=any(active.formulation.id.startswith(ONE_TIME_MARK) for active in actives),
        time_rules=rules,
        time_gap=gap,
        checked_limits=tuple(row.row for row in assessed),
        **of_container(formulation, actives, container),
        **of_handling(formulation, actives),
        **of_safety(actives, ready),
    )


def of_container(
    formulation: MasterFormulation, actives: list[PlannedActive], container: Container
) -> dict[str, Any]:
    """What it is made in."""
    concentration = (actives[0].amount / container.final_volume).to(actives[0].shown_in)
    return {
        "container_class": formulation.container.value,
        "base": container.item_id,
        "base_display": container.display,
        "base_volume": container.label_volume,
        "policy": formulation.volume_policy.value,
        "final_volume": container.final_volume,
        "concentration": concentration,
        "true_concentration": _in_unit(container.true_concentration, actives[0]),
        "remove": container.remove,
        "diluent_volume": container.diluent_volume,
    }


def of_handling(formulation: MasterFormulation, actives: list[PlannedActive]) -> dict[str, Any]:
    """How it is labelled, kept and given."""
    path = formulation.storage_path
    return {
        "auxiliary": tuple(label.text for active in actives for label in active.formulation.labels),
        "filter": formulation.infusion_filter or "",
        "tubing": formulation.tubing or "",
        "storage": path[0].condition.value,
        "storage_words": "; ".join(storage.text for storage in path),
        "appearance": formulation.physical_description,
        "category": formulation.compounding_category,
        "pictures": formulation.pictures_required,
    }


def of_safety(actives: list[PlannedActive], ready: bool) -> dict[str, Any]:
    """What the flags of every active ask for; the narrowest tolerance of them holds."""
    formulations = [active.formulation for active in actives]
    drugs = tuple(active.drug for active in actives)
    return {
        "flags": _flags(drugs),
        "hazardous_hood": any(f.hazardous_hood for f in formulations),
        "in_process_check": not ready
        and (any(f.in_process_check for f in formulations) or any(d.flags.in_process_check for d in drugs)),
        "second_check": any(f.second_check for f in formulations) or any(d.flags.second_check for d in drugs),
        "staging_check": any(d.flags.paralytic for d in drugs),
        "volume_tolerance": min(f.volume_tolerance for f in formulations),
        "mass_tolerance": min(f.gravimetric_tolerance for f in formulations),
        "drug_versions": tuple(f"{d.id}@{d.version}" for d in drugs),
        "draft": any(d.status.value != "APPROVED" for d in drugs),
    }


def time_rules(
    formulary: Formulary, actives: list[PlannedActive], container: Container, *, tested: bool = False
) -> tuple[Any, str]:
    """Rules of every active; one gap is enough to leave the beyond-use time to a pharmacist."""
    rules: list[Any] = []
    gaps: list[str] = []
    for active in actives:
        own, gap = rules_for(
            formulary,
            active.drug,
            active.formulation,
            solution=container.solution.id if container.solution else "",
            material=container.material,
            concentration=active.amount / container.final_volume,
            undiluted=container.undiluted,
            tested=tested,
        )
        rules += [rule for rule in own if rule not in rules]
        gaps += [gap] if gap else []
    return tuple(rules), "; ".join(gaps)


def _in_unit(concentration: Quantity | None, active: PlannedActive) -> Quantity | None:
    return None if concentration is None else concentration.to(active.shown_in)


def _flags(drugs: tuple[Drug, ...]) -> tuple[str, ...]:
    names = {
        "high_alert": any(d.flags.high_alert for d in drugs),
        "hazardous": any(d.flags.hazardous for d in drugs),
        "vesicant": any(d.flags.vesicant.value in ("vesicant", "red", "yellow") for d in drugs),
        "paralytic": any(d.flags.paralytic for d in drugs),
        "light": any(d.flags.light_after_preparation for d in drugs),
        "cold": any(d.flags.refrigerate for d in drugs),
        "controlled": any(d.flags.controlled_schedule for d in drugs),
    }
    return tuple(name for name, holds in names.items() if holds)


__all__ = ["Planned", "cannot_compute", "plan_order"]
