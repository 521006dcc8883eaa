"""The rows of a compounding record: figures, components, measurements, control procedures, pictures, what became of it."""

from collections.abc import Callable, Mapping
from typing import Any

from calculations.findings import Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock, in_words
from compounding.documents.sheets import KeptPicture, Measurement, QualityCheck, RecordedComponent, WorkedFigure
from compounding.nutrition.staging import BRINGS, brings_from
from compounding.preparing.dose import Dose, Scanned
from compounding.preparing.recorded import recalculation_or_reason, strength_from
from compounding.preparing.states import DoseStatus as S
from compounding.reviewing.order_state import OrderVersion
from compounding.views.evidence import measured_of, product_code, signed_percent
from compounding.views.working import working
from formulary.model import Formulary

Named = Callable[[str], str]


def worked_figures(dose: Dose) -> list[WorkedFigure]:
    """Every figure of the plan with formula, numbers and result."""
    steps = working((*dose.planned.work, *dose.drawing.work))
    return [WorkedFigure(w.name, f"{w.rule}: {w.sum}", w.result, w.formula, "") for w in steps]


def limit_words(dose: Dose) -> str:
    """The limits that will decide the beyond-use time, in the labelled storage."""
    plan = dose.planned
    rules = [f"{rule.name}: {show(rule.lasts)}" for rule in plan.time_rules if rule.storage == plan.storage]
    if plan.time_gap or not rules:
        return f"a pharmacist sets it at the check: {plan.time_gap or 'no limit is known'}"
    return f"start + the shortest of: {'; '.join(rules)}"


def components_recorded(dose: Dose, formulary: Formulary, clock: Clock, named: Named) -> list[RecordedComponent]:
    """Every container: code, lot, expiry, strength, what was taken of it, who scanned it and when."""
    return [_component(dose, scan, formulary, clock, named) for scan in dose.scans]


def _component(dose: Dose, scan: Scanned, formulary: Formulary, clock: Clock, named: Named) -> RecordedComponent:
    taken = [
        show(record.volume)
        for step in dose.drawing.measures
        if step.take == scan.slot and (record := dose.record_of(step.number)) is not None and record.volume is not None
    ]
    strength = "" if scan.strength is None else _strength_words(scan.strength)
    how = "scanned, lot and expiry typed" if scan.typed else "scanned"
    return RecordedComponent(
        scan.display,
        product_code(formulary, scan.product),
        "see code",
        scan.lot or "none",
        in_words(scan.expires) if scan.expires else "none",
        strength or "no active ingredient",
        " + ".join(taken) or "whole container",
        f"{how}, {named(scan.by)}, {clock.time(scan.at)}",
    )


def _strength_words(data: Mapping[str, Any]) -> str:
    """The concentration of a drug; of a source of nutrition what a millilitre of it brings."""
    if BRINGS not in data:
        return show(strength_from(data).concentration)
    found = brings_from(data)
    return ", ".join(f"{name.replace('_', ' ')} {show(amount)}" for name, amount in found.items()) or "brings nothing"


def measurements(dose: Dose, clock: Clock, named: Named) -> list[Measurement]:
    """Planned beside entered."""
    return [
        Measurement(
            row.what,
            row.planned or "none",
            row.entered or "not measured",
            row.difference,
            f"{row.how}, {row.by}, {row.at}" + (f"; read aloud: {row.read_aloud}" if row.read_aloud else "")
            + (f"; {row.remark}" if row.remark else ""),
        )
        for row in measured_of(dose, clock, named)
    ]


def findings_passed(version: OrderVersion, clock: Clock, named: Named) -> list[QualityCheck]:
    """Findings that two pharmacists and the prescriber passed at the review, with the reason and who confirmed them."""
    who = " and ".join(named(person) for person in version.accepted_by)
    at = "" if version.accepted_at is None else clock.time(version.accepted_at)
    return [
        QualityCheck(
            f"Finding at the review: {finding['title']}",
            "two pharmacists and the prescriber",
            f"{version.reasons.get(finding['code'], '')}; confirmed by {version.prescriber_confirmed}",
            who,
            at,
        )
        for finding in version.findings
        if finding["grade"] == Grade.HARD
    ]


def quality(dose: Dose, clock: Clock, named: Named, paired_by: str) -> list[QualityCheck]:
    """The control procedures with their results: looks, label scan, recalculation, checks, pairing."""
    rows = _looks(dose, named)
    if dose.unit is not None and dose.released is not None:
        unit, who = f"lot {dose.unit['lot']}, unit {dose.unit['serial']}", named(dose.released.person)
        rows.append(QualityCheck("Finished unit against the order", "nothing differs", unit, who, clock.time(dose.released.at)))
    elif dose.completed_at is not None:
        label = "In-process label on the container, scanned"
        rows.append(
            QualityCheck(label, dose.number, dose.number, named(dose.completed_by), clock.time(dose.completed_at))
        )
    rows += _recalculations(dose, "at the check" if dose.released is None else clock.time(dose.released.at))
    if dose.released is not None:
        look, at = dose.planned.appearance or "no particles, no leak", clock.time(dose.released.at)
        rows.append(QualityCheck("Appearance and container", look, "passed", named(dose.released.person), at))
    if (kept := dose.kept_by) is not None:
        changed, why = "; ".join(dose.changed_kept), kept.meaning.removeprefix("kept as released: ")
        who, at = named(kept.person), clock.time(kept.at)
        rows.append(QualityCheck(f"After release: {changed}", "a pharmacist looks", f"kept: {why}", who, at))
    if (second := dose.second_check) is not None:
        at = clock.time(second.at)
        rows.append(QualityCheck("Second check, alone", "agrees with the first", "agrees", named(second.person), at))
    if dose.paired_at is not None:
        at = clock.time(dose.paired_at)
        rows.append(QualityCheck("Both labels scanned as a pair", dose.number, dose.number, paired_by, at))
    return rows


def _looks(dose: Dose, named: Named) -> list[QualityCheck]:
    rows = _weighings(dose, named)
    if dose.staging_checked_by:
        who = named(dose.staging_checked_by)
        rows.append(
            QualityCheck("Look at the containers", "right drug and strength", "passed", who, "before the start")
        )
    if (again := dose.assessed) is not None:
        decided = f"; made all the same: {dose.staging_reason}" if dose.staging_reason else ""
        asked = f"Calcium with phosphate again: {'; '.join(again.drawn)}"
        who = named(dose.staging_checked_by) if dose.staging_reason else "Sufficit"
        rows.append(QualityCheck(asked, "inside its curve", f"{again.shown.verdict}{decided}", who, "at the scan"))
    if dose.in_process_passed_by:
        who = named(dose.in_process_passed_by)
        rows.append(QualityCheck("Look before mixing", "right volumes", "passed", who, "before mixing"))
    return rows


def _weighings(dose: Dose, named: Named) -> list[QualityCheck]:
    """The whole container on the balance, beside what its content must weigh."""
    rows = []
    for step in dose.drawing.steps:
        record = dose.record_of(step.number)
        if step.kind == "weigh" and record is not None and record.mass is not None and step.expected_mass is not None:
            expected, found = show(step.expected_mass, 1), show(record.mass)
            rows.append(QualityCheck("Whole container weighed", expected, found, named(record.by), "at the end"))
    return rows


def _recalculations(dose: Dose, at: str) -> list[QualityCheck]:
    results, why = recalculation_or_reason(dose)
    rows = [
        QualityCheck(
            f"Recalculation of {one.drug}",
            f"{show(one.ordered)} ±{_percent(one.tolerance)} %",
            f"{show(one.found)}, {signed_percent(one.difference)} %",
            "Sufficit",
            at,
        )
        for one in results
    ]
    return [*rows, QualityCheck("Recalculation", "every volume measured", why, "Sufficit", at)] if why else rows


def _percent(share: Quantity) -> str:
    return show_number(share.amount_in("one") * 100, 1)


def pictures(dose: Dose, clock: Clock) -> list[KeptPicture]:
    """Every picture by the step it belongs to."""
    return [
        KeptPicture(step.title, clock.time(record.at), record.picture)
        for step in dose.drawing.steps
        if (record := dose.record_of(step.number)) is not None and record.picture
    ]


def outcome(dose: Dose, clock: Clock, named: Named) -> str:
    """What became of it: released by whom and when, or how it ended."""
    signed = dose.released
    if dose.status in (S.REJECTED, S.ABANDONED, S.WASTED, S.EXPIRED, S.QUARANTINED, S.CANCELLED) or signed is None:
        words = dose.status.value.replace("_", " ")
        at = "" if dose.moved_at is None else f" {clock.moment(dose.moved_at)}, {named(dose.moved_by)}"
        return f"{words[:1].upper()}{words[1:]}{at}{': ' + dose.reason if dose.reason else ''}"
    how = "Released in an emergency" if dose.emergency else "Released"
    return f"{how} {clock.moment(signed.at)}, {named(signed.person)}"
