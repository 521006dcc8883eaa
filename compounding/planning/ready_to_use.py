"""A finished product that fits the order is offered first: scan, label, check, no mixing."""

from calculations.quantity import Quantity
from compounding.planning.excipients import brings, excipient_allergies
from compounding.planning.situation import Situation
from formulary.model import Drug, MasterFormulation, Product


def for_dose(s: Situation, drug: Drug, formulation: MasterFormulation, amount: Quantity) -> Product | None:
    """The ready product that holds exactly the dose, in the volume that was ordered if one was."""
    return next((p for p in _offered(s, drug, formulation) if p.content == amount and _volume_fits(s, p)), None)


def for_concentration(
    s: Situation, drug: Drug, formulation: MasterFormulation, concentration: Quantity
) -> Product | None:
    """The ready product of exactly the concentration, for a continuous infusion."""
    offered = _offered(s, drug, formulation)
    return next((p for p in offered if p.concentration == concentration and _volume_fits(s, p)), None)


def _volume_fits(s: Situation, product: Product) -> bool:
    return product.volume is not None and (s.order.volume is None or s.order.volume == product.volume)


def _offered(s: Situation, drug: Drug, formulation: MasterFormulation) -> list[Product]:
    """Ready products in the order in which the formulation names them, for this route, patient and diluent.

    One without what the patient is allergic to comes before one that holds it, or of which nothing states it.
    """
    if s.order.additives or s.order.diluent:
        return []
    named = [p for p in drug.products if p.ready_to_use and p.id in formulation.ready_to_use]
    named.sort(key=lambda p: formulation.ready_to_use.index(p.id))
    codes = excipient_allergies(s.patient, s.formulary)
    named.sort(key=lambda p: brings(s.formulary, codes, p))
    return [p for p in named if (not p.routes or s.route in p.routes) and s.may_have(drug, p)]
