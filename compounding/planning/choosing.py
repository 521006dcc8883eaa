"""Which master formulation an order is made with: the first that serves it, or what is used instead while it is short."""

from dataclasses import replace

from compounding.planning.plan import Substituted
from compounding.planning.situation import Situation
from formulary.model import Drug, Line, MasterFormulation
from formulary.model_switch import Alternative, Switch
from formulary.substitution.choices import allows


def formulations_for(s: Situation, drug: Drug) -> tuple[MasterFormulation, ...]:
    """Released formulations that serve this order, best first as the formulary lists them, each as it is made now.

    None where the best is switched to an alternative that does not serve the order: nothing else is taken unasked.
    """
    rows: dict[str, MasterFormulation] = {}
    for index, row in enumerate(usual_for(s, drug)):
        now = _made_now(s, drug, row)
        if now is None and index == 0:
            return ()
        if now is not None:
            rows.setdefault(now.id, now)
    return tuple(rows.values())


def usual_for(s: Situation, drug: Drug) -> tuple[MasterFormulation, ...]:
    """The same without any switch."""
    serving = [f for f in drug.formulations if _serves(s, drug, f)]
    return tuple(sorted(serving, key=lambda f: not _has_volume(s, drug, f)))


def shortage_of(s: Situation, drug: Drug) -> str:
    """Why the order cannot be made as usual, where a switch is the reason that it cannot be made; otherwise empty."""
    usual = usual_for(s, drug)
    switch = s.formulary.switched(usual[0].id) if usual else None
    if switch is None:
        return ""
    return f"{usual[0].name} is switched to an alternative ({switch.reason}), which does not serve this order."


def substituted(s: Situation, drug: Drug, chosen: MasterFormulation) -> Substituted | None:
    """Which switch led to the chosen formulation; None where it is made as usual."""
    usual = usual_for(s, drug)
    switch = s.formulary.switched(usual[0].id) if usual else None
    if switch is None or _target(switch) != chosen.id:
        return None
    return Substituted(usual[0].id, usual[0].name, switch.number, switch.kind.value, switch.to, switch.reason)


def _target(switch: Switch) -> str:
    return switch.to if switch.kind is Alternative.FORMULATION else switch.formulation


def _made_now(s: Situation, drug: Drug, row: MasterFormulation) -> MasterFormulation | None:
    """The formulation, or its alternative where it is switched; None where that does not serve the order."""
    switch = s.formulary.switched(row.id)
    if switch is None:
        return row
    match switch.kind:
        case Alternative.FORMULATION:
            other = next((one for one in drug.formulations if one.id == switch.to), None)
        case Alternative.PRODUCT:
            other = _from_product(drug, row, switch.to)
        case Alternative.DILUENT:
            kept = tuple(choice for choice in row.diluents if choice.solution == switch.to)
            other = replace(row, diluents=kept) if kept else None
    return other if other is not None and _serves(s, drug, other) else None


def _from_product(drug: Drug, row: MasterFormulation, product: str) -> MasterFormulation | None:
    """Made from one product alone; None where the formulation in force does not allow that product any more."""
    if not any(one.id == product and allows(row, one) for one in drug.products):
        return None
    return replace(row, products=(product,), ready_to_use=(product,) if product in row.ready_to_use else ())


def _has_volume(s: Situation, drug: Drug, formulation: MasterFormulation) -> bool:
    """Whether the formulation is made in the volume that was ordered; one that is comes first."""
    wanted = s.order.volume
    ready = [p.volume for p in drug.products if p.id in formulation.ready_to_use]
    return wanted is None or wanted in ready or any(choice.volume == wanted for choice in formulation.diluents)


def _serves(s: Situation, drug: Drug, formulation: MasterFormulation) -> bool:
    order = s.order
    wanted = "intrathecal" if s.route == "intrathecal" else order.order_type
    if formulation.order_type != wanted or s.route not in formulation.routes:
        return False
    if order.line and Line.ANY not in formulation.lines and formulation.lines and s.line not in formulation.lines:
        return False
    if formulation.populations and not any(
        s.fits(s.formulary.population(drug, name)) for name in formulation.populations
    ):
        return False
    solution = s.formulary.solution_named(order.diluent) if order.diluent else None
    return solution is None or any(choice.solution == solution.id for choice in formulation.diluents)
