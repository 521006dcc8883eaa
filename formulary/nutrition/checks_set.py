"""What the files of a nutrition set say about each other, and about the formulary whose containers they name."""

from collections.abc import Iterator

from calculations.errors import Faults
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.product import Role
from calculations.quantity import Quantity
from formulary.checks_products import text
from formulary.faults import DataFault
from formulary.model import Filter, Formulary, Product
from formulary.nutrition.checks_limits import is_bounded, unbounded
from formulary.nutrition.checks_profile import PURPOSES
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import Template
from formulary.nutrition.templates import order_data

_PROFILE, _LIMITS, _CURVES = "profile.toml", "limits.toml", "curves.toml"
_DRUGS, _TEMPLATES, _PRODUCTS = "non_nutrients.toml", "templates.toml", "products/"


def set_faults(nutrition: NutritionSet) -> Iterator[DataFault]:
    """Ids used twice, names that nobody answers to, and figures that nothing bounds."""
    yield from _twice("id", [row.id for row in nutrition.products])
    yield from _twice("items", [item for row in nutrition.products for item in row.items])
    products = {row.id: row for row in nutrition.products}
    yield from _stock_faults(nutrition, products)
    yield from _curve_faults(nutrition, products)
    yield from _drug_faults(nutrition, products)
    yield from _template_faults(nutrition)
    for figure, population, where in unbounded(nutrition):
        yield DataFault(_LIMITS, figure, "nothing", f"a hard upper bound for {population} {where}")


def _twice(path: str, ids: list[str]) -> Iterator[DataFault]:
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield DataFault(_PRODUCTS, path, repr(name), "one that no other product uses")


def _stock_faults(nutrition: NutritionSet, products: dict[str, NutritionProduct]) -> Iterator[DataFault]:
    for index, row in enumerate(nutrition.profile.stocked):
        role, brings = PURPOSES[row.purpose]
        for name in row.products:
            path = f"stocked[{index}].products"
            product = products.get(name)
            if product is None:
                yield DataFault(_PROFILE, path, repr(name), "the id of a product")
                continue
            told = {found.name for found in (*product.ions, *product.nutrients) if found.per_ml.number}
            if product.role is not role or not set(brings) <= told:
                yield DataFault(_PROFILE, path, repr(name), f"a product for {row.purpose}")
            for population in sorted(set(product.not_for) & set(row.populations)):
                yield DataFault(_PROFILE, path, repr(name), f"a product whose label does not exclude {population}")
            if not product.items:
                yield DataFault(_PROFILE, path, repr(name), "a product of which a container exists")


def _curve_faults(nutrition: NutritionSet, products: dict[str, NutritionProduct]) -> Iterator[DataFault]:
    for index, curve in enumerate(nutrition.curves):
        wanted = [("amino_acids", curve.amino_acids, "amino_acids"), ("calcium_salt", curve.calcium_salt, "calcium")]
        wanted += [("phosphate_salts", name, "phosphate") for name in curve.phosphate_salts]
        for path, name, brings in wanted:
            product = products.get(name)
            told = () if product is None else {row.name for row in (*product.ions, *product.nutrients)}
            if brings not in told:
                yield DataFault(_CURVES, f"curves[{index}].{path}", repr(name), f"a product that brings {brings}")
        if curve.fictional and not nutrition.profile.demonstration:
            yield DataFault(
                _CURVES, f"curves[{index}].fictional", "True", "a curve with a source: this one is invented"
            )
    ids = {curve.id for curve in nutrition.curves}
    for index, binding in enumerate(nutrition.profile.curves):
        if binding.curve not in ids:
            yield DataFault(_PROFILE, f"curves[{index}].curve", repr(binding.curve), "the id of a curve")


def _drug_faults(nutrition: NutritionSet, products: dict[str, NutritionProduct]) -> Iterator[DataFault]:
    for index, drug in enumerate(nutrition.non_nutrients):
        path = f"drugs[{index}]"
        for name in drug.products:
            product = products.get(name)
            brings = () if product is None else {row.name for row in product.nutrients}
            if drug.nutrient not in brings:
                yield DataFault(_DRUGS, f"{path}.products", repr(name), f"a product that brings {drug.nutrient}")
        for population in drug.populations:
            if not is_bounded(nutrition, drug.figures, population, drug.kinds):
                wanted = f"a hard upper bound on {' or '.join(drug.figures)} for {population}"
                yield DataFault(_DRUGS, f"{path}.figures", drug.nutrient, wanted)
    released = {name for drug in nutrition.non_nutrients for name in drug.products}
    for row in nutrition.profile.stocked:
        for name in row.products:
            if name in products and products[name].role is Role.DRUG and name not in released:
                yield DataFault(_PROFILE, "stocked", repr(name), "a drug of the released list")


def _template_faults(nutrition: NutritionSet) -> Iterator[DataFault]:
    """A starting order must be an order: it is read as one, at the lightest weight of its band."""
    for index, template in enumerate(nutrition.templates):
        yield from _unit_faults(nutrition, template, f"templates[{index}]")
        weight = Quantity("0.5", "kg_bw") if template.weight_from is None else template.weight_from
        try:
            NutritionOrder.parse(order_data(template, weight))
        except Faults as faults:
            for fault in faults.faults:
                path = f"templates[{index}].{fault.field}"
                yield DataFault(_TEMPLATES, path, str(fault.found), str(fault.expected))


def _unit_faults(nutrition: NutritionSet, template: Template, path: str) -> Iterator[DataFault]:
    """A drug of a starting order stands there in a unit that was released for it, or it could not be ordered."""
    for number, row in enumerate(template.amounts):
        drug = nutrition.non_nutrient(row.nutrient, template.population, template.kind)
        if drug is not None and row.amount.unit not in drug.units:
            wanted = f"{row.nutrient} in {' or '.join(unit.name for unit in drug.units)}"
            yield DataFault(_TEMPLATES, f"{path}.amounts[{number}].amount", repr(row.amount.unit.name), wanted)


def link_faults(nutrition: NutritionSet, formulary: Formulary) -> Iterator[DataFault]:
    """Containers that the formulary does not have, or of another strength; and a demonstration elsewhere."""
    items = {item.id: item for item in formulary.items}
    for product in nutrition.products:
        for name in product.items:
            item = items.get(name)
            path = f"{product.id}.items"
            if item is None:
                yield DataFault(_PRODUCTS, path, repr(name), "the id of a container in the formulary")
            elif isinstance(item, Product):
                yield from _strength_faults(product, item, path)
    for index, hang in enumerate(nutrition.profile.hanging):
        if not isinstance(items.get(hang.filter), Filter):
            yield DataFault(_PROFILE, f"hanging[{index}].filter", repr(hang.filter), "the id of a filter")
    if nutrition.profile.demonstration and not formulary.site.demonstration:
        wanted = "a profile of this hospital's own: the demonstration's is refused outside the demonstration"
        yield DataFault(_PROFILE, "demonstration", "True", wanted)
        for index, curve in enumerate(nutrition.curves):
            if curve.fictional:
                yield DataFault(
                    _CURVES, f"curves[{index}].fictional", "True", "no invented curve outside the demonstration"
                )


def _strength_faults(product: NutritionProduct, item: Product, path: str) -> Iterator[DataFault]:
    """A drug's container must be of the very strength that the product states."""
    stated = {row.name: row.per_ml for row in (*product.ions, *product.nutrients)}
    agreed = False
    for strength in _label_strengths(item):
        mine = stated.get(strength.of or "")
        if mine is None or mine.unit.dimension is not strength.unit.dimension:
            continue
        agreed = True
        if mine.amount_in(strength.unit) != strength.number:
            found = f"{text(mine)} of {strength.of}"
            yield DataFault(_PRODUCTS, path, found, f"the strength of {item.id}, {text(strength)}")
    if not agreed:
        yield DataFault(_PRODUCTS, path, repr(item.id), "a container whose label states one of this product's figures")


def _label_strengths(item: Product) -> Iterator[Quantity]:
    """What the container's label states per mL: its concentration, and the label equations brought to one mL."""
    strength = item.concentration
    if strength is None:
        return
    yield strength
    amount = strength.unit.name.removesuffix("/mL")
    for row in item.equivalences:
        if row.amount.of == strength.of:
            share = strength.number / row.amount.amount_in(amount)
            yield Quantity(row.equals.number * share, f"{row.equals.unit.name}/mL", of=row.equals.of)
