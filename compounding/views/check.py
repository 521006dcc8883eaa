"""The pharmacist's check of one dose on one page: order, working, evidence, recalculation, time limit and label."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.entries import canonical, digest
from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from compounding.checking.recalculation import Recalculated
from compounding.documents.dose_documents import Clock, label_of_release
from compounding.people import shown_name
from compounding.preparing.actions import Release
from compounding.preparing.check_page import check_content
from compounding.preparing.dose import Dose
from compounding.preparing.holding import over_capacity
from compounding.preparing.numbering import order_record
from compounding.preparing.recorded import recalculation_or_reason
from compounding.preparing.states import DoseStatus
from compounding.reviewing.record import ORDER
from compounding.rooms import HOOD, hood_record
from compounding.views.check_nutrition import NutritionChecked, nutrition_checked
from compounding.views.evidence import (
    ContainerRow,
    MeasuredRow,
    Named,
    PictureRow,
    containers_of,
    measured_of,
    pictures_of,
    signed,
    signed_percent,
)
from compounding.views.nutrition_pictures import CurvePicture, curve_picture
from compounding.views.order_words import OrderWords, order_words
from compounding.views.start_times import Fact, start_facts
from compounding.views.strip import Strip, strip_of
from compounding.views.working import Worked, main_figures, working
from formulary.model import Formulary

REJECT_CODES = (
    ("wrong_volume", "Volume or amount is wrong"),
    ("wrong_container", "Wrong drug, strength or diluent"),
    ("not_measured", "Not measured, or picture not readable"),
    ("look", "Colour, particles or precipitate"),
    ("leak", "Leak, damage or broken seal"),
    ("label", "In-process label wrong or missing"),
    ("technique", "Technique or cleanliness"),
    ("time", "Too old, or stored wrongly"),
    ("other", "Something else"),
)
"""Reasons for which a preparation fails its check: code and words."""


@dataclass(frozen=True)
class RecalculatedShown:
    drug: str
    ordered: tuple[str, str]
    """Number and unit, apart, because they are printed in two sizes."""
    found: tuple[str, str]
    percent: str
    difference: str
    """In the unit of the dose: ``−5 mg``."""
    tolerance: str
    inside: bool
    rows: tuple[tuple[str, str, str], ...]
    """Working, where from, amount."""


@dataclass(frozen=True)
class Candidate:
    name: str
    at: str
    source: str
    ends: str
    deciding: bool


@dataclass(frozen=True)
class BeyondUseShown:
    at: str
    """Empty where it could not be computed."""
    deciding: str
    source: str
    others: tuple[Candidate, ...]
    why_not: str = ""


@dataclass(frozen=True)
class CheckPage:
    strip: Strip
    number: str
    status: DoseStatus
    made: str
    order: OrderWords
    figures: tuple[Worked, ...]
    """The main figures."""
    working: tuple[Worked, ...]
    """Every step."""
    limits: tuple[Mapping[str, str], ...]
    formulary: str
    containers: tuple[ContainerRow, ...]
    measured: tuple[MeasuredRow, ...]
    pictures: tuple[PictureRow, ...]
    said: tuple[tuple[str, str, str], ...]
    """Who, when, what: reasons given with a step, remarks and questions."""
    recalculated: tuple[RecalculatedShown, ...]
    no_recalculation: str
    final: str
    nutrition: NutritionChecked | None
    beyond_use: BeyondUseShown
    label: Mapping[str, Any]
    """Snapshot of the dispensing label as it would print; empty while there is no beyond-use time."""
    label_stock: str
    content_digest: str
    needs_second: bool
    first_check: str
    second_check: str
    differences: tuple[str, ...]
    had_hand: bool
    """The person who looks staged, scanned, measured or mixed it."""
    appearance: str
    when: tuple[Fact, ...]
    """Not before, begin by, release by, start by: what, when, why."""

    @property
    def curve(self) -> CurvePicture | None:
        """Calcium against phosphate of a nutrition bag."""
        return None if self.nutrition is None else curve_picture(self.nutrition.calcium_phosphate, None, "")

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.measured)

    @property
    def typed(self) -> int:
        return sum(row.typed for row in self.containers)


def check_page(uow: UnitOfWork, dose: Dose, formulary: Formulary, act: Act) -> CheckPage:
    """The page at the moment of `act`, for its actor. Reads; decides nothing."""
    clock, plan = Clock.of(act), dose.planned

    named = partial(shown_name, uow)
    results, why_not = recalculation_or_reason(dose)
    state = load(uow, ORDER, order_record(dose.order))
    measured, made = measured_of(dose, clock, named), made_by(dose, clock, named, hood_name(uow, dose))
    return CheckPage(
        strip=made_strip(dose, act.at, clock, made),
        number=dose.number,
        status=dose.status,
        made=made,
        order=order_words(uow, state, dose, clock),
        figures=() if plan.nutrition is not None else main_figures((*plan.work, *dose.drawing.work)),
        working=working((*plan.work, *dose.drawing.work)),
        limits=_limits(dose),
        formulary=plan.versions_in_words or plan.formulation_name,
        containers=containers_of(dose, formulary, clock, named),
        measured=measured,
        pictures=pictures_of(dose, clock),
        said=_said(dose, measured, clock, named),
        nutrition=nutrition_checked(dose, results),
        recalculated=tuple(_recalculated(dose, one) for one in results),
        no_recalculation=why_not or over_capacity(dose, formulary),
        final=f"Labelled volume {show(plan.final_volume, 1)}, {show(plan.concentration)}.",
        beyond_use=beyond_use_shown(dose.beyond_use, clock),
        label=label_of_release(uow, dose, Release(""), act, formulary),
        label_stock=plan.container_class,
        content_digest=digest(canonical(check_content(dose))),
        needs_second=plan.second_check,
        first_check="" if dose.first_check is None else f"{named(dose.first_check.person)}, {clock.time(dose.first_check.at)}",
        second_check=""
        if dose.second_check is None
        else f"{named(dose.second_check.person)}, {clock.time(dose.second_check.at)}",
        differences=dose.second_differences,
        had_hand=act.actor.person in dose.hands,
        appearance=plan.appearance,
        when=start_facts(dose, formulary.site, act.at, clock),
    )


def _limits(dose: Dose) -> tuple[Mapping[str, str], ...]:
    """The rows as they were judged, with the first words of the source beside each and the whole of it for below."""
    rows = dose.planned.checked_limits
    return tuple({**row, "short": str(row["source"]).partition(",")[0].partition(" for ")[0]} for row in rows)


def _said(dose: Dose, measured: tuple[MeasuredRow, ...], clock: Clock, named: Named) -> tuple[tuple[str, str, str], ...]:
    reasons = [(row.by, row.at, row.reason) for row in measured if row.reason]
    spoken = [(named(one.by), clock.time(one.at), one.text) for one in dose.said]
    return (*reasons, *spoken)


def hood_name(uow: UnitOfWork, dose: Dose) -> str:
    """What people call the hoods that it was made at, in order; empty while none was used."""
    return ", then ".join(load(uow, HOOD, hood_record(hood)).name or hood for hood, _ in dose.hoods)


def made_by(dose: Dose, clock: Clock, named: Named, hood: str) -> str:
    """`made by T. Okonjo, CPhT, Hood 1, 13:41 to 13:58`; who scanned the containers while it is not started."""
    if dose.started_at is None:
        who = ", ".join(dict.fromkeys(named(scan.by) for scan in dose.scans))
        return f"staged by {who}" if who else "not staged yet"
    who = " and ".join(dict.fromkeys(named(person) for person in dose.preparers))
    until = "" if dose.completed_at is None else f" to {clock.time(dose.completed_at)}"
    return f"made by {who}, {hood}, {clock.time(dose.started_at)}{until}"


def made_strip(dose: Dose, at: datetime, clock: Clock, made: str) -> Strip:
    """The strip with the number in front and who made it, as the check desk wants it."""
    strip = strip_of(dose, at, clock)
    return replace(strip, who_sub=f"{strip.who_sub} · {strip.place}", place=f"No. {dose.number}", place_sub=made)


def _recalculated(dose: Dose, one: Recalculated) -> RecalculatedShown:
    display = next((a.display for a in dose.planned.actives if a.drug == one.drug), one.drug)
    return RecalculatedShown(
        display,
        _parts(one.ordered),
        _parts(one.found),
        signed_percent(one.difference),
        signed(one.found - one.ordered),
        show_number(one.tolerance.amount_in("one") * 100, 1),
        one.inside,
        tuple((row.working, row.detail, show(row.amount)) for row in one.rows),
    )


def _parts(quantity: Any) -> tuple[str, str]:
    number, _, unit = show(quantity).partition(" ")
    return number, unit


ENDS = {"START_OF_ADMIN": "start before", "END_OF_INFUSION": "infusion ends before"}


def beyond_use_shown(data: Mapping[str, Any] | None, clock: Clock) -> BeyondUseShown:
    """The beyond-use time with the limit that decided it and every other one."""
    if not data or not data.get("at"):
        return BeyondUseShown("", "", "", (), str((data or {}).get("why", "It is set when the preparation is complete.")))
    deciding = str(data.get("deciding") or data.get("reason", ""))
    found = tuple(
        Candidate(
            row["name"],
            clock.moment(datetime.fromisoformat(row["at"])),
            row["source"],
            ENDS.get(row["ends"], ""),
            row["name"] == deciding,
        )
        for row in data.get("candidates", ())
    )
    at = clock.moment(datetime.fromisoformat(data["at"]))
    return BeyondUseShown(at, deciding, str(data.get("source", "")), found)


def digest_in_short(content: str) -> str:
    """`9f2c 41e8 … b07d`, for the eye."""
    return f"{content[:4]} {content[4:8]} … {content[-4:]}"
