"""The containers of an order of parenteral nutrition as plans: the bag, and the lipid beside it in as many as it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calculations.errors import CannotCompute
from calculations.formula import recording
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.calcium_phosphate import Assessment
from calculations.nutrition.cycle import cyclic_full_rate
from calculations.nutrition.mixing import MixStep
from calculations.nutrition.overfill import prepare
from calculations.nutrition.totals import Totals
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.rounding import to_step
from compounding.nutrition.draw_up import draw_up_nutrition
from compounding.nutrition.draws import expected_mass
from compounding.nutrition.keeping import keeping_rules, lipid_rules
from compounding.nutrition.patient_findings import dosing_weight_note
from compounding.nutrition.plan import BAG, LIPID, Dilution, NutritionPlan, SourceDraw
from compounding.nutrition.rows import contents_of, rows_of
from compounding.nutrition.shown import calcium_phosphate_shown, figures_of, label_figures
from compounding.orders.order import NUTRITION
from compounding.planning.plan import Companion, DrawUpPlan, DrugAmount, TherapeuticPlan, TimeRule
from compounding.planning.situation import Situation
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_profile import HangTime, NutritionSet

DISPLAY = "Parenteral nutrition"
_LINES = {"central": "CENTRAL LINE ONLY", "peripheral": "PERIPHERAL LINE"}
"""What the label says of the line that was ordered."""
_EITHER = "CENTRAL OR PERIPHERAL LINE"


@dataclass(frozen=True)
class _Container:
    """What one container is made in and how it is kept; shared by bag and lipid."""

    base: str
    base_display: str
    rules: tuple[TimeRule, ...]
    gap: str
    storage: str
    storage_words: str


def bag_plan(
    s: Situation,
    held: NutritionSet,
    bag: Bag,
    totals: Totals,
    steps: Sequence[MixStep],
    assessment: Assessment,
    draws: Sequence[SourceDraw],
    dilutions: Mapping[str, Dilution],
) -> tuple[TherapeuticPlan, DrawUpPlan]:
    """The bag. Raises CannotCompute when no bag of the house holds it."""
    order = bag.order
    mass, gap = _mass(s, bag, totals, dilutions)
    nutrition = NutritionPlan(
        **_common(s, held, bag, _hang(held, order.kind)),
        container=BAG,
        title=f"{order.kind} bag",
        infused_volume=bag.prepared.infused,
        prepared_volume=bag.prepared.prepared,
        overfill_words=_overfill_words(bag.prepared.infused, bag.prepared.prepared),
        hours=order.hours,
        rate=totals.figures["rate as programmed"],
        tapers=tuple(f"{show(step.hours)} at {show(step.rate)}" for step in totals.programme)
        if len(totals.programme) > 1
        else (),
        rows=rows_of(bag, totals),
        figures=figures_of(totals),
        draws=tuple(draws),
        contents=contents_of(bag.lines),
        calcium_phosphate=calcium_phosphate_shown(steps, assessment, held, order.population),
        label_figures=label_figures(bag, totals),
        warnings=(_LINES[order.line],),
        fluids=_fluids(bag),
        expected_mass=mass,
        mass_tolerance=None if mass is None else held.profile.value("gravimetric_tolerance"),
        mass_gap=gap,
    )
    rules, gap, storage = keeping_rules(s.formulary, held, bag, steps, assessment)
    made_in = _container(s, bag.prepared.prepared, rules, gap, storage)
    plan = _plan(s, held, nutrition, made_in, second=held.profile.pharmacists_for(order.population) > 1, part=0)
    return plan, draw_up_nutrition(plan, s.formulary)


def lipid_companions(
    s: Situation, held: NutritionSet, bag: Bag, totals: Totals, main: TherapeuticPlan
) -> tuple[Companion, ...]:
    """The lipid in containers of its own: none hangs longer than the house allows."""
    if bag.lipid is None:
        return ()
    order, longest = bag.order, bag.profile.lipid_container_hours
    count = int(-(-order.lipid_hours.amount_in("h") // longest.amount_in("h")))
    infused, hours = bag.lipid.reaching / count, order.lipid_hours / count
    with recording() as noted:
        volumes = prepare(infused, bag.profile.lipid_overfill)
        full = cyclic_full_rate(infused, hours, Quantity(0, "h"), Quantity(0, "h"))
    work = tuple(noted.as_data()) if s.working else ()
    rate = to_step(full, held.profile.value("lipid_rate_step"))
    rules, gap, storage = lipid_rules(s.formulary, held)
    made_in = _container(s, volumes.prepared, rules, gap, storage, syringe=True)
    hang, line = _hang(held, LIPID), Line(bag.lipid.product, infused, volumes.prepared, infused)
    rows = tuple(row for row in main.nutrition.rows if row.apart) if main.nutrition is not None else ()
    found = []
    for number in range(1, count + 1):
        nutrition = NutritionPlan(
            **_common(s, held, bag, hang),
            container=LIPID,
            title=f"lipid, {number} of {count}" if count > 1 else "lipid",
            infused_volume=infused,
            prepared_volume=volumes.prepared,
            overfill_words=_overfill_words(infused, volumes.prepared),
            hours=hours,
            rate=rate,
            rows=rows,
            draws=(SourceDraw(line.product.id, line.product.id, line.product.display, infused, line.drawn, "hand"),),
            contents=contents_of([line]),
            label_figures=_lipid_figures(totals),
            warnings=(_line_of(held.product(line.product.id), order.line),),
        )
        plan = _plan(s, held, nutrition, made_in, second=main.second_check, part=number)
        plan = replace(plan, work=work)
        found.append(Companion(plan, draw_up_nutrition(plan, s.formulary), hours * (number - 1)))
    return tuple(found)


def _line_of(product: NutritionProduct, ordered: str) -> str:
    """Lipid alone may run in either line where its label says so; else it runs in the line that was ordered."""
    return _EITHER if {"central", "peripheral"} <= set(product.lines) else _LINES[ordered]


def _common(s: Situation, held: NutritionSet, bag: Bag, hang: HangTime) -> dict[str, Any]:
    order = bag.order
    return {
        "population": order.population,
        "dosing_weight": order.dosing_weight,
        "dosing_weight_note": dosing_weight_note(s, order),
        "central": order.line == "central",
        "hang": f"for {show(hang.longest)} at most",
        "profile": f"{held.profile.id}@{held.profile.version}",
    }


def _plan(
    s: Situation, held: NutritionSet, nutrition: NutritionPlan, made_in: _Container, *, second: bool, part: int
) -> TherapeuticPlan:
    hang = _hang(held, LIPID if nutrition.container == LIPID else s.order.nutrition.kind if s.order.nutrition else BAG)
    return TherapeuticPlan(
        formulation=nutrition.profile,
        formulation_name=f"{held.profile.name}, nutrition profile version {held.profile.version}",
        drug=NUTRITION,
        display=DISPLAY,
        order_type=str(s.order.order_type),
        actives=tuple(_active(held, draw) for draw in nutrition.draws),
        container_class="bag",
        base=made_in.base,
        base_display="",
        base_volume=None,
        policy="EXACT",
        final_volume=nutrition.infused_volume,
        concentration=Quantity(1, "one"),
        true_concentration=None,
        route=s.order.route,
        line=s.order.line,
        rate=nutrition.rate,
        infuse_over=nutrition.hours,
        dose_rate=None,
        volume_tolerance=held.profile.value("volume_tolerance"),
        mass_tolerance=held.profile.value("gravimetric_tolerance"),
        flags=("high_alert", "light") if hang.light else ("high_alert",),
        filter=getattr(s.formulary.item(hang.filter), "pore", hang.filter),
        **_kept(made_in),
        appearance="clear, no particles" if nutrition.container == BAG else "white and even, no oil on top",
        category=held.profile.choice("compounding_category"),
        second_check=second,
        staging_check=nutrition.container == BAG,
        drug_versions=(nutrition.profile,),
        draft=held.profile.status.value != "APPROVED",
        nutrition=nutrition,
        part=part,
    )


def _kept(made_in: _Container) -> dict[str, Any]:
    return {
        "storage": made_in.storage,
        "storage_words": made_in.storage_words,
        "time_rules": made_in.rules,
        "time_gap": made_in.gap,
    }


def _active(held: NutritionSet, draw: SourceDraw) -> DrugAmount:
    """A source as what the second pharmacist works out alone: the volume of it that goes in."""
    return DrugAmount(
        drug=draw.product,
        display=draw.display,
        amount=draw.drawn,
        ordered=draw.infused,
        formulation="",
        group=draw.product,
        drawn_concentration=Quantity(1, "one"),
        drawn_volume=draw.drawn if draw.dilution is None else draw.dilution.draw,
        products=held.product(draw.product).items,
    )


def _container(
    s: Situation, volume: Quantity, rules: tuple[TimeRule, ...], gap: str, storage: str, *, syringe: bool = False
) -> _Container:
    """The smallest empty container of the house that holds the volume."""
    supplies = s.formulary.supplies
    fill = s.formulary.site.value("syringe_fill_high")
    fitting: list[Any] = [one for one in supplies.syringes if one.capacity * fill >= volume] if syringe else []
    fitting = fitting or [one for one in supplies.empty_bags if one.capacity >= volume]
    if not fitting:
        raise CannotCompute(
            "no_container",
            f"a container for {show(volume)}",
            "no empty bag of the house holds that much.",
            "Add the bag to the supplies, or lower the volume.",
        )
    made_in = min(fitting, key=lambda one: one.capacity)
    words = {
        row.storage.value: f"{row.celsius_low} to {row.celsius_high} °C" for row in s.formulary.site.beyond_use.ranges
    }
    return _Container(made_in.id, made_in.display, rules, gap, storage, words.get(storage, ""))


def _hang(held: NutritionSet, kind: str) -> HangTime:
    for row in held.profile.hanging:
        if row.kind == kind:
            return row
    raise KeyError(f"the nutrition profile {held.profile.id} does not say how long {kind} may hang")


def _overfill_words(infused: Quantity, prepared: Quantity) -> str:
    more = prepared - infused
    return f"{show(more, 1)} overfill for the line" if more.number else "no overfill"


def _fluids(bag: Bag) -> tuple[str, ...]:
    fluid = bag.fluid
    rows = [
        ("all fluid", fluid.total),
        ("the bag", fluid.bag),
        ("lipid apart", fluid.lipid_apart),
        ("others", fluid.others),
    ]
    return tuple(f"{name} {show(amount, 1)}" for name, amount in rows if amount.number)


def _mass(
    s: Situation, bag: Bag, totals: Totals, dilutions: Mapping[str, Dilution]
) -> tuple[Quantity | None, str]:
    """The expected weight; or None, and why there is none."""
    try:
        return expected_mass(bag, totals, dilutions, s.formulary), ""
    except CannotCompute as why:
        return None, str(why.why)


def _lipid_figures(totals: Totals) -> tuple[str, ...]:
    names = ("lipid energy",)
    return tuple(f"Energy from lipid {show(totals.figures[name])}" for name in names if name in totals.figures)
