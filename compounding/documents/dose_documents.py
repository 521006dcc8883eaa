"""The labels of a dose: every figure from the plan that was signed and from what was recorded, shown once, kept as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from calculations.beyond_use import Ends
from calculations.printing import show, show_number
from compounding.documents.alternatives import alternative_bands, alternative_words
from compounding.documents.build import dispensing_label, in_process_label, intermediate_label
from compounding.documents.shapes import BeyondUse, Component, DrugLine, Due, Maker, PatientLine, Printed, Site
from compounding.documents.shapes import Person as Signer
from compounding.people import shown_name
from compounding.planning.plan import ONE_TIME_WORDS, TherapeuticPlan, TimeRule
from compounding.planning.pump import pump_setting
from compounding.preparing.dose import Dose
from compounding.preparing.recorded import recalculation_or_reason
from compounding.rooms import HOOD, hood_record
from compounding.site_time import on_the_wall, shown_twice
from formulary.model import ContainerType, Formulary

HIGH_ALERT = "HIGH ALERT"
FORMS = {"bag": "IV infusion", "minibag": "IV infusion", "syringe": "injection in a syringe"}


@dataclass(frozen=True)
class Clock:
    """The site's wall clock: what a page or a print shows. Any moment is shown as the clock stands then, not now."""

    offset_minutes: int
    """Minutes from UTC at the act."""
    zone: tzinfo | None = None
    """The site's time zone; None where only moments near the act are shown."""

    @classmethod
    def of(cls, act: Act) -> "Clock":
        return cls(act.offset_minutes, act.zone)

    def local(self, at: datetime) -> datetime:
        return on_the_wall(at, self.offset_minutes, self.zone)

    def day(self, at: datetime) -> str:
        moment = self.local(at)
        return f"{moment.day} {moment:%b %Y}"

    def time(self, at: datetime) -> str:
        """`13:41`; in the hour that the clock shows twice also which of the two: `01:30 EDT`."""
        return f"{self.local(at):%H:%M} {shown_twice(at, self.zone)}".rstrip()

    def moment(self, at: datetime) -> str:
        """`24 Apr 2026, 13:41`."""
        return f"{self.day(at)}, {self.time(at)}"


def in_words(day: str) -> str:
    """`3 Feb 1965` from an ISO date: the month in letters."""
    found = date.fromisoformat(day)
    return f"{found.day} {found:%b %Y}"


def site_of(formulary: Formulary, room: str) -> Site:
    return Site(formulary.site.name, room, formulary.site.phone)


def room_of(uow: UnitOfWork, dose: Dose) -> str:
    """The room that the hood of the dose stands in, as people call it."""
    return load(uow, HOOD, hood_record(dose.hood)).room or "IV room"


def patient_line(dose: Dose) -> PatientLine:
    shown = dose.patient_shown
    return PatientLine(shown["name"], in_words(shown["born"]), f"MRN {shown['mrn']}", shown["location"])


def drug_lines(plan: TherapeuticPlan) -> list[DrugLine]:
    """Active ingredients with their amounts; a nutrition container is named as a whole."""
    if plan.nutrition is not None:
        return [DrugLine(plan.title, show(plan.nutrition.prepared_volume, 1))]
    return [DrugLine(active.display, show(active.amount)) for active in plan.actives]


def diluent(plan: TherapeuticPlan) -> tuple[str, str]:
    """Diluent and its volume as printed; two empty texts for an undiluted syringe."""
    if plan.base_volume is not None:
        return plan.base_display, show(plan.base_volume)
    if plan.diluent_volume is not None:
        return plan.base_display, show(plan.diluent_volume)
    return "", ""


def pump_rate(plan: TherapeuticPlan, formulary: Formulary) -> str:
    """The rate as the pump is told; empty for a push."""
    return "" if plan.rate is None else show(pump_setting(plan.rate, formulary.site))


def duration(plan: TherapeuticPlan) -> str:
    """The time to give it: minutes up to three hours, then hours."""
    time = plan.push_over if plan.infuse_over is None else plan.infuse_over
    if time is None:
        return ""
    return show(time.to("min"), 0) if time.amount_in("h") <= 3 else show(time.to("h"), 1)


def storage_path(plan: TherapeuticPlan, ends: datetime, clock: Clock) -> str:
    """Where it is kept until then, in words, and how long it lasts once taken out."""
    if plan.storage == "crt":
        return f"Room temperature until {clock.moment(ends)}"
    word = {"fridge": "Refrigerate", "freezer": "Keep frozen"}[plan.storage]
    return f"{word} until {clock.moment(ends)}; {_once_out(plan)}"


def _once_out(plan: TherapeuticPlan) -> str:
    """How long it lasts at room temperature: only where every active has a stability statement for it."""
    room = [rule for rule in plan.time_rules if rule.storage == "crt"]
    stated = {rule.drug for rule in room}
    if not {active.drug for active in plan.actives} <= stated:
        return "no data for room temperature: take out just before use"
    hours, minutes = divmod(min(_minutes_to_start(rule, plan) for rule in room), 60)
    if hours < 0 or not (hours or minutes):
        return "too short at room temperature for its infusion: take out just before use"
    parts = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number]
    return f"once out, start within {' '.join(parts)}"


def _minutes_to_start(rule: TimeRule, plan: TherapeuticPlan) -> int:
    """Whole minutes that a limit leaves until the start: one that counts to the end of the infusion is shorter by that."""
    left = rule.lasts.amount_in("min")
    if rule.ends == Ends.END_OF_INFUSION and plan.infuse_over is not None:
        left -= plan.infuse_over.amount_in("min")
    return int(left.numerator // left.denominator)


def used_components(dose: Dose, into: str = "") -> list[Component]:
    """Every container with its lot and what was taken of it; `into`: those alone that went into this slot."""
    rows = []
    taken_for = {step.take for step in dose.drawing.measures if step.put == into}
    for scan in dose.scans:
        if into and scan.slot not in taken_for:
            continue
        taken = [
            record.volume
            for step in dose.drawing.measures
            if step.take == scan.slot
            and (record := dose.record_of(step.number)) is not None
            and record.volume is not None
        ]
        amount = " + ".join(show(volume) for volume in taken)
        if not amount:
            volume = dose.drawing.component(scan.slot).volume
            amount = show(volume) if volume is not None else "1 container"
        rows.append(Component(scan.display, scan.lot, in_words(scan.expires), amount))
    return rows


def in_process_snapshot(uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary, *, room: str) -> dict[str, Any]:
    """`in_process_label/1`: marks the container from the first step."""
    plan, clock = dose.planned, Clock.of(act)
    name, volume = diluent(plan)
    warnings = [word for flag, word in _WARNINGS.items() if flag in plan.flags]
    warnings += [ONE_TIME_WORDS] if plan.one_time else []
    warnings += alternative_words(uow, dose, clock)
    return in_process_label(
        number=dose.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        site=site_of(formulary, room),
        patient=patient_line(dose),
        drugs=drug_lines(plan),
        diluent=name,
        diluent_volume=volume,
        route=plan.route,
        due=due_of(dose, clock),
        started_by=_starter(uow, dose, act, clock),
        hood=room,
        warnings=warnings,
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def _starter(uow: UnitOfWork, dose: Dose, act: Act, clock: Clock) -> Maker:
    """Who started it and when; before the start the person who has the label printed."""
    if dose.started_at is None:
        return Maker(shown_name(uow, act.actor.person), clock.time(act.at))
    return Maker(shown_name(uow, dose.preparers[0]), clock.time(dose.started_at))


_WARNINGS = {
    "hazardous": "HAZARDOUS",
    "paralytic": "PARALYZING AGENT",
    "high_alert": "HIGH ALERT",
    "vesicant": "VESICANT",
}


def intermediate_snapshot(uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary, *, room: str) -> dict[str, Any]:
    """`intermediate_label/1`: belongs to one preparation, is drawn from for it alone and thrown away."""
    plan, clock = dose.planned, Clock.of(act)
    if plan.nutrition is not None:
        from compounding.documents.nutrition_documents import nutrition_dilution_label

        return nutrition_dilution_label(uow, dose, act, formulary, room=room)
    active = next(a for a in plan.actives if a.intermediate)
    row = formulary.formulation(active.formulation).intermediate
    if row is None:
        raise ValueError(f"formulation {active.formulation} has no intermediate dilution")
    warnings = [word for flag, word in _WARNINGS.items() if flag in plan.flags]
    warnings += [ONE_TIME_WORDS] if plan.one_time else []
    warnings += alternative_words(uow, dose, clock)
    return intermediate_label(
        number=dose.number,
        preparation=dose.number,
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        site=site_of(formulary, room),
        patient=patient_line(dose),
        drug=active.display,
        concentration=show(row.concentration),
        total=show(row.final_volume),
        diluent=formulary.solution(row.solution).display,
        diluent_volume=show(row.diluent_volume),
        components=used_components(dose),
        made_by=Maker(shown_name(uow, act.actor.person), clock.time(act.at)),
        use_until="this preparation is made",
        warnings=warnings,
        printed=Printed(clock.moment(act.at), "1", "", ""),
    )


def due_of(dose: Dose, clock: Clock) -> Due:
    """When it is due, as printed."""
    if dose.due is None:
        raise ValueError("a queued dose has a due time")
    return Due(clock.day(dose.due), clock.time(dose.due))


def label_of_release(uow: UnitOfWork, dose: Dose, action: Any, act: Act, formulary: Formulary) -> dict[str, Any]:
    """`dispensing_label/1` as it would print if this release is signed; empty while there is no beyond-use time."""
    decided: Mapping[str, Any] | None = getattr(action, "beyond_use_decided", None) or dose.beyond_use
    if not decided or not decided.get("at"):
        return {}
    return dispensing_snapshot(uow, dose, act, formulary, datetime.fromisoformat(decided["at"]))


def dispensing_snapshot(
    uow: UnitOfWork, dose: Dose, act: Act, formulary: Formulary, ends: datetime, *, reprint: int = 0, reason: str = ""
) -> dict[str, Any]:
    """The label from the plan that was signed and from what was recorded."""
    plan, clock = dose.planned, Clock.of(act)
    if plan.nutrition is not None:
        from compounding.documents.nutrition_documents import nutrition_snapshot

        return nutrition_snapshot(uow, dose, act, formulary, ends, reprint=reprint, reason=reason)
    name, volume = diluent(plan)
    alerts = [HIGH_ALERT] if "high_alert" in plan.flags else []
    return dispensing_label(
        number=dose.number,
        container=ContainerType.SINGLE_DOSE.value.replace("_", "-"),
        demonstration=formulary.site.demonstration,
        draft=plan.draft,
        instead=alternative_bands(uow, dose, clock),
        order_version=str(dose.order_version),
        site=site_of(formulary, room_of(uow, dose)),
        patient=patient_line(dose),
        alerts=alerts,
        drugs=drug_lines(plan),
        dosage_form=FORMS[plan.container_class],
        diluent=name,
        diluent_volume=volume,
        total=show(plan.final_volume, 1),
        concentration=show(plan.concentration) if len(plan.actives) == 1 else "",
        route=plan.route,
        rate=pump_rate(plan, formulary),
        rate_as_dose="" if plan.dose_rate is None else show(plan.dose_rate),
        duration=duration(plan),
        due=due_of(dose, clock),
        beyond_use=BeyondUse(clock.moment(ends), plan.storage_words, storage_path(plan, ends, clock)),
        components=used_components(dose),
        auxiliary=[text for text in auxiliary(plan) if text not in alerts],  # the band says it
        made_by=Maker(shown_name(uow, dose.preparers[0]), clock.time(dose.started_at or act.at)),
        checked_by=checkers(uow, dose, act, clock),
        measured=_measured(dose),
        printed=Printed(clock.moment(act.at), "1", str(reprint) if reprint else "", reason),
    )


def _measured(dose: Dose) -> str:
    """What is in it by what was recorded; empty where that cannot be worked out."""
    results, _ = recalculation_or_reason(dose)
    if not results:
        return ""
    result = results[0]
    percent = result.difference.amount_in("one") * 100
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return f"Measured {show(result.found)}, {sign}{show_number(abs(percent), 1)} %"


def checkers(uow: UnitOfWork, dose: Dose, act: Act, clock: Clock) -> list[Signer]:
    """Who checked it, each with the time; the second one alone."""
    found = [Signer(shown_name(uow, act.actor.person), clock.time(act.at), "")]
    if dose.second_check is not None:
        found.append(Signer(shown_name(uow, dose.second_check.person), clock.time(dose.second_check.at), "alone"))
    return found


def auxiliary(plan: TherapeuticPlan) -> list[str]:
    """Auxiliary texts of the formulation, and what its flags, filter, tubing and storage ask for."""
    texts = list(plan.auxiliary)
    flagged = {
        "paralytic": "PARALYZING AGENT: CAUSES RESPIRATORY ARREST",
        "vesicant": "VESICANT",
        "hazardous": "HAZARDOUS DRUG",
        "light": "PROTECT FROM LIGHT",
    }
    texts += [text for flag, text in flagged.items() if flag in plan.flags and not _says(texts, text)]
    if plan.line == "central":
        texts.append("CENTRAL LINE")
    if plan.filter and not any("filter" in text.casefold() and plan.filter in text for text in texts):
        texts.append(f"FILTER {plan.filter}")
    if plan.tubing:
        texts.append(plan.tubing)
    if plan.one_time:
        texts.append(ONE_TIME_WORDS)
    return list(dict.fromkeys(texts))


def _says(texts: list[str], wanted: str) -> bool:
    """Whether one of the texts begins with the same words already."""
    return any(text.upper().startswith(wanted.upper()) for text in texts)
