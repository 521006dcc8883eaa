"""Worksheet and record rows of a nutrition container, from the folded dose."""

from typing import Any

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.documents.build import nutrition_worksheet
from compounding.documents.dose_documents import Clock, due_of, patient_line, room_of, site_of
from compounding.documents.nutrition_sheet import MixStepToDo, OrderedRow
from compounding.documents.record_parts import limit_words
from compounding.documents.shapes import Printed
from compounding.documents.sheets import ContainerToTake, WorkedFigure
from compounding.nutrition.beside import goes_with
from compounding.nutrition.draw_up import FINAL
from compounding.nutrition.plan import LIPID, NutrientRow, NutritionPlan
from compounding.planning.plan import Step
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import order_record
from compounding.reviewing.record import ORDER
from compounding.views.evidence import product_code, syringe_words
from compounding.views.order_words import order_words
from formulary.model import Formulary


def nutrition_worksheet_snapshot(uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary) -> dict[str, Any]:
    """`nutrition_worksheet/1` of a queued container. VOID when its order changed. Raises ValueError for another dose."""
    plan, clock, nutrition = dose.planned, Clock.of(act), dose.planned.nutrition
    if nutrition is None:
        raise ValueError("only a nutrition container has a nutrition worksheet")
    order = order_words(uow, load(uow, ORDER, order_record(dose.order)), dose, clock)
    facts = {what: (text, note) for what, text, note in order.facts}
    cycle = f"; {', then '.join(nutrition.tapers)}" if nutrition.tapers else ""
    return nutrition_worksheet(
        number=dose.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        status="" if order.active else "VOID",
        order_version=str(dose.order_version),
        profile=plan.formulation_name,
        site=site_of(formulary, room_of(uow, dose)),
        patient=patient_line(dose),
        weight=f"dosing weight {show(nutrition.dosing_weight)}, {nutrition.dosing_weight_note}",
        allergies=dose.patient_shown["allergies"],
        title=plan.title,
        line=nutrition.warnings[0],
        infuse=show(nutrition.infused_volume, 1),
        holds=show(nutrition.prepared_volume, 1),
        volumes=nutrition.overfill_words,
        run=f"{show(nutrition.rate)} over {show(nutrition.hours, 1)}{cycle}",
        due=due_of(dose, clock),
        prescriber=facts["Ordered by"][0],
        reviewed=facts["Ordered by"][1] or "not reviewed",
        goes_with=goes_with(uow, dose),
        rows=[_ordered(row) for row in rows_here(nutrition)],
        containers=[_to_take(dose, formulary, component.slot) for component in dose.drawing.components],
        supplies=_supplies(dose),
        steps=_steps(dose),
        tolerance=_tolerance(dose),
        calcium_phosphate=calcium_phosphate_words(dose),
        beyond_use=limit_words(dose),
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def calcium_phosphate_words(dose: Dose) -> str:
    """The verdict with its curve, of what is really drawn; says why it was assessed again and what was decided. Or nothing."""
    nutrition, again = dose.planned.nutrition, dose.assessed
    verdict = again.shown if again is not None else None if nutrition is None else nutrition.calcium_phosphate
    if verdict is None:
        return ""
    words = f"{verdict.verdict} ({verdict.curve})" if verdict.curve else verdict.verdict
    if again is None:
        return words
    decided = f" Made all the same: {dose.staging_reason}." if dose.staging_reason else ""
    return f"{words}. Assessed again with the containers scanned: {'; '.join(again.drawn)}.{decided}"


def rows_here(nutrition: NutritionPlan) -> list[NutrientRow]:
    """The rows of the order that this container gives."""
    return [row for row in nutrition.rows if row.apart is (nutrition.container == LIPID)]


def _ordered(row: NutrientRow) -> OrderedRow:
    return OrderedRow(row.title, ordered_words(row), show(row.per_day, 2), row.made_of)


def ordered_words(row: NutrientRow) -> str:
    """As ordered, the basis said where the unit does not say it."""
    if row.worked_out:
        return "worked out"
    text = show(row.ordered)
    return text if "/" in text else f"{text} {row.basis}"


def _to_take(dose: Dose, formulary: Formulary, slot: str) -> ContainerToTake:
    component = dose.drawing.component(slot)
    scan = next((scan for scan in dose.scans if scan.slot == slot), None)
    lot, expires = ("", "") if scan is None else (scan.lot, scan.expires)
    return ContainerToTake(component.display, product_code(formulary, component.product), "1", lot, expires, "")


def _supplies(dose: Dose) -> str:
    sizes = [f"{show(step.syringe.capacity)} syringe" for step in dose.drawing.measures if step.syringe is not None]
    return ", ".join(f"{size} × {sizes.count(size)}" for size in dict.fromkeys(sizes))


def _steps(dose: Dose) -> list[MixStepToDo]:
    """Every step, with what the container holds after each that adds to it."""
    held, found = Quantity(0, "mL"), []
    for step in dose.drawing.steps:
        into = step.kind == "measure" and step.put == FINAL and step.volume is not None
        if into and step.volume is not None:
            held = held + step.volume
        found.append(_step(step, show(held, 1) if into else ""))
    return found


def _step(step: Step, running: str) -> MixStepToDo:
    measures = step.kind == "measure"
    note = "; ".join((*step.instructions, step.working)) if measures else ""
    volume = "" if step.volume is None else show(step.volume)
    if step.kind == "weigh" and step.expected_mass is not None:
        volume = show(step.expected_mass, 1)
    by = (syringe_words(step.syringe) or "pump") if measures else "balance" if step.kind == "weigh" else ""
    reads = "mL" if measures else "g" if step.kind == "weigh" else ""
    return MixStepToDo(str(step.number), step.title, by, volume, running, reads, note.strip("; "))


def _tolerance(dose: Dose) -> str:
    percent = show_number(dose.planned.volume_tolerance.amount_in("one") * 100, 1)
    return f"Outside ±{percent} %: measure again or reject."


def nutrition_figures(nutrition: NutritionPlan) -> list[WorkedFigure]:
    """The rows of the order and the totals of the bag as figures of a compounding record."""
    rows = [
        WorkedFigure(
            row.title,
            f"{ordered_words(row)}; {row.made_of or row.salts or 'given with the others'}",
            show(row.per_day, 2),
            nutrition.profile,
            "",
        )
        for row in rows_here(nutrition)
    ]
    totals = [
        WorkedFigure(figure.title, figure.note or "by product labels", show(figure.amount, 2), nutrition.profile, "")
        for figure in nutrition.figures
    ]
    return [*rows, *totals]
