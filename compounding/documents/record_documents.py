"""The worksheet that goes to the hood, and the compounding record that stays, from the folded dose and its entries."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.entries import REFUSED, Entry
from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from compounding.documents.alternatives import alternative_bands, used_in_place
from compounding.documents.build import compounding_record, worksheet
from compounding.documents.dose_documents import (
    FORMS,
    Clock,
    auxiliary,
    diluent,
    drug_lines,
    due_of,
    duration,
    patient_line,
    pump_rate,
    room_of,
    site_of,
    storage_path,
)
from compounding.documents.nutrition_sheets import nutrition_figures, nutrition_worksheet_snapshot
from compounding.documents.record_parts import (
    components_recorded,
    findings_passed,
    limit_words,
    measurements,
    outcome,
    pictures,
    quality,
    worked_figures,
)
from compounding.documents.shapes import BeyondUse, Printed
from compounding.documents.sheets import ContainerToTake, Refused, Signature, StepToDo
from compounding.documents.syringe import drawing
from compounding.people import shown_name
from compounding.planning.plan import Step
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, order_record
from compounding.reviewing.record import ORDER
from compounding.rooms import HOOD, hood_record
from compounding.views.evidence import product_code
from compounding.views.order_words import order_words
from formulary.model import Formulary

Named = Callable[[str], str]


def _common(dose: Dose, formulary: Formulary) -> dict[str, Any]:
    """What the worksheet and the compounding record both say of a dose, with the marks of its data."""
    plan = dose.planned
    return {
        "number": dose.number,
        "demonstration": formulary.site.demonstration,
        "draft": plan.draft,
        "one_time": plan.one_time,
        "patient": patient_line(dose),
        "drugs": drug_lines(plan),
        "route": plan.route,
    }


def worksheet_snapshot(uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary) -> dict[str, Any]:
    """`worksheet/1` of a queued dose: recipe, working, syringes and sign-off boxes. VOID when its order changed."""
    plan, clock = dose.planned, Clock.of(act)
    if plan.nutrition is not None:
        return nutrition_worksheet_snapshot(uow, dose, act, formulary)
    order = order_words(uow, load(uow, ORDER, order_record(dose.order)), dose, clock)
    facts = {what: (text, note) for what, text, note in order.facts}
    return worksheet(
        **_common(dose, formulary),
        status="" if order.active else "VOID",
        order_version=str(dose.order_version),
        formulary_version=", ".join(plan.drug_versions) or plan.formulation_name,
        site=site_of(formulary, room_of(uow, dose)),
        patient_facts=" ".join(facts.get("Dosing weight") or facts["Weight"]).strip(),
        allergies=dose.patient_shown["allergies"],
        diluent=diluent(plan)[0],
        diluent_volume=diluent(plan)[1],
        total=show(plan.final_volume, 1),
        rate=pump_rate(plan, formulary),
        duration=duration(plan),
        due=due_of(dose, clock),
        order_text=order.quote,
        prescriber=facts["Ordered by"][0],
        reviewed=facts["Ordered by"][1] or "not reviewed",
        cautions=[*auxiliary(plan), *(one.words for one in used_in_place(dose))],
        instead=alternative_bands(uow, dose, clock),
        containers=[_to_take(dose, formulary, slot) for slot in dict.fromkeys(c.slot for c in dose.drawing.components)],
        supplies=_supplies(dose),
        figures=worked_figures(dose),
        steps=[_to_do(step) for step in dose.drawing.steps],
        syringes=[_syringe(step) for step in dose.drawing.measures if step.syringe is not None],
        tolerance=_tolerance(dose),
        in_process_check="a pharmacist looks before mixing"
        if plan.in_process_check
        else "not required for this formulation",
        beyond_use=limit_words(dose),
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def _to_take(dose: Dose, formulary: Formulary, slot: str) -> ContainerToTake:
    component = dose.drawing.component(slot)
    scan = next((scan for scan in dose.scans if scan.slot == slot), None)
    lot, expires = ("", "") if scan is None else (scan.lot, scan.expires)
    return ContainerToTake(component.display, product_code(formulary, component.product), "1", lot, expires, "")


def _tolerance(dose: Dose) -> str:
    percent = show_number(dose.planned.volume_tolerance.amount_in("one") * 100, 1)
    return f"Outside ±{percent} %: measure again or reject."


def _supplies(dose: Dose) -> str:
    sizes = [f"{show(step.syringe.capacity)} syringe" for step in dose.drawing.measures if step.syringe is not None]
    return ", ".join(f"{size} × {sizes.count(size)}" for size in dict.fromkeys(sizes))


def _to_do(step: Step) -> StepToDo:
    volume = "" if step.volume is None else f": {show(step.volume)}"
    return StepToDo(" ".join((f"{step.title}{volume}.", *step.instructions)), "mL" if step.kind == "measure" else "")


def _syringe(step: Step) -> Any:
    assert step.syringe is not None
    assert step.volume is not None
    return drawing(
        capacity_ml=show_number(step.syringe.capacity.amount_in("mL")),
        line_ml=show_number(step.syringe.graduation.amount_in("mL")),
        volume_ml=str(step.volume.amount_in("mL")),
        shown=show(step.volume),
    )


def record_snapshot(uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary) -> dict[str, Any]:
    """`compounding_record/1` of a dose that was started, as its entries tell it now, with what was refused on the way.

    Raises Faults for a dose of which nothing was made: it has no compounding record.
    """
    plan, clock = dose.planned, Clock.of(act)
    entries = uow.entries(dose_record(dose.number))
    version = load(uow, ORDER, order_record(dose.order)).versions[dose.order_version - 1]

    def named(person: str) -> str:
        return "Sufficit" if person == "system" else shown_name(uow, person)

    return compounding_record(
        **_common(dose, formulary),
        site=site_of(formulary, room_of(uow, dose)),
        name=_name(dose),
        strength=_strength(dose),
        dosage_form=FORMS[plan.container_class],
        prepared=_prepared(uow, dose, clock),
        order=f"Order {dose.order}, version {dose.order_version}, {version.order.prescriber if version.order else 'not said'}",
        outcome=outcome(dose, clock, named),
        prepared_by=list(dict.fromkeys(named(person) for person in dose.preparers)),
        verified_by=_verified(dose, named),
        components=components_recorded(dose, formulary, clock, named),
        total_quantity=_total(dose),
        yield_made="1 container" if dose.completed_at is not None else "none: it was not completed",
        beyond_use=_beyond_use(dose, clock),
        beyond_use_reason=str((dose.beyond_use or {}).get("deciding", "")) or "not set",
        quality=[
            *findings_passed(version, clock, named),
            *quality(dose, clock, named, next((named(e.who) for e in entries if e.kind == "pair_labels"), "")),
        ],
        instead=alternative_bands(uow, dose, clock),
        formulation="; ".join(
            (f"{plan.formulation_name} ({', '.join(plan.drug_versions)})", *(one.words for one in used_in_place(dose)))
        ),
        figures=worked_figures(dose) if plan.nutrition is None else nutrition_figures(plan.nutrition),
        measurements=measurements(dose, clock, named),
        signatures=signatures_of(entries, clock),
        pictures=pictures(dose, clock),
        refusals=refusals_of(entries, clock, named),
        head=entries[-1].hash,
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def _total(dose: Dose) -> str:
    nutrition = dose.planned.nutrition
    return show(dose.planned.final_volume if nutrition is None else nutrition.prepared_volume, 1)


def _name(dose: Dose) -> str:
    if dose.planned.nutrition is not None:
        return dose.planned.title
    name, _ = diluent(dose.planned)
    return f"{dose.planned.display} in {name}" if name else f"{dose.planned.display}, undiluted"


def _strength(dose: Dose) -> str:
    plan = dose.planned
    if (nutrition := plan.nutrition) is not None:
        infuse, holds = show(nutrition.infused_volume, 1), show(nutrition.prepared_volume, 1)
        return f"{infuse} to infuse of {holds}, dosing weight {show(nutrition.dosing_weight)}"
    amounts = ", ".join(show(active.amount) for active in plan.actives)
    return f"{amounts} in {show(plan.final_volume, 1)} ({show(plan.concentration)})"


def _prepared(uow: UnitOfWork, dose: Dose, clock: Clock) -> str:
    if dose.started_at is None:
        return ""
    hood = ", then ".join(load(uow, HOOD, hood_record(one)).name or one for one, _ in dose.hoods)
    until = "" if dose.completed_at is None else f" to {clock.time(dose.completed_at)}"
    return f"{clock.moment(dose.started_at)}{until}, {hood}"


def _verified(dose: Dose, named: Named) -> list[str]:
    if (dose.unit or {}).get("policy"):  # no pharmacist assigned it: who released its batch, and who scanned it by which rules
        return [f"{one['name']}, {one['how']}" for one in (dose.label or {}).get("checked_by", ())]
    signed = [dose.first_check, dose.second_check, dose.released, dose.afterwards]
    return list(dict.fromkeys(named(one.person) for one in signed if one is not None))


def _beyond_use(dose: Dose, clock: Clock) -> BeyondUse:
    ends = dose.beyond_use_at()
    if ends is None:
        return BeyondUse("not set", dose.planned.storage_words or "not set", "not set")
    return BeyondUse(clock.moment(ends), dose.planned.storage_words, storage_path(dose.planned, ends, clock))


def signatures_of(entries: Sequence[Entry], clock: Clock) -> list[Signature]:
    """Every signature in the entries of a record, in order."""
    found = []
    for entry in entries:
        signed = entry.payload.get("signature") if entry.kind != REFUSED else None
        if signed:
            who = f"{signed['name']}, {signed['credentials']}" if signed["credentials"] else signed["name"]
            at = clock.moment(datetime.fromisoformat(signed["at"]))
            found.append(Signature(who, at, signed["meaning"], signed["content_digest"]))
    return found


def refusals_of(entries: Sequence[Entry], clock: Clock, named: Named) -> list[Refused]:
    """Every refusal in the entries of a record, in order."""
    return [
        Refused(clock.moment(e.at), named(e.who), str(e.payload["action"]).replace("_", " "), str(e.payload["text"]))
        for e in entries
        if e.kind == REFUSED
    ]
