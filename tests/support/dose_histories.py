"""The reachable histories of a dose: every state that real actions lead to, from a few plans that ask for different care.

The main line goes from the queue to the patient; from each of its states the side branches go one action further.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from batch_records.acts import SYSTEM, Actor
from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.dose import Dose
from compounding.preparing.guards_returning import REUSE_CONDITIONS
from compounding.preparing.read_aloud import words_to_read
from tests.support.doses import NOON, NUMBER, attempt, code_of, content_digest, person, queued

MAKER = person("okonjo", "technician")
SECOND_MAKER = person("ibarra", "pharmacist")
CHECKER = person("marlow", "pharmacist")
SECOND_CHECKER = person("duarte", "pharmacist")
NURSE = person("halloran", "nurse")
LEAD = person("adeyemi", "lead")
PLANS = ("ceftriaxone", "norepinephrine", "rocuronium", "vincristine", "fentanyl", "gentamicin")
"""Plain; second check; paralytic; hazardous with a look before mixing; controlled; dose with an intermediate dilution."""
PICTURE = "0" * 64


@dataclass(frozen=True)
class History:
    """A dose, the names of the actions that led to it, and who did each."""

    dose: Dose
    names: tuple[str, ...]
    at: datetime = NOON
    who: tuple[str, ...] = ("system",)

    def then(self, action: Any, who: Actor, **other: Any) -> "History":
        """One action further. It must be allowed."""
        at = self.at + timedelta(minutes=1)
        dose = attempt(self.dose, action, who, at, **other)
        assert isinstance(dose, Dose), (self.names, action.kind, dose)
        return History(dose, (*self.names, action.kind), at, (*self.who, who.person))


def fitting(dose: Dose, kind: str) -> Any:
    """A well-formed action of this kind for this dose: only the person and the state can be wrong with it."""
    return _FITTING[kind](dose)


def _step(dose: Dose) -> tuple[int, Quantity]:
    step = dose.current_step if dose.plan else None
    number = step.number if step else 1
    return number, step.volume if step and step.volume is not None else Quantity(1, "mL")


def _aloud(dose: Dose) -> str:
    return words_to_read(dose, _step(dose)[0]) if dose.plan else ""


def _scan(dose: Dose) -> Any:
    wanted = dose.open_slots[0] if dose.open_slots else "final"
    product = (
        dose.drawing.component(wanted).product
        if dose.draw_up and wanted in _slots(dose)
        else "bag_sodium_chloride_0_9_25"
    )
    return a.ScanContainer(code_of(product))


def _slots(dose: Dose) -> set[str]:
    return {component.slot for component in dose.drawing.components}


def _decided(dose: Dose) -> dict[str, str] | None:
    if dose.beyond_use is None or dose.beyond_use_at() is not None:
        return None
    return {"at": (NOON + timedelta(hours=20)).isoformat(), "reason": "maker's letter on file"}


def _unmeasured(dose: Dose) -> int:
    return dose.unmeasured[0] if dose.plan and dose.unmeasured else 1


def second_entry(dose: Dose, **wrong: Any) -> a.EnterSecondCheck:
    """What a second pharmacist finds when everything is right."""
    plan = dose.planned
    found: dict[str, Any] = {
        "drug": plan.drug,
        "volumes": {active.drug: active.drawn_volume.as_data() for active in plan.actives},
        "diluent": plan.base_display or "undiluted",
        "final_volume": plan.final_volume,
    }
    return a.EnterSecondCheck(**(found | wrong))


def _undo_step(dose: Dose) -> int:
    return max((record.step for record in dose.records), default=1)


_FITTING: dict[str, Any] = {
    "queue": lambda d: replace_queue(d),
    "hold": lambda d: a.Hold("order on hold"),
    "resume": lambda d: a.Resume(),
    "cancel": lambda d: a.Cancel("not needed"),
    "scan_container": _scan,
    "plan_draw_up": lambda d: a.PlanDrawUp(d.draw_up, "made anew"),
    "take_apart": lambda d: a.TakeApart("later"),
    "check_staging": lambda d: a.CheckStaging(),
    "start_preparation": lambda d: a.StartPreparation("hood-1"),
    "hand_over": lambda d: a.HandOver(),
    "move_hood": lambda d: a.MoveHood("the hood failed"),
    "record_volume": lambda d: a.RecordVolume(*_step(d), PICTURE, _aloud(d)),
    "record_weight": lambda d: a.RecordWeight(_step(d)[0], Quantity(1, "g"), PICTURE, confirmed=_aloud(d)),
    "weigh_container": lambda d: a.WeighContainer(_step(d)[0], Quantity(180, "g"), PICTURE),
    "record_pumped": lambda d: a.RecordPumped("dose,source,lot,volume_ml,interrupted,replaced\n"),
    "record_unmeasured": lambda d: a.RecordUnmeasured(_step(d)[0], PICTURE, "balance out of order", _aloud(d)),
    "confirm_step": lambda d: a.ConfirmStep(_step(d)[0], PICTURE, f"93{NUMBER}"),
    "undo": lambda d: a.Undo(_undo_step(d), "typed wrongly"),
    "ask_in_process_check": lambda d: a.AskInProcessCheck(),
    "pass_in_process": lambda d: a.PassInProcess(),
    "reject_in_process": lambda d: a.RejectInProcess("particles", "seen against black"),
    "complete": lambda d: a.Complete(f"92{NUMBER}", PICTURE),
    "abandon": lambda d: a.Abandon("contaminated"),
    "read_from_picture": lambda d: a.ReadFromPicture(_unmeasured(d), _volume_of(d, _unmeasured(d))),
    "ask_second_check": lambda d: a.AskSecondCheck(content_digest(d)),
    "enter_second_check": lambda d: second_entry(d),
    "release": lambda d: a.Release(content_digest(d), _decided(d)),
    "emergency_release": lambda d: a.EmergencyRelease(content_digest(d), "alone at night", _decided(d)),
    "check_afterwards": lambda d: a.CheckAfterwards(True, "looked at pictures and record"),
    "reject": lambda d: a.Reject("volume", "wrong volume"),
    "expire": lambda d: a.Expire(),
    "say": lambda d: a.ACTIONS["say", 1]("a word about it"),
    "print_label": lambda d: a.PrintLabel("0" * 64, "torn" if d.copies else "", issue=d.labels + 1),
    "open_label": lambda d: a.OpenLabel(d.label_issue),
    "ask_recheck": lambda d: a.AskRecheck(("weight changed from 9.2 kg to 12 kg",)),
    "keep_released": lambda d: a.KeepReleased(d.changed, "weighed with its blanket"),
    "answer_label_in_hand": lambda d: a.AnswerLabelInHand(True),
    "pair_labels": lambda d: a.PairLabels(f"92{NUMBER}", f"91{NUMBER}C{d.label_issue}", True),
    "receive": lambda d: a.Receive("7 West"),
    "start_administration": lambda d: a.StartAdministration(),
    "return_dose": lambda d: a.ReturnDose("unopened", "room temperature all the time"),
    "report_missing": lambda d: a.ReportMissing("refrigerator and cart"),
    "find": lambda d: a.Find("behind the cart"),
    "assign_unit": lambda d: a.AssignUnit("98nothing"),
    "reuse": lambda d: a.Reuse("still in date, seal intact", sound=tuple(REUSE_CONDITIONS)),
    "waste": lambda d: a.Waste("the whole of it", "pharmacy waste", "the witness"),
    "quarantine": lambda d: a.Quarantine("recall"),
    "lift_quarantine": lambda d: a.LiftQuarantine("cleared"),
    "end_quarantine": lambda d: a.EndQuarantine("nothing found"),
}


def _volume_of(dose: Dose, number: int) -> Quantity:
    steps = dose.drawing.measures if dose.plan else ()
    return next((s.volume for s in steps if s.number == number and s.volume is not None), Quantity(1, "mL"))


def replace_queue(dose: Dose) -> a.Queue:
    """The dose queued once more."""
    d = dose if dose.plan else queued("ceftriaxone")
    assert d.due is not None and d.plan is not None and d.draw_up is not None
    return a.Queue(NUMBER, d.order, 1, d.due, d.priority, d.patient, d.plan, d.draw_up, {"name": "x"})


def making(dose_name: str) -> Iterator[History]:
    """From the queue until only the completion is left, the state after each action."""
    history = History(queued(dose_name), ("queue",))
    yield history
    while history.dose.open_slots:
        history = history.then(fitting(history.dose, "scan_container"), MAKER)
        yield history
    if history.dose.planned.staging_check:
        history = history.then(a.CheckStaging(), CHECKER)
        yield history
    history = history.then(a.StartPreparation("hood-1"), MAKER)
    yield history
    while (step := history.dose.current_step) is not None and step.kind != "label":
        if step.kind == "check":
            history = history.then(a.AskInProcessCheck(), MAKER)
            yield history
            history = history.then(a.PassInProcess(), CHECKER)
        else:
            history = history.then(
                fitting(history.dose, "record_volume" if step.kind == "measure" else "confirm_step"), MAKER
            )
        yield history


def checked(history: History) -> Iterator[History]:
    """From completion to release; both checks where the plan asks for them."""
    history = history.then(fitting(history.dose, "complete"), MAKER)
    yield history
    if history.dose.planned.second_check:
        history = history.then(fitting(history.dose, "ask_second_check"), CHECKER)
        yield history
        history = history.then(second_entry(history.dose), SECOND_CHECKER)
        yield history
    yield history.then(fitting(history.dose, "release"), CHECKER)


def given(history: History) -> Iterator[History]:
    """From release to the patient."""
    for kind, who in (
        ("print_label", CHECKER), ("answer_label_in_hand", CHECKER), ("pair_labels", MAKER), ("receive", NURSE),
        ("start_administration", NURSE),
    ):  # fmt: skip
        history = history.then(fitting(history.dose, kind), who)
        yield history


def main_line(name: str) -> list[History]:
    """Every state on the way from the queue to the patient."""
    line = list(making(name))
    line += checked(line[-1])
    line += given(line[-1])
    return line


SIDE: tuple[tuple[str, Actor], ...] = (
    ("hold", SYSTEM), ("cancel", SYSTEM), ("take_apart", MAKER), ("hand_over", SECOND_MAKER), ("undo", MAKER),
    ("record_unmeasured", MAKER), ("abandon", MAKER), ("reject_in_process", CHECKER), ("reject", CHECKER),
    ("return_dose", NURSE), ("report_missing", NURSE), ("quarantine", LEAD), ("emergency_release", MAKER),
    ("open_label", CHECKER),
)  # fmt: skip
"""What may happen beside the main line, by whom."""
FURTHER: dict[str, tuple[tuple[str, Actor], ...]] = {
    "hold": (("resume", SYSTEM),),
    "return_dose": (("reuse", CHECKER), ("waste", MAKER)),
    "report_missing": (("find", MAKER),),
    "quarantine": (("end_quarantine", LEAD), ("waste", LEAD)),
    "reject": (("waste", MAKER),),
    "cancel": (("waste", MAKER),),
}


def histories(name: str) -> list[History]:
    """The main line with its side branches, each shape of a dose once."""
    found = main_line(name)
    for history in list(found):
        for kind, who in SIDE:
            found += _branch(history, kind, who)
    found += _mismatch(name) + _read_later(name) + _emergency(name)
    return list({shape(history.dose): history for history in reversed(found)}.values())


def _branch(history: History, kind: str, who: Actor) -> list[History]:
    actor = replace(who, roles=frozenset({"pharmacist"})) if kind == "emergency_release" else who
    if isinstance(attempt(history.dose, fitting(history.dose, kind), actor, history.at), Dose):
        side = history.then(fitting(history.dose, kind), actor)
        more = [
            side.then(fitting(side.dose, next_kind), by)
            for next_kind, by in FURTHER.get(kind, ())
            if isinstance(attempt(side.dose, fitting(side.dose, next_kind), by, side.at), Dose)
        ]
        freed = [m.then(a.EndQuarantine("nothing found"), CHECKER) for m in more if m.names[-1] == "end_quarantine"]
        return [side, *more, *freed]
    return []


def _mismatch(name: str) -> list[History]:
    """The second pharmacist finds another volume: both look again."""
    line = main_line(name)
    asked = [h for h in line if h.names[-1] == "ask_second_check"]
    return [h.then(second_entry(h.dose, final_volume=Quantity(7, "mL")), SECOND_CHECKER) for h in asked]


def _read_later(name: str) -> list[History]:
    """One step was not measured; a pharmacist reads it from its picture at the check."""
    history = next(h for h in making(name) if h.names[-1] == "start_preparation")
    while (step := history.dose.current_step) is not None and step.kind == "confirm":
        history = history.then(fitting(history.dose, "confirm_step"), MAKER)
    history = history.then(fitting(history.dose, "record_unmeasured"), MAKER)
    found = [history]
    while (step := history.dose.current_step) is not None and step.kind not in ("label", "check"):
        history = history.then(
            fitting(history.dose, "record_volume" if step.kind == "measure" else "confirm_step"), MAKER
        )
    kind = "complete" if step is None or step.kind == "label" else "ask_in_process_check"
    history = history.then(fitting(history.dose, kind), MAKER)
    read = history.then(fitting(history.dose, "read_from_picture"), CHECKER)
    return [*found, history, read]


def _emergency(name: str) -> list[History]:
    """Released by one alone, then checked afterwards by another."""
    completed = next(checked(list(making(name))[-1]))
    alone = replace(MAKER, roles=frozenset({"technician", "pharmacist"}))
    released = completed.then(fitting(completed.dose, "emergency_release"), alone)
    return [released, released.then(fitting(released.dose, "check_afterwards"), CHECKER)]


def shape(dose: Dose) -> tuple[Any, ...]:
    """What the rules can tell apart: two doses of one shape are one history."""
    step = dose.current_step if dose.plan else None
    return (
        dose.status, step.number if step else 0, len(dose.scans), dose.preparers, dose.staging_checked_by, dose.unmeasured,
        dose.first_check is not None, dose.second_check is not None, dose.second_differences, dose.emergency,
        dose.afterwards is not None, dose.copies, dose.label_in_hand, dose.label_opened, dose.blocked, dose.before_quarantine,
        dose.investigation_closed is not None, dose.released is not None, dose.undone > 0, dose.staged_at is None,
    )  # fmt: skip
