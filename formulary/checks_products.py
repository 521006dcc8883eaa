"""Contradictions inside products: strengths, dissolving, codes, containers, density."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from calculations.errors import Fault
from calculations.number import exact
from calculations.quantity import Quantity
from formulary.identifiers.gtin import check_digit_is_right
from formulary.identifiers.ndc import ndcs_in_gtin, parse_ndc
from formulary.model import Codes, ContainerType, Form, Population, Product, Reconstitution, Storage
from formulary.partial import each
from formulary.unit_shapes import AMOUNT, DENSITY, STRENGTH, TIME, VOLUME, WEIGHT, in_words, shape

Found = tuple[str, object, str]
"""Path below the checked row, value, expectation."""

LABEL_ROUNDING = exact("0.02")
"""A label may round a dissolved volume or strength by this share (3.03 mL printed as 3 mL); more is a contradiction."""

LIGHTEST, HEAVIEST = exact("0.6"), exact("2")
"""g/mL: no injectable liquid lies outside; a density beyond is a slip of the decimal point or of the unit."""


def fits(quantity: Quantity | None, shapes: frozenset[str], path: str) -> Iterator[Found]:
    """A fault when the quantity has a unit of another shape."""
    if quantity is not None and shape(quantity.unit) not in shapes:
        yield path, text(quantity), in_words(shapes)


def text(quantity: Quantity) -> str:
    """The quantity as a data file would write it, for messages."""
    tag = f" of {quantity.of}" if quantity.of else ""
    return f"{quantity.number} {quantity.unit.name}{tag}"


def product_faults(product: Product) -> Iterator[Found]:
    """Every contradiction inside one product."""
    shape_faults = [
        *each(
            lambda: fits(product.content, AMOUNT, "content"),
            lambda: fits(product.volume, VOLUME, "volume"),
            lambda: fits(product.concentration, STRENGTH, "concentration"),
            lambda: fits(product.density, DENSITY, "density"),
            lambda: fits(product.in_use_limit, TIME, "in_use_limit"),
        )
    ]
    yield from shape_faults
    yield from each(
        lambda: _closure_faults(product),
        lambda: _state_faults(product),
        lambda: _preservative_faults(product),
        lambda: _tag_faults(product),
        lambda: _density_faults(product),
        lambda: _equivalence_faults(product),
        lambda: under("storage", storage_faults(product.storage)),
        lambda: code_faults(product.codes),
    )
    if not shape_faults:
        yield from each(lambda: _strength_faults(product), lambda: _dissolving_faults(product))


def _dissolving_faults(product: Product) -> Iterator[Found]:
    for index, way in enumerate(product.reconstitutions):
        for path, value, wanted in _reconstitution_faults(product, way):
            yield f"reconstitutions[{index}].{path}", value, wanted


def _closure_faults(product: Product) -> Iterator[Found]:
    if (product.form is Form.AMPULE) != (product.container_type is ContainerType.AMPULE):
        yield "container_type", product.container_type.value, "ampule for an ampule, and for nothing else"
    if (product.form is Form.BULK_VIAL) != (product.container_type is ContainerType.PHARMACY_BULK):
        yield "container_type", product.container_type.value, "pharmacy_bulk for a bulk vial, and for nothing else"


def _state_faults(product: Product) -> Iterator[Found]:
    powder = product.volume is None
    if powder and product.form not in (Form.POWDER_VIAL, Form.BULK_VIAL):
        yield "volume", None, f"the label volume of a {product.form.value}"
    if powder and not product.reconstitutions:
        yield "reconstitutions", None, "at least one way to dissolve a powder"
    if not powder and product.reconstitutions:
        yield "reconstitutions", len(product.reconstitutions), "none, because the product is a liquid"


def _preservative_faults(product: Product) -> Iterator[Found]:
    if product.container_type is ContainerType.MULTIPLE_DOSE and product.preservative is None:
        yield "preservative", None, "the preservative of a multiple-dose container"


def _tag_faults(product: Product) -> Iterator[Found]:
    if product.of != product.content.of:
        yield "of", product.of, f"the tag of the content, {product.content.of!r}"


def _density_faults(product: Product) -> Iterator[Found]:
    yield from density_faults(product.density, product.density_source is not None)
    if product.density is not None and product.volume is None:
        yield "density", text(product.density), "nothing: a powder's density is that of its reconstitution"


def _equivalence_faults(product: Product) -> Iterator[Found]:
    for index, row in enumerate(product.equivalences):
        path = f"equivalences[{index}]"
        yield from each(
            partial(fits, row.amount, AMOUNT, f"{path}.amount"), partial(fits, row.equals, AMOUNT, f"{path}.equals")
        )


def storage_faults(storage: Storage) -> Iterator[Found]:
    """A range of temperature that is upside down."""
    low, high = storage.celsius_low, storage.celsius_high
    if low is not None and high is not None and low > high:
        yield "celsius_high", high, f"no less than {low}"


def _strength_faults(product: Product) -> Iterator[Found]:
    if product.volume is None or product.concentration is None:
        if product.concentration is not None:
            yield "concentration", text(product.concentration), "nothing: a powder has a strength once dissolved"
        elif product.volume is not None:
            yield "concentration", None, "the label concentration of a liquid"
        return
    if product.concentration * product.volume != product.content:
        yield "concentration", text(product.concentration), "content ÷ volume, the three must agree exactly"


def _reconstitution_faults(product: Product, way: Reconstitution) -> Iterator[Found]:
    wrong_units = [
        *each(
            lambda: fits(way.diluent_volume, VOLUME, "diluent_volume"),
            lambda: fits(way.final_volume, VOLUME, "final_volume"),
            lambda: fits(way.displacement, VOLUME, "displacement"),
            lambda: fits(way.concentration, STRENGTH, "concentration"),
            lambda: fits(way.density, DENSITY, "density"),
        )
    ]
    yield from each(
        lambda: density_faults(way.density, way.density_source is not None), lambda: _unsolved_faults(way)
    )
    yield from wrong_units
    if not wrong_units:
        yield from each(
            lambda: _dissolved_strength_faults(product, way),
            lambda: _dissolved_volume_faults(way),
            lambda: _displacement_faults(way),
        )


def _unsolved_faults(way: Reconstitution) -> Iterator[Found]:
    if not way.solutions:
        yield "solutions", None, "at least one solution that may dissolve it"


def _dissolved_strength_faults(product: Product, way: Reconstitution) -> Iterator[Found]:
    if _apart(way.concentration * way.final_volume, product.content):
        yield "concentration", text(way.concentration), "content ÷ final_volume within 2 %, as a label rounds"


def _dissolved_volume_faults(way: Reconstitution) -> Iterator[Found]:
    if way.final_volume < way.diluent_volume:
        yield "final_volume", text(way.final_volume), "no less than the volume that was added"


def _displacement_faults(way: Reconstitution) -> Iterator[Found]:
    if way.displacement is not None and _apart(way.diluent_volume + way.displacement, way.final_volume):
        yield "displacement", text(way.displacement), "final_volume − diluent_volume, as the label strength says"


def _apart(found: Quantity, wanted: Quantity) -> bool:
    if not _alike(found, wanted):
        return True
    return bool(abs(found.amount_in(wanted.unit) - wanted.number) > LABEL_ROUNDING * wanted.number)


def population_faults(population: Population) -> Iterator[Found]:
    """Bounds of body weight and of time since the last menstruation, each low one below its high one."""
    weights = [("weight_from", population.weight_from), ("weight_below", population.weight_below)]
    ages = [
        ("postmenstrual_from", population.postmenstrual_from),
        ("postmenstrual_below", population.postmenstrual_below),
    ]
    wrong = [fault for name, weight in weights for fault in fits(weight, WEIGHT, name)]
    wrong += [fault for name, age in ages for fault in fits(age, TIME, name)]
    yield from wrong
    if not wrong:
        yield from ascending(weights)
        yield from ascending(ages)


def density_faults(density: Quantity | None, sourced: bool) -> Iterator[Found]:
    """A density needs a source of its own and must be one that a liquid can have."""
    if density is None:
        return
    if not sourced:
        yield "density_source", None, "a source for the density"
    if shape(density.unit) in DENSITY and not LIGHTEST <= density.amount_in("g/mL") <= HEAVIEST:
        yield "density", text(density), "a density that a liquid can have, in g/mL"


def code_faults(codes: Codes) -> Iterator[Found]:
    """NDC groups fit the stated format; the GTIN has 14 digits, a right check digit, and holds its NDC."""
    ndc = None
    if codes.ndc is not None:
        try:
            ndc = parse_ndc(codes.ndc)
        except Fault as fault:
            yield "codes.ndc", codes.ndc, fault.expected
            return
        if "-" not in codes.ndc or ndc.configuration != codes.ndc_format:
            yield "codes.ndc", codes.ndc, f"groups with hyphens as in its format {codes.ndc_format!r}"
            return
    if codes.gtin is None:
        return
    if len(codes.gtin) != 14 or not check_digit_is_right(codes.gtin):
        yield "codes.gtin", codes.gtin, "14 digits with a right check digit"
    elif ndc is not None and ndc.ten is not None:
        inside = {reading.ten for reading in ndcs_in_gtin(codes.gtin)}
        if inside and ndc.ten not in inside:
            yield "codes.gtin", codes.gtin, f"a GTIN that holds the NDC {codes.ndc}"


def under(path: str, found: Iterator[Found]) -> Iterator[Found]:
    """The same faults, with the path of the row that they were found in."""
    for below, value, wanted in found:
        yield f"{path}.{below}", value, wanted


def known(named: tuple[str, ...], ids: frozenset[str], path: str) -> Iterator[Found]:
    """A fault for every name that is no id."""
    for name in named:
        if name not in ids:
            yield path, name, "an id that exists"


def _alike(left: Quantity, right: Quantity) -> bool:
    return left.unit.dimension is right.unit.dimension and left.of == right.of


def ascending(bounds: list[tuple[str, Quantity | None]]) -> Iterator[Found]:
    """A fault where a bound lies below the one before it; bounds that are None are passed over."""
    stated = [(name, bound) for name, bound in bounds if bound is not None]
    for (lower_name, lower), (name, bound) in pairwise(stated):
        if not _alike(lower, bound):
            yield name, text(bound), f"the kind of unit that {lower_name} has ({text(lower)})"
        elif bound < lower:
            yield name, text(bound), f"no less than {lower_name} ({text(lower)})"


__all__ = [
    "Found",
    "ascending",
    "code_faults",
    "density_faults",
    "fits",
    "known",
    "product_faults",
    "storage_faults",
    "text",
    "under",
]
