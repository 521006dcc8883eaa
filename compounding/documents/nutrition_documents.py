"""The labels of a nutrition container: every figure from the plan that was signed, shown once, kept as text."""

from datetime import datetime, timedelta
from typing import Any

from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from compounding.documents.build import intermediate_label, nutrition_label
from compounding.documents.dose_documents import (
    Clock,
    auxiliary,
    checkers,
    due_of,
    patient_line,
    room_of,
    site_of,
    storage_path,
    used_components,
)
from compounding.documents.nutrition_labels import NutrientLine
from compounding.documents.shapes import BeyondUse, Maker, Printed
from compounding.documents.snapshots import barcode_text
from compounding.nutrition.beside import goes_with
from compounding.nutrition.draw_up import MIX
from compounding.nutrition.plan import LIPID, NutrientRow, NutritionPlan
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from formulary.model import Formulary

BY_SALT = ("sodium", "potassium", "calcium", "magnesium", "phosphate")


def nutrition_snapshot(
    uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary, ends: datetime, *, reprint: int = 0, reason: str = ""
) -> dict[str, Any]:
    """`nutrition_label/1` from the plan that was signed and from what was recorded."""
    plan, clock = dose.planned, Clock.of(act)
    nutrition = plan.nutrition
    if nutrition is None:
        raise ValueError("only a nutrition container has a nutrition label")
    lipid = nutrition.container == LIPID
    osmolarity = next((row for row in nutrition.figures if row.name == "osmolarity"), None)
    return nutrition_label(
        number=dose.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        order_version=str(dose.order_version),
        site=site_of(formulary, room_of(uow, dose)),
        patient=patient_line(dose),
        weight=f"dosing weight {show(nutrition.dosing_weight)}, {nutrition.dosing_weight_note}",
        title=nutrition.title.upper() if lipid else f"PARENTERAL NUTRITION, {nutrition.title}",
        line=nutrition.warnings[0],
        rate=show(nutrition.rate),
        hours=show(nutrition.hours, 1),
        infuse=show(nutrition.infused_volume, 1),
        holds=show(nutrition.prepared_volume, 1),
        volumes=_volumes(nutrition, dose, clock),
        tapers=list(nutrition.tapers),
        rows_title="What the patient gets of lipid in the day" if lipid else "What the patient gets",
        rows=[_row(row) for row in nutrition.rows if lipid or not row.apart],
        sums=[*nutrition.label_figures, *_aluminium(nutrition)] or ["Lipid alone."],
        osmolarity="" if osmolarity is None else f"{show(osmolarity.amount, 0)}{_estimate(osmolarity.note)}",
        filter=plan.filter,
        due=due_of(dose, clock),
        beyond_use=BeyondUse(clock.moment(ends), plan.storage_words, storage_path(plan, ends, clock)),
        auxiliary=[text for text in auxiliary(plan) if not text.startswith(("FILTER", "CENTRAL"))] or ["FOR IV USE ONLY"],
        goes_with=goes_with(uow, dose),
        made_by=Maker(shown_name(uow, dose.preparers[0]), clock.moment(dose.started_at or act.at)),
        checked_by=checkers(uow, dose, act, clock),
        measured=_weighed(dose),
        printed=Printed(clock.moment(act.at), "1", str(reprint) if reprint else "", reason),
    )


def _aluminium(nutrition: NutritionPlan) -> list[str]:
    """What a kilogram gets in a day; a lower bound is told as one, and what is not known is left out."""
    found = next((row for row in nutrition.figures if row.name == "aluminium per kg per day"), None)
    if found is None:
        return []
    return [f"Aluminium {'at least ' if found.note.startswith('at least') else ''}{show(found.amount, 2)}."]


def _estimate(note: str) -> str:
    return " (estimate)" if "estimate" in note else ""


def _volumes(nutrition: NutritionPlan, dose: Dose, clock: Clock) -> str:
    hang = ""
    if dose.due is not None:
        stop = dose.due + timedelta(seconds=int(nutrition.hours.amount_in("s")))
        hang = f" Hang by {clock.moment(dose.due)}, stop {clock.moment(stop)}, {nutrition.hang}."
    apart = any(row.apart for row in nutrition.rows)
    lipid = "" if nutrition.container == LIPID else " Lipid apart." if apart else ""
    return f"{nutrition.overfill_words[:1].upper()}{nutrition.overfill_words[1:]}.{hang}{lipid}"


def _row(row: NutrientRow) -> NutrientLine:
    """Salt and ion: the row is named by the salts that bring it, the ion stands beside it."""
    name, note = row.title.replace(", as the ion", "").replace(", as GIR", ""), ""
    if row.nutrient in BY_SALT and row.salts:
        name, note = row.salts.replace(", monobasic and dibasic", ""), row.nutrient
    elif row.made_of and not row.salts:
        note = row.made_of.split(":")[0]
    return NutrientLine(
        name, _plain(show(row.per_day, 2)), "" if row.per_kg is None else _plain(show(row.per_kg, 2)), note
    )


def _plain(text: str) -> str:
    """The column says per kg and per day; the cell says the amount."""
    return text.replace("/kg/day", "").replace("/day", "")


def _weighed(dose: Dose) -> str:
    for step in dose.drawing.steps:
        record = dose.record_of(step.number)
        if step.kind == "weigh" and record is not None and record.mass is not None and step.expected_mass is not None:
            off = (record.mass - step.expected_mass) / step.expected_mass
            percent = show_number(abs(off.amount_in("one") * 100), 1)
            return f"Weighed {show(record.mass)}, {'+' if off.number > 0 else '−' if off.number < 0 else ''}{percent} %"
    return ""


def nutrition_dilution_label(
    uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary, *, room: str
) -> dict[str, Any]:
    """`intermediate_label/1` of the dilution that the step in focus asks for; its code carries the number of that step."""
    plan, clock, step = dose.planned, Clock.of(act), dose.current_step
    nutrition = plan.nutrition
    if nutrition is None or step is None or step.kind != "scan":
        raise ValueError("no dilution is labelled now")
    product = step.take.removeprefix(f"{MIX}-")
    draw = next(one for one in nutrition.draws if one.product == product)
    dilution = draw.dilution
    if dilution is None:
        raise ValueError(f"{draw.display} is not diluted")
    made = intermediate_label(
        number=dose.number,
        preparation=dose.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        site=site_of(formulary, room),
        patient=patient_line(dose),
        drug=draw.display,
        concentration=f"1 part in {show_number((dilution.final / dilution.take).amount_in('one'), 2)}",
        total=show(dilution.final),
        diluent=formulary.solution(dilution.diluent).display,
        diluent_volume=show(dilution.add),
        components=used_components(dose, step.take),
        made_by=Maker(shown_name(uow, act.actor.person), clock.time(act.at)),
        use_until="the bag is mixed",
        warnings=["HIGH ALERT"],
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )
    return {**made, "barcode": barcode_text(made["kind"], dose.number, step.number)}
