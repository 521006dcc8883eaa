"""Contradictions inside one drug: limits, formulations, stability, and references between rows."""

from collections.abc import Iterator

from calculations.units import unit
from formulary.checks_products import Found, ascending, fits, population_faults, product_faults, text
from formulary.model import (
    DoseBasis,
    Drug,
    IntermediateDilution,
    Limit,
    LimitKind,
    MasterFormulation,
    OrderType,
    Product,
    Purpose,
    StabilityState,
    VolumePolicy,
)
from formulary.unit_shapes import AMOUNT, DOSE, FLOW, PER_TIME, SHARE, STRENGTH, TIME, VOLUME, in_words, shape

LIMIT_SHAPES = {
    LimitKind.DOSE: DOSE,
    LimitKind.DAY: PER_TIME,
    LimitKind.COURSE: DOSE,
    LimitKind.LIFETIME: DOSE,
    LimitKind.CONCENTRATION: STRENGTH,
    LimitKind.RATE: PER_TIME | FLOW,
    LimitKind.DURATION: TIME,
}

BASIS_SHAPES = {
    DoseBasis.FLAT: {"amount", "amount/time", "amount/volume"},
    DoseBasis.PER_KG: {"amount/weight", "amount/weight/time"},
    DoseBasis.PER_M2: {"amount/surface", "amount/surface/time"},
    DoseBasis.AUC: {"amount*time/volume"},
}

EVERYBODY = ("adult", "child", "neonate")
"""Whom a formulation serves that names no population: each must have a limit, or each row holds for anybody."""

DOSE_LIMITS = (LimitKind.DOSE, LimitKind.DAY, LimitKind.COURSE, LimitKind.RATE)


def drug_faults(drug: Drug, populations: frozenset[str], solutions: frozenset[str]) -> Iterator[Found]:
    """Every contradiction inside one drug. `populations` and `solutions`: ids that the site and supplies know."""
    populations |= {row.id for row in drug.populations}
    yield from _twice(drug)
    for index, product in enumerate(drug.products):
        yield from _under(f"products[{index}]", product_faults(product))
        yield from _under(f"products[{index}]", _known(product.populations, populations, "populations"))
        for way_index, way in enumerate(product.reconstitutions):
            path = f"products[{index}].reconstitutions[{way_index}]"
            yield from _under(path, _known(way.solutions, solutions, "solutions"))
    for index, limit in enumerate(drug.limits):
        yield from _under(f"limits[{index}]", _limit_faults(limit, drug, populations))
    for index, formulation in enumerate(drug.formulations):
        path = f"formulations[{index}]"
        yield from _under(path, _formulation_faults(formulation, drug, solutions))
        yield from _under(path, _known(formulation.populations, populations, "populations"))
    yield from _rule_faults(drug, populations, solutions)
    for index, population in enumerate(drug.populations):
        yield from _under(f"populations[{index}]", population_faults(population))


def _under(path: str, found: Iterator[Found]) -> Iterator[Found]:
    for below, value, wanted in found:
        yield f"{path}.{below}", value, wanted


def _known(named: tuple[str, ...], known: frozenset[str], path: str) -> Iterator[Found]:
    for name in named:
        if name not in known:
            yield path, name, "an id that exists"


def _twice(drug: Drug) -> Iterator[Found]:
    groups = {
        "products": [row.id for row in drug.products],
        "formulations": [row.id for row in drug.formulations],
        "limits": [row.id for row in drug.limits],
        "stabilities": [row.id for row in drug.stabilities],
        "standard_concentrations": [row.id for row in drug.standard_concentrations],
    }
    for path, ids in groups.items():
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            yield path, name, "an id that occurs once"
    if not drug.products:
        yield "products", None, "at least one product"
    if not drug.formulations:
        yield "formulations", None, "at least one master formulation"


def _limit_faults(limit: Limit, drug: Drug, populations: frozenset[str]) -> Iterator[Found]:
    yield from _known((limit.population,), populations, "population")
    yield from _known(limit.formulations, frozenset(row.id for row in drug.formulations), "formulations")
    yield from _known(limit.order_types, frozenset(row.value for row in OrderType), "order_types")
    allowed = frozenset(LIMIT_SHAPES[limit.kind])
    if shape(limit.unit) not in allowed:
        yield "unit", limit.unit.name, f"{in_words(allowed)} for a {limit.kind.value} limit"
    bounds = [("low", limit.low), ("high", limit.high), ("hard_max", limit.hard_max)]
    strange = [(name, bound) for name, bound in bounds if bound is not None and bound.unit != limit.unit]
    for name, bound in strange:
        yield name, text(bound), f"the row's unit, {limit.unit.name}"
    if limit.high is None and limit.hard_max is None and limit.low is None:
        yield "hard_max", None, "at least one bound"
    if limit.absolute and limit.hard_max is None:
        yield "absolute", True, "a hard_max that is absolute"
    if not strange:
        yield from ascending(bounds)


def _formulation_faults(row: MasterFormulation, drug: Drug, solutions: frozenset[str]) -> Iterator[Found]:
    products = {product.id: product for product in drug.products}
    yield from _known((*row.products, *row.ready_to_use), frozenset(products), "products")
    yield from _known(
        row.standard_concentrations, frozenset(r.id for r in drug.standard_concentrations), "standard_concentrations"
    )
    for index, choice in enumerate(row.diluents):
        yield from _under(f"diluents[{index}]", _known((choice.solution,), solutions, "solution"))
        yield from _under(f"diluents[{index}]", fits(choice.volume, VOLUME, "volume"))
        yield from _under(f"diluents[{index}]", fits(choice.dose_from, AMOUNT, "dose_from"))
        yield from _under(f"diluents[{index}]", fits(choice.dose_to, AMOUNT, "dose_to"))
        yield from _under(
            f"diluents[{index}]", ascending([("dose_from", choice.dose_from), ("dose_to", choice.dose_to)])
        )
    yield from _dose_faults(row)
    yield from _measure_faults(row)
    if row.order_type is OrderType.CONTINUOUS and not (row.standard_concentrations and row.pump_unit):
        yield "standard_concentrations", None, "a standard concentration and a pump unit for a continuous infusion"
    if row.intermediate is not None:
        yield from _under("intermediate", _intermediate_faults(row.intermediate, products, solutions))
    if not row.diluents and row.volume_policy is not VolumePolicy.EXACT:
        yield "volume_policy", row.volume_policy.value, "EXACT when nothing is added to a bag"
    for population in row.populations or EVERYBODY:
        if not any(_bounds_dose(limit, row, population) for limit in drug.limits):
            yield (
                "id",
                row.id,
                f"a dose, day, course or rate limit with an upper bound for {population}, for any purpose",
            )


def _dose_faults(row: MasterFormulation) -> Iterator[Found]:
    for name in row.dose.units:
        try:
            found = shape(unit(name))
        except ValueError:
            yield "dose.units", name, "canonical units"
            continue
        if not any(found in BASIS_SHAPES[basis] for basis in row.dose.bases):
            yield "dose.units", name, "a unit of one of the bases " + ", ".join(row.dose.bases)
    yield from fits(row.dose.single_dose_cap, AMOUNT, "dose.single_dose_cap")
    yield from fits(row.rounding.step, AMOUNT, "rounding.step")
    if row.dose.clearance is not None:
        yield from fits(row.dose.clearance.clearance_cap, FLOW, "dose.clearance.clearance_cap")
        yield from fits(row.dose.clearance.creatinine_floor, STRENGTH, "dose.clearance.creatinine_floor")
    if DoseBasis.AUC in row.dose.bases and row.dose.clearance is None:
        yield "dose.clearance", None, "the bounds of clearance for a dose by AUC"
    if not row.dose.units:
        yield "dose.units", None, "at least one unit an order may use"


def _measure_faults(row: MasterFormulation) -> Iterator[Found]:
    for name, share in (
        ("true_concentration_limit", row.true_concentration_limit),
        ("volume_tolerance", row.volume_tolerance),
        ("gravimetric_tolerance", row.gravimetric_tolerance),
        ("rounding.max_deviation", row.rounding.max_deviation),
    ):
        yield from fits(share, SHARE, name)
        if shape(share.unit) == "share" and not 0 <= share.number < 1:
            yield name, text(share), "a share from 0 up to, but not, 1"
    for name, bound in (("concentration_low", row.concentration_low), ("concentration_high", row.concentration_high)):
        yield from fits(bound, STRENGTH, name)
        if bound is not None and row.concentration_source is None:
            yield "concentration_source", None, "a source for the final concentration"
    yield from ascending([("concentration_low", row.concentration_low), ("concentration_high", row.concentration_high)])
    times = [
        ("infusion.shortest_time", row.infusion.shortest_time),
        ("infusion.default_time", row.infusion.default_time),
        ("infusion.longest_time", row.infusion.longest_time),
    ]
    wrong = [fault for name, time in times for fault in fits(time, TIME, name)]
    yield from wrong
    if not wrong:
        yield from ascending(times)
    if not row.routes:
        yield "routes", None, "at least one route"
    if not row.storage_path:
        yield "storage_path", None, "where the preparation is kept"


def _intermediate_faults(
    row: IntermediateDilution, products: dict[str, Product], solutions: frozenset[str]
) -> Iterator[Found]:
    yield from _known((row.solution,), solutions, "solution")
    product = products.get(row.product)
    if product is None:
        yield "product", row.product, "a product of this drug"
        return
    volumes = (
        ("drug_volume", row.drug_volume),
        ("diluent_volume", row.diluent_volume),
        ("final_volume", row.final_volume),
    )
    wrong = [fault for name, volume in volumes for fault in fits(volume, VOLUME, name)]
    yield from (wrong := [*wrong, *fits(row.concentration, STRENGTH, "concentration")])
    if wrong:
        return
    if row.drug_volume + row.diluent_volume != row.final_volume:
        yield "final_volume", text(row.final_volume), "drug_volume + diluent_volume"
    strengths = (
        [product.concentration]
        if product.concentration is not None
        else [way.concentration for way in product.reconstitutions]
    )
    if all(strength * row.drug_volume != row.concentration * row.final_volume for strength in strengths):
        yield "concentration", text(row.concentration), "the product's strength × drug_volume ÷ final_volume"


def _bounds_dose(limit: Limit, row: MasterFormulation, population: str) -> bool:
    return (
        limit.kind in DOSE_LIMITS
        and limit.purpose is Purpose.ANY
        and (limit.hard_max is not None or limit.high is not None)
        and (limit.route is None or limit.route in row.routes)
        and (not limit.order_types or row.order_type.value in limit.order_types)
        and (not limit.formulations or row.id in limit.formulations)
        and limit.population in ("any", population)
    )


def _rule_faults(drug: Drug, populations: frozenset[str], solutions: frozenset[str]) -> Iterator[Found]:
    products = frozenset(product.id for product in drug.products)
    for index, standard in enumerate(drug.standard_concentrations):
        path = f"standard_concentrations[{index}]"
        yield from _under(path, _known((standard.population,), populations, "population"))
        yield from _under(path, fits(standard.concentration, STRENGTH, "concentration"))
    for index, row in enumerate(drug.stabilities):
        path = f"stabilities[{index}]"
        yield from _under(path, _known(row.products, products, "products"))
        yield from _under(path, _known(row.solutions, solutions, "solutions"))
        yield from _under(path, fits(row.limit, TIME, "limit"))
        yield from _under(
            path,
            ascending([("concentration_low", row.concentration_low), ("concentration_high", row.concentration_high)]),
        )
    if any(product.reconstitutions for product in drug.products) and not any(
        row.state is StabilityState.RECONSTITUTED for row in drug.stabilities
    ):
        yield "stabilities", None, "the stability of the dissolved vial"
