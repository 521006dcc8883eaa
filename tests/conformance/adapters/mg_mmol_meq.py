"""mg, mmol and mEq of salts and ions, over the substance that the case names or whose molar mass it gives."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.substances import Substance, convert, ion_of
from calculations.units import Unit, unit
from tests.conformance.adapters.osmolarity import answer as osmolarity
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.clinical import first
from tests.conformance.notation import readings
from tests.conformance.nutrition import names
from tests.conformance.nutrition.answering import answer as nutrition
from tests.conformance.nutrition.names import ion as ion_name
from tests.conformance.nutrition.reading import as_read
from tests.conformance.nutrition.stocks import mixed_phosphate
from tests.conformance.quantities import case_unit, in_wanted, number, read
from tests.conformance.salts import charge_of, ion, salt
from tests.conformance.solving import solve, solve_without_one

_MOLAR_MASS = (
    "molar_mass", "molecular_weight", "mw", "MW", "formula_weight", "fw", "FW", "atomic_weight", "atomic_mass",
    "mol_weight", "Mr",
)  # fmt: skip
_CHARGE = ("charge", "equivalents", "valence", "valency", "z")
_AMOUNT_NAMES = {"drug", "mass", "amount", "dose", "weight", "quantity", "concentration", "strength"}
_DOSES = ("dose", "drug", "amount", "ordered")
_ION_OF = {"phosphorus": "phosphate", "iron": "iron(II)"}
_TEXTS = ("salt", "drug_name", "name", "ion", "element")
_SAID = (*_TEXTS, "drug", "substance", "product")
"""Inputs that may say in words which salt it is."""
_PARTICLES = ("particles", "species", "number_of_particles", "number_of_species", "ions_per_molecule", "dissociation")
_WITH_WATER = re.compile(r"H2O|hydrate|anhydrous")
"""A case that writes the water of one salt writes it of all."""
_ELEMENT_MASS = ("element_molar_mass", "element_mass", "element_atomic_mass", "base_molar_mass", "ion_molar_mass")
_BASES = {"mg": "mass", "mmol": "substance", "mEq": "charge equivalents"}
_OF_THE_ELEMENT = {"elemental", "element", "base", "elemental_dose", "elemental_amount"}


def answer(case: Case) -> Answer:
    """The figure that the inputs determine."""
    try:
        found = _find(as_read(case))
        return Value(found.number, case.wanted_unit) if isinstance(found, Value) else found
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _find(case: Case) -> Answer:
    particles = next((name for name in _PARTICLES if name in case.inputs), None)
    if "osm" in case.wanted_unit.lower() and (particles is None or not set(_MOLAR_MASS) & set(case.inputs)):
        return osmolarity(replace(case, topic="osmolarity"))
    words = _salt_in_words(case)
    if words is not None and all(name in _SAID for name in case.inputs):
        return _of_the_salt_itself(case, words)
    case = as_read(_named_by_its_salt(case))
    if any(name in case.inputs for name in _MOLAR_MASS):
        return _by_molar_mass(case)
    charge = next((name for name in _CHARGE if name in case.inputs), None)
    if charge is not None:
        others = {
            name: readings(case, name, data) for name, data in case.inputs.items() if name not in (*_TEXTS, charge)
        }
        return solve(case, {**others, "charge": [_charge(case.inputs[charge])]})
    as_written = any(_WITH_WATER.search(name) for name in case.inputs)
    if any(mixed_phosphate(name) for name in case.inputs):
        return nutrition(case)
    salts = {
        name: found
        for name, data in case.inputs.items()
        if (found := salt(name, as_written=as_written) if _by_mass(data) else _by_charge(name)) is not None
    }
    if salts:
        return _by_salts(case, salts)
    if len(case.inputs) == 1:
        (name, data), *_ = case.inputs.items()
        element = ion(name)
        if element is not None:
            return in_wanted(convert(read(data), element, case_unit(case.wanted_unit)), case.wanted_unit)
        raise CannotAnswer(f"{name} does not say of what it is")
    try:
        return solve(case)
    except CannotAnswer:
        return _volume_of_dose(case)


def _by_mass(data: Any) -> bool:
    return not isinstance(data, Mapping) or (
        "eq" not in str(data.get("unit")).lower() and "mol" not in str(data.get("unit"))
    )


def _by_charge(name: str) -> Substance | None:
    """The substance of a name in mmol or mEq, where its hydrate does not matter."""
    try:
        return salt(name)
    except CannotAnswer:
        found = names.salt(name)
        return found.substance(by_mass=False) if isinstance(found, names.Salt) else found


def _volume_of_dose(case: Case) -> Answer:
    """The volume for a dose of one ion from a product that is told with another ion too."""
    dose = first(case, *_DOSES)
    if dose is None:
        raise CannotAnswer("there is no dose")
    per_volume = (read(dose) / Quantity(1, "mL")).unit.dimension
    strengths = [
        one for data in case.inputs.values() if (one := readings(case, "", data)[0]).unit.dimension is per_volume
    ]
    others = [name for name, data in case.inputs.items() if data != dose and "/" not in str(_unit(data))]
    if len(strengths) != 1 or others:
        raise CannotAnswer(f"{len(strengths)} strengths are of the kind of the dose, beside {others}")
    return in_wanted(read(dose) / strengths[0], case.wanted_unit)


def _salt_in_words(case: Case) -> str | None:
    """The name of the salt that an input says in words."""
    said = (case.inputs[name] for name in _SAID if isinstance(case.inputs.get(name), str))
    return next((text.replace(" ", "_") for text in said), None)


def _of_the_salt_itself(case: Case, words: str) -> Answer:
    """mEq or mmol in a mass of a salt, or the other way round."""
    found, gram = salt(words), Quantity(1, "g")
    if found is None:
        raise CannotAnswer(f"{words} is no salt of the table")
    held = convert(gram, found, "mEq" if "Eq" in case.wanted_unit else "mmol").named(None)
    return solve(case, {"mass": [gram], "held": [held]})


def _named_by_its_salt(case: Case) -> Case:
    """A case whose one amount is of the salt that another input names in words, under that salt's name."""
    said = [name for name in _SAID if isinstance(case.inputs.get(name), str)]
    words = _salt_in_words(case) or ""
    amounts = [name for name in case.inputs if name in _AMOUNT_NAMES and name not in said]
    if len(amounts) != 1 or any(name in case.inputs for name in (*_MOLAR_MASS, *_CHARGE)) or salt(words) is None:
        return case
    inputs = {words if name == amounts[0] else name: data for name, data in case.inputs.items() if name not in said}
    return replace(case, inputs=inputs)


def _by_molar_mass(case: Case) -> Answer:
    """Molar mass and charge as quantities; a charge that is not given follows only from a known molar mass."""
    mass_name = next(name for name in _MOLAR_MASS if name in case.inputs)
    charge_name = next((name for name in _CHARGE if name in case.inputs), None)
    given = {
        name: [Quantity(number(_value(data)), "mOsm/mmol")] if name in _PARTICLES else readings(case, name, data)
        for name, data in case.inputs.items()
        if name not in (*_TEXTS, mass_name, charge_name) and not (name in _SAID and isinstance(data, str))
    }
    mass = _molar_mass(case.inputs[mass_name])
    part = next((name for name in _ELEMENT_MASS if name in case.inputs), None)
    if part is not None and charge_name is None:  # what a salt holds of its element or base
        share = _molar_mass(case.inputs[part]) / mass * 1000
        if _OF_THE_ELEMENT & set(given):  # then the salt is asked for
            share = mass / _molar_mass(case.inputs[part]) * 1000
        rest = {name: one for name, one in given.items() if name != part}
        return solve(case, {**rest, "share": [Quantity(share.amount_in("one"), "mg/g")]})
    choices = {**given, mass_name: [mass]}
    if charge_name is not None:
        return solve_without_one(case, {**choices, "charge": [_charge(case.inputs[charge_name])]})
    try:
        return solve(case, choices)
    except CannotAnswer:
        known = charge_of(mass, str(_value(case.inputs[mass_name])))
        if known is None:
            raise CannotAnswer("the charge is not given, and the molar mass names no substance of the table") from None
        return solve(case, {**choices, "charge": [Quantity(known, "mEq/mmol")]})


def _by_salts(case: Case, salts: Mapping[str, Substance]) -> Answer:
    """The ion that all the salts bring, added up; then whatever else is given."""
    target = case_unit(case.wanted_unit)
    all_salts = salts
    salts = _with_wanted_ion(case, all_salts)
    others = {name: readings(case, name, data) for name, data in case.inputs.items() if name not in all_salts}
    amounts = {name: read(case.inputs[name]) for name in salts}
    by_mass = [amount.unit.dimension is unit("mg").dimension for amount in amounts.values()]
    if target.dimension is unit("mg").dimension and not others and len(salts) == 1 and not any(by_mass):
        ((name, found_salt),) = salts.items()
        if not (case.wanted or {}).get("name"):  # so many mEq of a salt, in the salt's own mass
            return in_wanted(convert(amounts[name], found_salt, "mg").named(None), case.wanted_unit)
    if target.dimension is unit("mg").dimension and not others:
        return _element_in(case, salts, amounts)
    kinds = {amount.unit.dimension for amount in amounts.values()}
    if unknown := [name for name, given in others.items() if name not in _DOSES and given[0].unit.dimension in kinds]:
        raise CannotAnswer(f"{', '.join(unknown)} is no salt of the table")
    if not others and all(amount.unit.dimension is unit("mg").dimension for amount in amounts.values()):
        amounts = {name: _per_wanted_volume(amount, target) for name, amount in amounts.items()}
    found: set[Value] = set()
    for brought in _brought(salts, amounts, target, _wanted_ion(case)):
        answered = solve(case, {**others, "ion": [brought.named(None)]})
        if isinstance(answered, Value):
            found.add(answered)
    if len(found) != 1:
        raise CannotAnswer(f"{len(found)} figures follow from {', '.join(salts)}")
    return found.pop()


def _wanted_ion(case: Case) -> str | None:
    """The ion that the wanted figure is named by."""
    words = str((case.wanted or {}).get("name", "")).removeprefix("elemental_")
    return ion_name(words) or next((found for word in words.split("_") if (found := ion_name(word))), None)


def _with_wanted_ion(case: Case, salts: Mapping[str, Substance]) -> Mapping[str, Substance]:
    """Only the salts that bring the ion that the wanted figure is named by; all of them where it is named by none."""
    wanted = _wanted_ion(case)
    bringing = {name: one for name, one in salts.items() if wanted in {part.name for part in one.ions}}
    return bringing or salts


def _element_in(case: Case, salts: Mapping[str, Substance], amounts: Mapping[str, Quantity]) -> Answer:
    """The mass of the element that the wanted figure is named by, as it stands in all the salts."""
    words = str((case.wanted or {}).get("name", "")).lower().replace("elemental", "").strip("_ ")
    element = ion(words.capitalize()) or ion(words)
    if element is None:
        raise CannotAnswer("which element of the salt is asked for is not said")
    parts = [
        ion_of(amounts[name], found, _ION_OF.get(element.name, element.name), "mmol").named(None)
        for name, found in salts.items()
    ]
    return in_wanted(convert(sum(parts[1:], parts[0]), element, "mg").named(None), case.wanted_unit)


def _brought(
    salts: Mapping[str, Substance], amounts: Mapping[str, Quantity], target: Unit, named: str | None
) -> list[Quantity]:
    """What the salts bring of each ion that is common to all; of phosphate in mmol, of all others in mEq where asked."""
    common = set.intersection(*({one.name for one in found.ions} for found in salts.values()))
    common = common & {named} or common
    if "mmol" in target.name:
        if "phosphate" in common:
            common = {"phosphate"}
        elif len(salts) == 1:
            ((name, found),) = salts.items()
            return [convert(amounts[name], found, _stage_unit(amounts[name], "mmol"))]
    sums = []
    for name in sorted(common):
        if "mEq" in target.name and any(
            i.charge is None for found in salts.values() for i in found.ions if i.name == name
        ):
            continue
        told = any("mEq" in amount.unit.name for amount in amounts.values())
        kind = "mEq" if "mEq" in target.name or (told and "mmol" not in target.name) else "mmol"
        parts = [ion_of(amounts[key], found, name, _stage_unit(amounts[key], kind)) for key, found in salts.items()]
        sums.append(sum(parts[1:], parts[0]))
    return sums


def _stage_unit(amount: Quantity, kind: str) -> Unit:
    """mEq or mmol, over whatever the amount is over."""
    powers = [base for base, _ in amount.unit.dimension.powers]
    own = next((one for one in ("mg", "mmol", "mEq") if _BASES[one] in powers), None)
    if own is None:
        raise CannotAnswer(f"{amount.unit.name} is no amount of a salt")
    return (amount / Quantity(1, own) * Quantity(1, kind)).unit


def _per_wanted_volume(amount: Quantity, target: Unit) -> Quantity:
    """Bare masses, when the result is wanted per volume and no volume is given, are those in that unit of volume."""
    below = next((name for name, power in target.terms if power < 0 and name in ("mL", "L", "dL")), None)
    return amount if below is None else amount / Quantity(1, below)


def _molar_mass(data: Any) -> Quantity:
    mass = read(data) if isinstance(data, Mapping) and data.get("unit") not in ("1", "") else None
    return mass if mass is not None else Quantity(number(_value(data)), "g/mol")


def _charge(data: Any) -> Quantity:
    """The charge, also with its sign (2+), as equivalents in a mole."""
    return Quantity(number(str(_value(data)).strip("+-")), "mEq/mmol")


def _unit(data: Any) -> Any:
    return data.get("unit") if isinstance(data, Mapping) else None


def _value(data: Any) -> Any:
    return data.get("value") if isinstance(data, Mapping) else data
