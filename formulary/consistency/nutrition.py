"""What the nutrition set says against the formulary that it is made from, and its starting orders against its own limits.

A set is checked with the formulary when it is released, and a drug or the supplies with it. What is withdrawn later, or was
released before that was checked, shows here.
"""

from collections.abc import Iterator

from calculations.printing import show
from calculations.quantity import Quantity
from formulary.consistency.contradiction import Check, Contradiction
from formulary.model import Formulary
from formulary.nutrition.checks_set import link_faults
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import LimitRow, Template, TemplateAmount

DISPLAY = "Parenteral nutrition"


def nutrition_contradictions(formulary: Formulary) -> Iterator[Contradiction]:
    """Containers that are gone or of another strength, and starting amounts that a limit would stop or warn of."""
    nutrition = formulary.nutrition
    if nutrition is None:
        return
    products = {product.id: product for drug in formulary.drugs for product in drug.products}
    for fault in link_faults(nutrition, formulary):
        named = next((row for name, row in products.items() if name in f"{fault.value} {fault.expectation}"), None)
        yield Contradiction(
            check=Check.NUTRITION, drug="" if named is None else named.drug, display=DISPLAY,
            subject=f"{fault.file} {fault.path}", field="made from", found=fault.value, expected=fault.expectation,
            mend="Bring back what it is made from, or release a nutrition set without it.",
        )  # fmt: skip
    for template in nutrition.templates:
        for row in template.amounts:
            yield from _beyond(nutrition, template, row)


def _beyond(nutrition: NutritionSet, template: Template, row: TemplateAmount) -> Iterator[Contradiction]:
    for limit in nutrition.limits:
        if limit.figure != f"{row.nutrient.replace('_', ' ')} {row.basis}" or not _meet(template, limit):
            continue
        top = limit.hard_high if limit.soft_high is None else limit.soft_high
        amount = Quantity(row.amount.number, row.amount.unit, of=None if top is None else top.of)
        if top is not None and amount.unit.dimension is top.unit.dimension and amount > top:
            yield Contradiction(
                check=Check.NUTRITION, drug="", display=DISPLAY, subject=template.title, field=row.nutrient.replace("_", " "),
                found=f"{show(row.amount)} {row.basis}", expected=f"up to {show(top)} ({limit.id}; {limit.source.text})",
                mend="Mend the one that is wrong: every order begun from it would stop or warn.",
            )  # fmt: skip


def _meet(template: Template, limit: LimitRow) -> bool:
    """Whether the limit holds for a weight, line and kind that the starting order is for."""
    if template.population not in limit.populations or (limit.kinds and template.kind not in limit.kinds):
        return False
    if limit.line.value not in ("any", template.line.value):
        return False
    under = (
        limit.weight_below is not None
        and template.weight_from is not None
        and limit.weight_below <= template.weight_from
    )
    over = (
        limit.weight_from is not None
        and template.weight_below is not None
        and limit.weight_from >= template.weight_below
    )
    return not under and not over
