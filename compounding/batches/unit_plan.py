"""The therapeutic plan of one unit that is made before anybody ordered it.

It is worked out by the same parts as that of a dose, without an order and without a patient: what depends on a patient
(dose limits, age, line) is held against the order to which the unit is assigned later. A product that is limited to some
patients is therefore never used.
"""

from dataclasses import dataclass, replace

from calculations.errors import CannotCompute
from calculations.findings import Grade
from calculations.formula import recording
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.planning.active import PlannedActive, drawn_from
from compounding.planning.container import Container, container_of
from compounding.planning.dose_amount import DoseAmount
from compounding.planning.plan import Substituted, TherapeuticPlan
from compounding.planning.products import sources
from compounding.planning.therapeutic import of_container, of_handling, of_safety, time_rules
from formulary.model import DiluentChoice, Drug, Formulary, MasterFormulation, OrderType
from formulary.model_switch import Alternative, Switch

MADE_AHEAD = (OrderType.INTERMITTENT, OrderType.PUSH, OrderType.CONTINUOUS, OrderType.LARGE_VOLUME)
"""Kinds of order that a unit can be made for before it is known who gets it."""


@dataclass(frozen=True)
class Wanted:
    """One unit: of which formulation, with how much drug, in what."""

    formulation: str
    amount: Quantity
    """Amount of drug in one unit."""
    solution: str = ""
    """Id of the diluent; empty where it is drawn up as it is."""
    volume: Quantity | None = None
    """Volume of the diluent's row in the formulation."""


def choices_of(formulation: MasterFormulation) -> tuple[DiluentChoice | None, ...]:
    """What one unit can be made in; None stands for undiluted."""
    return formulation.diluents or (None,)


def formulations_ahead(formulary: Formulary) -> tuple[tuple[Drug, MasterFormulation], ...]:
    """The released formulations that may be made ahead, by the drug's name."""
    found = [
        (drug, formulation)
        for drug in formulary.drugs
        for formulation in drug.formulations
        if formulation.order_type in MADE_AHEAD and not drug.flags.controlled_schedule
    ]
    return tuple(sorted(found, key=lambda pair: (pair[0].name.casefold(), pair[1].name)))


def plan_unit(formulary: Formulary, wanted: Wanted, *, tested: bool = False) -> TherapeuticPlan:
    """The plan of one unit. `tested`: its sterility is tested, and the longer limits of a tested batch hold.

    Raises CannotCompute, with what to do next, for everything that cannot be made ahead.
    """
    drug, formulation = _released(formulary, wanted.formulation)
    switch = formulary.switched(formulation.id)
    formulation = made_now(formulary, formulation, switch)
    choice = _choice(formulation, wanted, switch)
    with recording() as work:
        active = _active(formulary, drug, formulation, wanted)
        container = container_of(formulary, formulation, choice, [active])
        if (stops := next((f for f in container.findings if f.grade in (Grade.HARD, Grade.ABSOLUTE)), None)) is not None:
            raise CannotCompute(stops.code, f"A batch of {formulation.name}", f"{stops.title}.", stops.mend)
        rules, gap = time_rules(formulary, [active], container, tested=tested)
        plan = _plan(drug, formulation, active, container)
    plan = replace(plan, time_rules=rules, time_gap=gap, work=tuple(work.as_data()), substituted=_instead(formulation, switch))
    _inside(formulation, plan)
    if gap:
        raise CannotCompute(
            "beyond_use_gap", f"how long {formulation.name} keeps", f"{gap}.", "Record the stability first, with its source."
        )
    return plan


def _inside(formulation: MasterFormulation, plan: TherapeuticPlan) -> None:
    """The labelled concentration lies inside what the formulation names: nobody reviews a batch for one patient."""
    low, high = formulation.concentration_low, formulation.concentration_high
    if (high is not None and plan.concentration > high) or (low is not None and plan.concentration < low):
        ends = [show(end) for end in (low, high) if end is not None]
        raise CannotCompute(
            "concentration_outside",
            f"A batch of {formulation.name} with {show(plan.concentration)}",
            f"the formulation is made within {' to '.join(ends)}.",
            "Choose another amount or volume.",
        )


def _released(formulary: Formulary, wanted: str) -> tuple[Drug, MasterFormulation]:
    found = next((pair for pair in formulations_ahead(formulary) if pair[1].id == wanted), None)
    if found is not None:
        return found
    known = next((f for d in formulary.drugs for f in d.formulations if f.id == wanted), None)
    raise CannotCompute(
        "not_made_ahead",
        f"A batch of {known.name if known is not None else wanted}",
        "no released formulation of that name is made ahead; a controlled drug and what is made for one patient never are.",
        "Choose another formulation.",
    )


def made_now(formulary: Formulary, formulation: MasterFormulation, switch: Switch | None) -> MasterFormulation:
    """The formulation as it is made while something is short: of the other product, in the other diluent.

    Raises CannotCompute where another formulation takes its place: that one is chosen by name, with its own amount and volume.
    """
    if switch is None:
        return formulation
    match switch.kind:
        case Alternative.PRODUCT:
            return replace(formulation, products=(switch.to,))
        case Alternative.DILUENT:
            return replace(formulation, diluents=tuple(one for one in formulation.diluents if one.solution == switch.to))
        case Alternative.FORMULATION:
            raise CannotCompute(
                "switched",
                f"A batch of {formulation.name}",
                f"a pharmacist switched it to an alternative: {switch.reason}.",
                f"Make it by {formulary.formulation(switch.to).name}.",
            )


def _instead(formulation: MasterFormulation, switch: Switch | None) -> tuple[Substituted, ...] | None:
    if switch is None:
        return None
    return (Substituted(formulation.id, formulation.name, switch.number, switch.kind.value, switch.to, switch.reason),)


def switched_since(plan: TherapeuticPlan, formulary: Formulary) -> str:
    """Why a batch that was planned before a switch began or ended is not made as it was planned; empty where nothing changed."""
    made = {one.formulation: one.number for one in plan.substituted or ()}
    switch = formulary.switched(plan.formulation)
    if made.get(plan.formulation) == (None if switch is None else switch.number):
        return ""
    if switch is None:
        return "the alternative because of shortage that it was planned for has ended"
    return f"a pharmacist switched it to an alternative since it was planned: {switch.reason}"


def _choice(formulation: MasterFormulation, wanted: Wanted, switch: Switch | None) -> DiluentChoice | None:
    for choice in choices_of(formulation):
        if (choice is None and not wanted.solution) or (
            choice is not None and (choice.solution, choice.volume) == (wanted.solution, wanted.volume)
        ):
            return choice
    if switch is not None and switch.kind is Alternative.DILUENT:
        raise CannotCompute(
            "switched", f"{formulation.name} in what was chosen", f"a pharmacist switched its diluent: {switch.reason}."
        )
    raise CannotCompute(
        "diluent_not_released", f"{formulation.name} in what was chosen", "the formulation names no such diluent and volume."
    )


def _active(formulary: Formulary, drug: Drug, formulation: MasterFormulation, wanted: Wanted) -> PlannedActive:
    amount = wanted.amount if wanted.amount.of == drug.of or drug.of is None else wanted.amount.named(drug.of)
    if amount.number <= 0:
        raise CannotCompute("no_amount", f"a unit of {drug.display}", f"{show(amount)} is no amount.", "Enter the amount.")
    route = formulation.routes[0]
    found = tuple(one for one in sources(drug, formulation, route) if not one.product.populations)
    active = drawn_from(formulary, drug, formulation, found, DoseAmount(amount, amount, amount, None, ()))
    if active.frozen.intermediate:
        raise CannotCompute(
            "dilute_first",
            f"A batch of {formulation.name} with {show(amount)}",
            "so little is drawn from an intermediate dilution, which belongs to one preparation.",
            "Make it for the patient.",
        )
    standard = next((row.concentration.unit for row in drug.standard_concentrations), None)
    return active if standard is None else replace(active, shown_in=standard)


def _plan(
    drug: Drug, formulation: MasterFormulation, active: PlannedActive, container: Container
) -> TherapeuticPlan:
    return TherapeuticPlan(
        formulation=formulation.id,
        formulation_name=formulation.name,
        drug=drug.id,
        display=drug.display,
        order_type=str(formulation.order_type),
        actives=(active.frozen,),
        route=formulation.routes[0],
        line="",
        rate=None,
        infuse_over=formulation.infusion.default_time,
        dose_rate=None,
        **of_container(formulation, [active], container),
        **of_handling(formulation, [active]),
        **of_safety([active], ready=False),
    )
