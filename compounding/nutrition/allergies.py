"""The patient's coded allergies against every source that goes in: by the product's own label, else by its drug's data."""

from collections.abc import Iterable
from dataclasses import dataclass

from calculations.findings import Finding, Grade
from compounding.orders.patient import Allergy, Patient
from formulary.model import Drug, Formulary
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_profile import NutritionSet


@dataclass(frozen=True)
class _Told:
    """What the data say of one source."""

    display: str
    belongs: frozenset[str]
    """Classes and ingredients of the source itself."""
    contains: frozenset[str]
    """Excipients of some products of the drug."""
    source: str
    known: bool
    """False: neither a label nor a drug's data say anything of allergies."""


def source_allergies(
    patient: Patient, products: Iterable[str], held: NutritionSet, formulary: Formulary
) -> list[Finding]:
    """A finding for each source that a coded allergy matters to, and one for those of which the data say nothing.

    `products` are ids of the set. Nothing where no allergy is recorded; who was never asked is told elsewhere.
    """
    told = [_told(held.product(name), formulary) for name in dict.fromkeys(products)]
    return [
        finding
        for number, allergy in enumerate(patient.allergies, start=1)
        for finding in _against(allergy, number, told)
    ]


def _against(allergy: Allergy, number: int, told: list[_Told]) -> list[Finding]:
    said = f"{allergy.text}{', ' + allergy.reaction if allergy.reaction else ''}"
    if not allergy.code:
        title = f"Allergy in free text, not compared with the sources: {said}"
        return [Finding(f"allergy_uncoded.{number}", Grade.SOFT, title, mend="Code it.")]
    found = []
    for one in told:
        if allergy.code in one.belongs:
            title = f"Allergic to {said}; {one.display} belongs to it"
            found.append(
                Finding(f"allergy.{number}", Grade.HARD, title, source=one.source, mend="Ask, or take another product.")
            )
        elif allergy.code in one.contains:
            title = f"Allergic to {said}; some products of {one.display} contain it"
            found.append(
                Finding(f"allergy_excipient.{number}", Grade.SOFT, title, mend="Choose a product without it.")
            )
    silent = [one.display for one in told if not one.known]
    if silent:
        title = f"Allergic to {said}: not known of {', '.join(silent)}, whose data say nothing of allergies"
        mend = "Compare it with the label of each of them."
        found.append(Finding(f"allergy_not_known.{number}", Grade.SOFT, title, mend=mend))
    return found


def _told(product: NutritionProduct, formulary: Formulary) -> _Told:
    drugs = [drug for drug in formulary.drugs if any(item.id in product.items for item in drug.products)]
    own, stated = frozenset(product.allergy_classes), product.allergy_source
    return _Told(
        product.display,
        own | {name for drug in drugs for name in _names(drug)},
        frozenset(name for drug in drugs for name in drug.excipient_classes) - own,
        "" if stated is None else f"{stated.text} ({stated.confidence.value})",
        stated is not None or bool(drugs),
    )


def _names(drug: Drug) -> tuple[str, ...]:
    return (drug.id, drug.name, *drug.ingredients, *drug.allergy_classes)
