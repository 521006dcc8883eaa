"""Dissolved vials: concentration, total volume, diluent, powder volume and what a drawn volume holds."""

import re
from collections.abc import Mapping

from calculations import reconstitution
from calculations.concentration import amount_in, concentration_of, volume_of_dose
from calculations.dilution import diluted
from calculations.dosing import dose_from_surface, dose_from_weight
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.clinical import WEIGHT_INPUTS, body_weight
from tests.conformance.notation import is_label, readings
from tests.conformance.quantities import case_unit, in_wanted, number
from tests.conformance.solving import solve, wanted_units

_FINAL = ("available_volume", "total", "total_volume", "final_volume", "yield_volume", "reconstituted_volume")
_STRENGTH = ("concentration", "label_concentration", "final_concentration")
_TARGET = ("target", "target_concentration", "wanted_concentration", "want")
_POWDER = ("displacement", "powder_volume", "displacement_volume")
_DRUG = ("drug", "amount", "content", "vial")
_OWN = ("volume", "drug_volume")
_TAKEN, _ADDED, _FILLED = ("take", "taken"), ("add", "added"), ("final", "diluted_to", "filled_to")
_DOSE, _DRAWN = ("dose", "ordered", "desired"), ("dose_volume", "withdrawn", "given_volume")
_OF_THE_VIAL = {"powder", "displacement", "diluent", "total", "final", "reconstituted", "yield"}
"""Words in the name of a wanted volume that make it one of the vial, not of the dose."""
_PATIENT = {*WEIGHT_INPUTS, "bsa", "surface"}
_KNOWN = {
    *_FINAL, *_STRENGTH, *_TARGET, *_POWDER, *_DRUG, *_OWN, *_TAKEN, *_ADDED, *_FILLED, *_DOSE, *_DRAWN, *_PATIENT,
}  # fmt: skip
_PER_MASS = re.compile(r"(mL|ml)/(\d+)? ?(mg|g|units?)", re.ASCII)
_VOLUME = unit("mL").dimension


def answer(case: Case) -> Answer:
    """The figure that is asked for, by name where the inputs could mean two."""
    try:
        return _find(case)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _find(case: Case) -> Answer:
    if any(
        name not in _KNOWN and not name.startswith("diluent") and not is_label(name, case.inputs[name])
        for name in case.inputs
    ):
        return solve(case)
    measure = wanted_units(case.wanted_unit)[0]
    named = str((case.wanted or {}).get("name", "")).lower()
    if measure.dimension is _VOLUME:
        return in_wanted(_volume(case, named), case.wanted_unit)
    strength = _strength(case)
    if strength is None:
        return solve(case)
    if strength.unit.dimension is measure.dimension:
        return in_wanted(_after_dilution(case, strength), case.wanted_unit)
    drawn, taken = _one(case, _DRAWN), _one(case, _TAKEN)
    if drawn is None and taken is not None and _one(case, (*_ADDED, *_FILLED)) is None:
        return in_wanted(amount_in(strength, taken), case.wanted_unit)  # what was drawn is given as it is
    if drawn is not None:
        return in_wanted(amount_in(_after_dilution(case, strength), drawn), case.wanted_unit)
    return solve(case)


def _volume(case: Case, named: str) -> Quantity:
    """A wanted volume: for a dose, to add, taken up by the powder, or in all."""
    dose, drug = _dose(case), _one(case, _DRUG)
    if dose is not None and not _OF_THE_VIAL & set(named.split("_")):
        strength = _strength(case)
        if strength is None:
            raise CannotAnswer("the concentration does not follow")
        return volume_of_dose(dose, _after_dilution(case, strength))
    target, powder = _one(case, _TARGET), _powder(case)
    diluent, final = _diluents(case), _final(case)
    if target is not None and drug is not None and diluent is None:
        return _to_reach(drug, target, powder)
    if target is not None and diluent is not None:
        return _otherwise_than_labelled(case, target)
    if any(word in named for word in ("total", "final", "after", "reconstituted", "yield")):
        if final is None or (powder is None and _is_diluent_alone(case)):
            raise CannotAnswer("the total volume does not follow")
        return final
    whole = _one(case, _OWN)
    if "diluent" in named and powder is not None and diluent is None and whole is not None:
        return whole - powder  # what is asked for is not given: the volume can only be the final one
    asked_for_powder = "powder" in named or "displacement" in named
    if final is not None and diluent is not None and (asked_for_powder or _one(case, _FINAL) is not None):
        return reconstitution.displacement_of(final, diluent)
    if powder is not None and diluent is not None:
        return diluent + powder
    if final is not None and diluent is None and (powder is not None or _one(case, _FINAL) is None):
        return final - powder if powder is not None else final
    raise CannotAnswer("nothing says which of the volumes is asked for")


def _to_reach(drug: Quantity, target: Quantity, powder: Quantity | None) -> Quantity:
    """The diluent for a target; without a powder volume, the volume to fill up to."""
    if powder is None:
        return volume_of_dose(drug, target)
    return reconstitution.diluent_to_reach(drug, target, powder)


def _otherwise_than_labelled(case: Case, target: Quantity) -> Quantity:
    """The diluent for another strength than the label's, which tells what the powder takes up."""
    strength, final, diluent = _strength(case), _final(case), _diluents(case)
    if strength is None or final is None or diluent is None or final == diluent:
        raise CannotAnswer("the label's volume and strength do not follow")
    powder = reconstitution.displacement_of(final, diluent)
    return reconstitution.diluent_to_reach(amount_in(strength, final), target, powder)


def _strength(case: Case) -> Quantity | None:
    """The concentration in the vial: the label's, else content ÷ final volume."""
    stated = _one(case, _STRENGTH)
    if stated is not None:
        return stated
    drug, final = _one(case, _DRUG), _final(case)
    return None if drug is None or final is None else concentration_of(drug, final)


def _final(case: Case) -> Quantity | None:
    """The volume in the vial: as stated, by the label's concentration, or all that went in."""
    stated = _one(case, _FINAL)
    if stated is not None:
        diluent = _diluents(case)
        if diluent is not None and diluent > stated:
            raise CannotAnswer("more is put in than there is in the end")
        return stated
    drug, strength, diluent, powder = _one(case, _DRUG), _one(case, _STRENGTH), _diluents(case), _powder(case)
    if drug is not None and strength is not None:
        return volume_of_dose(drug, strength)
    parts = [part for part in (_one(case, _OWN), diluent, powder) if part is not None]
    if parts == [powder]:
        return None
    return sum(parts[1:], parts[0]) if parts else None


def _is_diluent_alone(case: Case) -> bool:
    """Whether the volume would be that of the diluent: the powder's own volume is then left out of account."""
    told = (_FINAL, _STRENGTH, _OWN)
    return all(_one(case, names) is None for names in told) or (
        _one(case, _FINAL) is None and _one(case, _OWN) is None and _one(case, _DRUG) is None
    )


def _after_dilution(case: Case, strength: Quantity) -> Quantity:
    """The concentration after `take` of it was filled up by `add`, or to so much in all."""
    take, add, filled = _one(case, _TAKEN), _one(case, _ADDED), _one(case, _FILLED)
    if take is None and filled is None:
        if add is not None and (_one(case, _DRUG) is None or _has_diluent(case)):
            raise CannotAnswer("something is added, and nothing says to how much")
        return strength  # what is added went into the vial
    if take is not None and add is None and filled is None and _one(case, _DRUG) is None:
        # Of a stock solution: there is no vial that these could be the volumes of.
        filled, add = _one(case, _FINAL), _diluents(case)
    if take is None or (add is None) == (filled is None):
        raise CannotAnswer("a second dilution needs what is taken and what is added or what it is filled up to")
    whole = take + add if add is not None else filled
    assert whole is not None
    return diluted(strength, take, whole)


def _powder(case: Case) -> Quantity | None:
    """The volume that the powder takes up, also where it is told per mass of drug."""
    name = next((name for name in _POWDER if name in case.inputs), None)
    if name is None:
        return None
    data, drug = case.inputs[name], _one(case, _DRUG)
    per = _PER_MASS.fullmatch(str(data.get("unit"))) if isinstance(data, Mapping) else None
    if per is not None and drug is not None:
        told = Quantity(number(data["value"]), case_unit(per[1]))
        return told * (drug / Quantity(number(per[2] or "1"), case_unit(per[3])))
    return readings(case, name, data)[0]


def _dose(case: Case) -> Quantity | None:
    """The dose, also where it is told per weight or per surface."""
    dose = _one(case, _DOSE)
    if dose is None or not _PATIENT & set(case.inputs):
        return dose
    weight, surface = body_weight(case), _one(case, ("bsa", "surface"))
    if surface is not None and weight is None:
        return dose_from_surface(dose, surface)
    if weight is not None and surface is None:
        return dose_from_weight(dose, weight)
    raise CannotAnswer("weight and surface are given, and nothing says which counts")


def _has_diluent(case: Case) -> bool:
    return any(name.startswith("diluent") for name in case.inputs)


def _diluents(case: Case) -> Quantity | None:
    """All diluent together."""
    names = [name for name, data in case.inputs.items() if name.startswith("diluent") and not is_label(name, data)]
    if not names and not any(name in case.inputs for name in _TAKEN):
        names += [name for name in _ADDED if name in case.inputs]
    found = [readings(case, name, case.inputs[name])[0] for name in names]
    return sum(found[1:], found[0]) if found else None


def _one(case: Case, names: tuple[str, ...]) -> Quantity | None:
    name = next((name for name in names if name in case.inputs), None)
    return None if name is None else readings(case, name, case.inputs[name])[0]
