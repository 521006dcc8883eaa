"""The patient's coded allergies against every source that goes in: by the product's own label, else by its drug's data.

What the label does not state of excipients is judged by the containers that the product comes in, each by its own list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from calculations.findings import Finding, Grade
from compounding.orders.patient import Allergy, Patient
from compounding.planning.allergies import known_codes, own_codes, unknown_code
from compounding.planning.excipients import excipient_words, said_of
from formulary.excipients import Holds, product_holds
from formulary.model import Drug, Formulary, Product
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_profile import NutritionSet


@dataclass(frozen=True)
class _Told:
    """What the data say of one source."""

    display: str
    belongs: frozenset[str]
    """Classes and ingredients of the source itself."""
    containers: tuple[tuple[Drug, Product], ...]
    """Containers of drugs that it comes in, where its own label states nothing."""
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
    known = known_codes(formulary) if patient.allergies else frozenset()
    return [
        finding
        for number, allergy in enumerate(patient.allergies, start=1)
        for finding in _against(allergy, number, told, known)
    ]


def _against(allergy: Allergy, number: int, told: list[_Told], known: frozenset[str]) -> list[Finding]:
    said = said_of(allergy)
    if not allergy.code:
        title = f"Allergy in free text, not compared with the sources: {said}"
        return [Finding(f"allergy_uncoded.{number}", Grade.SOFT, title, mend="Code it.")]
    if allergy.code not in known:
        return [unknown_code(allergy, f".{number}")]
    found = []
    for one in told:
        if allergy.code in one.belongs:
            title = f"Allergic to {said}; {one.display} belongs to it"
            found.append(
                Finding(f"allergy.{number}", Grade.HARD, title, source=one.source, mend="Ask, or take another product.")
            )
        else:
            found += [finding for finding in _of_containers(allergy, number, one) if finding not in found]
    silent = [one.display for one in told if not one.known]
    if silent:
        title = f"Allergic to {said}: not known of {', '.join(silent)}, whose data say nothing of allergies"
        mend = "Compare it with the label of each of them."
        found.append(Finding(f"allergy_not_known.{number}", Grade.SOFT, title, mend=mend))
    return found


def _of_containers(allergy: Allergy, number: int, told: _Told) -> list[Finding]:
    """An excipient of the containers that a source comes in: it may be drawn from any of them."""
    said, name = said_of(allergy), excipient_words(allergy.code)
    found = []
    for drug, product in told.containers:
        holds = product_holds(drug, product, allergy.code)
        if holds is Holds.YES:
            title = f"Allergic to {said}; {product.display} holds {name}"
            mend = "Choose a product without it."
            found.append(Finding(f"allergy_excipient.{number}", Grade.SOFT, title, mend=mend))
        elif holds is Holds.NOT_STATED:
            title = f"Allergic to {said}; nothing states whether {product.display} holds {name}"
            mend = "Look at its label, and state it in the formulary."
            found.append(Finding(f"allergy_excipient_not_known.{number}", Grade.SOFT, title, mend=mend))
    return found


def _told(product: NutritionProduct, formulary: Formulary) -> _Told:
    drugs = [drug for drug in formulary.drugs if any(item.id in product.items for item in drug.products)]
    own, stated = frozenset(product.allergy_classes), product.allergy_source
    vials = [(drug, item) for drug in drugs for item in drug.products if item.id in product.items]
    return _Told(
        product.display,
        own | {name for drug in drugs for name in own_codes(drug)},
        tuple(vials) if stated is None else (),
        "" if stated is None else f"{stated.text} ({stated.confidence.value})",
        stated is not None or bool(drugs),
    )
