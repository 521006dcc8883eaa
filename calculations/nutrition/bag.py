"""The day's bag, from the order and the products: what is taken, drawn and infused.

The model: lipid apart and other fluids leave the volume of the bag; fixed sources follow from the order; salts are
allocated to what is still open; water fills up to the infused volume; overfill and prime turn infused into drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.nutrition.allocation import allocate
from calculations.nutrition.allocation_result import Allocation, Taken
from calculations.nutrition.bases import Fluid, share_fluid
from calculations.nutrition.fixed_sources import take_lipid
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.overfill import Prepared, drawn_volume, prepare, reaching_volume
from calculations.nutrition.product import Role, SourceProduct
from calculations.nutrition.profile import Profile
from calculations.nutrition.sources import Sources
from calculations.nutrition.volumes import Filled, fill, sum_of_volumes, water_to_fill
from calculations.quantity import Quantity
from calculations.rounding import Rule, whole

_NONE = Quantity(0, "mL")


@dataclass(frozen=True, slots=True)
class Line:
    """One source in the bag or in the lipid container."""

    product: SourceProduct
    ordered: Quantity
    """mL for the infused volume, as the order asks."""
    drawn: Quantity
    """mL for worksheet, pump file and stock."""
    reaching: Quantity
    """mL that reach the patient: as ordered, but less of an ingredient that is not scaled."""
    added_salt: bool = False

    @property
    def not_scaled_loss(self) -> Quantity:
        """mL that do not reach the patient because the ingredient is not scaled; 0 mL for all others."""
        return self.ordered - self.reaching


@dataclass(frozen=True, slots=True)
class Bag:
    """A whole day of parenteral nutrition, worked out."""

    order: NutritionOrder
    profile: Profile
    fluid: Fluid
    allocation: Allocation
    filled: Filled
    prepared: Prepared
    """The bag: infused and prepared volume, and the factor between them."""
    lines: tuple[Line, ...]
    """The sources in the bag, water last."""
    lipid: Line | None
    """Lipid apart."""
    lipid_prepared: Prepared | None
    """Each of the lipid's containers."""
    lipid_containers: int
    """How many: none of them runs longer than the profile allows."""

    @property
    def volume(self) -> Quantity:
        """mL to infuse."""
        return self.prepared.infused

    @property
    def everything(self) -> tuple[Line, ...]:
        """All sources of the day, lipid apart included."""
        return self.lines if self.lipid is None else (*self.lines, self.lipid)

    def line(self, product_id: str) -> Line:
        """The line of a product; `KeyError` if it is not used."""
        return {line.product.id: line for line in self.everything}[product_id]


def make_bag(order: NutritionOrder, products: Iterable[SourceProduct], profile: Profile) -> Bag:
    """The bag of an order from the products of the profile.

    Raises `Infeasible`, `NoSource`, `UnknownConstituent`, `TooMuchVolume` or another `CannotCompute`, each naming the
    ion, nutrient or limit.
    """
    sources = Sources.of(products, order.population)
    lipid, lipid_steps = take_lipid(order, sources)
    fluid = _fluid(order, lipid)
    allocation = allocate(order, sources, profile, fluid.bag if fluid else None, lipid, lipid_steps)

    def growth(more: Quantity) -> Quantity | None:
        """mL by which the sources grow when the bag is so much larger; None where the larger bag has no answer."""
        try:
            larger = allocate(order, sources, profile, fluid.bag + more if fluid else None, lipid, lipid_steps)
        except CannotCompute:
            return None
        before, after = (sum_of_volumes(volumes=[t.volume for t in a.in_bag]) for a in (allocation, larger))
        return after - before

    filled = fill(allocation.in_bag, fluid.bag if fluid else None, order.dosing_weight, growth)
    prepared = prepare(filled.total, profile.overfill)
    lines = _lines(allocation.in_bag, prepared)
    if fluid is not None:
        lines = _with_water(lines, prepared, filled, sources)
    containers = _containers(order, profile) if allocation.apart else 0
    apart = prepare(allocation.apart[0].volume / containers, profile.lipid_overfill) if containers else None
    return Bag(
        order,
        profile,
        fluid or _fluid_of_ready(order, filled.total, allocation),
        allocation,
        filled,
        prepared,
        lines,
        _lines(allocation.apart, apart)[0] if apart is not None else None,
        apart,
        containers,
    )


def _containers(order: NutritionOrder, profile: Profile) -> int:
    """How many containers the lipid needs so that none runs longer than the profile allows."""
    return whole((order.lipid_hours / profile.lipid_container_hours).number, Rule.UP)


def _fluid(order: NutritionOrder, lipid: list[Taken]) -> Fluid | None:
    """The day's fluid; None for a ready bag whose volume is what it comes to."""
    if order.volume is None and order.total_fluid is None:
        return None
    apart = lipid[0].volume if lipid and lipid[0].apart else _NONE
    return share_fluid(order, apart)


def _fluid_of_ready(order: NutritionOrder, bag: Quantity, allocation: Allocation) -> Fluid:
    others = sum((other.volume for other in order.others), Quantity(0, "mL/day")) * Quantity(1, "day")
    apart = allocation.apart[0].volume if allocation.apart else _NONE
    return Fluid(bag + apart + others, apart, others, bag)


def _lines(taken: Iterable[Taken], prepared: Prepared) -> tuple[Line, ...]:
    """Each product once: a product that serves two ions is drawn in one go."""
    merged: dict[str, Taken] = {}
    for one in taken:
        before = merged.get(one.product.id)
        volume = one.volume if before is None else before.volume + one.volume
        added = one.added_salt and (before is None or before.added_salt)
        merged[one.product.id] = Taken(one.product, volume, added)
    lines = []
    for one in merged.values():
        if one.volume.number <= 0:
            continue
        if one.product.scaled:
            drawn = drawn_volume(infused=one.volume, factor=prepared.factor)
            lines.append(Line(one.product, one.volume, drawn, one.volume, one.added_salt))
        else:
            reaching = reaching_volume(drawn=one.volume, factor=prepared.factor)
            lines.append(Line(one.product, one.volume, one.volume, reaching, one.added_salt))
    return tuple(lines)


def _with_water(lines: tuple[Line, ...], prepared: Prepared, filled: Filled, sources: Sources) -> tuple[Line, ...]:
    """The lines and, where there is room, water to fill the prepared volume."""
    drawn = water_to_fill(bag=prepared.prepared, sources=sum_of_volumes(volumes=[line.drawn for line in lines]))
    if drawn.number < 0:
        raise CannotCompute("volume_limit", "water to fill up", f"the sources pass the limit of {prepared.prepared}.")
    if not drawn.number:
        return lines
    reaching = reaching_volume(drawn=drawn, factor=prepared.factor)
    return (*lines, Line(sources.one(Role.WATER), filled.water, drawn, reaching))
