"""Contradictions inside one drug: limits, stability, and references between rows; formulations have their own module."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from calculations.quantity import Quantity
from formulary.checks_formulation import formulation_faults
from formulary.checks_products import (
    Found,
    ascending,
    fits,
    known,
    population_faults,
    product_faults,
    storage_faults,
    text,
    under,
)
from formulary.model import (
    Drug,
    Limit,
    LimitKind,
    MasterFormulation,
    OrderType,
    Product,
    Stability,
    StabilityState,
    StandardConcentration,
)
from formulary.partial import Unread, each
from formulary.unit_shapes import DOSE, FLOW, PER_TIME, STRENGTH, TIME, in_words, shape

LIMIT_SHAPES = {
    LimitKind.DOSE: DOSE,
    LimitKind.DAY: PER_TIME,
    LimitKind.COURSE: DOSE,
    LimitKind.LIFETIME: DOSE,
    LimitKind.CONCENTRATION: STRENGTH,
    LimitKind.RATE: PER_TIME | FLOW,
    LimitKind.DURATION: TIME,
}


def drug_faults(drug: Drug, populations: frozenset[str], solutions: frozenset[str]) -> Iterator[Found]:
    """Every contradiction inside one drug. `populations` and `solutions`: ids that the site and supplies know."""
    yield from each(
        lambda: _twice(drug),
        lambda: _none_at_all(drug),
        lambda: _products_faults(drug, populations, solutions),
        lambda: _limits_faults(drug, populations),
        lambda: _formulations_faults(drug, populations, solutions),
        lambda: _standards_faults(drug, populations),
        lambda: _stabilities_faults(drug, solutions),
        lambda: _undissolved(drug),
        lambda: _populations_faults(drug),
    )


def _with_own(drug: Drug, populations: frozenset[str]) -> frozenset[str]:
    return populations | {row.id for row in drug.populations}


def _products_faults(drug: Drug, populations: frozenset[str], solutions: frozenset[str]) -> Iterator[Found]:
    for index, product in enumerate(drug.products):
        yield from under(
            f"products[{index}]",
            each(
                partial(product_faults, product),
                partial(_product_populations, drug, product, populations),
                partial(_ways_known, product, solutions),
            ),
        )


def unlisted_excipients(drug: Drug) -> Iterator[Found]:
    """A fault for every excipient of a product that the drug's own list does not name: whoever reads that list is told all."""
    yield from each(lambda: _all_unlisted(drug))


def _all_unlisted(drug: Drug) -> Iterator[Found]:
    for index, product in enumerate(drug.products):
        yield from under(f"products[{index}]", each(partial(_unlisted, drug, product)))


def _unlisted(drug: Drug, product: Product) -> Iterator[Found]:
    for code in product.excipients:
        if code not in drug.excipient_classes:
            yield "excipients", code, "a class that excipient_classes of the drug names"


def _product_populations(drug: Drug, product: Product, populations: frozenset[str]) -> Iterator[Found]:
    yield from known(product.populations, _with_own(drug, populations), "populations")


def _ways_known(product: Product, solutions: frozenset[str]) -> Iterator[Found]:
    for index, way in enumerate(product.reconstitutions):
        yield from under(f"reconstitutions[{index}]", known(way.solutions, solutions, "solutions"))


def _limits_faults(drug: Drug, populations: frozenset[str]) -> Iterator[Found]:
    for index, limit in enumerate(drug.limits):
        yield from under(f"limits[{index}]", _limit_faults(limit, drug, populations))


def _formulations_faults(drug: Drug, populations: frozenset[str], solutions: frozenset[str]) -> Iterator[Found]:
    for index, row in enumerate(drug.formulations):
        checks = each(
            partial(formulation_faults, row, drug, solutions), partial(_formulation_populations, drug, row, populations)
        )
        yield from under(f"formulations[{index}]", checks)


def _formulation_populations(drug: Drug, row: MasterFormulation, populations: frozenset[str]) -> Iterator[Found]:
    yield from known(row.populations, _with_own(drug, populations), "populations")


def _populations_faults(drug: Drug) -> Iterator[Found]:
    for index, population in enumerate(drug.populations):
        yield from under(f"populations[{index}]", each(partial(population_faults, population)))


def _twice(drug: Drug) -> Iterator[Found]:
    groups = ("products", "formulations", "limits", "stabilities", "standard_concentrations")
    yield from each(*(partial(_twice_in, drug, path) for path in groups))


def _twice_in(drug: Drug, path: str) -> Iterator[Found]:
    ids = [row.id for row in getattr(drug, path)]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield path, name, "an id that occurs once"


def _none_at_all(drug: Drug) -> Iterator[Found]:
    if not drug.products:
        yield "products", None, "at least one product"
    if not drug.formulations:
        yield "formulations", None, "at least one master formulation"


def _limit_faults(limit: Limit, drug: Drug, populations: frozenset[str]) -> Iterator[Found]:
    yield from each(
        lambda: known((limit.population,), _with_own(drug, populations), "population"),
        lambda: known(limit.formulations, frozenset(row.id for row in drug.formulations), "formulations"),
        lambda: known(limit.order_types, frozenset(row.value for row in OrderType), "order_types"),
        lambda: _limit_unit_faults(limit),
        lambda: _bounds_faults(limit),
        lambda: _absolute_faults(limit),
    )


def _limit_unit_faults(limit: Limit) -> Iterator[Found]:
    allowed = frozenset(LIMIT_SHAPES[limit.kind])
    if shape(limit.unit) not in allowed:
        yield "unit", limit.unit.name, f"{in_words(allowed)} for a {limit.kind.value} limit"


def _bounds_faults(limit: Limit) -> Iterator[Found]:
    """Of the row's unit, and low ≤ high ≤ hard_max: two that can be read are held together also where the third cannot."""
    bounds: list[tuple[str, Quantity | None]] = []
    for name in ("low", "high", "hard_max"):
        with suppress(Unread):
            bounds.append((name, getattr(limit, name)))
    strange = []
    with suppress(Unread):
        strange = [(name, bound) for name, bound in bounds if bound is not None and bound.unit != limit.unit]
    for name, bound in strange:
        yield name, text(bound), f"the row's unit, {limit.unit.name}"
    if len(bounds) == 3 and all(bound is None for _, bound in bounds):
        yield "hard_max", None, "at least one bound"
    if not strange:
        yield from ascending(bounds)


def _absolute_faults(limit: Limit) -> Iterator[Found]:
    if limit.absolute and limit.hard_max is None:
        yield "absolute", True, "a hard_max that is absolute"


def _standards_faults(drug: Drug, populations: frozenset[str]) -> Iterator[Found]:
    for index, standard in enumerate(drug.standard_concentrations):
        yield from under(
            f"standard_concentrations[{index}]", each(partial(_standard_faults, standard, drug, populations))
        )


def _standard_faults(standard: StandardConcentration, drug: Drug, populations: frozenset[str]) -> Iterator[Found]:
    yield from each(
        lambda: known((standard.population,), _with_own(drug, populations), "population"),
        lambda: fits(standard.concentration, STRENGTH, "concentration"),
    )


def _stabilities_faults(drug: Drug, solutions: frozenset[str]) -> Iterator[Found]:
    for index, row in enumerate(drug.stabilities):
        yield from under(f"stabilities[{index}]", each(partial(_stability_faults, row, drug, solutions)))


def _stability_faults(row: Stability, drug: Drug, solutions: frozenset[str]) -> Iterator[Found]:
    yield from each(
        lambda: known(row.products, frozenset(product.id for product in drug.products), "products"),
        lambda: known(row.solutions, solutions, "solutions"),
        lambda: fits(row.limit, TIME, "limit"),
        lambda: fits(row.concentration_low, STRENGTH, "concentration_low"),
        lambda: fits(row.concentration_high, STRENGTH, "concentration_high"),
        lambda: under("storage", storage_faults(row.storage)),
        lambda: ascending(
            [("concentration_low", row.concentration_low), ("concentration_high", row.concentration_high)]
        ),
    )


def _undissolved(drug: Drug) -> Iterator[Found]:
    if any(product.reconstitutions for product in drug.products) and not any(
        row.state is StabilityState.RECONSTITUTED for row in drug.stabilities
    ):
        yield "stabilities", None, "the stability of the dissolved vial"
