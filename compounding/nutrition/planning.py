"""From an order of parenteral nutrition to its containers and findings.

The site's released profile chooses one product for each purpose; the engine works the day's bag out from the order; its
figures are held against the limits of this patient, against what is usual and against yesterday; calcium and phosphate
are assessed along the real sequence of mixing. What cannot be computed stops the order in words.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from calculations.errors import CannotCompute, Fault, Faults
from calculations.findings import Finding, Grade
from calculations.formula import recording
from calculations.nutrition.bag import Bag, make_bag
from calculations.nutrition.calcium_phosphate import Assessment, assess_calcium_phosphate
from calculations.nutrition.changes import check_changes, compare
from calculations.nutrition.limits import check_limits
from calculations.nutrition.mixing import MixStep, check_measuring, mixing_steps
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.suspicion import suspicions
from calculations.nutrition.totals import Totals, totals_of
from calculations.quantity import Quantity
from compounding.nutrition.allergies import source_allergies
from compounding.nutrition.before import age_of_the_order_before
from compounding.nutrition.containers import bag_plan, lipid_companions
from compounding.nutrition.diluting import Dilutions, diluted_first
from compounding.nutrition.draws import as_drawn, draws_of
from compounding.nutrition.judged_on import nutrition_judged_on
from compounding.nutrition.light import light_findings
from compounding.nutrition.patient_findings import nutrition_patient_findings
from compounding.nutrition.plan import SourceDraw
from compounding.nutrition.programme import rate_findings
from compounding.planning.excipients import excipient_allergies, with_excipients
from compounding.planning.measuring import measuring
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.planning.planned import Planned, cannot_compute
from compounding.planning.situation import Situation
from formulary.model import Formulary
from formulary.nutrition.engine import (
    change_limits,
    engine_curves,
    engine_products,
    engine_profile,
    mixing_order,
    screening_rules,
    storage_plan,
)
from formulary.nutrition.engine_limits import engine_limits, high_alert, nutrient_names, usual_ranges
from formulary.nutrition.model_profile import NutritionSet


def plan_nutrition(s: Situation) -> Planned:
    """Plans an order of parenteral nutrition. Never raises for what a person can mend: that is a finding nobody passes."""
    found: list[Finding] = []
    try:
        if not s.working:
            return _plan(s, found)
        with recording() as work:
            planned = _plan(s, found)
        if planned.plan is None:
            return planned
        return replace(planned, plan=replace(planned.plan, work=tuple(work.as_data())))
    except CannotCompute as why:
        return Planned(None, None, (*distinct(found), cannot_compute(why)))
    except (Fault, Faults, KeyError) as why:
        stop = CannotCompute("profile_incomplete", "the plan", str(why), "Complete the site's nutrition profile.")
        return Planned(None, None, (*distinct(found), cannot_compute(stop)))


def _plan(s: Situation, found: list[Finding]) -> Planned:
    order, held = s.order.nutrition, s.formulary.nutrition
    if order is None or held is None:
        raise CannotCompute(
            "no_nutrition_profile",
            "parenteral nutrition",
            "no nutrition profile is in force here.",
            "Two pharmacists release the site's nutrition profile.",
        )
    found += nutrition_patient_findings(s, order, held)
    bag = bag_of(order, held)
    found += source_allergies(s.patient, [line.product.id for line in bag.everything], held, s.formulary)
    totals = totals_of(bag)
    high = high_alert(held, order.population)
    found += check_limits(bag, totals, engine_limits(held), high_alert=high, nutrients=nutrient_names(held))
    found += suspicions(
        order,
        bag.volume,
        usual_ranges(held),
        high_alert=high,
        basis_factor=held.profile.value("basis_factor"),
        totals=totals,
    )
    found += rate_findings(held, bag, totals)
    found += _since_yesterday(s, order, held, bag)
    steps, diluted, draws = mixed(s.formulary, held, bag)
    assessment = assessed(held, order, as_drawn(steps, draws, s.formulary, held))
    found += assessment.findings
    found += _estimates(totals, {finding.code for finding in found})
    found += diluted.findings
    refused = [step for step in steps if step.product is not None and step.product.id in diluted.by_product]
    found += check_measuring([step for step in steps if step not in refused])
    found += light_findings(held, [order.kind, *(["lipid"] if bag.lipid is not None else [])])
    plan, draw_up = bag_plan(s, held, bag, totals, steps, assessment, draws, diluted.by_product)
    companions = lipid_companions(s, held, bag, totals, plan)
    plan = replace(plan, companions=companions, nutrition_judged_on=nutrition_judged_on(bag, totals))
    return Planned(_with_excipients(s, plan, draw_up), draw_up, distinct(found))


def _with_excipients(s: Situation, plan: TherapeuticPlan, draw_up: DrawUpPlan) -> TherapeuticPlan:
    """The plan, and those of its companions, with what their containers hold of what the patient is allergic to."""
    codes = excipient_allergies(s.patient, s.formulary)
    others = tuple(
        replace(one, plan=with_excipients(one.plan, one.draw_up, codes, s.formulary)) for one in plan.companions
    )
    return replace(with_excipients(plan, draw_up, codes, s.formulary), companions=others)


def _since_yesterday(s: Situation, order: NutritionOrder, held: NutritionSet, bag: Bag) -> list[Finding]:
    """Rows that moved further than the house allows in a day; nothing without an order before this one."""
    if s.yesterday is None:
        return []
    told, comparable = age_of_the_order_before(s, s.yesterday, held)
    if not comparable:
        return told
    before = _volume_before(s.yesterday.order, held)
    changes = compare(order, s.yesterday.order, today_volume=bag.volume, yesterday_volume=before)
    return [*told, *check_changes(changes, change_limits(held, order.population))]


@lru_cache(maxsize=256)
def _volume_before(order: NutritionOrder, held: NutritionSet) -> Quantity | None:
    """The volume of the bag before; None where it cannot be worked out: a row per litre is then not comparable.

    Its working belongs to its own order and never to the one that is planned.
    """
    try:
        with recording():
            return bag_of(order, held).volume
    except (CannotCompute, KeyError):
        return None


def bag_of(order: NutritionOrder, held: NutritionSet) -> Bag:
    """The day's bag from the products and conventions of the profile."""
    ready_made = order.row("ready_bag") is not None
    conventions = engine_profile(held, order.population, order.kind, ready_made=ready_made)
    return make_bag(order, engine_products(held, order.population).values(), conventions)


def mixed(
    formulary: Formulary, held: NutritionSet, bag: Bag
) -> tuple[tuple[MixStep, ...], Dilutions, tuple[SourceDraw, ...]]:
    """The real sequence, what is diluted first in it, and what is drawn of each source."""
    house = measuring(formulary)
    steps = mixing_steps(bag, mixing_order(held), house.sizes, house.strict)
    diluted = diluted_first(bag, steps, house)
    return steps, diluted, draws_of(bag, steps, diluted.by_product)


def assessed(held: NutritionSet, order: NutritionOrder, steps: Sequence[MixStep]) -> Assessment:
    """Calcium with phosphate along the sequence, by what will really be in the bag at each step."""
    return assess_calcium_phosphate(
        steps,
        engine_curves(held, order.population),
        storage_plan(held, order.population, order.hours),
        screening_rules(held),
        population=order.population,
        demonstration=held.profile.demonstration,
    )


def _estimates(totals: Totals, told: set[str]) -> list[Finding]:
    """What is only an estimate or a lower bound is told, once, and never left to be guessed."""
    rows = [figure for figure in totals.figures if figure.estimate or not figure.complete]
    return [
        Finding(f"estimate.{code}", Grade.INFO, f"{row.name.capitalize()}: {row.note}", row.value)
        for row in rows
        if row.name != "osmolality" and f"cannot_assess_{(code := row.name.replace(' ', '_'))}" not in told
    ]


def distinct(found: list[Finding]) -> tuple[Finding, ...]:
    """Each finding once, with a code of its own: a reason given for one never stands for another."""
    kept: list[Finding] = []
    counted: dict[str, int] = {}
    for finding in dict.fromkeys(found):
        number = counted[finding.code] = counted.get(finding.code, 0) + 1
        kept.append(finding if number == 1 else replace(finding, code=f"{finding.code}.{number}"))
    return tuple(kept)
