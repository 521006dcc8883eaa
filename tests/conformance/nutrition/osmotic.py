"""Osmolarity of a case: by particles where every composition is known, by factors where there are amino acids or lipid."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from calculations.chemical_formula import composition
from calculations.nutrition import osmolarity as formulas
from calculations.nutrition.glucose import anhydrous_glucose
from calculations.quantity import Quantity
from calculations.substance_table import CHARGES, molar_mass, molar_mass_of
from calculations.substances import Substance, mmol_from_mass
from calculations.units import Unit, unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition import factors
from tests.conformance.nutrition.amounts import as_mmol, counts_mass, measures
from tests.conformance.nutrition.bag import VOLUME_NAMES, Bag
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE, LIPID, Salt, nutrient
from tests.conformance.nutrition.nutrients import KINDS
from tests.conformance.quantities import number, read

MOLAR_MASSES = {"molar_mass", "molecular_weight", "mw", "formula_weight"}
PARTICLES = {"particles", "ions", "species", "n", "osmotic_particles", "dissociation", "particles_per_molecule"}

_ZERO_MASS, _ZERO_EQ = Quantity(0, "g/L"), Quantity(0, "mEq/L")
_ELECTROLYTE_NAMES = ("electrolytes", "ions")


def osmolarity(bag: Bag, measure: Unit) -> Quantity:
    """What is asked for: mOsm/L, mOsm/mL or mOsm, or mOsm/kg of water of a neonatal solution."""
    if any(base == "water" for base, _ in measure.dimension.powers):
        return _osmolality(bag)
    counted = [name for name, one in bag.plain.items() if any(measures(one, kind) for kind in ("mEq", "mmol", "mOsm"))]
    if unknown := set(counted) - {*_ELECTROLYTE_NAMES, *(name.lower() for name in _osmolar(bag))}:
        raise CannotAnswer(f"what {', '.join(sorted(unknown))} is is not known")
    by_labels = by_products(bag)
    if by_labels is None:
        by_labels = by_molar_mass(bag)
    if by_labels is not None:
        return bag.as_asked(by_labels, measure)
    told = any(factors.per_gram(bag.case, kind) is not None for kind in KINDS if bag.given(kind))
    if told or bag.given(AMINO_ACIDS) or (bag.given(LIPID) and not bag.lipid_apart()):
        found = _estimate(bag)
        return found if any(base == "volume" for base, _ in measure.dimension.powers) else found * bag.volume()
    whole = _particles(bag)
    return bag.as_asked(whole, measure)


def by_products(bag: Bag) -> Quantity | None:
    """mOsm in the bag where every product is given with its volume and its own osmolarity; None where none is so given."""
    strengths = {name: read(bag.case.inputs[name]) for name in _osmolar(bag)}
    volumes = {f"{name}_volume" for name in strengths}
    rest = {name.lower() for name in set(bag.case.inputs) - set(strengths) - volumes}
    if not strengths or not volumes <= set(bag.case.inputs) or not rest <= VOLUME_NAMES:
        return None
    parts = [(read(bag.case.inputs[f"{name}_volume"]).to("mL"), one.to("mOsm/mL")) for name, one in strengths.items()]
    return Quantity(sum(held.number * per_ml.number for held, per_ml in parts), "mOsm")


def by_molar_mass(bag: Bag) -> Quantity | None:
    """mOsm in the bag of one substance whose molar mass is given beside it; None where none is given.

    Its particles are as given, else those of its composition.
    """
    named = [Fraction(number(one)) for name, one in bag.texts.items() if name in MOLAR_MASSES]
    told = [*named, *(one.amount_in("g/mol") for name, one in bag.plain.items() if name in MOLAR_MASSES)]
    if not told:
        return None
    held = [amount for *_, amount in bag.salts]
    held += [bag.mass(CARBOHYDRATE)] if bag.given(CARBOHYDRATE) else []
    held += [amount for _, amount in bag.molecules]
    if len(told) > 1 or len(held) != 1 or len(bag.salts) + len(bag.nutrients) + len(bag.molecules) != 1 or bag.ions:
        raise CannotAnswer("of which substance the molar mass is is not said")
    counts: list[Any] = [number(one) for name, one in bag.texts.items() if name in PARTICLES]
    of_one = _ions_of(bag, Quantity(1, "mmol")) if bag.salts else Quantity(1, "mmol")
    whole = bag.whole(held[0])
    if counts_mass(whole):
        moles = whole / Quantity(told[0], "mg") * Quantity(1, "mmol")
    else:  # by its ions where it is given in mmol or mEq: the molar mass does not matter
        moles = _ions_of(bag, held[0]) / of_one * Quantity(1, "mmol") if bag.salts else whole
    count = counts[0] if counts else of_one.amount_in("mmol")
    return moles * Quantity(count, "mOsm") / Quantity(1, "mmol")


def _ions_of(bag: Bag, amount: Quantity) -> Quantity:
    """mmol of all ions of the only salt."""
    (_, found, _) = bag.salts[0]
    return Quantity(sum(bag.whole(one).amount_in("mmol") for one in bag.brought(found, amount).values()), "mmol")


def _osmolar(bag: Bag) -> list[str]:
    return [name for name, data in bag.case.inputs.items() if _is_osmolar(data)]


def _is_osmolar(data: object) -> bool:
    return isinstance(data, dict) and read(data).unit.dimension is unit("mOsm/L").dimension


def _particles(bag: Bag) -> Quantity:
    """mOsm in the bag: every ion of every salt, every molecule of glucose."""
    parts = []
    bag.additions.refuse_what_is_not_told()
    acids = any(isinstance(found, Substance) and "acid" in found.form for _, found, _ in bag.salts)
    for name, found, amount in bag.salts:
        if isinstance(found, Salt) and found.waters is None and found.mass is None and counts_mass(amount):
            raise CannotAnswer(f"{name} does not say which hydrate it is")  # its label tells calcium, not osmoles
        brought = bag.brought(found, amount)
        if not brought:
            raise CannotAnswer("the particles of a substance are not known")
        amino = isinstance(found, Substance) and "acid" not in found.form
        for ion_name, one in brought.items():
            if not (acids and ion_name == "hydroxide"):  # neutralised: water
                parts.append(bag.whole(one) * (2 if amino else 1))  # the amino acid beside its chloride
    parts += [bag.whole(as_mmol(name, amount)) for name, amount in bag.ions]
    for formula, amount in bag.molecules:
        mass = molar_mass(composition(formula)).number
        parts.append(bag.whole(amount / Quantity(mass, "mg") * Quantity(1, "mmol") if counts_mass(amount) else amount))
    if bag.given(CARBOHYDRATE):
        parts.append(_glucose(bag))
    if not parts or bag.plain.keys() & {*_ELECTROLYTE_NAMES}:
        raise CannotAnswer("nothing whose particles are known is given")
    return Quantity(sum(part.amount_in("mmol") for part in parts), "mOsm")


def _glucose(bag: Bag) -> Quantity:
    told = bag.form(CARBOHYDRATE)
    form = told.form or ("anhydrous" if told.european else "monohydrate")
    mass = bag.mass(CARBOHYDRATE)
    names = [name for name in bag.case.inputs if nutrient(name) is not None]
    own = next((one for name in names if (one := factors.molar_mass(bag.case, name)) is not None), None)
    counted = molar_mass_of("dextrose", form).number if own is None else own
    return mmol_from_mass(mass=mass, molar_mass=Quantity(counted, "mg/mmol"))


def _estimate(bag: Bag) -> Quantity:
    """mOsm/L by factors."""
    if bag.salts or bag.molecules:
        raise CannotAnswer("salts by mass beside amino acids: their estimate is not named")
    nutrients = {
        "amino_acids": _final(bag, AMINO_ACIDS),
        "dextrose": _final(bag, CARBOHYDRATE),
        "lipid": _final(bag, LIPID),
    }
    each = factors.per_electrolyte(bag.case)
    if each is not None or any(factors.per_gram(bag.case, kind) is not None for kind in KINDS):
        return _by_told_factors(bag, nutrients, each)
    electrolytes = next((bag.plain[name] for name in _ELECTROLYTE_NAMES if name in bag.plain), None)
    if electrolytes is not None:
        if bag.ions:
            raise CannotAnswer("ions are given twice")
        if ("osmoles", 1) in electrolytes.unit.dimension.powers:  # this estimate counts 1 mOsm per mEq
            electrolytes = electrolytes * Quantity(1, "mEq") / Quantity(1, "mOsm")
        whole = bag.as_asked(bag.whole(electrolytes), _ZERO_EQ.unit)
        return formulas.osmolarity_estimate_by_electrolytes(**nutrients, electrolytes=whole)
    cations = {
        name: _ZERO_EQ if all(known != name for known, _ in bag.ions) else _equivalents(bag, name, charge)
        for name, charge in (("sodium", 1), ("potassium", 1), ("calcium", 2), ("magnesium", 2))
    }
    return formulas.osmolarity_estimate(**nutrients, **cations)


def _by_told_factors(bag: Bag, nutrients: Mapping[str, Quantity], each: Fraction | None) -> Quantity:
    """mOsm/L by the convention's factors; what it does not tell goes by ours, electrolytes by 1 mOsm per mEq."""
    per_gram = {
        AMINO_ACIDS: Fraction(10), CARBOHYDRATE: Fraction(5), LIPID: Fraction("0.71"),
    }  # fmt: skip
    whole = Fraction(0)
    for kind, name in ((AMINO_ACIDS, "amino_acids"), (CARBOHYDRATE, "dextrose"), (LIPID, "lipid")):
        told = factors.per_gram(bag.case, kind)
        whole += Fraction(str(nutrients[name].amount_in("g/L"))) * (per_gram[kind] if told is None else told)
    electrolytes = next((bag.plain[name] for name in _ELECTROLYTE_NAMES if name in bag.plain), None)
    if bag.ions and each is None:
        raise CannotAnswer("what the ions count is not told")
    if electrolytes is not None:
        osmoles = ("osmoles", 1) in electrolytes.unit.dimension.powers
        per_litre = bag.as_asked(bag.whole(electrolytes), unit("mOsm/L" if osmoles else "mEq/L"))
        measured = per_litre.amount_in("mOsm/L" if osmoles else "mEq/L")
        whole += Fraction(str(measured)) * (1 if osmoles else each or 1)
    for name, _ in bag.ions:
        charge = CHARGES.get(name)
        if charge is None:
            raise CannotAnswer(f"mEq of {name} are not defined")
        whole += Fraction(str(_equivalents(bag, name, charge).amount_in("mEq/L"))) * (each or 1)
    return Quantity(whole, "mOsm/L")


def _equivalents(bag: Bag, name: str, charge: int) -> Quantity:
    return bag.ion_amount(name) * Quantity(charge, "mEq/mmol") / bag.volume()


def _final(bag: Bag, kind: str) -> Quantity:
    apart = kind == LIPID and bag.lipid_apart()
    return bag.mass(kind) / bag.volume() if bag.given(kind) and not apart else _ZERO_MASS


def _osmolality(bag: Bag) -> Quantity:
    if bag.given(LIPID):
        raise CannotAnswer("the osmolality of a bag with lipid has no equation here")
    glucose = bag.mass(CARBOHYDRATE)
    told = bag.form(CARBOHYDRATE)
    if told.form == "monohydrate":
        glucose = anhydrous_glucose(glucose)
    phosphorus = bag.ion_amount("phosphate") * Quantity("30.974", "mg") / Quantity(1, "mmol")
    return formulas.osmolality_neonatal(
        amino_acids=_final(bag, AMINO_ACIDS),
        glucose=glucose / bag.volume(),
        sodium=bag.ion_amount("sodium") / bag.volume(),
        phosphorus=phosphorus / bag.volume(),
    )
