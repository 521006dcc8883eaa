"""The station with one dose in hand: one thing in focus, the rail beside it, what was scanned and what to scan next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.planning.plan import Step
from compounding.preparing.dose import Dose
from compounding.preparing.pump_file import pumped_steps
from compounding.preparing.read_aloud import words_to_read
from compounding.preparing.states import DoseStatus as S
from compounding.print_papers import dilution_to_label
from compounding.views.places import Place, passed_over, picks, usable_lots
from compounding.views.station_focus import Focus, Syringe, scan_focus
from compounding.views.station_halt import Halt, Said, halt_of, said_of, stop_in_force
from compounding.views.station_nutrition import TrayRow, is_pumped, pump_facts, tray_of, weigh_facts
from compounding.views.station_steps import (
    RailStep,
    all_steps,
    before_comma,
    container_word,
    groups,
    last_hand,
    step_name,
    together,
    with_focus,
)
from compounding.views.strip import Strip, strip_of
from formulary.model import Formulary

CLOSED_WORDS = {
    S.HELD: ("The order is on hold", "Nothing is made for it until a pharmacist takes it off hold."),
    S.AWAITING_FINAL_CHECK: ("Sent to the check", "A pharmacist who had no hand in it decides."),
    S.SECOND_CHECK: ("At the second check", "A second pharmacist works it out alone."),
    S.RELEASED: ("Checked and released", "The dispensing label is printed and paired at the check desk."),
    S.CANCELLED: ("Not needed any more", "The order was stopped or changed. Put the containers back."),
    S.ABANDONED: ("Abandoned", "What was opened goes to waste and is recorded there."),
    S.REJECTED: ("Rejected at a check", "It goes to waste. A new dose is queued while the order needs it."),
    S.QUARANTINED: ("Quarantined", "Leave it where it is until the investigation is closed."),
}


@dataclass(frozen=True)
class StationPage:
    """Everything that the page shows."""

    strip: Strip
    number: str
    status: str
    focus: Focus
    rail: tuple[RailStep, ...]
    rail_now: int
    ready: str
    last: Said | None
    next_small: str
    next_strong: str
    halt: Halt | None
    pictures: bool
    """Every step needs its picture."""
    phone: str
    undo: tuple[int, str] | None
    """The step whose record can be taken back, and its name."""
    can: frozenset[str]
    """What the problem page offers: abandon, undo, take_apart, unmeasured."""
    preparers: tuple[str, ...]
    tray: tuple[TrayRow, ...]
    """All containers where there are many and they are being scanned."""
    passed_over: str
    """What is told of the last scan: another lot expires earlier, or it is drawn otherwise from this container."""
    label_ready: bool
    """The in-process label can be printed."""
    mix_label_ready: bool


def station_page(
    uow: UnitOfWork, dose: Dose, entries: Sequence[Entry], person: str, at: datetime, clock: Clock, formulary: Formulary,
    station: str = "",
) -> StationPage:  # fmt: skip
    """The page of a queued dose for the person who stands there. Raises ValueError for a dose that was never queued."""
    today = clock.local(at).date()
    lots = usable_lots(uow, [c.product for c in dose.drawing.components], at, today)
    places = {product: found[0] for product, found in lots.items()}
    waits = dose.status in (S.QUEUED, S.STAGED)
    rows = all_steps(dose, clock)
    now = _row_in_focus(dose, rows)
    focus = _focus(uow, dose, person, now, len(rows), picks(uow, dose, at, today, station) if waits else {})
    stop = stop_in_force(entries) if dose.status in (S.QUEUED, S.STAGED, S.IN_PREP) else None
    small, strong = _next_scan(dose)
    last = dose.records[-1] if dose.records else None
    return StationPage(
        strip=strip_of(dose, at, clock),
        number=dose.number,
        status=dose.status.value,
        focus=focus,
        rail=tuple(with_focus(rows, now)),
        rail_now=now,
        ready=_ready(dose),
        last=said_of(entries, dose, clock),
        next_small=small,
        next_strong=strong,
        halt=None if stop is None else halt_of(stop, dose, places, formulary),
        pictures=dose.planned.pictures,
        phone=formulary.site.phone,
        undo=None if last is None else (last.step, step_name(dose.drawing.step(last.step))),
        can=_can(dose, person, focus),
        preparers=tuple(shown_name(uow, p) for p in dict.fromkeys(dose.preparers)),
        tray=tray_of(dose) if dose.status is S.QUEUED else (),
        passed_over=_told(passed_over(uow, dose), dose) if waits else "",
        label_ready=dose.status in (S.STAGED, S.IN_PREP, S.IN_PROCESS_CHECK),
        mix_label_ready=dilution_to_label(dose),
    )


def _told(passed: str, dose: Dose) -> str:
    again = "" if dose.assessed is None else f"{dose.assessed.words}."
    return " ".join(words for words in (passed, again) if words)


def _row_in_focus(dose: Dose, rows: Sequence[RailStep]) -> int:
    """Row of the rail in focus, from 1; one past the end when everything is done."""
    if dose.status is S.STAGED:
        return len(groups(dose)) + 1
    return next((index for index, row in enumerate(rows, start=1) if not row.done), len(rows) + 1)


def _ready(dose: Dose) -> str:
    total = len(dose.drawing.components)
    word = "container" if total == 1 else "containers"
    return f"{total - len(dose.open_slots)} of {total} {word}"


def _next_scan(dose: Dose) -> tuple[str, str]:
    """What to scan next: small words and what stands out."""
    word = container_word(dose)
    if dose.status is S.QUEUED and dose.open_slots:
        component = dose.drawing.component(dose.open_slots[0])
        others = len(dose.open_slots) - 1
        small = "Scan next" if not others else f"Scan next, or one of {others} more"
        return small, together(before_comma(component.display))
    if dose.status is S.STAGED:
        return f"Scan next, once it sticks on the {word}", f"{word} label {dose.number}"
    if dose.status is S.IN_PREP:
        step = dose.current_step
        if step is not None and step.kind == "scan":
            return "Scan next", f"dilution label {dose.number}"
        if dose.planned.nutrition is not None:
            return f"Scan next, once {'closed' if word == 'bag' else 'capped'}", f"{word} label {dose.number}"
        once = "looked at" if not dose.drawing.measures else "capped" if word == "syringe" else "injected"
        return f"Scan next, once {once}", f"{word} label {dose.number}"
    return "Scan next", "a worksheet"


def _can(dose: Dose, person: str, focus: Focus) -> frozenset[str]:
    found = set()
    if dose.status in (S.QUEUED, S.STAGED) and dose.scans:
        found.add("take_apart")
    if dose.status in (S.IN_PREP, S.IN_PROCESS_CHECK, S.AWAITING_FINAL_CHECK):
        found.add("abandon")
    if dose.status is S.IN_PREP and person in dose.preparers:
        found |= {"undo"} if dose.records else set()
        found |= {"unmeasured"} if focus.kind == "measure" else set()
    return frozenset(found)


def _focus(
    uow: UnitOfWork, dose: Dose, person: str, now: int, total: int, places: dict[str, Place]
) -> Focus:
    count = f"Step {min(now, total)} of {total}"
    if dose.status is S.QUEUED:
        return scan_focus(dose, count, places)
    if dose.status is S.STAGED:
        return _start_focus(dose)
    if dose.status is S.IN_PROCESS_CHECK:
        say = ("Leave everything where it is: syringes at their volume, vials beside them.",)
        return Focus("wait", count, "A pharmacist looks before anything is mixed", say=say)
    if dose.status is S.IN_PREP:
        if person not in dose.preparers:
            makers = " and ".join(shown_name(uow, p) for p in dict.fromkeys(dose.preparers))
            return Focus("take_over", count, f"{makers} {'is' if len(set(dose.preparers)) == 1 else 'are'} making this")
        step = dose.current_step
        return _label_focus(dose, count, ()) if step is None else _step_focus(dose, step, count)
    words, then = CLOSED_WORDS.get(dose.status, (f"This dose is {dose.status.words}", ""))
    return Focus("closed", "", words, say=(then,) if then else ())


def _start_focus(dose: Dose) -> Focus:
    if dose.planned.staging_check and not dose.staging_checked_by:
        say = ("Nothing is opened before that.", "Leave the containers beside each other, labels to the front.")
        return Focus("wait", "Everything is here", "A pharmacist looks at the containers first", say=say)
    word = container_word(dose)
    total = len(dose.drawing.components)
    return Focus(
        "start", "Everything is here", "Start", f"{total} of {total}",
        facts=(("", "print", f" the {word} label"), ("", "stick", f" it on the {word}"), ("", "scan", " it, or press Start")),
        say=("The time of the start decides until when it may be used.",),
    )  # fmt: skip


def _step_focus(dose: Dose, step: Step, count: str) -> Focus:
    if step.kind == "measure":
        return _measure_focus(dose, step, count)
    if step.kind == "scan":
        say = (
            "Print the label, stick it on the dilution, mix.",
            "Then scan it: nothing is drawn from a dilution without a label.",
        )
        title = step.title.partition(", ")[0] if dose.planned.nutrition is not None else "Label the intermediate dilution"
        return Focus("mix", count, title, say=say, step=step.number)
    if step.kind == "weigh":
        return _weigh_focus(dose, step, count)
    if step.kind == "check":
        say = (
            "Put each syringe, at its volume, beside its vial.",
            "A pharmacist who had no hand in it looks before anything is mixed.",
        )
        return Focus("check", count, step.title, say=say, step=step.number)
    if step.kind == "confirm":
        return Focus("confirm", count, step.title, say=step.instructions, step=step.number, paralytic=_paralytic(dose))
    return _label_focus(dose, count, step.instructions)


def _weigh_focus(dose: Dose, step: Step, count: str) -> Focus:
    """The whole container on the balance, at the end of the work."""
    if step.expected_mass is None:
        raise ValueError(f"step {step.number} weighs nothing")
    number, _, unit = show(step.expected_mass, 1).partition(" ")
    facts = weigh_facts(dose, step)
    return Focus("weigh", count, "Weigh the filled container", number, unit, facts, "the empty one tared", step=step.number)


def _measure_focus(dose: Dose, step: Step, count: str) -> Focus:
    volume = step.volume
    if volume is None:
        raise ValueError(f"step {step.number} measures nothing")
    facts: list[tuple[str, str, str]] = []
    syringe = None
    if step.syringe is not None:
        facts += [("", show(step.syringe.capacity), " syringe"), ("small line ", show(step.syringe.graduation), "")]
        syringe = Syringe(step.syringe.capacity, step.syringe.graduation, volume)
    pumped = is_pumped(dose, step)
    if pumped:
        facts += pump_facts(dose, step)
    mass = None if step.density is None or pumped else (volume * step.density).to("g")
    aloud = words_to_read(dose, step.number)
    return Focus(
        "measure",
        count,
        _measure_heading(step),
        show_number(volume.amount_in("mL")),
        "mL",
        tuple(facts),
        step.working,
        step.instructions,
        syringe,
        step.number,
        mass is not None,
        "" if mass is None else show(mass),
        pumped,
        pumped and step.number == pumped_steps(dose)[0].number,
        _paralytic(dose) if aloud else "",
        aloud,
    )


def _measure_heading(step: Step) -> str:
    if step.purpose != "reconstitute":
        return together(step.title)
    return together(f"Put {step.title.replace(' for injection', '').removesuffix(', powder')}")


def _paralytic(dose: Dose) -> str:
    return dose.planned.display if "paralytic" in dose.planned.flags else ""


def _label_focus(dose: Dose, count: str, instructions: tuple[str, ...]) -> Focus:
    word = container_word(dose)
    return Focus(
        "label", count, last_hand(dose), "", "",
        (("then ", f"scan the {word} label", ""),), say=instructions,
    )  # fmt: skip
