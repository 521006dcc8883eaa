"""Who may do what to a dose, over every pair of person and history.

The table here is written from the law of the work (allowed transitions, who, condition), not read from the product: the
product must agree with it for every action, every person and every reachable history.
"""

from collections.abc import Callable
from typing import Any

import pytest

from batch_records.acts import SYSTEM, Actor, Refusal
from compounding.preparing.actions import ACTIONS
from compounding.preparing.states import PERMISSIONS
from tests.support.dose_histories import (
    CHECKER,
    LEAD,
    MAKER,
    NURSE,
    PLANS,
    SECOND_CHECKER,
    SECOND_MAKER,
    History,
    fitting,
    histories,
)
from tests.support.doses import attempt, person

T, P, N, L, S = "technician", "pharmacist", "nurse", "lead", "system"
OUT = "released dispensed delivered"
OPEN = "queued held staged in_prep in_process_check awaiting_final_check second_check"
LAW: dict[str, tuple[str, set[str]]] = {
    "queue": ("new", {S}),
    "hold": ("queued", {S}),
    "resume": ("held", {S}),
    "cancel": ("queued held staged", {S, P}),
    "plan_draw_up": ("queued staged", {S}),
    "expire": (f"{OUT} awaiting_final_check returned", {S}),
    "scan_container": ("queued staged", {T, P}),
    "assign_unit": ("queued", {P, T, N}),
    "take_apart": ("queued staged", {T, P}),
    "check_staging": ("staged", {P}),
    "start_preparation": ("staged", {T, P}),
    "hand_over": ("in_prep", {T, P}),
    "move_hood": ("in_prep", {T, P}),
    "record_volume": ("in_prep", {T, P}),
    "record_weight": ("in_prep", {T, P}),
    "weigh_container": ("in_prep", {T, P}),
    "record_pumped": ("in_prep", {T, P}),
    "record_unmeasured": ("in_prep", {T, P}),
    "confirm_step": ("in_prep", {T, P}),
    "undo": ("in_prep", {T, P}),
    "ask_in_process_check": ("in_prep", {T, P}),
    "complete": ("in_prep", {T, P}),
    "abandon": ("in_prep in_process_check awaiting_final_check", {T, P}),
    "pass_in_process": ("in_process_check", {P}),
    "reject_in_process": ("in_process_check", {P}),
    "read_from_picture": ("in_process_check awaiting_final_check", {P}),
    "ask_second_check": ("awaiting_final_check", {P}),
    "enter_second_check": ("second_check", {P}),
    "release": ("awaiting_final_check", {P}),
    "emergency_release": ("awaiting_final_check", {P}),
    "check_afterwards": (f"{OUT} administered returned missing expired wasted quarantined", {P}),
    "reject": ("awaiting_final_check", {P}),
    "say": (f"{OPEN} {OUT} returned", {T, P}),
    "print_label": ("released", {T, P}),
    "open_label": ("released", {T, P}),
    "answer_label_in_hand": ("released", {T, P}),
    "ask_recheck": (OUT, {S}),
    "keep_released": (OUT, {P}),
    "pair_labels": ("released", {T, P}),
    "receive": ("dispensed", {T, N}),
    "start_administration": ("delivered", {N}),
    "return_dose": (OUT, {T, N}),
    "report_missing": ("dispensed delivered", {T, N}),
    "find": ("missing", {T}),
    "reuse": ("returned", {P}),
    "waste": (f"rejected abandoned returned expired cancelled missing quarantined {OUT}", {T, P, L}),
    "quarantine": (f"{OPEN} {OUT} missing returned rejected abandoned expired", {P, L}),
    "lift_quarantine": ("quarantined", {S}),
    "end_quarantine": ("quarantined", {L, P}),
}
"""Action -> states of the dose it may start from, and roles of who may ask for it."""

HAND = {"scan_container", "start_preparation", "hand_over", "record_volume", "record_weight", "weigh_container"}
HAND |= {"record_pumped", "record_unmeasured", "confirm_step", "undo", "complete"}
"""Staged, scanned, measured or mixed."""
AS_PREPARER = {
    "record_volume",
    "record_weight",
    "weigh_container",
    "record_pumped",
    "record_unmeasured",
    "confirm_step",
    "undo",
    "ask_in_process_check",
}
AS_PREPARER |= {"complete", "move_hood"}
AT_ITS_HOOD = AS_PREPARER - {"move_hood"}
WITHOUT_A_HAND = {"check_staging", "pass_in_process", "reject_in_process", "read_from_picture", "ask_second_check"}
WITHOUT_A_HAND |= {"enter_second_check", "release", "reject", "reuse"}

STATE_IN_OTHER_WORDS = {"not_this_dose", "scanned_already"}
"""A container scanned outside staging is told more helpfully than by the state alone."""
AMARI = person("amari", T)
EVERYTHING = person("okonjo", T, P, N, L)
"""The maker with every role: it is the person that counts, not the role."""
OTHERS = (person("castell", "prescriber"), person("reyes", "buyer"), person("novak", "administrator", "quality"))
PEOPLE = (MAKER, AMARI, SECOND_MAKER, CHECKER, SECOND_CHECKER, NURSE, LEAD, EVERYTHING, *OTHERS)


def has_a_hand(history: History, who: Actor) -> bool:
    """Counted from the history itself; taking the containers apart again undoes the staging."""
    done = list(zip(history.names, history.who, strict=True))
    last = max((i for i, (name, _) in enumerate(done) if name == "take_apart"), default=-1)
    return any(name in HAND and by == who.person for name, by in done[last + 1 :])


def made_by(history: History) -> set[str]:
    """Who started it or took it over."""
    return {
        by for name, by in zip(history.names, history.who, strict=True) if name in ("start_preparation", "hand_over")
    }


def expected(history: History, kind: str, who: Actor) -> str:
    """The code of the refusal that the law gives; empty where it allows."""
    states, roles = LAW[kind]
    if who is not SYSTEM and not who.roles & roles:
        return "not_allowed"
    if history.dose.status not in states.split():
        return "wrong_state"
    if kind in WITHOUT_A_HAND and has_a_hand(history, who):
        return "own_work"
    if kind in AS_PREPARER and who.person not in made_by(history):
        return "not_preparer"
    return SPECIAL[kind](history, who) if kind in SPECIAL else ""


def _focus(history: History) -> str:
    step = history.dose.current_step
    return "" if step is None else step.kind


def _when(kinds: tuple[str, ...], otherwise: str) -> Callable[[History, Actor], str]:
    return lambda history, who: "" if _focus(history) in kinds else otherwise


def _weight(history: History, who: Actor) -> str:
    step = history.dose.current_step
    if step is None or step.kind != "measure":
        return "not_a_measure"
    return "no_density" if step.density is None else "outside_tolerance"


def _picture(history: History, who: Actor) -> str:
    if history.dose.unmeasured:
        return ""
    first = history.dose.drawing.step(1)
    if first.kind != "measure":
        return "not_a_measure"
    record = history.dose.record_of(1)
    return "" if record is not None and record.how == "read from picture" else "was_measured"


def _release(history: History, who: Actor) -> str:
    if history.dose.unmeasured:
        return "not_measured"
    both = history.names.count("enter_second_check") and not history.dose.second_differences
    return "second_check_needed" if history.dose.planned.second_check and not both else ""


def _emergency(history: History, who: Actor) -> str:
    if not has_a_hand(history, who) and not history.dose.planned.second_check:
        return "no_emergency"
    if history.dose.second_differences:
        return "check_differs"
    return "not_measured" if history.dose.unmeasured else ""


def _afterwards(history: History, who: Actor) -> str:
    if "emergency_release" not in history.names:
        return "no_emergency"
    if history.who[history.names.index("emergency_release")] == who.person:
        return "same_checker"
    if "check_afterwards" in history.names:
        return "checked_already"
    return "own_work" if has_a_hand(history, who) else ""


def _second(history: History, who: Actor) -> str:
    first = history.who[len(history.names) - 1 - history.names[::-1].index("ask_second_check")]
    return "same_checker" if first == who.person else ""


def _first(history: History, who: Actor) -> str:
    if not history.dose.planned.second_check:
        return "no_second_check"
    return "not_measured" if history.dose.unmeasured else ""


def _waste(history: History, who: Actor) -> str:
    quarantined = history.dose.status == "quarantined"
    if not who.roles & ({L} if quarantined else {T, P}):
        return "not_allowed"
    return "nothing_to_waste" if history.dose.status == "cancelled" and history.dose.staged_at is None else ""


def _end_quarantine(history: History, who: Actor) -> str:
    before = history.names[: history.names.index("quarantine")]
    out = {"release", "emergency_release", "print_label", "answer_label_in_hand", "pair_labels", "receive", "reuse"}
    out |= {"return_dose", "check_afterwards"}
    if not {"release", "emergency_release"} & set(before) or before[-1] not in out:
        return "never_released"
    closed = [by for name, by in zip(history.names, history.who, strict=True) if name == "end_quarantine"]
    if not closed:
        return "" if L in who.roles else "not_allowed"
    if P not in who.roles:
        return "not_allowed"
    return "same_person" if closed[0] == who.person else "own_work" if has_a_hand(history, who) else ""


def _reuse(history: History, who: Actor) -> str:
    if "report_missing" in history.names:
        return "was_missing"
    return "reuse_controlled" if "controlled" in history.dose.planned.flags else ""


def _label(history: History, who: Actor) -> str:
    return "" if "print_label" in history.names[_last(history, "end_quarantine", "reuse") :] else "no_label"


def _open(history: History, who: Actor) -> str:
    since = history.names[_last(history, "end_quarantine", "reuse") :]
    if "print_label" not in since:
        return "label_number"
    if "answer_label_in_hand" in since:
        return "label_answered"
    return "label_opened" if "open_label" in since else ""


def _last(history: History, *names: str) -> int:
    return max((i for i, name in enumerate(history.names) if name in names), default=0)


SPECIAL: dict[str, Callable[[History, Actor], str]] = {
    "scan_container": lambda h, who: "" if h.dose.open_slots else "all_scanned",
    "start_preparation": lambda h, who: (
        "staging_check_needed" if "paralytic" in h.dose.planned.flags and "check_staging" not in h.names else ""
    ),
    "hand_over": lambda h, who: "already_preparer" if who.person in made_by(h) else "",
    "move_hood": lambda h, who: "same_hood",
    "record_volume": _when(("measure",), "not_a_measure"),
    "record_unmeasured": _when(("measure",), "not_a_measure"),
    "record_weight": _weight,
    "record_pumped": lambda h, who: "nothing_pumped",
    "weigh_container": _when(("weigh",), "not_a_weighing"),
    "confirm_step": _when(("confirm", "scan"), "not_confirmed"),
    "undo": lambda h, who: "" if h.dose.records else "nothing_to_undo",
    "ask_in_process_check": _when(("check",), "not_at_check"),
    "complete": _when(("label",), "steps_open"),
    "abandon": lambda h, who: "" if P in who.roles or who.person in made_by(h) else "not_preparer",
    "pass_in_process": lambda h, who: "not_measured" if h.dose.unmeasured else "",
    "read_from_picture": _picture,
    "ask_second_check": _first,
    "enter_second_check": _second,
    "release": _release,
    "emergency_release": _emergency,
    "check_afterwards": _afterwards,
    "expire": lambda h, who: "not_expired",
    "open_label": _open,
    "answer_label_in_hand": _label,
    "keep_released": lambda h, who: "nothing_changed",
    "pair_labels": lambda h, who: _label(h, who) or ("" if h.dose.label_in_hand else "no_label"),
    "assign_unit": lambda h, who: "unit_unknown",
    "reuse": _reuse,
    "waste": _waste,
    "lift_quarantine": lambda h, who: "not_recalled",  # no recall holds any of these
    "end_quarantine": _end_quarantine,
}


def told(history: History, action: Any, who: Actor, station: str = "hood-1") -> str:
    """The code of the refusal that the product gives; empty where it lets the action through."""
    answer = attempt(history.dose, action, who, history.at, station)
    code = answer.code if isinstance(answer, Refusal) else ""
    return "wrong_state" if code in STATE_IN_OTHER_WORDS else code


@pytest.mark.parametrize("plan", PLANS)
def test_every_pair_of_person_and_history_is_decided_as_the_law_says(plan: str) -> None:
    wrong: list[Any] = []
    for history in histories(plan):
        for kind in LAW:
            action = fitting(history.dose, kind)
            for who in (SYSTEM,) if LAW[kind][1] == {S} else PEOPLE:
                law, product = expected(history, kind, who), told(history, action, who)
                if law != product:
                    wrong.append((history.names[-3:], kind, who.person, f"law {law!r}", f"product {product!r}"))
    assert wrong == []


@pytest.mark.parametrize("plan", PLANS)
def test_an_open_preparation_is_worked_on_at_its_own_hood_only_and_moved_from_another(plan: str) -> None:
    wrong: list[Any] = []
    for history in histories(plan):
        for kind in (*AT_ITS_HOOD, "move_hood"):
            for who in PEOPLE:
                here = expected(history, kind, who)
                elsewhere = told(history, fitting(history.dose, kind), who, "hood-2")
                barred = here in ("not_allowed", "wrong_state", "not_preparer")
                law = here if barred else "" if kind == "move_hood" else "other_hood"
                if law != elsewhere:
                    wrong.append((history.names[-3:], kind, who.person, f"law {law!r}", f"product {elsewhere!r}"))
    assert wrong == []


def test_the_law_covers_every_action_and_nothing_else() -> None:
    assert {kind for kind, _ in ACTIONS} == set(LAW) == set(PERMISSIONS)


def test_the_histories_reach_every_state() -> None:
    reached = {str(history.dose.status) for plan in PLANS for history in histories(plan)}
    everywhere = {state for states, _ in LAW.values() for state in states.split()} | {"administered", "wasted"}
    assert reached == everywhere - {"new", "expired"}


@pytest.mark.parametrize("plan", PLANS)
def test_only_the_system_moves_a_dose_that_nobody_decided_on(plan: str) -> None:
    for history in histories(plan):
        for kind in ("queue", "hold", "resume", "plan_draw_up", "expire"):
            action = fitting(history.dose, kind)
            assert {told(history, action, who) for who in PEOPLE} == {"not_allowed"}
