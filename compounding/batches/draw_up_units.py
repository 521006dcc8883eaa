"""The draw-up plan of a batch: that of so many equal doses, with the containers chosen for all of them together.

Each unit keeps its own steps and its own volumes, so that what is in every single unit can be worked out again from what
was recorded. Exact throughout: the amount for all units is that of one, times their number.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from calculations.batch import total_amount
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.rounding import Rule, whole
from calculations.vials import VialChoice, choose_vials
from compounding.planning.draw_up import FINAL, Sheet, confirm_steps, diluent_vial, removal_words, said
from compounding.planning.excipients import allowed
from compounding.planning.measuring import Measuring, measuring
from compounding.planning.opened_parts import PartContainer
from compounding.planning.plan import Component, DrawUpPlan, DrugAmount, Step, TherapeuticPlan
from compounding.planning.products import DrugSource, sources
from formulary.model import Formulary, MasterFormulation, Moment, SolutionBag

Share = tuple[str, DrugSource, Quantity]
"""Slot, what is in it, and the amount that one unit takes out of it."""


def unit_slot(serial: int) -> str:
    """The slot of one unit: `final-12`."""
    return f"{FINAL}-{serial}"


def draw_up_units(
    units: int, plan: TherapeuticPlan, formulary: Formulary, scanned: Sequence[str] = (), parts: Sequence[PartContainer] = ()
) -> DrawUpPlan:
    """Containers and steps of `units` equal units. `scanned` are products that were scanned for it and must be used.

    Raises CannotCompute when they do not fit, when a volume cannot be measured, or for an opened container.
    """
    if parts:
        raise CannotCompute("part_in_batch", "a batch", "it is made from unopened containers.", "Take a new container.")
    active, formulation = plan.actives[0], formulary.formulation(plan.formulation)
    sheet = Sheet([], [], measuring(formulary))
    diluents = _Diluents(sheet, formulary)
    confirm_steps(sheet, [formulation], Moment.BEFORE_START)
    _bases(sheet, plan, formulary, units)
    given, waste = _containers(active, plan, formulary, formulation, units, scanned, sheet.measuring)
    opened = {slot: source for shares in given for slot, source, _ in shares}
    for slot, source in opened.items():
        sheet.components.append(source.component(slot))
    if strange := set(scanned) - {component.product for component in sheet.components}:
        raise CannotCompute(
            "not_of_this_batch", "the draw-up plan", f"{', '.join(sorted(strange))} does not belong to it.", "Take it away."
        )
    for slot, source in opened.items():
        _dissolve(sheet, diluents, slot, source, formulation)
    confirm_steps(sheet, [formulation], Moment.AFTER_RECONSTITUTION, Moment.BEFORE_DRAWING)
    for serial, shares in enumerate(given, start=1):
        _unit(sheet, diluents, plan, formulary, serial, shares)
    _finish(sheet, plan, formulation)
    return DrawUpPlan(tuple(sheet.components), tuple(sheet.steps), waste)


@dataclass
class _Diluents:
    """Diluent vials, each used for as many volumes as it holds whole."""

    sheet: Sheet
    formulary: Formulary

    def __post_init__(self) -> None:
        self._open: dict[str, tuple[str, Quantity]] = {}

    def take(self, solutions: Sequence[str], volume: Quantity) -> str:
        """The slot to take this volume from; a new vial where the open one holds less."""
        vial = diluent_vial(self.formulary, solutions, volume)
        slot, left = self._open.get(vial.id, ("", Quantity(0, "mL")))
        if left < volume:
            slot, left = f"diluent-{sum(1 for c in self.sheet.components if c.role == 'diluent') + 1}", vial.volume
            self.sheet.components.append(Component(slot, "diluent", vial.id, vial.display, volume=vial.volume))
        self._open[vial.id] = (slot, left - volume)
        return slot


def _bases(sheet: Sheet, plan: TherapeuticPlan, formulary: Formulary, units: int) -> None:
    if not plan.base:
        return
    item = formulary.item(plan.base)
    bag = isinstance(item, SolutionBag)
    for serial in range(1, units + 1):
        volume = plan.base_volume if bag else None
        role = "base" if bag else "container"
        sheet.components.append(Component(unit_slot(serial), role, item.id, item.display, volume=volume))


def _containers(
    active: DrugAmount,
    plan: TherapeuticPlan,
    formulary: Formulary,
    formulation: MasterFormulation,
    units: int,
    scanned: Sequence[str],
    measures: Measuring,
) -> tuple[list[list[Share]], Quantity]:
    """What each unit takes from which container, and what is left over of all of them."""
    found = sources(formulary.drug(active.drug), formulation, plan.formulary_route)
    known = {s.product.id: s for s in found if s.group == active.group and s.product.id in active.products}
    counts = Counter(product for product in scanned if product in known)
    high_alert = "high_alert" in plan.flags
    choice = _for_all(total_amount(active.amount, units), known, counts)
    shares = _poured(active.amount, units, _slots(choice, known))
    if all(measures.measurable(part / source.concentration, high_alert=high_alert) for row in shares for _, source, part in row):
        return shares, choice.waste
    return _never_across(active.amount, units, known, counts)


def _for_all(total: Quantity, known: dict[str, DrugSource], counts: Counter[str]) -> VialChoice:
    """The containers with least waste: of one size where that wastes no more, of several only where it saves drug."""
    options = [source.option for source in known.values()]
    alone = [choose_vials(total, [option], counts) for option in options if not set(counts) - {option.id}]
    best = min(alone, key=lambda one: (one.waste.amount_in(total.unit), one.count), default=None)
    if best is not None and best.waste.number == 0:
        return best
    try:
        mixed = choose_vials(total, options, counts)
    except CannotCompute as why:
        if best is None or why.code != "too_many_combinations":
            raise
        return best
    return mixed if best is None or mixed.waste < best.waste else best


def _slots(choice: VialChoice, known: dict[str, DrugSource]) -> list[tuple[str, DrugSource]]:
    each = [known[take.id] for take in choice.takes for _ in range(take.count)]
    return [(f"drug-{number}", source) for number, source in enumerate(each, start=1)]


def _poured(amount: Quantity, units: int, containers: list[tuple[str, DrugSource]]) -> list[list[Share]]:
    """One container after the other is used up: a unit may take its drug from two of them."""
    queue = [(slot, source, source.held.to(amount.unit)) for slot, source in containers]
    given: list[list[Share]] = []
    for _ in range(units):
        rest, shares = amount, list[Share]()
        while rest.number > 0:
            slot, source, left = queue.pop(0)
            part = min(rest, left)
            shares.append((slot, source, part))
            rest = rest - part
            if left > part:
                queue.insert(0, (slot, source, left - part))
        given.append(shares)
    return given


def _never_across(
    amount: Quantity, units: int, known: dict[str, DrugSource], counts: Counter[str]
) -> tuple[list[list[Share]], Quantity]:
    """Where a part of a unit could not be measured: a container is used for whole units alone, the rest is discarded."""
    ways = []
    for source in known.values():
        per = whole(source.held.amount_in(amount.unit) / amount.number, Rule.DOWN)
        if per and not set(counts) - {source.product.id}:
            count = -(-units // per)
            ways.append((source.held.to(amount.unit) * count - total_amount(amount, units), count, per, source))
    if not ways:
        raise CannotCompute(
            "cannot_measure", f"units of {show(amount)}", "a part of one unit is too little to measure.", "Choose another amount."
        )
    waste, _, per, source = min(ways, key=lambda way: (way[0].number, way[1]))
    return [[(f"drug-{index // per + 1}", source, amount)] for index in range(units)], waste


def _dissolve(sheet: Sheet, diluents: _Diluents, slot: str, source: DrugSource, formulation: MasterFormulation) -> None:
    row = source.reconstitution
    if row is None:
        return
    solutions = allowed(diluents.formulary, formulation, row.solutions)
    take = diluents.take(solutions, row.diluent_volume)
    vial = diluent_vial(diluents.formulary, solutions, row.diluent_volume)
    solution = diluents.formulary.solution(vial.solution)
    after = (*((row.instruction,) if row.instruction else ()), *said(formulation, Moment.AFTER_RECONSTITUTION))
    step = Step(
        0,
        "measure",
        "reconstitute",
        f"{solution.display} into {source.product.display}, container {slot.rpartition('-')[2]}",
        take,
        slot,
        working=f"gives {show(row.concentration)} by the label",
        instructions=after,
        density=solution.density,
    )
    sheet.measure(step, row.diluent_volume, high_alert=False)


def _unit(
    sheet: Sheet, diluents: _Diluents, plan: TherapeuticPlan, formulary: Formulary, serial: int, shares: Sequence[Share]
) -> None:
    """Everything that goes into, or comes out of, one unit."""
    active, put = plan.actives[0], unit_slot(serial)
    if plan.remove is not None and plan.remove.number > 0:
        step = Step(0, "measure", "withdraw", f"Unit {serial}: take fluid out of the bag", put, "", working=removal_words(plan))
        sheet.measure(step, plan.remove, high_alert=False)
    for slot, source, part in shares:
        step = Step(
            0,
            "measure",
            "draw",
            f"Unit {serial}: {active.display} {show(source.concentration)}, container {slot.rpartition('-')[2]}",
            slot,
            put,
            working=f"{show(part)} ÷ {show(source.concentration)}",
            density=source.density,
        )
        sheet.measure(step, part / source.concentration, high_alert="high_alert" in plan.flags)
    if plan.diluent_volume is not None and plan.diluent_volume.number > 0:
        _fill_up(sheet, diluents, plan, formulary, serial, plan.diluent_volume)


def _fill_up(
    sheet: Sheet, diluents: _Diluents, plan: TherapeuticPlan, formulary: Formulary, serial: int, volume: Quantity
) -> None:
    solution = formulary.solution_named(plan.base_display)
    if solution is None:
        raise CannotCompute("solution_unknown", plan.base_display, "the formulary has no such solution.")
    take = diluents.take((solution.id,), volume)
    working = f"{show(plan.final_volume)} − volume of the drug"
    title = f"Unit {serial}: add {solution.display}"
    step = Step(0, "measure", "dilute", title, take, unit_slot(serial), working=working, density=solution.density)
    sheet.measure(step, volume, high_alert=False)


def _finish(sheet: Sheet, plan: TherapeuticPlan, formulation: MasterFormulation) -> None:
    if plan.in_process_check:
        sheet.step(Step(0, "check", "in_process", "A pharmacist looks before anything is mixed"))
    moments = (Moment.BEFORE_MIXING, Moment.AFTER_MIXING, Moment.AT_END)
    confirm_steps(sheet, [formulation], *moments)
    after = tuple(dict.fromkeys(text for at in moments for text in said(formulation, at)))
    sheet.step(Step(0, "label", "label", "Close every unit, look at it, and count", "", "", instructions=after))
