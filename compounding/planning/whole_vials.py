"""Whether a chemotherapy dose lies so near to whole vials that the house would round it. Told, never done.

The order is rounded before it is prepared, so that order, label and record agree: the prescriber's new version of it does that.
"""

from calculations.dosing import deviation
from calculations.findings import Finding, Grade
from calculations.formula import recording
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from calculations.vials import VialOption, choose_vials, nearest_whole
from compounding.planning.active import PlannedActive
from compounding.planning.products import sources
from compounding.planning.situation import Situation
from formulary.model import ContainerType, OrderType, SiteValue

KEPT_AFTER_OPENING = frozenset({ContainerType.MULTIPLE_DOSE, ContainerType.PHARMACY_BULK})
"""What is left in them serves another dose: rounding to them saves nothing."""


def whole_vials(s: Situation, active: PlannedActive) -> list[Finding]:
    """Told where the formulation allows rounding, and whole vials lie within the house's share of the dose as ordered."""
    options = _options(s, active)
    if not options:
        return []
    cap, row = active.formulation.dose.single_dose_cap, s.formulary.site.row("vial_rounding_limit")
    with recording():
        whole = nearest_whole(active.asked, [option.content for option in options])
        if whole == active.amount or (cap is not None and whole > cap):
            return []
        moved = deviation(whole, active.asked)
    return [] if abs(moved) > row.value else [_offer(active, options, whole, moved, row)]


def _options(s: Situation, active: PlannedActive) -> list[VialOption]:
    """The vials that the dose is drawn from; none where it is not for this rule to round."""
    rounds = active.formulation.rounding.max_deviation.number > 0
    if s.order.order_type is not OrderType.CHEMOTHERAPY or not rounds or active.ready is not None or active.frozen.intermediate:
        return []
    found = [one for one in sources(active.drug, active.formulation, s.route) if one.product.id in active.frozen.products]
    if any(one.product.container_type in KEPT_AFTER_OPENING for one in found):
        return []
    return [one.option for one in found]


def _offer(
    active: PlannedActive, options: list[VialOption], whole: Quantity, moved: Quantity, row: SiteValue
) -> Finding:
    contents = {option.id: option.content for option in options}
    vials = " + ".join(f"{take.count} × {show(contents[take.id])}" for take in choose_vials(whole, options).takes)
    share = show_number(abs(moved).amount_in("one") * 100, 1)
    most = show_number(row.value.amount_in("one") * 100, 1)
    more = "more" if moved.number > 0 else "less"
    waste = choose_vials(active.amount, options).waste
    return Finding(
        "whole_vials",
        Grade.INFO,
        f"{show(active.amount)} leaves {show(waste)}; whole vials ({vials}) are {show(whole)}, {share} % {more} than ordered",
        moved,
        row.value,
        row.value - abs(moved),
        row.source.text,
        f"Within {most} %: ask the prescriber whether to order {show(whole)}.",
    )
