"""A finished unit held against a verified order: what differs, whether its time covers the dose, and whose hands made it.

Pure. Each difference is named in words; a unit that differs in anything is not given instead of the dose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from batch_records.acts import Act, Refusal
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.batches.numbering import unit_scanned
from compounding.documents.snapshots import read_barcode
from compounding.orders.schedule import hours
from compounding.planning.draw_up import FINAL, READY
from compounding.planning.excipients import brought_words, unreviewed
from compounding.planning.plan import Component, DrawUpPlan, TherapeuticPlan
from compounding.planning.plan_data import as_data
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose, Scanned, Signed
from compounding.preparing.states import DoseStatus
from compounding.site_time import day_of
from compounding.stock.lot import Lot
from formulary.excipients import Holds


@dataclass(frozen=True)
class FoundUnit:
    """A unit of a batch, as it stands at this moment."""

    lot: str
    serial: int
    plan: TherapeuticPlan
    """Of one unit."""
    products: tuple[str, ...]
    """Drug products that were scanned for the batch."""
    amount: Quantity
    beyond_use: Mapping[str, Any]
    preparers: tuple[str, ...]
    hands: frozenset[str]
    hood: str
    started_at: datetime | None
    completed_at: datetime | None
    completed_by: str
    released: Signed | None = None
    """The pharmacist who released the batch."""
    storage: str = ""
    """How it is kept now."""
    refusal: Refusal | None = None
    """Why it may not be assigned at all."""
    lots: tuple[Lot, ...] = field(default=())
    containers: tuple[tuple[str, str], ...] = ()
    """Everything that was scanned for the batch: product or supply, and what it is called."""
    holds: frozenset[str] = frozenset()
    """Excipient classes that something in it holds."""
    not_stated: frozenset[str] = frozenset()
    """Excipient classes that nothing states of something in it."""

    def how_it_holds(self, code: str) -> Holds:
        """Whether something in it holds an excipient class."""
        return Holds.YES if code in self.holds else Holds.NOT_STATED if code in self.not_stated else Holds.NO

    @property
    def until(self) -> datetime:
        return datetime.fromisoformat(str(self.beyond_use["at"]))


def differences(plan: TherapeuticPlan, unit: FoundUnit) -> tuple[str, ...]:
    """In what the unit differs from the dose, each in words. Pure."""
    return tuple(_differences(plan, unit))


def _differences(wanted: TherapeuticPlan, unit: FoundUnit) -> Iterator[str]:
    made, active, ordered = unit.plan, unit.plan.actives[0], wanted.actives[0] if wanted.actives else None
    if wanted.nutrition is not None or wanted.one_time or ordered is None or len(wanted.actives) != 1:
        yield "the order is not for one drug of a released formulation"
        return
    if active.drug != ordered.drug:
        yield f"drug: {active.display}, ordered {ordered.display}"
        return
    if active.amount != ordered.amount:
        yield f"amount: {show(active.amount)}, ordered {show(ordered.amount)}"
    if made.base_display != wanted.base_display or made.container_class != wanted.container_class:
        yield f"diluent and container: {_in(made)}, ordered {_in(wanted)}"
    if (made.final_volume, made.base_volume, made.remove) != (wanted.final_volume, wanted.base_volume, wanted.remove):
        yield f"volume: {show(made.final_volume)}, ordered {show(wanted.final_volume)}"
    if made.formulary_route != wanted.formulary_route:
        yield f"route: {made.formulary_route}, ordered {wanted.formulary_route}"
    if wanted.second_check and not made.second_check:
        yield "checked by one pharmacist, and two check what was ordered"
    if strange := sorted(set(unit.products) - set(ordered.products)):
        yield f"made from {', '.join(strange)}, which this patient's order does not allow"
    for code, how in unreviewed(wanted.excipients, unit.how_it_holds):
        yield f"{brought_words('it', code, how)}, and the patient is allergic to that"


def _in(plan: TherapeuticPlan) -> str:
    return f"{plan.base_display} in a {plan.container_class}"


def needed_until(dose: Dose, at: datetime) -> datetime:
    """When the dose is over if it is started when it is due, or now where that is past."""
    plan = dose.planned
    run = plan.infuse_over if plan.infuse_over is not None else plan.push_over
    start = at if dose.due is None or dose.due < at else dose.due
    return start if run is None else start + hours(run)


def unit_known(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if ctx.unit is None:
        return Refusal("unit_unknown", "This is not the label of a finished unit. Scan the label of one.", 422)
    return None


def assigned_by_whom(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A pharmacist; or whom a released policy of the house names for units of this formulation, and for nothing else.

    What two check alone is never assigned without a pharmacist, whichever of the two formulations says so.
    """
    if "pharmacist" in act.actor.roles or ctx.unit is None:
        return None
    if ctx.assigning is not None and not (dose.planned.second_check or ctx.unit.plan.second_check):
        return None
    text = f"{act.actor.name} may not do this: a pharmacist assigns this unit. No released policy of the house says otherwise."
    return Refusal("not_allowed", text, 403)


def nothing_scanned(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.scans:
        return Refusal("staged_already", "Containers are scanned for this dose. Take it apart first.")
    return None


def unit_free(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Not held, not expired, not somebody else's. The head of its batch decides once more when it is written."""
    return None if ctx.unit is None else ctx.unit.refusal


def unit_fits(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Drug, amount, diluent, volume and route equal what was verified."""
    found = () if ctx.unit is None else differences(dose.planned, ctx.unit)
    return Refusal("unit_differs", f"This unit is not this dose. {'; '.join(found)}.", 422) if found else None


def unit_lasts(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Its beyond-use time covers the due time and the time to give it."""
    if ctx.unit is None or ctx.unit.until >= needed_until(dose, act.at):
        return None
    return Refusal("unit_too_old", "Its beyond-use time does not cover the due time and the time to give it.")


def unit_of_others(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if ctx.unit is not None and act.actor.person in ctx.unit.hands:
        return Refusal("own_work", "You had a hand in this batch. It is released by somebody else.", 403)
    return None


def completed_unit(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Any:
    """The facts of the unit, as they stand in its batch, the patient's label, and the policy where no pharmacist signs."""
    if ctx.unit is None:
        return action
    policy = None if ctx.assigning is None else as_data(ctx.assigning)
    return replace(with_facts(action, ctx.unit, act), label=ctx.label, policy=policy)


def with_facts(action: Any, unit: FoundUnit, act: Act) -> Any:
    """An assignment with everything that is told of the unit."""
    plan = unit.plan
    return replace(
        action,
        lot=unit.lot,
        serial=unit.serial,
        formulation=plan.formulation,
        display=f"{plan.title}, made ahead, unit {unit.serial}",
        amount=unit.amount,
        concentration=(unit.amount / plan.final_volume).to(plan.concentration.unit),
        volume=plan.final_volume,
        beyond_use=unit.beyond_use,
        last_day=day_of(unit.until, act).isoformat(),
        preparers=unit.preparers,
        hands=tuple(sorted(unit.hands)),
        hood=unit.hood,
        started_at=unit.started_at,
        completed_at=unit.completed_at,
        completed_by=unit.completed_by,
    )


def assigned(dose: Dose, a: Any, who: str, at: datetime) -> Dose:
    """The dose as a finished product: one container, its lot the finished lot, made by those who made the batch."""
    drug, policy = dose.planned.actives[0].drug, policy_words(a.policy)
    strength = {"drug": drug, "content": a.amount.as_data(), "concentration": a.concentration.as_data()}
    scan = Scanned(FINAL, a.formulation, a.display, a.code, a.lot, a.last_day, False, who, at, a.amount, strength, str(a.serial))
    component = Component(FINAL, READY, a.formulation, a.display, drug, a.amount, a.concentration, a.volume)
    return dose.moved(
        DoseStatus.RELEASED,
        who,
        at,
        scans=(scan,),
        draw_up=DrawUpPlan((component,), (), None),
        unit={"lot": a.lot, "serial": str(a.serial), **({"policy": policy} if policy else {})},
        preparers=a.preparers,
        hands=frozenset(a.hands),
        hood=a.hood,
        hoods=() if a.started_at is None else ((a.hood, a.started_at),),
        started_at=a.started_at,
        completed_at=a.completed_at,
        completed_by=a.completed_by,
        beyond_use=a.beyond_use,
        released=Signed(who, at, f"finished unit assigned{f' by {policy}' if policy else ''}, released", a.signature or {}),
        label=a.label,
        place="check desk",
        copies=0,
        label_in_hand=None,
    )


def policy_words(policy: Mapping[str, Any] | None) -> str:
    """`house rules, version 3`: the policy that an assignment was made under; empty for none."""
    return "" if policy is None else f"house rules, version {policy['version']}"


def container_matches(dose: Dose, code: str) -> bool:
    """Whether a scanned label is the one that marks this dose's container: of a finished unit that of the unit."""
    if dose.unit is not None:
        return unit_scanned(code) == (dose.unit["lot"], int(dose.unit["serial"]))
    read = read_barcode(code.removeprefix("]d2").removeprefix("]C1"))
    return read is not None and read == ("in_process_label/1", dose.number)
