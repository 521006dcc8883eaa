"""The final container: base solution and size, bag volume policy, declared and true concentration."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculations.bag_volume import bag, total_volume
from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.capacity import capacity_findings
from compounding.planning.excipients import allowed, excipient_allergies, freest
from compounding.planning.situation import Situation
from formulary.model import (
    ContainerClass,
    DiluentChoice,
    EmptyBag,
    Formulary,
    MasterFormulation,
    Material,
    Solution,
    SolutionBag,
    VolumePolicy,
)

if TYPE_CHECKING:
    from compounding.planning.active import PlannedActive


@dataclass(frozen=True)
class Container:
    """What the dose ends up in. `final_volume` is declared: label, rate and pump entry come from it."""

    item_id: str
    """Supply that is scanned; empty for a syringe, which carries no code."""
    display: str
    solution: Solution | None
    material: Material | None
    label_volume: Quantity | None
    final_volume: Quantity
    true_concentration: Quantity | None
    remove: Quantity | None
    diluent_volume: Quantity | None
    undiluted: bool
    findings: tuple[Finding, ...]


def chosen_diluent(s: Situation, formulation: MasterFormulation, dose: Quantity | None) -> DiluentChoice:
    """The first solution and volume of the formulation that fits the order and the dose."""
    order = s.order
    solution = s.formulary.solution_named(order.diluent) if order.diluent else None
    if order.diluent and solution is None:
        raise CannotCompute(
            "diluent_unknown",
            f"a bag of {order.diluent}",
            "the formulary knows no such solution.",
            "Choose one of: " + ", ".join(sorted(r.display for r in s.formulary.supplies.solutions)) + ".",
        )
    rows = [row for row in formulation.diluents if solution is None or row.solution == solution.id]
    rows = [row for row in rows if allowed(s.formulary, formulation, [row.solution])]
    if order.volume is not None:
        rows = [row for row in rows if row.volume == order.volume]
    fitting = [row for row in rows if _for_dose(row, dose)]
    if not (fitting or rows):
        offered = ", ".join(
            f"{s.formulary.solution(row.solution).display} {show(row.volume)}" for row in formulation.diluents
        )
        raise CannotCompute(
            "diluent_not_released",
            f"{formulation.name} in what was ordered",
            f"released are: {offered or 'none'}.",
            "Change diluent or volume, or write a one-time formulation.",
        )
    codes = excipient_allergies(s.patient, s.formulary)
    first = freest(s.formulary, codes, [row.solution for row in fitting or rows])[0]
    return next(row for row in fitting or rows if row.solution == first)


def _for_dose(row: DiluentChoice, dose: Quantity | None) -> bool:
    if dose is None:
        return True
    return (row.dose_from is None or dose >= row.dose_from) and (row.dose_to is None or dose <= row.dose_to)


def container_for(s: Situation, formulation: MasterFormulation, actives: "list[PlannedActive]") -> Container:
    """The container of the whole preparation. Raises CannotCompute when nothing released holds it."""
    ready = actives[0].ready
    if ready is not None and ready.volume is not None:
        return Container(ready.id, "ready to use", None, None, None, ready.volume, None, None, None, True, ())
    choice = chosen_diluent(s, formulation, actives[0].amount) if formulation.diluents else None
    return container_of(s.formulary, formulation, choice, actives)


def container_of(
    formulary: Formulary,
    formulation: MasterFormulation,
    choice: DiluentChoice | None,
    actives: "list[PlannedActive]",
) -> Container:
    """The container with this diluent, or undiluted without one. Raises CannotCompute when nothing released holds it."""
    drug_volume = total_volume(tuple(active.frozen.drawn_volume for active in actives))
    if choice is None:
        _syringe_holds(formulary, formulation, drug_volume)
        return Container("", "undiluted", None, None, None, drug_volume, None, None, None, True, ())
    solution = formulary.solution(choice.solution)
    if formulation.volume_policy is VolumePolicy.EXACT:
        return _exact(formulary, formulation, choice, solution, drug_volume)
    item = _bag_of(formulary, choice, solution)
    volumes = bag(formulation.volume_policy.value, item.label_volume, item.overfill, drug_volume, actives[0].amount)
    share = formulary.site.value("additive_share_limit")
    room = capacity_findings(item, drug_volume, volumes.remove, share)
    findings = (*_difference(formulation, volumes.difference), *room)
    return Container(
        item.id,
        solution.display,
        solution,
        item.material,
        item.label_volume,
        volumes.declared,
        volumes.true_concentration,
        volumes.remove,
        None,
        False,
        findings,
    )


def _exact(
    formulary: Formulary, formulation: MasterFormulation, choice: DiluentChoice, solution: Solution, drug_volume: Quantity
) -> Container:
    final = choice.volume
    if drug_volume > final:
        raise CannotCompute(
            "drug_over_final",
            f"{formulation.name} in {show(final)}",
            f"the drug alone takes {show(drug_volume)}.",
            "Order a larger final volume.",
        )
    _syringe_holds(formulary, formulation, final)
    empty = None if formulation.container is ContainerClass.SYRINGE else _empty_bag(formulary, final)
    return Container(
        "" if empty is None else empty.id,
        solution.display,
        solution,
        None if empty is None else empty.material,
        None,
        final,
        None,
        None,
        final - drug_volume,
        False,
        (),
    )


def _syringe_holds(formulary: Formulary, formulation: MasterFormulation, volume: Quantity) -> None:
    """Raises CannotCompute when no syringe of the house holds the whole volume."""
    if formulation.container is not ContainerClass.SYRINGE:
        return
    largest = max(formulary.supplies.syringes, key=lambda row: row.capacity.number)
    if volume > largest.capacity:
        raise CannotCompute(
            "over_capacity",
            f"{formulation.name} in one syringe",
            f"{show(volume)} is more than {largest.display} holds.",
            "Order a smaller volume, or a formulation in a bag.",
        )


def _bag_of(formulary: Formulary, choice: DiluentChoice, solution: Solution) -> SolutionBag:
    bags = [
        row
        for row in formulary.supplies.bags
        if row.solution == choice.solution
        and row.label_volume == choice.volume
        and (not choice.materials or row.material in choice.materials)
    ]
    if not bags:
        raise CannotCompute(
            "bag_missing",
            f"a bag of {solution.display} {show(choice.volume)}",
            "the supplies list none.",
            "Add the bag to the supplies, or choose another volume.",
        )
    return bags[0]


def _empty_bag(formulary: Formulary, volume: Quantity) -> EmptyBag:
    bags = sorted((b for b in formulary.supplies.empty_bags if b.capacity >= volume), key=lambda b: b.capacity.number)
    if not bags:
        raise CannotCompute("bag_missing", f"an empty bag for {show(volume)}", "the supplies list none that large.")
    return bags[0]


def _difference(formulation: MasterFormulation, difference: Quantity | None) -> tuple[Finding, ...]:
    """True against declared concentration. An unknown overfill is itself a finding."""
    source = formulation.tolerance_source.text
    if difference is None:
        return (
            Finding(
                "overfill_unknown",
                Grade.SOFT,
                "True concentration not known: the bag's overfill is not recorded",
                source=source,
                mend="Record the maker's overfill.",
            ),
        )
    limit = formulation.true_concentration_limit
    if abs(difference) <= limit:
        return ()
    percent = show_number(abs(difference).amount_in("one") * 100, 1)
    return (
        Finding(
            "true_concentration",
            Grade.SOFT,
            f"The bag is really {percent} % weaker than its label says, by its overfill",
            difference,
            limit,
            limit - abs(difference),
            source,
            "Take the overfill out, or state the volume with it.",
        ),
    )
