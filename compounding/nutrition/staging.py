"""Scanning the sources of a nutrition container: the product that was planned, in any of its sizes, and nothing else.

Another amino acid brand, another phosphate or another calcium salt brings other ions, and the curve that was assessed does
not hold for it: such a scan stops until the order is planned and verified anew with the product that is there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from batch_records.acts import Refusal
from calculations.errors import CannotCompute
from calculations.nutrition.product import SourceProduct, per_ml
from calculations.quantity import Quantity
from compounding.nutrition.draw_up import draw_up_nutrition
from compounding.nutrition.plan import NutritionPlan
from compounding.planning.plan import Component, DrawUpPlan, TherapeuticPlan
from formulary.model import Formulary, Item
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_profile import NutritionSet

BRINGS = "brings"
"""In what a scan keeps as strength: what a millilitre of the scanned product brings, by ion or nutrient."""


def planned_source(held: NutritionSet | None, plan: TherapeuticPlan, item: Item) -> NutritionProduct | Refusal:
    """The source that a scanned container holds, if the plan draws from it."""
    nutrition = plan.nutrition
    found = None if held is None else held.product_of_item(item.id)
    if held is None or nutrition is None or found is None:
        return Refusal("wrong_container", f"You scanned {item.display}. It is no source of this preparation.", 422)
    if any(draw.product == found.id for draw in nutrition.draws):
        return found
    instead = _in_its_place(held, nutrition, found)
    needed = f" Planned is {instead}." if instead else " It is not part of this plan."
    return Refusal(
        "other_source",
        f"You scanned {item.display}.{needed} Its ions differ: the order must be planned and verified anew with it.",
        422,
    )


def _in_its_place(held: NutritionSet, nutrition: NutritionPlan, found: NutritionProduct) -> str:
    """What the plan uses for the same purpose, for the words of the refusal."""
    same = planned_instead(held, nutrition, found.id)
    return " or ".join(draw.display for draw in nutrition.draws if draw.product in same)


def planned_instead(held: NutritionSet, nutrition: NutritionPlan, product: str) -> frozenset[str]:
    """Ids of the planned sources that serve the purpose of another product: what should have been scanned."""
    mine = _purposes(held, product)
    return frozenset(draw.product for draw in nutrition.draws if mine & _purposes(held, draw.product))


def _purposes(held: NutritionSet, product: str) -> frozenset[str]:
    return frozenset(row.purpose for row in held.profile.stocked if product in row.products)


def slot_of(components: Sequence[Component], open_slots: Sequence[str], item: str) -> Component | None:
    """The open slot that this very container fills."""
    return next((c for c in components if c.slot in open_slots and c.product == item), None)


def is_no_source(components: Sequence[Component], open_slots: Sequence[str], item: str) -> bool:
    """Whether it fills an open place that is no source: the empty container, or the diluent of a dilution."""
    return any(c.slot in open_slots and c.product == item and c.role != "drug" for c in components)


def replan(
    plan: TherapeuticPlan, formulary: Formulary, scans: Sequence[tuple[str, str]], more: str
) -> DrawUpPlan | Refusal:
    """The counts anew, from (slot, container id) of what was scanned and one more; filled slots keep their containers."""
    sources = [product for slot, product in scans if slot.startswith("source-")]
    try:
        made = draw_up_nutrition(plan, formulary, [*sources, *([more] if more else [])])
    except CannotCompute as why:
        return Refusal(
            "cannot_replan", f"It cannot be made with this container: {why.why} {why.next_step}".strip(), 422
        )
    places = {(c.slot, c.product) for c in made.components}
    if any(scan not in places for scan in scans):
        return Refusal(
            "take_apart_first", "Containers already scanned would change places. Take it apart and scan anew.", 409
        )
    return made


def brings(product: SourceProduct) -> dict[str, Any]:
    """What a scan keeps: every ion in mEq/mL (phosphate in mmol/mL) and every nutrient, per mL, by the label."""
    found: dict[str, Quantity] = {ion: per_ml(ion, strength) for ion, strength in product.ions.items()}
    found |= product.nutrients
    return {BRINGS: {name: strength.as_data() for name, strength in found.items() if strength.number}}


def brings_from(strength: Mapping[str, Any]) -> dict[str, Quantity]:
    """The same, read back from a record."""
    return {name: Quantity.from_data(data) for name, data in strength[BRINGS].items()}
