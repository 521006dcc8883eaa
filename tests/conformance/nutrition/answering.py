"""Answers a case of parenteral nutrition: every figure that the inputs determine, and no other."""

from collections.abc import Callable

from calculations.errors import CannotCompute, UnitMismatch
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from tests.conformance.adapters import dose_by_weight
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import WEIGHT_NAMES
from tests.conformance.nutrition import elements
from tests.conformance.nutrition.bag import ENERGY_NAMES, TIME_NAMES, TRIALS, Bag, from_mmol, read_bag
from tests.conformance.nutrition.calcium import ratio_or_product
from tests.conformance.nutrition.figures import figure, measure_of
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE, ion, nutrient, salt
from tests.conformance.nutrition.nutrients import as_energy, goal, infusion_rate, nitrogen, total_energy
from tests.conformance.nutrition.osmotic import osmolarity
from tests.conformance.quantities import read
from tests.conformance.solving import solve

Figure = Callable[[Bag], Quantity]
_CAPS = {"max", "maximum", "cap", "max_dose", "maximum_dose", "dose_cap"}


def answer(case: Case) -> Answer:
    """All outputs that are determined, or the single figure.

    Raises:
        CannotAnswer: none is.
    """
    if not case.outputs:
        return single(case)
    found: dict[str, Value] = {}
    refused: list[str] = []
    for name, text in case.outputs.items():
        try:
            found[name] = named(case, name, text)
        except (CannotAnswer, UnknownUnit) as why:
            refused.append(f"{name}: {why}")
    if not found:
        raise CannotAnswer("; ".join(refused))
    return found


def named(case: Case, name: str, text: str) -> Value:
    """One figure that is asked for by its name."""
    told = elements.named(case, name, text) or ratio_or_product(case, text, name)
    if told is not None:
        return told
    return determined(case, text, lambda bag: figure(bag, name, text))


def single(case: Case) -> Answer:
    """The figure that a unit alone asks for."""
    text = case.wanted_unit
    name = str((case.wanted or {}).get("name") or (case.wanted or {}).get("quantity") or "")
    if name:
        try:
            return named(case, name, text)
        except CannotAnswer:
            pass
    ratio = ratio_or_product(case, text, name)
    if ratio is not None:
        return ratio
    measure = measure_of(text)
    for fits, figure_of in _BY_UNIT:
        if fits(case, measure):
            return determined(case, text, figure_of(measure))
    element = elements.conversion(case, text)
    if element is not None:
        return element
    _refuse_what_is_already_there(case, measure)
    return dose_by_weight.answer(case) if _CAPS & set(case.inputs) else solve(case)


def determined(case: Case, text: str, work: Figure) -> Value:
    """A figure in the unit asked for, if it does not hang on a weight or volume that is not given."""
    found = {_value(work, case, trial, text) for trial in range(len(TRIALS))}
    if len(found) != 1:
        raise CannotAnswer(f"{text} depends on a weight or volume that is not given")
    return found.pop()


def _value(work: Figure, case: Case, trial: int, text: str) -> Value:
    measure = measure_of(text)
    try:
        result = work(read_bag(case, trial))
    except (CannotCompute, UnitMismatch) as refused:
        raise CannotAnswer(str(refused)) from None
    if text == "%" and result.unit.dimension is unit("one").dimension:
        return Value.of(result.number * 100, text)
    if result.unit.dimension is not measure.dimension:
        raise CannotAnswer(f"{result.unit.dimension} cannot be given in {text}")
    return Value.of(result.amount_in(measure), text)


def _refuse_what_is_already_there(case: Case, measure: Unit) -> None:
    """A lone substance that is measured already as it is wanted: what is asked of it (a salt, which) is not said."""
    if len(case.inputs) == 1:
        ((name, data),) = case.inputs.items()
        known = ion(name) is not None or salt(name) is not None or nutrient(name) is not None
        if known and isinstance(data, dict) and _same_basis(read(data).unit, measure):
            raise CannotAnswer("the input is already what the unit asks for: what is meant is not said")


def _same_basis(given: Unit, asked: Unit) -> bool:
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
    bag = _understood(case, "nitrogen", "n", "nonprotein_energy", "npc", "nonprotein_kcal")
    return measure.name == "kcal/g" and bag is not None and bool(bag.nutrients)


def _asks_glucose_rate(case: Case, measure: Unit) -> bool:
    bag = _understood(case)
    asked = measure.dimension is unit("mg/kg/min").dimension and "min" in measure.name
    return asked and bag is not None and set(bag.nutrients) == {CARBOHYDRATE}


def _asks_osmoles(case: Case, measure: Unit) -> bool:
    bag = _understood(case, "electrolytes", "ions")
    asked = ("osmoles", 1) in measure.dimension.powers
    return asked and bag is not None and bool(bag.nutrients or bag.salts or bag.ions or bag.molecules)


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
    return _same_basis(read(data).unit, measure)


def _asks_mass(case: Case, measure: Unit) -> bool:
    bag = _understood(case)
    if bag is None or len(bag.nutrients) != 1 or bag.ions or bag.salts:
        return False
    return ("mass", 1) in measure.dimension.powers and not _already(case, measure)


def _already(case: Case, measure: Unit) -> bool:
    return any(isinstance(one, dict) and _same_basis(read(one).unit, measure) for one in _readable(case))


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
    sets = [{known} for known, _ in bag.ions]
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


def _insulin(measure: Unit) -> Figure:
    return lambda bag: figure(bag, "insulin", "unit")


def _asks_insulin(case: Case, measure: Unit) -> bool:
    return ("activity", 1) in measure.dimension.powers and "insulin" in _bag(case).texts


def _nitrogen(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(nitrogen(bag), measure)


def _mass(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(bag.mass(next(iter(bag.nutrients))), measure)


def _volume(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(bag.stock_volume(next(iter(bag.nutrients))), measure)


def _ion(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        (name,) = _common(bag, measure)
        return bag.as_asked(from_mmol(name, bag.ion_amount(name), measure), measure)

    return work


_BY_UNIT: tuple[tuple[Callable[[Case, Unit], bool], Callable[[Unit], Figure]], ...] = (
    (_asks_energy, _energy),
    (_asks_per_nitrogen, _per_nitrogen),
    (_asks_glucose_rate, _glucose_rate),
    (_asks_osmoles, _osmoles),
    (_asks_share, _share),
    (_asks_percent, _percent),
    (_asks_insulin, _insulin),
    (_asks_nitrogen, _nitrogen),
    (_asks_mass, _mass),
    (_asks_volume_of_one, _volume),
    (_asks_ion, _ion),
)
