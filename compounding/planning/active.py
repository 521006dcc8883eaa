"""One active ingredient of the preparation: its dose, and from what and how strong it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from calculations.concentration import amount_in, volume_of_dose
from calculations.errors import CannotCompute
from calculations.findings import Finding
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.recorder import recording
from calculations.units import Unit
from calculations.vials import choose_vials
from compounding.orders.order import Additive
from compounding.planning.choosing import formulations_for
from compounding.planning.continuous import continuous_volume, wanted_concentration
from compounding.planning.dose_amount import DoseAmount, worked_out
from compounding.planning.excipients import NOTHING, brings, excipient_allergies, free_first, note, of_source
from compounding.planning.measuring import measuring
from compounding.planning.plan import DrugAmount
from compounding.planning.products import DrugSource, sources
from compounding.planning.ready_to_use import for_concentration, for_dose
from compounding.planning.situation import Situation
from formulary.model import Drug, Formulary, MasterFormulation, OrderType, Product


@dataclass(frozen=True)
class PlannedActive:
    """A drug of the preparation with everything the container and the limits need."""

    drug: Drug
    formulation: MasterFormulation
    frozen: DrugAmount
    asked: Quantity
    """What of the order may be given, before it was rounded to what can be measured."""
    weight: Quantity | None
    findings: tuple[Finding, ...]
    shown_in: Unit
    """Unit in which its concentration is labelled: that of the standard concentration, else of what is drawn."""

    ready: Product | None = None
    """The finished product, where one fits."""

    @property
    def amount(self) -> Quantity:
        return self.frozen.amount


def main_active(s: Situation, drug: Drug, formulation: MasterFormulation) -> PlannedActive:
    """The drug that the order is for."""
    if s.order.order_type is OrderType.CONTINUOUS:
        return _continuous(s, drug, formulation)
    if s.order.dose is None:
        raise CannotCompute("dose_missing", f"a dose of {drug.display}", "the order states none.", "Ask for the dose.")
    dose = worked_out(s, drug, formulation, s.order.dose)
    ready = for_dose(s, drug, formulation, dose.amount)
    finished = None if ready is None else _finished(drug, formulation, ready, dose)
    return _ready_or_drawn(s, finished, lambda: _drawn(s, drug, formulation, dose))


def _continuous(s: Situation, drug: Drug, formulation: MasterFormulation) -> PlannedActive:
    concentration, findings = wanted_concentration(s, drug, formulation)
    weight = s.weight_for(formulation.dose.dosing_weight)
    ready = for_concentration(s, drug, formulation, concentration)
    finished = None if ready is None else _finished(drug, formulation, ready, _as_ordered(ready.content, weight, findings))

    def drawn() -> PlannedActive:
        amount = amount_in(concentration, continuous_volume(s, drug, formulation))
        undiluted = None if formulation.diluents else concentration
        return _drawn(s, drug, formulation, _as_ordered(amount, weight, findings), undiluted)

    return replace(_ready_or_drawn(s, finished, drawn), shown_in=concentration.unit)


def _ready_or_drawn(
    s: Situation, finished: PlannedActive | None, drawn: Callable[[], PlannedActive]
) -> PlannedActive:
    """The finished product first; not one that brings what the patient is allergic to where it can be made with less of that."""
    codes = excipient_allergies(s.patient, s.formulary)
    if finished is None or finished.ready is None:
        return drawn()
    brought = brings(s.formulary, codes, finished.ready)
    if brought == NOTHING:
        return finished
    try:
        with recording() as tried:
            made = drawn()
    except CannotCompute:
        return finished
    found = {one.product.id: one for one in sources(made.drug, made.formulation, s.route)}
    if max(of_source(s.formulary, codes, found[product]) for product in made.frozen.products) >= brought:
        return finished
    note(tried)
    return made


def _as_ordered(amount: Quantity, weight: Quantity | None, findings: tuple[Finding, ...]) -> DoseAmount:
    """A bag's content follows from concentration and volume: nothing is capped or rounded."""
    return DoseAmount(amount, amount, amount, weight, findings)


def _finished(drug: Drug, formulation: MasterFormulation, product: Product, dose: DoseAmount) -> PlannedActive:
    """A finished product as it is: its content is the amount, its volume the final volume."""
    concentration, volume = product.concentration, product.volume
    if concentration is None or volume is None:
        raise CannotCompute(
            "product_incomplete",
            product.display,
            "a ready-to-use product needs concentration and volume in the formulary.",
        )
    frozen = DrugAmount(
        drug.id, drug.display, product.content, dose.exact, formulation.id, "", concentration, volume, "", (product.id,)
    )
    return PlannedActive(
        drug, formulation, frozen, dose.asked, dose.weight, dose.findings, concentration.unit, product
    )


def additive_active(s: Situation, additive: Additive) -> PlannedActive:
    """One more drug in the same bag, ordered per bag."""
    drug = s.drug(additive.drug)
    choices = formulations_for(s, drug)
    if not choices:
        raise CannotCompute(
            "no_formulation",
            f"{drug.display} in this bag",
            "no released formulation allows it as an additive here.",
            "Order it apart, or write a one-time formulation.",
        )
    dose = worked_out(s, drug, choices[0], additive.dose)
    return _drawn(s, drug, choices[0], dose)


def _drawn(
    s: Situation, drug: Drug, formulation: MasterFormulation, dose: DoseAmount, undiluted: Quantity | None = None
) -> PlannedActive:
    """Drawn from products without what the patient is allergic to, where there are any. `undiluted`: of exactly this strength."""
    found = tuple(one for one in sources(drug, formulation, s.route) if s.may_have(drug, one.product))

    def made(some: tuple[DrugSource, ...]) -> PlannedActive:
        active = drawn_from(s.formulary, drug, formulation, some, dose)
        if undiluted is not None and active.frozen.drawn_concentration != undiluted:
            raise CannotCompute(
                "strength_unlike",
                f"{drug.display} {show(undiluted)} undiluted",
                f"the product has {show(active.frozen.drawn_concentration)}.",
                "Order the concentration of the product.",
            )
        return active

    return free_first(s.formulary, excipient_allergies(s.patient, s.formulary), found, made)


def drawn_from(
    formulary: Formulary, drug: Drug, formulation: MasterFormulation, found: tuple[DrugSource, ...], dose: DoseAmount
) -> PlannedActive:
    """An active that is drawn up from one of these products, or from an intermediate dilution of it."""
    if not found:
        raise CannotCompute(
            "no_product",
            f"what to draw {drug.display} from",
            "no released product fits this formulation and route.",
            "Release a product, or choose another formulation.",
        )
    amount = dose.amount
    source = _chosen(amount, found)
    concentration, intermediate = source.concentration, ""
    volume = volume_of_dose(amount, concentration)
    row = formulation.intermediate
    if row is not None and _dilute_first(formulary, formulation, concentration, volume):
        concentration, intermediate = row.concentration, row.id
        volume = volume_of_dose(amount, concentration)
        source = next((one for one in found if one.product.id == row.product), source)
    frozen = DrugAmount(
        drug.id,
        drug.display,
        amount,
        dose.exact,
        formulation.id,
        source.group,
        concentration,
        volume,
        intermediate,
        tuple(one.product.id for one in found if one.group == source.group),
    )
    return PlannedActive(drug, formulation, frozen, dose.asked, dose.weight, dose.findings, concentration.unit)


def _dilute_first(
    formulary: Formulary, formulation: MasterFormulation, concentration: Quantity, volume: Quantity
) -> bool:
    """What no syringe shows, or what would be given too strong, is drawn from the intermediate dilution."""
    highest = formulation.concentration_high
    if not formulation.diluents and highest is not None and concentration > highest:
        return True
    return not measuring(formulary).measurable(volume, high_alert=True)


def _chosen(amount: Quantity, found: tuple[DrugSource, ...]) -> DrugSource:
    """The product whose containers give the dose with least waste, without ever mixing two groups."""
    choice = choose_vials(amount, [source.option for source in found])
    return next(source for source in found if source.product.id == choice.takes[0].id)
