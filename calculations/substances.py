"""Mass, moles and milliequivalents of a named substance. There is no other way between mg, mmol and mEq.

The theory here yields to a label: where a product states its strength in mEq or mmol, use that (calcium gluconate by
its label 0.465 mEq/mL, potassium phosphates 4.4 or 4.7 mEq K per 3 mmol P by product).

>>> from calculations.substance_table import substance
>>> magnesium_sulfate = substance("magnesium sulfate", "heptahydrate")
>>> given = Quantity(1, "g", of=magnesium_sulfate.tag)
>>> print(convert(given, magnesium_sulfate, "mEq"))
8.115 mEq
"""

from dataclasses import dataclass

from calculations.arithmetic import Number
from calculations.errors import CannotCompute, UnitMismatch
from calculations.formula import above, formula
from calculations.quantity import Quantity
from calculations.units import Unit, divide, unit

_SOURCE = "Definition of the mole and of the equivalent"
_STAGES = ("mass", "substance", "charge equivalents")
_STAGE_UNITS = {"mass": "mg", "substance": "mmol", "charge equivalents": "mEq"}


@dataclass(frozen=True, slots=True)
class Ion:
    """An ion as it leaves a salt."""

    name: str
    charge: int | None
    """Its charge without sign; None where it has no fixed one (phosphate), so that mEq of it cannot be given."""
    count: int = 1
    """How many leave one formula unit of the salt."""


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance in one definite form: hydrate, salt, base or element."""

    name: str
    form: str
    """For example `salt`, `heptahydrate`, `element`: mg of one form are not mg of another."""
    molar_mass: Quantity | None = None
    """g/mol; None where it is not known."""
    equivalents: int | None = None
    """mEq per mmol (of the cation, for a salt); None where there is no fixed number."""
    ions: tuple[Ion, ...] = ()

    @property
    def tag(self) -> str:
        """What its amounts carry as `of`."""
        return f"{self.name} {self.form}".strip()


@formula(
    id="substance.mmol_from_mass", version=1, statement="amount = mass ÷ molar mass", source=_SOURCE,
    inputs={"mass": "mg", "molar_mass": "mg/mmol"}, valid={"molar_mass": above(0)}, gives="mmol", substances="any",
)  # fmt: skip
def mmol_from_mass(mass: Number, molar_mass: Number) -> Number:
    """Millimoles of a mass."""
    return mass / molar_mass


@formula(
    id="substance.mass_from_mmol", version=1, statement="mass = amount × molar mass", source=_SOURCE,
    inputs={"amount": "mmol", "molar_mass": "mg/mmol"}, valid={"molar_mass": above(0)}, gives="mg", substances="any",
)  # fmt: skip
def mass_from_mmol(amount: Number, molar_mass: Number) -> Number:
    """Milligrams of an amount."""
    return amount * molar_mass


@formula(
    id="substance.meq_from_mmol", version=1, statement="equivalents = amount × charge", source=_SOURCE,
    inputs={"amount": "mmol", "charge": "mEq/mmol"}, valid={"charge": above(0)}, gives="mEq", substances="any",
)  # fmt: skip
def meq_from_mmol(amount: Number, charge: Number) -> Number:
    """Milliequivalents of an amount."""
    return amount * charge


@formula(
    id="substance.mmol_from_meq", version=1, statement="amount = equivalents ÷ charge", source=_SOURCE,
    inputs={"equivalents": "mEq", "charge": "mEq/mmol"}, valid={"charge": above(0)}, gives="mmol", substances="any",
)  # fmt: skip
def mmol_from_meq(equivalents: Number, charge: Number) -> Number:
    """Millimoles of equivalents."""
    return equivalents / charge


@formula(
    id="substance.ion_from_salt", version=1, statement="ion = salt × ions per formula unit", source=_SOURCE,
    inputs={"salt": "mmol", "count": "one"}, valid={"count": above(0)}, gives="mmol", substances="any",
)  # fmt: skip
def ion_from_salt(salt: Number, count: Number) -> Number:
    """Millimoles of an ion from millimoles of its salt."""
    return salt * count


def convert(quantity: Quantity, substance: Substance, target: Unit | str) -> Quantity:
    """`quantity` (also per mL, per kg, per hour, …) of `substance` in `target`, exactly; the result names it.

    Raises `UnitMismatch` if the quantity is of something else or the units differ in more than mg, mmol and mEq, and
    `CannotCompute` where the molar mass or the charge that is needed is not known.
    """
    goal = unit(target) if isinstance(target, str) else target
    if quantity.of not in (None, substance.tag):
        raise UnitMismatch(f"{quantity} as {goal.shown}", f"it is of {quantity.of}, not of {substance.tag}.")
    start, end = _stage(quantity.unit), _stage(goal)
    if start is None or end is None:
        return quantity.named(substance.tag).to(goal)
    rest, factor = divide(quantity.unit, unit(_STAGE_UNITS[start]))
    amount = Quantity(quantity.number * factor, _STAGE_UNITS[start])
    step = 1 if _STAGES.index(end) >= _STAGES.index(start) else -1
    for place in range(_STAGES.index(start), _STAGES.index(end), step):
        amount = _convert_once(amount, _STAGES[place], _STAGES[place + step], substance)
    return (amount * Quantity(1, rest)).named(substance.tag).to(goal)


def ion_of(quantity: Quantity, salt: Substance, ion_name: str, target: Unit | str) -> Quantity:
    """How much of an ion an amount of a salt brings, in mmol or mEq (also per mL, …); the result is of the ion.

    Raises `CannotCompute` if the salt brings no such ion, or for mEq of an ion without a fixed charge.
    """
    ion = next((each for each in salt.ions if each.name == ion_name), None)
    if ion is None:
        raise CannotCompute("no_such_ion", f"{ion_name} from {salt.tag}", f"{salt.tag} brings none.")
    whole = quantity.unit
    stage = _stage(whole) or "mass"
    rest, factor = divide(whole, unit(_STAGE_UNITS[stage]))
    amount = convert(Quantity(quantity.number * factor, _STAGE_UNITS[stage], quantity.of), salt, "mmol")
    brought = ion_from_salt(salt=amount, count=Quantity(ion.count, "one"))
    as_substance = Substance(ion.name, "ion", equivalents=ion.charge)
    return convert(brought * Quantity(1, rest), as_substance, target)


def _convert_once(amount: Quantity, start: str, end: str, substance: Substance) -> Quantity:
    if "mass" in (start, end):
        if substance.molar_mass is None:
            raise CannotCompute("no_molar_mass", f"{start} of {substance.tag} as {end}", "its molar mass is missing.")
        mass = Quantity(substance.molar_mass.amount_in("g/mol"), "mg/mmol")
        return (
            mmol_from_mass(mass=amount, molar_mass=mass)
            if start == "mass"
            else mass_from_mmol(amount=amount, molar_mass=mass)
        )
    if substance.equivalents is None:
        why = "its charge is missing, or not fixed; use mmol."
        raise CannotCompute("no_equivalents", f"{start} of {substance.tag} as {end}", why)
    charge = Quantity(substance.equivalents, "mEq/mmol")
    if start == "substance":
        return meq_from_mmol(amount=amount, charge=charge)
    return mmol_from_meq(equivalents=amount, charge=charge)


def _stage(measure: Unit) -> str | None:
    """Which of mass, moles and equivalents a unit counts; None if none or more than one."""
    found = [base for base, power in measure.dimension.powers if base in _STAGES and power == 1]
    return found[0] if len(found) == 1 else None
