"""Contradictions inside the product files of parenteral nutrition: composition, units, sources, what is left unsaid."""

from collections.abc import Iterator

from gmpy2 import mpq

from calculations.errors import Faults
from calculations.nutrition.product import CATIONS, Role, SourceProduct, per_ml
from calculations.quantity import Quantity
from formulary.checks_products import Found, density_faults, fits, text
from formulary.nutrition.checks_rules import known
from formulary.nutrition.model_products import NutritionProduct, ProductFamily
from formulary.unit_shapes import STRENGTH

MUST_SAY: dict[Role, tuple[str, ...]] = {
    Role.AMINO_ACIDS: ("amino_acids", "nitrogen", "sodium", "chloride", "acetate", "phosphate"),
    Role.DEXTROSE: ("dextrose",),
    Role.LIPID: ("lipid", "phosphate"),
    Role.CYSTEINE: ("cysteine", "chloride"),
    Role.READY_BAG: (
        "amino_acids", "nitrogen", "dextrose", "lipid", "sodium", "potassium", "calcium", "magnesium", "chloride",
        "acetate", "phosphate",
    ),
}  # fmt: skip
"""What a product of this role may bring: each is either stated or named as unknown, never passed over."""

FIGURES = ("energy", "osmolarity", "density", "aluminium")
_LINES = ("central", "peripheral")
NEVER_SILENT = ("osmolarity", "density", "aluminium")
"""Figures that are either stated or named as unknown. Energy has the profile's convention instead."""


def family_faults(family: ProductFamily) -> Iterator[Found]:
    """Every contradiction inside one file of products."""
    if not family.products:
        yield "products", None, "at least one product"
    for index, product in enumerate(family.products):
        for path, value, wanted in _product_faults(product):
            yield f"products[{index}].{path}", value, wanted


def _product_faults(product: NutritionProduct) -> Iterator[Found]:
    yield from _source_faults(product)
    yield from _unknown_faults(product)
    yield from _allergy_faults(product)
    yield from _line_faults(product)
    yield from density_faults(product.density, product.density_source is not None)
    wrong = [
        fault
        for rows, path in ((product.ions, "ions"), (product.nutrients, "nutrients"))
        for index, row in enumerate(rows)
        for fault in fits(row.per_ml, STRENGTH, f"{path}[{index}].per_ml")
    ]
    yield from wrong
    for path, names in (
        ("ions", [row.name for row in product.ions]),
        ("nutrients", [row.name for row in product.nutrients]),
        ("items", list(product.items)),
        ("unknown", list(product.unknown)),
        ("allergy_classes", list(product.allergy_classes)),
        ("lines", list(product.lines)),
    ):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield path, name, "a name that occurs once"
    if wrong:
        return
    try:
        composed = product.as_source_product()
    except Faults as faults:
        for fault in faults.faults:
            yield fault.field.partition(": ")[2] or fault.field, fault.found, str(fault.expected)
        return
    yield from _salt_faults(composed)


def _source_faults(product: NutritionProduct) -> Iterator[Found]:
    for name in FIGURES:
        figure: Quantity | None = getattr(product, name)
        if name != "density" and figure is not None and getattr(product, f"{name}_source") is None:
            yield f"{name}_source", None, f"a source for the {name}"


def _allergy_faults(product: NutritionProduct) -> Iterator[Found]:
    if product.allergy_classes and product.allergy_source is None:
        yield "allergy_source", None, "a source for the allergy classes"


def _line_faults(product: NutritionProduct) -> Iterator[Found]:
    yield from known(product.lines, _LINES, "lines")
    if product.lines and product.lines_source is None:
        yield "lines_source", None, "a source for the lines"


def _unknown_faults(product: NutritionProduct) -> Iterator[Found]:
    stated = {row.name for row in (*product.ions, *product.nutrients)}
    stated |= {name for name in FIGURES if getattr(product, name) is not None}
    for name in product.unknown:
        if name in stated:
            yield "unknown", name, "a name that the product does not also state"
    silent = [name for name in NEVER_SILENT if name not in stated]
    silent += [name for name in MUST_SAY.get(product.role, ()) if name not in stated]
    for name in silent:
        if name not in product.unknown:
            yield "unknown", name, "a figure with its source, or its name in this list"


def _salt_faults(product: SourceProduct) -> Iterator[Found]:
    """A salt's ions balance exactly; with phosphate the label's own equation sets the charge."""
    if product.role is not Role.SALT:
        return
    if not any(name in CATIONS for name in product.ions):
        yield "ions", ", ".join(product.ions) or None, "at least one cation"
        return
    if "phosphate" in product.ions or set(product.unknown) & {"chloride", "acetate", "sulfate", "gluconate"}:
        return
    cations = _equivalents(product, wanted=True)
    anions = _equivalents(product, wanted=False)
    if cations != anions:
        found = f"{text(Quantity(cations, 'mEq/mL'))} of cations, {text(Quantity(anions, 'mEq/mL'))} of anions"
        yield "ions", found, "a salt: as many equivalents of anions as of cations"


def _equivalents(product: SourceProduct, *, wanted: bool) -> mpq:
    rows = [per_ml(ion, strength) for ion, strength in product.ions.items() if (ion in CATIONS) is wanted]
    return sum((row.amount_in("mEq/mL") for row in rows), mpq(0))
