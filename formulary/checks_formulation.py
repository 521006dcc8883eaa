"""Contradictions inside one master formulation: doses, diluents, measures, times, and the limits that must bound it."""

from collections.abc import Iterator
from functools import partial

from calculations.quantity import Quantity
from calculations.units import unit
from formulary.checks_products import Found, ascending, fits, known, text, under
from formulary.model import (
    DiluentChoice,
    DoseBasis,
    Drug,
    IntermediateDilution,
    Limit,
    LimitKind,
    MasterFormulation,
    OrderType,
    Product,
    Purpose,
    VolumePolicy,
)
from formulary.partial import each
from formulary.unit_shapes import AMOUNT, FLOW, SHARE, STRENGTH, TIME, VOLUME, shape

BASIS_SHAPES = {
    DoseBasis.FLAT: {"amount", "amount/time", "amount/volume"},
    DoseBasis.PER_KG: {"amount/weight", "amount/weight/time"},
    DoseBasis.PER_M2: {"amount/surface", "amount/surface/time"},
    DoseBasis.AUC: {"amount*time/volume"},
}

EVERYBODY = ("adult", "child", "neonate")
"""Whom a formulation serves that names no population: each must have a limit, or each row holds for anybody."""

DOSE_LIMITS = (LimitKind.DOSE, LimitKind.DAY, LimitKind.COURSE, LimitKind.RATE)


def formulation_faults(row: MasterFormulation, drug: Drug, solutions: frozenset[str]) -> Iterator[Found]:
    yield from each(
        lambda: _products_known(row, drug),
        lambda: _standards_known(row, drug),
        lambda: _diluents_faults(row, solutions),
        lambda: _dose_faults(row),
        lambda: _measure_faults(row),
        lambda: _making_faults(row),
        lambda: _intermediate_under(row, drug, solutions),
        lambda: _unbounded(row, drug),
    )


def _products_known(row: MasterFormulation, drug: Drug) -> Iterator[Found]:
    yield from known((*row.products, *row.ready_to_use), frozenset(product.id for product in drug.products), "products")


def _standards_known(row: MasterFormulation, drug: Drug) -> Iterator[Found]:
    ids = frozenset(standard.id for standard in drug.standard_concentrations)
    yield from known(row.standard_concentrations, ids, "standard_concentrations")


def _diluents_faults(row: MasterFormulation, solutions: frozenset[str]) -> Iterator[Found]:
    for index, choice in enumerate(row.diluents):
        yield from under(f"diluents[{index}]", each(partial(_diluent_faults, choice, solutions)))


def _diluent_faults(choice: DiluentChoice, solutions: frozenset[str]) -> Iterator[Found]:
    yield from each(
        lambda: known((choice.solution,), solutions, "solution"),
        lambda: fits(choice.volume, VOLUME, "volume"),
        lambda: fits(choice.dose_from, AMOUNT, "dose_from"),
        lambda: fits(choice.dose_to, AMOUNT, "dose_to"),
        lambda: ascending([("dose_from", choice.dose_from), ("dose_to", choice.dose_to)]),
    )


def _making_faults(row: MasterFormulation) -> Iterator[Found]:
    if row.order_type is OrderType.CONTINUOUS and not (row.standard_concentrations and row.pump_unit):
        yield "standard_concentrations", None, "a standard concentration and a pump unit for a continuous infusion"
    if not row.diluents and row.volume_policy is not VolumePolicy.EXACT:
        yield "volume_policy", row.volume_policy.value, "EXACT when nothing is added to a bag"


def _intermediate_under(row: MasterFormulation, drug: Drug, solutions: frozenset[str]) -> Iterator[Found]:
    products = {product.id: product for product in drug.products}
    if row.intermediate is not None:
        yield from under("intermediate", _intermediate_faults(row.intermediate, products, solutions))


def _unbounded(row: MasterFormulation, drug: Drug) -> Iterator[Found]:
    for population in row.populations or EVERYBODY:
        if not any(_bounds_dose(limit, row, population) for limit in drug.limits):
            yield (
                "id",
                row.id,
                f"a dose, day, course or rate limit with an upper bound for {population}, for any purpose",
            )


def _dose_faults(row: MasterFormulation) -> Iterator[Found]:
    yield from each(
        lambda: _dose_unit_faults(row),
        lambda: fits(row.dose.single_dose_cap, AMOUNT, "dose.single_dose_cap"),
        lambda: fits(row.rounding.step, AMOUNT, "rounding.step"),
        lambda: _clearance_faults(row),
    )


def _dose_unit_faults(row: MasterFormulation) -> Iterator[Found]:
    if not row.dose.units:
        yield "dose.units", None, "at least one unit an order may use"
    for name in row.dose.units:
        try:
            found = shape(unit(name))
        except ValueError:
            yield "dose.units", name, "canonical units"
            continue
        if not any(found in BASIS_SHAPES[basis] for basis in row.dose.bases):
            yield "dose.units", name, "a unit of one of the bases " + ", ".join(row.dose.bases)


def _clearance_faults(row: MasterFormulation) -> Iterator[Found]:
    if row.dose.clearance is not None:
        yield from fits(row.dose.clearance.clearance_cap, FLOW, "dose.clearance.clearance_cap")
        yield from fits(row.dose.clearance.creatinine_floor, STRENGTH, "dose.clearance.creatinine_floor")
    if DoseBasis.AUC in row.dose.bases and row.dose.clearance is None:
        yield "dose.clearance", None, "the bounds of clearance for a dose by AUC"


def _measure_faults(row: MasterFormulation) -> Iterator[Found]:
    yield from each(
        lambda: _share_faults("true_concentration_limit", row.true_concentration_limit),
        lambda: _share_faults("volume_tolerance", row.volume_tolerance),
        lambda: _share_faults("gravimetric_tolerance", row.gravimetric_tolerance),
        lambda: _share_faults("rounding.max_deviation", row.rounding.max_deviation),
        lambda: _strength_faults(row),
        lambda: _time_faults(row),
        lambda: _missing_faults(row),
    )


def _share_faults(name: str, share: Quantity) -> Iterator[Found]:
    yield from fits(share, SHARE, name)
    if shape(share.unit) == "share" and not 0 <= share.number < 1:
        yield name, text(share), "a share from 0 up to, but not, 1"


def _strength_faults(row: MasterFormulation) -> Iterator[Found]:
    for name, bound in (("concentration_low", row.concentration_low), ("concentration_high", row.concentration_high)):
        yield from fits(bound, STRENGTH, name)
        if bound is not None and row.concentration_source is None:
            yield "concentration_source", None, "a source for the final concentration"
    yield from ascending([("concentration_low", row.concentration_low), ("concentration_high", row.concentration_high)])


def _time_faults(row: MasterFormulation) -> Iterator[Found]:
    times = [
        ("infusion.shortest_time", row.infusion.shortest_time),
        ("infusion.default_time", row.infusion.default_time),
        ("infusion.longest_time", row.infusion.longest_time),
    ]
    wrong = [fault for name, time in times for fault in fits(time, TIME, name)]
    yield from wrong
    if not wrong:
        yield from ascending(times)


def _missing_faults(row: MasterFormulation) -> Iterator[Found]:
    if not row.routes:
        yield "routes", None, "at least one route"
    if not row.storage_path:
        yield "storage_path", None, "where the preparation is kept"


def _intermediate_faults(
    row: IntermediateDilution, products: dict[str, Product], solutions: frozenset[str]
) -> Iterator[Found]:
    yield from known((row.solution,), solutions, "solution")
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
