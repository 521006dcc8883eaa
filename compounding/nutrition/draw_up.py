"""The draw-up plan of one container of parenteral nutrition: which containers of each source, every volume, in mixing order.

Made before anything is scanned and again from what was scanned. Another size of the same source changes the counts; another
source never comes in here: its ions differ, so the order is planned and verified anew.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.vials import VialOption, choose_vials
from compounding.nutrition.plan import LIPID, Dilution, NutritionPlan, SourceDraw
from compounding.planning.measuring import Measuring, measuring
from compounding.planning.plan import Component, DrawUpPlan, Step, TherapeuticPlan
from formulary.model import DiluentVial, Formulary, Item, Product, SolutionBag, SourceContainer
from formulary.nutrition.model_profile import NutritionSet

FINAL = "final"
MIX = "mix"
"""Slots of intermediate dilutions begin so; the source follows."""


@dataclass
class _Sheet:
    components: list[Component]
    steps: list[Step]
    measuring: Measuring

    def step(self, step: Step) -> None:
        self.steps.append(replace(step, number=len(self.steps) + 1))

    def measure(self, step: Step, volume: Quantity, *, high_alert: bool) -> None:
        """By hand: one step for each syringe that is filled."""
        parts = self.measuring.parts(volume, high_alert=high_alert)
        for number, (amount, syringe) in enumerate(parts, start=1):
            share = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
            self.step(replace(step, title=f"{step.title}{share}", volume=amount, syringe=syringe))


def draw_up_nutrition(plan: TherapeuticPlan, formulary: Formulary, scanned: Sequence[str] = ()) -> DrawUpPlan:
    """Containers and steps. `scanned` are ids of containers that were scanned for it and must be used.

    Raises CannotCompute when the containers that the house stocks, or those scanned, do not give the volumes, and when a
    volume cannot be measured.
    """
    nutrition, held = plan.nutrition, formulary.nutrition
    if nutrition is None or held is None:
        raise CannotCompute(
            "no_nutrition_profile",
            "the draw-up plan",
            "no nutrition profile is in force.",
            "Two pharmacists release the site's nutrition profile.",
        )
    sheet = _Sheet([], [], measuring(formulary))
    container = formulary.item(plan.base)
    sheet.components.append(Component(FINAL, "container", container.id, container.display))
    counts = Counter(scanned)
    for draw in nutrition.draws:
        _source(sheet, draw, formulary, held, counts, high_alert="high_alert" in plan.flags)
    known = {component.product for component in sheet.components}
    if strange := sorted(set(scanned) - known):
        raise CannotCompute(
            "not_of_this_dose", "the draw-up plan", f"{', '.join(strange)} does not belong to it.", "Take it away."
        )
    _finish(sheet, plan, nutrition)
    return DrawUpPlan(tuple(sheet.components), tuple(sheet.steps))


def _source(
    sheet: _Sheet, draw: SourceDraw, formulary: Formulary, held: NutritionSet, counts: Counter[str], *, high_alert: bool
) -> None:
    if draw.rinse:
        sheet.step(Step(0, "confirm", "rinse", draw.rinse))
    slots = _containers(sheet, draw, formulary, held, counts)
    if draw.dilution is not None:
        _dilute_first(sheet, draw, draw.dilution, slots, formulary)
        return
    by_hand = draw.by == "hand"
    for slot, item, part in slots:
        step = Step(
            0,
            "measure",
            "draw",
            f"{'Draw up' if by_hand else 'Pump in'} {draw.display}",
            slot,
            FINAL,
            working=f"{show(part)} of {show(draw.drawn)}, from {item.display}"
            if len(slots) > 1
            else f"from {item.display}",
            instructions=(draw.note,) if draw.note else (),
            density=held.product(draw.product).density,
        )
        if by_hand:
            sheet.measure(step, part, high_alert=high_alert)
        else:
            sheet.step(replace(step, volume=part))


def _dilute_first(
    sheet: _Sheet, draw: SourceDraw, dilution: Dilution, slots: list[tuple[str, Item, Quantity]], formulary: Formulary
) -> None:
    """A weaker solution of its own with water: labelled, scanned before it is drawn from, thrown away at the end."""
    mix = f"{MIX}-{draw.product}"
    for slot, _, part in slots:
        step = Step(0, "measure", "intermediate", f"Draw up {draw.display} to dilute it first", slot, mix)
        sheet.measure(step, part, high_alert=True)
    vial = _water_vial(formulary, dilution)
    water = f"water-{sum(1 for c in sheet.components if c.role == 'diluent') + 1}"
    sheet.components.append(Component(water, "diluent", vial.id, vial.display, volume=vial.volume))
    step = Step(0, "measure", "dilute", f"Add water to the {draw.display}", water, mix)
    sheet.measure(replace(step, working=f"makes {show(dilution.final)}"), dilution.add, high_alert=False)
    sheet.step(
        Step(0, "scan", "intermediate_label", f"Label the diluted {draw.display}, mix, scan its label", mix, mix)
    )
    step = Step(0, "measure", "draw", f"Draw up the diluted {draw.display}", mix, FINAL)
    words = f"{show(draw.drawn)} of {draw.display} × {show(dilution.final)} ÷ {show(dilution.take)}"
    sheet.measure(replace(step, working=words), dilution.draw, high_alert=True)


def really_drawn(
    draw: SourceDraw, formulary: Formulary, held: NutritionSet, scanned: Sequence[str] = ()
) -> tuple[Quantity, Quantity]:
    """What comes of the source itself, and what goes into the bag, by the lines of the syringes that are filled by hand.

    From the containers that were scanned or that the house stocks; without a dilution the two are one. A volume that cannot be
    measured, or has no container, is given as it was planned.
    """
    sheet, dilution = _Sheet([], [], measuring(formulary)), draw.dilution
    try:
        slots = _containers(sheet, draw, formulary, held, Counter(scanned))
        taken = _total(sheet.measuring, [part for _, _, part in slots])
        if dilution is None:
            return taken, taken
        added, into = (_total(sheet.measuring, [volume]) for volume in (dilution.add, dilution.draw))
        return into * (taken / (taken + added)), into
    except CannotCompute:
        return draw.drawn, draw.drawn if dilution is None else dilution.draw


def _total(measuring: Measuring, volumes: Sequence[Quantity]) -> Quantity:
    found = [amount for volume in volumes for amount, _ in measuring.parts(volume, high_alert=True)]
    return sum(found[1:], found[0])


def _water_vial(formulary: Formulary, dilution: Dilution) -> DiluentVial:
    """The smallest vial of the diluent that holds what is added."""
    vials = [v for v in formulary.supplies.diluent_vials if v.solution == dilution.diluent and v.volume >= dilution.add]
    if vials:
        return min(vials, key=lambda vial: vial.volume)
    raise CannotCompute(
        "diluent_missing",
        f"diluting with {show(dilution.add)}",
        f"no vial of {dilution.diluent} holds that much.",
        "Add the vial to the supplies.",
    )


def _containers(
    sheet: _Sheet, draw: SourceDraw, formulary: Formulary, held: NutritionSet, counts: Counter[str]
) -> list[tuple[str, Item, Quantity]]:
    """The containers with the least waste, in slots of their own, and what comes out of each."""
    items = {name: formulary.item(name) for name in held.product(draw.product).items}
    options = [VialOption(name, volume_of(item), draw.product, volume_of(item)) for name, item in items.items()]
    mine = {name: counts[name] for name in items if counts[name]}
    found: list[tuple[str, Item, Quantity]] = []
    wanted = draw.drawn if draw.dilution is None else draw.dilution.take
    for take in choose_vials(wanted, options, mine).takes:
        rest = take.amount
        for _ in range(take.count):
            item = items[take.id]
            part = min(rest, volume_of(item))
            rest = rest - part
            slot = f"source-{sum(1 for c in sheet.components if c.role == 'drug') + 1}"
            sheet.components.append(
                Component(slot, "drug", item.id, item.display, draw.product, volume_of(item), volume=volume_of(item))
            )
            found.append((slot, item, part))
    return _evened(sheet, draw, found)


def _evened(
    sheet: _Sheet, draw: SourceDraw, found: list[tuple[str, Item, Quantity]]
) -> list[tuple[str, Item, Quantity]]:
    """By hand the last container may be left with less than a syringe shows: the last two then give the same."""
    if draw.by != "hand" or len(found) < 2 or sheet.measuring.measurable(found[-1][2], high_alert=True):
        return found
    *before, (first, full, most), (last, opened, rest) = found
    half = (most + rest) / 2
    if half > volume_of(opened):
        return found
    return [*before, (first, full, half), (last, opened, half)]


def volume_of(item: Item) -> Quantity:
    """What one container holds by its label, mL. Raises CannotCompute for one without a volume."""
    if isinstance(item, SolutionBag):
        return item.label_volume
    if isinstance(item, DiluentVial | SourceContainer):
        return item.volume
    if isinstance(item, Product) and item.volume is not None:
        return item.volume
    raise CannotCompute(
        "no_volume", item.display, "its data name no volume.", "Add the volume of its label to the formulary."
    )


def _finish(sheet: _Sheet, plan: TherapeuticPlan, nutrition: NutritionPlan) -> None:
    """The look before the last mixing, the weight of the whole, and the label that closes the work."""
    if plan.in_process_check:
        sheet.step(Step(0, "check", "in_process", "A pharmacist looks before the container is closed"))
    if any(draw.dilution is not None for draw in nutrition.draws):
        sheet.step(Step(0, "confirm", "discard", "Discard the rest of every intermediate dilution"))
    sheet.step(Step(0, "confirm", "inspect", "Mix gently and look against light: no particles, no haze, no oil on top"))
    if nutrition.expected_mass is not None:
        sheet.step(
            Step(
                0,
                "weigh",
                "weigh_container",
                "Weigh the filled container without its empty weight",
                "",
                FINAL,
                working="sum of every volume × its density",
                expected_mass=nutrition.expected_mass,
            )
        )
    into = "Cap it, scan its label" if nutrition.container == LIPID else "Close the bag, scan its label"
    sheet.step(Step(0, "label", "label", into, "", FINAL))
