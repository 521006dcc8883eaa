"""Whatever people try, in whatever order: no illegal state, no release without a check by somebody without a hand in it."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from batch_records.acts import SYSTEM, Actor
from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.dose import Dose
from tests.compounding.preparing.test_guards import HAND, LAW, PEOPLE
from tests.support.dose_histories import CHECKER, LEAD, MAKER, NURSE, PLANS, SECOND_CHECKER, fitting, second_entry
from tests.support.doses import NOON, attempt, queued

EDGES = {
    ("queued", "held"), ("held", "queued"), ("queued", "cancelled"), ("held", "cancelled"), ("staged", "cancelled"),
    ("queued", "staged"), ("staged", "queued"), ("staged", "in_prep"), ("in_prep", "in_process_check"),
    ("in_process_check", "in_prep"), ("in_process_check", "rejected"), ("in_prep", "abandoned"),
    ("in_process_check", "abandoned"), ("awaiting_final_check", "abandoned"), ("in_prep", "awaiting_final_check"),
    ("awaiting_final_check", "second_check"), ("second_check", "awaiting_final_check"),
    ("awaiting_final_check", "released"), ("awaiting_final_check", "rejected"), ("awaiting_final_check", "expired"),
    ("released", "dispensed"), ("dispensed", "delivered"), ("delivered", "administered"), ("dispensed", "missing"),
    ("delivered", "missing"), ("missing", "returned"), ("missing", "wasted"), ("returned", "released"),
    ("quarantined", "released"), ("quarantined", "wasted"), ("cancelled", "wasted"), ("rejected", "wasted"),
    ("abandoned", "wasted"), ("expired", "wasted"),
}  # fmt: skip
EDGES |= {(out, to) for out in ("released", "dispensed", "delivered") for to in ("returned", "expired", "wasted")}
EDGES |= {("returned", "expired"), ("returned", "wasted")}
EDGES |= {
    (state, "quarantined") for edge in EDGES for state in edge if state not in ("wasted", "administered", "cancelled")
}
EDGES -= {("quarantined", "quarantined")}
"""The allowed transitions, written from the law of the work."""

FORWARD: tuple[tuple[str, Actor], ...] = (
    ("scan_container", MAKER), ("check_staging", CHECKER), ("start_preparation", MAKER), ("record_volume", MAKER),
    ("confirm_step", MAKER), ("ask_in_process_check", MAKER), ("pass_in_process", CHECKER), ("complete", MAKER),
    ("ask_second_check", CHECKER), ("enter_second_check", SECOND_CHECKER), ("release", CHECKER), ("print_label", CHECKER),
    ("answer_label_in_hand", CHECKER), ("pair_labels", MAKER), ("receive", NURSE), ("start_administration", NURSE),
)  # fmt: skip
KINDS = sorted(set(LAW) - {"queue", "plan_draw_up"})
tries = st.one_of(
    st.just(("forward", 0)),
    st.just(("forward", 0)),
    st.just(("forward", 0)),
    st.tuples(st.sampled_from(KINDS), st.integers(0, len(PEOPLE))),
)


def odd(dose: Dose, kind: str, number: int) -> Any:
    """Now and then not a fitting action but one with a wrong figure in it."""
    if kind == "record_volume" and number % 3 == 0 and dose.current_step is not None:
        return a.RecordVolume(dose.current_step.number, Quantity(number + 1, "mL"), "0" * 64)
    if kind == "enter_second_check" and number % 2:
        return second_entry(dose, diluent="something else")
    return fitting(dose, kind)


def hands_after(hands: set[str], kind: str, who: Actor) -> set[str]:
    """Kept beside the product: taking the containers apart undoes the staging."""
    return set() if kind == "take_apart" else hands | {who.person} if kind in HAND else hands


def one_try(dose: Dose, what: tuple[str, int], at: Any) -> tuple[Dose, str, Actor]:
    """The dose after a try; as it was when it was refused."""
    kind, number = what
    options = FORWARD if kind == "forward" else ((kind, (*PEOPLE, SYSTEM)[number]),)
    for name, who in reversed(options):  # the furthest step that is possible
        if kind == "forward" and str(dose.status) not in LAW[name][0].split():
            continue
        answer = attempt(dose, fitting(dose, name) if kind == "forward" else odd(dose, name, number), who, at)
        if isinstance(answer, Dose) and (kind != "forward" or answer != dose):
            return answer, name, who
    return dose, "", SYSTEM


def check_invariants(before: Dose, dose: Dose, hands: set[str]) -> None:
    """What must hold after every act, whoever did what."""
    was, now = str(before.status), str(dose.status)
    assert was == now or (was, now) in EDGES, (was, now)
    assert was == now or was not in ("administered", "wasted")
    assert hands <= dose.hands or now in ("queued", "held", "cancelled"), (hands, dose.hands)
    if now in ("released", "dispensed", "delivered", "administered"):
        assert dose.released is not None
        assert dose.released.data["person"] == dose.released.person
        if not dose.emergency:
            assert dose.released.person not in hands
            assert not dose.unmeasured
            if dose.planned.second_check:
                assert dose.first_check is not None and dose.second_check is not None
                assert len({dose.first_check.person, dose.second_check.person} | hands) == 2 + len(hands)
    if now in ("dispensed", "delivered", "administered"):
        assert not dose.blocked and dose.copies > 0
    if before.beyond_use_at() is not None:
        assert dose.beyond_use == before.beyond_use


@settings(max_examples=250)
@given(st.sampled_from(PLANS), st.lists(tries, min_size=20, max_size=70))
def test_no_order_of_acts_leads_to_an_illegal_state(plan: str, attempts: list[tuple[str, int]]) -> None:
    dose, hands, at = queued(plan), set[str](), NOON
    for what in attempts:
        at += timedelta(minutes=1)
        before = dose
        dose, kind, who = one_try(dose, what, at)
        hands = hands_after(hands, kind, who) if kind else hands
        check_invariants(before, dose, hands)


def test_the_way_forward_reaches_the_patient_for_every_plan() -> None:
    for plan in PLANS:
        dose, at = queued(plan), NOON
        for _ in range(60):
            at += timedelta(minutes=1)
            dose, _, _ = one_try(dose, ("forward", 0), at)
        assert dose.status == "administered", plan


def test_the_designated_person_and_a_pharmacist_end_a_quarantine_together() -> None:
    dose = queued("ceftriaxone")
    for minute in range(14):
        dose, _, _ = one_try(dose, ("forward", 0), NOON + timedelta(minutes=minute))
        if dose.status == "dispensed":
            break
    for kind, who in (("quarantine", LEAD), ("end_quarantine", LEAD)):
        answer = attempt(dose, fitting(dose, kind), who)
        assert isinstance(answer, Dose)
        dose = answer
    assert dose.status == "quarantined"
    freed = attempt(dose, fitting(dose, "end_quarantine"), CHECKER)
    assert isinstance(freed, Dose)
    assert (freed.status, freed.copies) == ("released", 0)
    assert freed.released == dose.released
