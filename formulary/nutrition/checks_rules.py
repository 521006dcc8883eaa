"""Contradictions inside curves, starting templates and the released list of drugs in parenteral nutrition."""

from collections.abc import Iterator

from calculations.errors import Faults
from calculations.nutrition.order import AnionChoice, Basis
from calculations.nutrition.product import POPULATIONS
from calculations.quantity import Quantity
from calculations.units import unit
from formulary.checks_products import Found, ascending, fits, text
from formulary.model_common import Confidence
from formulary.nutrition.engine_rules import engine_curve
from formulary.nutrition.model_products import NonNutrient, NonNutrients
from formulary.nutrition.model_rules import Curve, Curves, Template, Templates
from formulary.unit_shapes import TIME, WEIGHT

BAGS = ("2-in-1", "3-in-1")
BASES = tuple(basis.value for basis in Basis)
FICTIONAL = "FICTIONAL"


def known(names: tuple[str, ...], allowed: tuple[str, ...], path: str) -> Iterator[Found]:
    """A fault for each word that is not on the list; and one when there is none and some are needed."""
    for name in names:
        if name not in allowed:
            yield path, name, f"one of {', '.join(allowed)}"


def some(names: tuple[str, ...], allowed: tuple[str, ...], path: str) -> Iterator[Found]:
    """As `known`, and at least one word, each once."""
    if not names:
        yield path, None, f"at least one of {', '.join(allowed)}"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield path, name, "a name that occurs once"
    yield from known(names, allowed, path)


def twice(ids: list[str], path: str) -> Iterator[Found]:
    """A fault for each id that occurs more than once."""
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield path, name, "an id that occurs once"


def under(path: str, found: Iterator[Found]) -> Iterator[Found]:
    """The same faults one level deeper."""
    for below, value, wanted in found:
        yield f"{path}.{below}", value, wanted


def in_unit(quantity: Quantity | None, unit_name: str, path: str) -> Iterator[Found]:
    """A fault when the quantity is of another kind than the unit."""
    if quantity is not None and quantity.unit.dimension is not unit(unit_name).dimension:
        yield path, text(quantity), f"an amount in {unit_name}"


def curve_faults(curves: Curves) -> Iterator[Found]:
    """Every contradiction inside the curves."""
    yield from twice([row.id for row in curves.curves], "curves")
    for index, curve in enumerate(curves.curves):
        yield from under(f"curves[{index}]", _curve_faults(curve))


def _curve_faults(curve: Curve) -> Iterator[Found]:
    if curve.fictional != curve.title.startswith(FICTIONAL):
        yield "title", curve.title, f"a title that begins with {FICTIONAL} when the curve is invented, and only then"
    if not curve.fictional and curve.source.confidence is not Confidence.SEEN:
        wanted = "a source in which the points were read ('seen'): none may be remembered, estimated or invented"
        yield "source", curve.source.confidence.value, wanted
    if not curve.watched:
        yield "watched", None, "at least one temperature with its hours"
    if not curve.phosphate_salts:
        yield "phosphate_salts", None, "at least one product"
    try:
        engine_curve(curve)
    except Faults as faults:
        for fault in faults.faults:
            yield fault.field.partition(": ")[2] or fault.field, fault.found, str(fault.expected)


def template_faults(templates: Templates) -> Iterator[Found]:
    """Every contradiction inside the starting orders."""
    yield from twice([row.id for row in templates.templates], "templates")
    for index, template in enumerate(templates.templates):
        yield from under(f"templates[{index}]", _template_faults(template))


def _template_faults(template: Template) -> Iterator[Found]:
    yield from known((template.population,), POPULATIONS, "population")
    yield from known((template.kind,), BAGS, "kind")
    yield from known((template.anions,), tuple(choice.value for choice in AnionChoice), "anions")
    yield from weight_faults(template.weight_from, template.weight_below)
    yield from in_unit(template.total_fluid, "mL/kg/day", "total_fluid")
    for name in ("hours", "lipid_hours"):
        yield from fits(getattr(template, name), TIME, name)
    if "DRAFT" not in template.title:
        yield "title", template.title, "a title that says DRAFT: no starting order of this file is approved"
    if not template.amounts:
        yield "amounts", None, "at least one amount"
    yield from twice([row.nutrient for row in template.amounts], "amounts")
    for index, row in enumerate(template.amounts):
        yield from known((row.basis,), BASES, f"amounts[{index}].basis")


def weight_faults(low: Quantity | None, below: Quantity | None) -> Iterator[Found]:
    """Bounds of a weight band."""
    wrong = [*fits(low, WEIGHT, "weight_from"), *fits(below, WEIGHT, "weight_below")]
    yield from wrong
    if not wrong:
        yield from ascending([("weight_from", low), ("weight_below", below)])


def non_nutrient_faults(drugs: NonNutrients) -> Iterator[Found]:
    """Every contradiction inside the released list."""
    yield from twice([row.nutrient for row in drugs.drugs], "drugs")
    for index, row in enumerate(drugs.drugs):
        yield from under(f"drugs[{index}]", _drug_faults(row))


def _drug_faults(row: NonNutrient) -> Iterator[Found]:
    yield from some(row.populations, POPULATIONS, "populations")
    yield from some(row.kinds, BAGS, "kinds")
    if not row.figures:
        yield "figures", None, "at least one figure that bounds it"
    if not row.products:
        yield "products", None, "at least one product"
    if not row.units:
        yield "units", None, "at least one unit that it may be ordered in"


__all__ = [
    "BAGS",
    "curve_faults",
    "in_unit",
    "known",
    "non_nutrient_faults",
    "some",
    "template_faults",
    "twice",
    "under",
    "weight_faults",
]
