"""Which single figure a unit asks for, and how it is worked out: decided by what the inputs are, and nothing else."""

from collections.abc import Callable

from calculations.nutrition.energy import energy_share
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from tests.conformance.case import Case
from tests.conformance.clinical import HEIGHT_NAMES, WEIGHT_NAMES
from tests.conformance.nutrition import equations
from tests.conformance.nutrition.amounts import from_mmol
from tests.conformance.nutrition.asking_plain import PLAIN
from tests.conformance.nutrition.bag import ENERGY_NAMES, NITROGEN, TIME_NAMES, Bag, read_bag
from tests.conformance.nutrition.conventions import amino_acids_per_nitrogen, anhydrous_factor
from tests.conformance.nutrition.figures import figure
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE, LIPID
from tests.conformance.nutrition.nutrients import NONPROTEIN, as_energy, goal, infusion_rate, nitrogen, total_energy
from tests.conformance.nutrition.osmotic import MOLAR_MASSES, PARTICLES, by_products, osmolarity
from tests.conformance.quantities import number, read

Figure = Callable[[Bag], Quantity]
_STRENGTHS = {"strength", "concentration", "conc", "amount", "drug", "mass"}


def same_basis(given: Unit, asked: Unit) -> bool:
    """Whether two units differ in nothing but a prefix: the same dimension, over the same unit of time."""
    times = [[name for name, _ in one.terms if name in ("s", "min", "h", "day", "week")] for one in (given, asked)]
    return given.dimension is asked.dimension and times[0] == times[1]


def _bag(case: Case) -> Bag:
    return read_bag(case, 0)


def _understood(case: Case, *more: str) -> Bag | None:
    """The bag, if no input stands in it whose part in the figure is not known."""
    bag = _bag(case)
    return None if bag.texts.keys() - {"volumes"} or bag.plain.keys() - _BASIS - set(more) else bag


def _asks_energy(case: Case, measure: Unit) -> bool:
    bag = _understood(case)
    asked = ("energy", 1) in measure.dimension.powers and measure.name != "kcal/g"
    return asked and bag is not None and bool(bag.nutrients)


def _asks_per_nitrogen(case: Case, measure: Unit) -> bool:
    bag = _understood(case, *NITROGEN, *NONPROTEIN)
    if measure.name != "kcal/g" or bag is None:
        return False
    told = set(bag.plain) & NONPROTEIN and set(bag.plain) & NITROGEN
    return bool(bag.nutrients or told)


def _asks_glucose_rate(case: Case, measure: Unit) -> bool:
    bag = _understood(case)
    asked = measure.dimension is unit("mg/kg/min").dimension and "min" in measure.name
    return asked and bag is not None and set(bag.nutrients) == {CARBOHYDRATE}


def _asks_osmoles(case: Case, measure: Unit) -> bool:
    bag = _understood(case, "electrolytes", "ions")
    if ("osmoles", 1) not in measure.dimension.powers:
        return False
    if by_products(_bag(case)) is not None:
        return True
    if bag is None and {name.lower() for name in case.inputs} & MOLAR_MASSES:
        return _asks_by_molar_mass(_bag(case))
    return bag is not None and bool(bag.nutrients or bag.salts or bag.ions or bag.molecules)


def _asks_by_molar_mass(bag: Bag) -> bool:
    known = bag.plain.keys() <= _BASIS | MOLAR_MASSES and bag.texts.keys() <= MOLAR_MASSES | PARTICLES
    return known and bool(bag.salts or bag.nutrients or bag.molecules)


def _asks_percent(case: Case, measure: Unit) -> bool:
    bag = _understood(case)
    return measure.name == "%" and bag is not None and len(bag.nutrients) == 1


def _asks_share(case: Case, measure: Unit) -> bool:
    """A nutrient beside an energy: its share of it."""
    bag = _understood(case, *ENERGY_NAMES)
    if measure.name != "%" or bag is None or len(bag.nutrients) != 1:
        return False
    return goal(bag) is not None


def _asks_nitrogen(case: Case, measure: Unit) -> bool:
    """Amino acids alone, asked for in the mass in which they are given: their nitrogen is all that can be meant."""
    bag = _understood(case)
    if bag is None or set(bag.nutrients) != {AMINO_ACIDS} or len(case.inputs) != 1:
        return False
    (data,) = case.inputs.values()
    return same_basis(read(data).unit, measure)


def _asks_mass(case: Case, measure: Unit) -> bool:
    bag = _understood(case, *ENERGY_NAMES)
    if bag is None or len(bag.nutrients) != 1 or bag.ions or bag.salts:
        return False
    if set(bag.plain) & ENERGY_NAMES and bag.share_of_energy(next(iter(bag.nutrients))) is None:
        return False
    return ("mass", 1) in measure.dimension.powers and not _already(case, measure)


def _already(case: Case, measure: Unit) -> bool:
    return any(isinstance(one, dict) and same_basis(read(one).unit, measure) for one in _readable(case))


def _readable(case: Case) -> list[dict[str, str]]:
    """The quantities of a case whose unit is one of mass or volume; a body weight in pounds is none of them."""
    return [one for name, one in case.inputs.items() if isinstance(one, dict) and name not in WEIGHT_NAMES]


def _asks_volume_of_one(case: Case, measure: Unit) -> bool:
    bag = _bag(case)
    return (
        measure.dimension in (unit("mL").dimension, unit("mL/day").dimension, unit("mL/kg/day").dimension)
        and len(bag.nutrients) == 1
        and not bag.has_volume(next(iter(bag.nutrients)))
        and not set(bag.plain) - TIME_NAMES
    )


def _asks_ion(case: Case, measure: Unit) -> bool:
    """Exactly one kind of ion, and an amount of it: from the ion itself, or from salts that share it."""
    bag = _understood(case)
    counts = any(base in ("substance", "charge equivalents") and n > 0 for base, n in measure.dimension.powers)
    if not counts or bag is None or bag.nutrients:
        return False
    return len(_common(bag, measure)) == 1


def _common(bag: Bag, measure: Unit) -> set[str]:
    """Ions that every input of a substance brings; of a salt's two ions the cation, where both are possible."""
    sets = list(bag.additions.brought_together)
    for _, found, amount in bag.salts:
        sets.append(set(bag.brought(found, amount)))
    if not sets:
        return set()
    common = set.intersection(*sets)
    cations = common & _CATIONS
    if "phosphate" in common and "mmol" in measure.name:
        return {"phosphate"}
    return cations or common


_CATIONS = {"sodium", "potassium", "calcium", "magnesium", "ammonium", "zinc", "copper", "manganese"}
_BASIS = {
    "volume", "total", "bag", "total_volume", "bag_volume", "final_volume", "pn_volume", "time", "hours", "rate",
    "duration", "infusion_time", "total_fluid", "pump_rate",
}  # fmt: skip


def _energy(measure: Unit) -> Figure:
    return lambda bag: as_energy(bag, total_energy(bag), measure)


def _per_nitrogen(measure: Unit) -> Figure:
    return lambda bag: figure(bag, "npc_n", "kcal/g")


def _glucose_rate(measure: Unit) -> Figure:
    return lambda bag: infusion_rate(bag, anhydrous=False)


def _osmoles(measure: Unit) -> Figure:
    return lambda bag: osmolarity(bag, measure)


def _percent(measure: Unit) -> Figure:
    return lambda bag: figure(bag, f"final_{next(iter(bag.nutrients))}", "%")


def _share(measure: Unit) -> Figure:
    return lambda bag: figure(bag, f"{next(iter(bag.nutrients))}_percent", "%")


def _pn_volume(measure: Unit) -> Figure:
    return lambda bag: figure(bag, "pn_volume", measure.name)


def _asks_pn_volume(case: Case, measure: Unit) -> bool:
    """A fluid allowance beside lipid or lines: what is left for the bag."""
    bag = _bag(case)
    others = LIPID in bag.nutrients or bag.lines()
    return bag.lipid_apart() and bool(others) and ("volume", 1) in measure.dimension.powers and not bag.texts


def _insulin(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(figure(bag, "insulin", "unit"), measure)


def _asks_insulin(case: Case, measure: Unit) -> bool:
    bag = _bag(case)
    told = "insulin" in bag.texts or "insulin" in bag.plain
    return ("activity", 1) in measure.dimension.powers and told and CARBOHYDRATE in bag.nutrients


def _equation(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        if ("energy", 1) in measure.dimension.powers:
            return bag.as_asked(bag.whole(equations.total_energy(bag.case)), measure)
        return bag.as_asked(bag.whole(equations.maintenance_fluid(bag.case)), measure)

    return work


def _asks_equation(case: Case, measure: Unit) -> bool:
    """The patient alone, and an equation in the convention."""
    patient = {*WEIGHT_NAMES, *HEIGHT_NAMES, "age", "sex", "gender", "activity", "stress"}
    asked = any(one in measure.dimension.powers for one in (("energy", 1), ("volume", 1)))
    return asked and {name.lower() for name in case.inputs} <= patient and equations.speaks_of_equation(case)


def _cycle(measure: Unit) -> Figure:
    return lambda bag: figure(bag, "rate", "mL/h")


def _asks_cycle(case: Case, measure: Unit) -> bool:
    bag = _understood(case, "taper", "taper_up", "taper_down", *TIME_NAMES)
    tapers = bag is not None and {"taper", "taper_up", "taper_down"} & set(bag.plain)
    return bool(tapers) and measure.dimension is unit("mL/h").dimension


def _part_of_energy(measure: Unit) -> Figure:
    return lambda bag: energy_share(*_part_and_whole(bag))


def _asks_part_of_energy(case: Case, measure: Unit) -> bool:
    """Two energies, one of them named as the whole."""
    bag = _bag(case)
    return measure.name == "%" and len(case.inputs) == 2 and len(_part_and_whole(bag)) == 2


def _part_and_whole(bag: Bag) -> list[Quantity]:
    energies = {name: one for name, one in bag.plain.items() if ("energy", 1) in one.unit.dimension.powers}
    whole = [name for name in energies if name.startswith("total") or name in ENERGY_NAMES]
    if len(energies) != 2 or len(whole) != 1:
        return []
    return [bag.whole(energies[name]) for name in sorted(energies, key=lambda one: one in whole)]


def _amino_acids(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        given = next(iter(bag.plain.values()))
        return given * amino_acids_per_nitrogen(bag.case)

    return work


def _asks_amino_acids(case: Case, measure: Unit) -> bool:
    """Nitrogen alone, asked for in the mass in which it is given: the amino acids are all that can be meant."""
    bag = _understood(case, "nitrogen")
    if bag is None or set(bag.plain) != {"nitrogen"} or len(case.inputs) != 1:
        return False
    return same_basis(bag.plain["nitrogen"].unit, measure)


def _particles(measure: Unit) -> Figure:
    """From a strength, a molar mass and the number of particles."""

    def work(bag: Bag) -> Quantity:
        strength = next(bag.plain[name] for name in bag.plain if name in _STRENGTHS)
        mass = next(bag.plain[name] for name in bag.plain if name in MOLAR_MASSES)
        count = next(number(bag.texts[name]) for name in bag.texts if name in PARTICLES)
        strength = bag.whole(strength) if bag.volume_is_told() else strength
        osmoles = strength / Quantity(mass.amount_in("g/mol"), "mg") * Quantity(count, "mOsm")
        return bag.as_asked(bag.whole(osmoles), measure)

    return work


def _asks_particles(case: Case, measure: Unit) -> bool:
    bag = _bag(case)
    kinds = [_STRENGTHS & set(bag.plain), MOLAR_MASSES & set(bag.plain), PARTICLES & set(bag.texts)]
    rest = set(case.inputs) - _STRENGTHS - MOLAR_MASSES - PARTICLES
    return ("osmoles", 1) in measure.dimension.powers and rest <= _BASIS and all(len(one) == 1 for one in kinds)


def _nitrogen(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(nitrogen(bag), measure)


def _mass(measure: Unit) -> Figure:
    """Grams as counted; of dextrose times the factor to anhydrous glucose where the convention states one."""

    def work(bag: Bag) -> Quantity:
        (kind,) = bag.nutrients
        factor = anhydrous_factor(bag.case) if kind == CARBOHYDRATE and bag.form(kind).form != "anhydrous" else None
        return bag.as_asked(bag.mass(kind) * (factor or 1), measure)

    return work


def _volume(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(bag.stock_volume(next(iter(bag.nutrients))), measure)


def _ion(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        (name,) = _common(bag, measure)
        return bag.as_asked(from_mmol(name, bag.ion_amount(name), measure), measure)

    return work


BY_UNIT: tuple[tuple[Callable[[Case, Unit], bool], Callable[[Unit], Figure]], ...] = (
    (_asks_equation, _equation),
    *PLAIN,
    (_asks_particles, _particles),
    (_asks_cycle, _cycle),
    (_asks_part_of_energy, _part_of_energy),
    (_asks_amino_acids, _amino_acids),
    (_asks_energy, _energy),
    (_asks_per_nitrogen, _per_nitrogen),
    (_asks_glucose_rate, _glucose_rate),
    (_asks_osmoles, _osmoles),
    (_asks_share, _share),
    (_asks_percent, _percent),
    (_asks_insulin, _insulin),
    (_asks_nitrogen, _nitrogen),
    (_asks_mass, _mass),
    (_asks_pn_volume, _pn_volume),
    (_asks_volume_of_one, _volume),
    (_asks_ion, _ion),
)
