"""What a FHIR medication order says, field by field, each with its path: nothing completed, nothing believed.

A unit is read from its UCUM code, else from its printed text. What had to be doubted on the way (a code that is not
UCUM, `U` for international units, code and text unlike) stays with the quantity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from calculations.errors import Fault
from calculations.quantity import Quantity
from calculations.units import Unit, parse_unit
from compounding.orders.fhir_shape import UCUM_SYSTEM
from compounding.orders.ucum import is_ucum

# UCUM's U is the enzyme unit (1 mcmol/min); orders use it for international units.
_MEANT_AS_UNITS = {"U": "units", "u": "units", "IU": "units", "UNT": "units"}


@dataclass(frozen=True)
class SentQuantity:
    """A number with its unit as sent. `quantity` is None where the unit is outside our vocabulary (tablets, puffs)."""

    path: str
    value: Decimal
    unit: str
    code: str
    quantity: Quantity | None
    doubts: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """As sent: the number and the unit's text."""
        return f"{self.value} {self.unit or self.code}".strip()


@dataclass(frozen=True)
class Coded:
    """A concept: its codes as (system, code), and what it is called."""

    codes: tuple[tuple[str, str], ...]
    name: str


@dataclass(frozen=True)
class Ingredient:
    """One ingredient of the medication with its strength (amount per volume), where it is stated."""

    name: str
    codes: tuple[tuple[str, str], ...]
    strength: Quantity | None
    path: str


@dataclass(frozen=True)
class Medication:
    """What is ordered: name and codes, pharmaceutical form, ingredients."""

    name: str
    codes: tuple[tuple[str, str], ...]
    form: str
    ingredients: tuple[Ingredient, ...]


def coded(data: Any) -> Coded:
    """A CodeableConcept; its text wins over the display of its first coding."""
    if not isinstance(data, Mapping):
        return Coded((), "")
    codings = [one for one in data.get("coding", ()) if isinstance(one, Mapping)]
    displays = [str(one["display"]) for one in codings if one.get("display")]
    name = str(data.get("text") or (displays[0] if displays else ""))
    return Coded(tuple((str(one.get("system", "")), str(one.get("code", ""))) for one in codings), name)


def sent_quantity(data: Any, path: str, of: str) -> SentQuantity | None:
    """A Quantity element, or None where it is absent or has no value."""
    if not isinstance(data, Mapping) or data.get("value") is None:
        return None
    value, text, code = Decimal(str(data["value"])), str(data.get("unit", "")), str(data.get("code", ""))
    doubts = []
    if data.get("comparator"):
        doubts.append(f"{path}: {data['comparator']} {value} is a bound, not an amount")
    if data.get("system") == UCUM_SYSTEM and code and not is_ucum(code):
        doubts.append(f"{path}: unit code {code} is not UCUM")
    measure, doubt = _unit(code or text, path, of)
    doubts += doubt
    by_text, _ = _unit(text, path, of) if text and code and text != code else (None, [])
    if measure and by_text and by_text.name != measure.name:
        doubts.append(f"{path}: unit code {code} and unit text {text} differ")
    quantity = Quantity(value, measure, of if measure.needs_substance else None) if measure else None
    return SentQuantity(path, value, text, code, None if data.get("comparator") else quantity, tuple(doubts))


def sent_ratio(data: Any, path: str, of: str) -> SentQuantity | None:
    """A Ratio element as one quantity (100 mL per 1 h is 100 mL/h), or None where it is absent or incomplete."""
    if not isinstance(data, Mapping):
        return None
    above = sent_quantity(data.get("numerator"), f"{path}.numerator", of)
    below = sent_quantity(data.get("denominator"), f"{path}.denominator", of)
    if above is None or below is None:
        return None
    quotient = None
    if above.quantity is not None and below.quantity is not None and below.value:
        quotient = above.quantity / below.quantity
    text = f"{above.unit or above.code} per {below.shown}"
    return SentQuantity(path, above.value, text, "", quotient, above.doubts + below.doubts)


def read_medication(resource: Mapping[str, Any]) -> Medication:
    """The medication, from the resource itself or from what it contains."""
    reference = resource.get("medicationReference")
    concept = coded(resource.get("medicationCodeableConcept"))
    if not isinstance(reference, Mapping):
        return Medication(concept.name, concept.codes, "", ())
    target = str(reference.get("reference", ""))
    found = next(
        (
            (place, one)
            for place, one in enumerate(resource.get("contained", ()))
            if target.startswith("#") and one.get("id") == target[1:] and one.get("resourceType") == "Medication"
        ),
        None,
    )
    if found is None:
        return Medication(str(reference.get("display", "")), (), "", ())
    place, contained = found
    concept = coded(contained.get("code"))
    ingredients = tuple(
        _ingredient(one, f"contained[{place}].ingredient[{number}]")
        for number, one in enumerate(contained.get("ingredient", ()))
    )
    name = str(reference.get("display") or concept.name or " + ".join(one.name for one in ingredients))
    return Medication(name, concept.codes, coded(contained.get("form")).name, ingredients)


def _ingredient(data: Mapping[str, Any], path: str) -> Ingredient:
    concept = coded(data.get("itemCodeableConcept"))
    name = concept.name or str((data.get("itemReference") or {}).get("display", ""))
    strength = sent_ratio(data.get("strength"), f"{path}.strength", name or "the drug")
    return Ingredient(name, concept.codes, strength.quantity if strength else None, path)


def _unit(text: str, path: str, of: str) -> tuple[Unit | None, list[str]]:
    """The unit of a code or text, with the doubt it leaves; None where it is outside our vocabulary."""
    parts = [_MEANT_AS_UNITS.get(part, part) for part in text.split("/")]
    try:
        measure = parse_unit("/".join(parts), path, of or "the drug")
    except Fault:
        return None, []
    doubt = f"{path}: {text} is read as {measure.shown}; UCUM writes {measure.ucum}"
    return measure, [doubt] if parts != text.split("/") else []
