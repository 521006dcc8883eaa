"""The draw-up plan of one dose: which containers, what is dissolved in what, every volume and the syringe that shows it.

Made by this one function before anything is scanned (from what the formulary offers) and again from what was scanned. It
never changes dose, diluent or declared volume; where the scanned containers cannot give the planned dose it raises.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.vials import VialChoice, choose_vials
from compounding.planning.excipients import allowed, freest
from compounding.planning.measuring import Measuring, measuring
from compounding.planning.opened_parts import PartContainer, opened_sources
from compounding.planning.plan import Component, DrawUpPlan, DrugAmount, Step, TherapeuticPlan
from compounding.planning.products import DrugSource, sources
from formulary.model import DiluentVial, Formulary, MasterFormulation, Moment, SolutionBag

FINAL = "final"
"""The slot of the final container: the bag or the syringe that the patient gets."""
MIX = "mix"
READY = "ready"
"""Role of a finished product."""


@dataclass
class Sheet:
    """The plan being written: containers and steps in the order in which the hands go."""

    components: list[Component]
    steps: list[Step]
    measuring: Measuring

    def step(self, step: Step) -> None:
        self.steps.append(replace(step, number=len(self.steps) + 1))

    def measure(self, step: Step, volume: Quantity, *, high_alert: bool) -> None:
        """One measured volume: one step, or several where one syringe cannot show it."""
        parts = self.measuring.parts(volume, high_alert=high_alert)
        for number, (amount, syringe) in enumerate(parts, start=1):
            share = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
            self.step(replace(step, title=f"{step.title}{share}", volume=amount, syringe=syringe))


def draw_up(
    plan: TherapeuticPlan, formulary: Formulary, scanned: Sequence[str] = (), parts: Sequence[PartContainer] = ()
) -> DrawUpPlan:
    """The containers and steps. `scanned` are product ids that were scanned for it and must be used, `parts` are opened
    containers that were scanned: what is left in them is used first and is not dissolved again.

    Raises CannotCompute when the scanned products do not fit, or a volume cannot be measured.
    """
    sheet = Sheet([], [], measuring(formulary))
    if plan.ready_to_use:
        return _ready(sheet, plan, formulary)
    confirm_steps(sheet, formulations_of(plan, formulary), Moment.BEFORE_START)
    _base(sheet, plan, formulary)
    waste: Quantity | None = None
    for active in plan.actives:
        formulation = formulary.formulation(active.formulation)
        choice, found = _vials(active, plan, formulary, formulation, scanned, parts)
        _draw_active(sheet, plan, formulary, active, formulation, choice, found)
        waste = choice.waste if waste is None else waste
    if strange := set(scanned) - {component.product for component in sheet.components}:
        raise CannotCompute(
            "not_of_this_dose",
            "the draw-up plan",
            f"{', '.join(sorted(strange))} does not belong to it.",
            "Take it away.",
        )
    _finish(sheet, plan, formulary)
    return DrawUpPlan(tuple(sheet.components), tuple(sheet.steps), waste)


def _ready(sheet: Sheet, plan: TherapeuticPlan, formulary: Formulary) -> DrawUpPlan:
    """A finished product: its scan, and the label that closes the work."""
    product = formulary.product(plan.base)
    sheet.components.append(
        Component(
            FINAL,
            READY,
            product.id,
            product.display,
            product.drug,
            product.content,
            product.concentration,
            product.volume,
        )
    )
    sheet.step(Step(0, "label", "label", "Put the label on the product, scan the label", "", FINAL))
    return DrawUpPlan(tuple(sheet.components), tuple(sheet.steps), None)


def _base(sheet: Sheet, plan: TherapeuticPlan, formulary: Formulary) -> None:
    """The final container, and what is taken out of it before anything goes in."""
    if not plan.base:
        return
    item = formulary.item(plan.base)
    sheet.components.append(
        Component(FINAL, "base", item.id, item.display, volume=plan.base_volume)
        if isinstance(item, SolutionBag)
        else Component(FINAL, "container", item.id, item.display)
    )
    if plan.remove is not None and plan.remove.number > 0:
        step = Step(
            0, "measure", "withdraw", f"Take {show(plan.remove)} out of the bag", FINAL, "", working=removal_words(plan)
        )
        sheet.measure(step, plan.remove, high_alert=False)


def removal_words(plan: TherapeuticPlan) -> str:
    return "overfill and the volume of the drug" if plan.policy == "REMOVE_OVERFILL" else "the volume of the drug"


def _vials(
    active: DrugAmount,
    plan: TherapeuticPlan,
    formulary: Formulary,
    formulation: MasterFormulation,
    scanned: Sequence[str],
    parts: Sequence[PartContainer],
) -> tuple[VialChoice, dict[str, DrugSource]]:
    found = {s.product.id: s for s in sources(formulary.drug(active.drug), formulation, plan.formulary_route)}
    same_group = {
        key: source for key, source in found.items() if source.group == active.group and key in active.products
    }
    counts = Counter(product for product in scanned if product in same_group)
    opened = opened_sources(parts, same_group)
    counts.update(dict.fromkeys(opened, 1))
    wanted = _amount_to_take(active, formulation)
    options = [s.option for s in (*opened.values(), *same_group.values())]
    return choose_vials(wanted, options, counts), found | opened


def _amount_to_take(active: DrugAmount, formulation: MasterFormulation) -> Quantity:
    """What comes out of the vials: the dose, or what the intermediate dilution needs."""
    if not active.intermediate or formulation.intermediate is None:
        return active.amount
    row = formulation.intermediate
    return row.concentration * row.final_volume


def _draw_active(
    sheet: Sheet,
    plan: TherapeuticPlan,
    formulary: Formulary,
    active: DrugAmount,
    formulation: MasterFormulation,
    choice: VialChoice,
    found: dict[str, DrugSource],
) -> None:
    slots: list[tuple[str, DrugSource, Quantity]] = []
    number = sum(1 for c in sheet.components if c.role == "drug")
    for take in choice.takes:
        source, rest = found[take.id], take.amount
        for _ in range(take.count):
            number += 1
            slot = f"drug-{number}"
            part = min(rest, source.held)
            rest = rest - part
            sheet.components.append(source.component(slot))
            slots.append((slot, source, part))
    for slot, source, _ in slots:
        if source.reconstitution is not None:
            _dissolve(sheet, plan, formulary, slot, source, formulation)
    confirm_steps(sheet, [formulation], Moment.AFTER_RECONSTITUTION, Moment.BEFORE_DRAWING)
    if active.intermediate:
        _intermediate(sheet, formulary, active, formulation, slots)
        return
    before = said(formulation, Moment.BEFORE_DRAWING)
    high_alert = "high_alert" in plan.flags
    for slot, source, part in slots:
        _draw(sheet, active, source, slot, part, FINAL, before, high_alert)


def _draw(
    sheet: Sheet,
    active: DrugAmount,
    source: DrugSource,
    slot: str,
    part: Quantity,
    put: str,
    instructions: tuple[str, ...],
    high_alert: bool,
) -> None:
    volume = part / source.concentration
    step = Step(
        0,
        "measure",
        "draw",
        f"Draw up {active.display} {show(source.concentration)}",
        slot,
        put,
        working=f"{show(part)} ÷ {show(source.concentration)}",
        instructions=instructions,
        density=source.density,
    )
    sheet.measure(step, volume, high_alert=high_alert)


def _dissolve(
    sheet: Sheet, plan: TherapeuticPlan, formulary: Formulary, slot: str, source: DrugSource, formulation: MasterFormulation
) -> None:
    row = source.reconstitution
    if row is None:
        return
    avoided = () if plan.excipients is None else plan.excipients.codes
    solutions = freest(formulary, avoided, allowed(formulary, formulation, row.solutions))
    vial = diluent_vial(formulary, solutions, row.diluent_volume)
    diluent = f"diluent-{sum(1 for c in sheet.components if c.role == 'diluent') + 1}"
    sheet.components.append(Component(diluent, "diluent", vial.id, vial.display, volume=vial.volume))
    after = (*((row.instruction,) if row.instruction else ()), *said(formulation, Moment.AFTER_RECONSTITUTION))
    step = Step(
        0,
        "measure",
        "reconstitute",
        f"{formulary.solution(vial.solution).display} into {source.product.display}",
        diluent,
        slot,
        working=f"gives {show(row.concentration)} by the label",
        instructions=after,
        density=formulary.solution(vial.solution).density,
    )
    sheet.measure(step, row.diluent_volume, high_alert=False)


def diluent_vial(formulary: Formulary, solutions: Sequence[str], volume: Quantity) -> DiluentVial:
    """The smallest vial of the first allowed solution that holds the volume; larger volumes take the largest."""
    for solution in solutions:
        vials = sorted(
            (v for v in formulary.supplies.diluent_vials if v.solution == solution), key=lambda v: v.volume.number
        )
        fitting = [v for v in vials if v.volume >= volume]
        if fitting:
            return fitting[0]
    names = ", ".join(solutions) or "a solution without preservative"
    raise CannotCompute(
        "diluent_missing",
        f"dissolving with {show(volume)}",
        f"no vial of {names} holds that much.",
        "Add the vial to the supplies, or choose another product.",
    )


def _intermediate(
    sheet: Sheet,
    formulary: Formulary,
    active: DrugAmount,
    formulation: MasterFormulation,
    slots: list[tuple[str, DrugSource, Quantity]],
) -> None:
    """Dilute first: a named weaker solution of its own, labelled, scanned before it is drawn from, and thrown away."""
    row = formulation.intermediate
    if row is None:
        raise CannotCompute("intermediate_missing", active.display, "the formulation names no intermediate dilution.")
    for slot, source, part in slots:
        _draw(sheet, active, source, slot, part, MIX, (), True)
    vial = diluent_vial(formulary, (row.solution,), row.diluent_volume)
    sheet.components.append(Component("diluent-mix", "diluent", vial.id, vial.display, volume=vial.volume))
    add = Step(
        0,
        "measure",
        "intermediate",
        f"Add {formulary.solution(row.solution).display} to the intermediate dilution",
        "diluent-mix",
        MIX,
        working=f"makes {show(row.final_volume)} of {show(row.concentration)}",
        density=formulary.solution(row.solution).density,
    )
    sheet.measure(add, row.diluent_volume, high_alert=False)
    sheet.step(
        Step(0, "scan", "intermediate_label", "Label the intermediate dilution, mix, and scan its label", MIX, MIX)
    )
    volume = active.drawn_volume
    draw = Step(
        0,
        "measure",
        "draw",
        f"Draw up {active.display} {show(row.concentration)} from the intermediate dilution",
        MIX,
        FINAL,
        working=f"{show(active.amount)} ÷ {show(row.concentration)}",
        instructions=said(formulation, Moment.BEFORE_DRAWING),
    )
    sheet.measure(draw, volume, high_alert=True)


def _finish(sheet: Sheet, plan: TherapeuticPlan, formulary: Formulary) -> None:
    """Exact diluent, the look before mixing, confirmations, disposal, and the label that closes the work."""
    formulations = formulations_of(plan, formulary)
    if plan.diluent_volume is not None and plan.diluent_volume.number > 0:
        _exact_diluent(sheet, plan, formulary)
    if plan.in_process_check:
        sheet.step(Step(0, "check", "in_process", "A pharmacist looks before anything is mixed"))
    confirm_steps(sheet, formulations, Moment.BEFORE_MIXING, Moment.AFTER_MIXING, Moment.AT_END)
    if any(active.intermediate for active in plan.actives):
        sheet.step(Step(0, "confirm", "discard", "Discard the rest of the intermediate dilution"))
    moments = (Moment.BEFORE_MIXING, Moment.AFTER_MIXING, Moment.AT_END)
    after = tuple(dict.fromkeys(text for at in moments for one in formulations for text in said(one, at)))
    into = {"syringe": "Cap the syringe, scan its label"}.get(
        plan.container_class, "Inject into the bag, scan the bag label"
    )
    sheet.step(Step(0, "label", "label", into, "", FINAL, instructions=after))


def _exact_diluent(sheet: Sheet, plan: TherapeuticPlan, formulary: Formulary) -> None:
    volume = plan.diluent_volume
    if volume is None:
        return
    solution = formulary.solution_named(plan.base_display)
    if solution is None:
        raise CannotCompute("solution_unknown", plan.base_display, "the formulary has no such solution.")
    vial = diluent_vial(formulary, (solution.id,), volume)
    slot = f"diluent-{sum(1 for c in sheet.components if c.role == 'diluent') + 1}"
    sheet.components.append(Component(slot, "diluent", vial.id, vial.display, volume=vial.volume))
    step = Step(
        0,
        "measure",
        "dilute",
        f"Add {solution.display}",
        slot,
        FINAL,
        working=f"{show(plan.final_volume)} − volume of the drug",
        density=solution.density,
    )
    sheet.measure(step, volume, high_alert=False)


def formulations_of(plan: TherapeuticPlan, formulary: Formulary) -> list[MasterFormulation]:
    return [formulary.formulation(one) for one in dict.fromkeys(active.formulation for active in plan.actives)]


def confirm_steps(sheet: Sheet, formulations: Sequence[MasterFormulation], *moments: Moment) -> None:
    """What the preparer confirms as a step of its own, at its moment; the same sentence of two drugs once."""
    rows = [row for at in moments for one in formulations for row in one.instructions if row.confirm and row.at is at]
    for text, row in {row.text: row for row in rows}.items():
        sheet.step(Step(0, "confirm", row.at.value, text))


def said(formulation: MasterFormulation, at: Moment) -> tuple[str, ...]:
    return tuple(row.text for row in formulation.instructions if row.at is at and not row.confirm)
