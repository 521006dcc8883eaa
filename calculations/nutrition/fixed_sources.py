"""The sources whose volume follows from the order alone: what they bring is subtracted before any salt is chosen."""

from collections.abc import Iterable

from calculations.arithmetic import total
from calculations.concentration import volume_of_dose
from calculations.formula import Number, each, formula
from calculations.nutrition.allocation_result import Step, Taken
from calculations.nutrition.bases import amount_for_day, by_volume, volume_for_day
from calculations.nutrition.order import ELEMENT, NutritionOrder, OrderedAmount
from calculations.nutrition.ordered_units import BY_VOLUME, ORDERED_IONS, TRACE
from calculations.nutrition.product import Role, SourceProduct, per_ml
from calculations.nutrition.profile import ANHYDROUS, Profile
from calculations.nutrition.refusals import Infeasible, NoSource, UnknownConstituent
from calculations.nutrition.sources import Sources
from calculations.printing import show
from calculations.quantity import Quantity

_MACRO = {"amino_acids": Role.AMINO_ACIDS, "dextrose": Role.DEXTROSE, "lipid": Role.LIPID}


@formula(
    id="nutrition.bag.brought", version=1, statement="brought = sum over the sources of volume × amount per mL",
    source="The products' labels", inputs={"volumes": each("mL"), "strengths": each("amount/mL")}, gives="amount",
)  # fmt: skip
def _brought(volumes: Number, strengths: Number) -> Number:
    return total(volume * strength for volume, strength in zip(volumes, strengths, strict=True))


@formula(
    id="nutrition.bag.monohydrate_for_anhydrous", version=1, statement="dextrose monohydrate = anhydrous glucose × 11/10",
    source="Convention of paediatric services, the inverse of 10/11", inputs={"anhydrous": "mg"},
    constants={"factor": "11/10"}, gives="mg",
)  # fmt: skip
def _monohydrate(anhydrous: Number, factor: Number) -> Number:
    return anhydrous * factor


@formula(
    id="nutrition.bag.still_open", version=1, statement="still open = ordered − brought by the fixed sources",
    source="An ion is ordered once, whichever source brings it", inputs={"ordered": "amount", "brought": "amount"},
    gives="amount",
)  # fmt: skip
def _still_open(ordered: Number, brought: Number) -> Number:
    return ordered - brought


def strength_of(product: SourceProduct, name: str) -> Quantity | None:
    """Per mL of an ion (mEq/mL, phosphate mmol/mL) or nutrient; None if it brings none.

    Raises `UnknownConstituent` where the label does not tell.
    """
    if name in product.unknown:
        raise UnknownConstituent(name, product.display)
    ion = product.ions.get(name)
    return per_ml(name, ion) if ion is not None else product.nutrients.get(name)


def told_strength(product: SourceProduct, name: str) -> Quantity:
    """As `strength_of`, where the product must bring it; `NoSource` otherwise."""
    strength = strength_of(product, name)
    if strength is None or not strength.number:
        raise NoSource(name, f"{product.display} brings none by its label.", "Complete the product.")
    return strength


def brought_by(name: str, parts: Iterable[tuple[SourceProduct, Quantity]]) -> Quantity | None:
    """What volumes (mL) of products bring of an ion or nutrient; None if none of them brings any.

    Raises `UnknownConstituent` where a label does not tell.
    """
    volumes, strengths = [], []
    for product, volume in parts:
        strength = strength_of(product, name)
        if strength is not None:
            volumes.append(volume)
            strengths.append(strength)
    return _brought(volumes=volumes, strengths=strengths) if volumes else None


def brought(name: str, taken: Iterable[Taken]) -> Quantity | None:
    """What the sources bring of an ion or nutrient for the day; None if none of them brings any."""
    return brought_by(name, [(one.product, one.volume) for one in taken])


def still_open(ion: str, ordered: Quantity, have: Quantity | None) -> tuple[Quantity, Step]:
    """What of an ordered ion or trace element the fixed sources leave open; `Infeasible` if they bring more."""
    present = have if have is not None else Quantity(0, ordered.unit, ordered.of)
    rest = _still_open(ordered=ordered, brought=present)
    if rest.number < 0:
        raise Infeasible(
            "over_supplied", ion, -rest,
            f"{show(ordered)} is ordered, and the fixed sources alone bring {show(present)}.",
            f"Order at least {show(present)} of {ion} for the day, or change the source that brings it.",
        )  # fmt: skip
    return rest, Step("subtract", ion, (("ordered", ordered), ("brought", present), ("rest", rest)))


def take_lipid(order: NutritionOrder, sources: Sources) -> tuple[list[Taken], list[Step]]:
    """The lipid of the order, apart or in the bag; it comes first because the fluid allowance needs its volume.

    Lipid ordered as a final concentration of a 3-in-1 bag is left to `take_fixed`, which knows the volume.
    """
    row = order.row("lipid")
    if row is None or (not order.lipid_apart and row.basis == "per litre"):
        return [], []
    taken, step = _take_row(row, sources, order, None, None)
    return [Taken(taken.product, taken.volume, apart=order.lipid_apart)], [step]


def take_fixed(
    order: NutritionOrder, sources: Sources, profile: Profile, bag_volume: Quantity | None, have: Iterable[str]
) -> tuple[list[Taken], list[Step]]:
    """Volumes of all fixed sources but those in `have`: amino acids, dextrose, cysteine, drugs, what is ordered by
    volume, and salts ordered as such. Raises `NoSource` for a drug or nutrient that no product of the list brings.
    """
    skip = set(have)
    taken, steps = [], []
    for row in order.amounts:
        single = row.stated_as == ELEMENT and (row.nutrient in ORDERED_IONS or row.nutrient in TRACE)
        if single or row.nutrient in skip or not row.amount.number:
            continue
        one, step = _take_row(row, sources, order, profile, bag_volume)
        taken.append(one)
        steps.append(step)
    return taken, steps


def take_trace(
    order: NutritionOrder, sources: Sources, taken: list[Taken], bag_volume: Quantity | None
) -> tuple[list[Taken], list[Step]]:
    """Single trace elements, after what the combined product brings."""
    found, steps = [], []
    for row in order.amounts:
        if row.nutrient not in TRACE or row.stated_as != ELEMENT:
            continue
        ordered = amount_for_day(row, order.dosing_weight, bag_volume)
        rest, step = still_open(row.nutrient, ordered, brought(row.nutrient, taken))
        steps.append(step)
        if rest.number > 0:
            product = sources.bringing(row.nutrient)
            volume = volume_of_dose(rest, product.nutrients[row.nutrient])
            found.append(Taken(product, volume))
            steps.append(Step("salt", row.nutrient, _figures(product, volume, amount=rest)))
    return found, steps


def _take_row(
    row: OrderedAmount, sources: Sources, order: NutritionOrder, profile: Profile | None, bag_volume: Quantity | None
) -> tuple[Taken, Step]:
    product, strength = _product_for(row, sources)
    salt = product.role is Role.SALT
    if by_volume(row):
        volume = volume_for_day(row, order.dosing_weight, order.lipid_hours)
        return Taken(product, volume, added_salt=salt), Step("volume", row.nutrient, _figures(product, volume))
    amount = amount_for_day(row, order.dosing_weight, bag_volume)
    if _is_anhydrous(row, product, profile):
        amount = _monohydrate(anhydrous=amount)
    if strength is None:
        raise NoSource(
            row.nutrient, f"{product.display} does not tell how much of it is in a mL.", "Complete the product."
        )
    volume = volume_of_dose(amount.named(strength.of), strength)
    return Taken(product, volume, added_salt=salt), Step(
        "amount", row.stated_as if salt else row.nutrient, _figures(product, volume, ordered=amount)
    )


def _product_for(row: OrderedAmount, sources: Sources) -> tuple[SourceProduct, Quantity | None]:
    """The product of a row, and what one mL of it holds of what the row counts."""
    if row.stated_as != ELEMENT:
        product = sources.salt(row.stated_as)
        mass = any(base == "mass" and power > 0 for base, power in row.amount.unit.dimension.powers)
        return product, product.nutrients.get(row.stated_as) if mass else strength_of(product, row.nutrient)
    if row.nutrient in _MACRO:
        product = sources.one(_MACRO[row.nutrient])
    elif row.nutrient in BY_VOLUME:
        product = _by_volume(row.nutrient, sources)
    else:
        product = sources.bringing(row.nutrient)
    return product, product.nutrients.get(row.nutrient)


def _by_volume(nutrient: str, sources: Sources) -> SourceProduct:
    """The product of a role; of trace elements the combined one."""
    if nutrient != Role.TRACE_ELEMENTS:
        return sources.one(Role(nutrient))
    combined = tuple(p for p in sources.products if p.role is not Role.TRACE_ELEMENTS or len(p.nutrients) > 1)
    return Sources(combined, sources.excluded).one(Role.TRACE_ELEMENTS)


def _is_anhydrous(row: OrderedAmount, product: SourceProduct, profile: Profile | None) -> bool:
    """Whether an ordered glucose rate means anhydrous glucose while the product counts the monohydrate."""
    by_rate = row.nutrient == "dextrose" and row.amount.unit.name == "mg/kg/min"
    counted = product.dextrose_form == "monohydrate"
    return profile is not None and by_rate and counted and profile.gir_convention == ANHYDROUS


def _figures(product: SourceProduct, volume: Quantity, **more: Quantity) -> tuple[tuple[str, Quantity | str], ...]:
    return ("product", product.display), ("volume", volume), *more.items()
