"""Figures of what is added to a bag: a dose on another basis, its volume by the product, the salt that brings an ion."""

import re

from calculations.quantity import Quantity
from calculations.units import Unit, unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition import conventions
from tests.conformance.nutrition.amounts import as_mmol, counts_mass, measures
from tests.conformance.nutrition.bag import Bag
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE, Salt, ion, nutrient, salt
from tests.conformance.nutrition.stocks import strengths
from tests.conformance.quantities import read

_SUFFIX = re.compile(
    r"_(?:total|dose|rate|infusion_rate|per_kg|per_l|per_day|per_ml|concentration|conc|amount|intake|given|needed|mg|mcg|"
    r"units?|meq|mmol|g)$"
)
_PER_AMINO_ACIDS = {"cysteine", "l_cysteine", "cysteine_hcl"}
_PER_DEXTROSE = {"insulin", "regular_insulin"}


def additive(bag: Bag, key: str, measure: Unit) -> Quantity | None:
    """The figure where its name starts with that of an input (heparin_rate, zinc_volume); None where it does not."""
    volume = re.fullmatch(r"(?:volume_(?:of_)?(.+)|(.+)_(?:volume|ml|vol))", key)
    if volume is not None:
        return _volume(bag, volume[1] or volume[2], measure)
    name = _input(bag, key)
    if name is None:
        return None
    dose = read(bag.case.inputs[name])
    if any(power < 0 and base in ("g", "mg") for base, power in dose.unit.terms):
        low = name.lower()
        kind = AMINO_ACIDS if low in _PER_AMINO_ACIDS else CARBOHYDRATE if low in _PER_DEXTROSE else None
        if kind is None:
            raise CannotAnswer(f"grams of what {name} goes by is not told")
        return bag.as_asked(dose * bag.mass(kind).named(dose.of), measure)
    return bag.as_asked(bag.whole(dose), measure)


def _input(bag: Bag, key: str) -> str | None:
    """The input of this name, or of the name without what says the basis."""
    known = {name.lower(): name for name, data in bag.case.inputs.items() if isinstance(data, dict)}
    while key not in known:
        shorter = _SUFFIX.sub("", key)
        if shorter == key:
            return None
        key = shorter
    return known[key] if nutrient(known[key]) is None else None


def _volume(bag: Bag, stem: str, measure: Unit) -> Quantity | None:
    """The volume of an additive's product that brings its dose."""
    known = {name.lower(): name for name in bag.case.inputs}
    name = known.get(stem)
    if name is None or nutrient(name) is not None or not isinstance(bag.case.inputs[name], dict):
        return None
    dose = read(bag.case.inputs[name])
    if measures(dose, "mL"):
        return bag.as_asked(bag.whole(dose), measure)
    held = strengths(bag.case, name)
    if len(held) != 1:
        raise CannotAnswer(f"the strength of {name} is not given")
    _, per_volume = held[0]
    if per_volume.number <= 0:
        raise CannotAnswer(f"the strength of {name} is not above zero")
    known_ion = ion(name)
    if per_volume.unit.dimension is not (dose / Quantity(1, "mL")).unit.dimension and known_ion is not None:
        dose, per_volume = as_mmol(known_ion, dose), as_mmol(known_ion, per_volume)
    return bag.as_asked(bag.whole(dose) / per_volume, measure)


def salt_that_brings(bag: Bag, name: str, measure: Unit) -> Quantity | None:
    """The mass of a salt that brings the one ion that is given; None where the name is no salt or asks for no mass."""
    found = salt(name, bag.case.topic)
    if found is None or ("mass", 1) not in measure.dimension.powers:
        return None
    if not isinstance(found, Salt):
        raise CannotAnswer(f"{name} is not reckoned from an ion")
    whole = found.substance(by_mass=False)
    counts = {one.name: one.count for one in whole.ions}
    given = [(known, amount) for known, amount in bag.ions if known in counts]
    if len(given) != 1 or bag.salts:
        raise CannotAnswer(f"which ion {name} is to bring is not told")
    ((known, amount),) = given
    mmol = as_mmol(known, amount) / counts[known]
    if found.name == "calcium gluconate" and found.waters is None:
        per_gram = Quantity(conventions.calcium_gluconate(bag.case) / 2, "mmol") / Quantity(1, "g")
        return bag.as_asked(bag.whole(mmol / per_gram), measure)
    mass = found.substance().molar_mass
    if mass is None:
        raise CannotAnswer(f"the molar mass of {name} is not known")
    return bag.as_asked(bag.whole(mmol * Quantity(mass.amount_in("g/mol"), "mg") / Quantity(1, "mmol")), measure)


def is_mass_of_ion(bag: Bag) -> bool:
    """Whether the only input is an ion by the mass of its element."""
    return len(bag.case.inputs) == 1 and len(bag.ions) == 1 and counts_mass(bag.ions[0][1])


def ratio_of_ions(bag: Bag, above: str, below: str) -> Quantity:
    """mEq of one ion to mEq of another."""
    parts = []
    for name in (above, below):
        known = ion(name)
        if known is None:
            raise CannotAnswer(f"{name} is no ion")
        parts.append(bag.ion_amount(known).amount_in("mmol"))
    if not parts[1]:
        raise CannotAnswer(f"there is no {below}")
    return Quantity(parts[0] / parts[1], unit("one"))
