"""Attacks on the rules of a dose by people who may act: own work let through, figures bent, labels swapped, checks skipped."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from batch_records.acts import Act, Actor, Refusal, SecretProof
from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.context import OrderNow
from compounding.preparing.dose import Dose
from compounding.preparing.record import check
from compounding.preparing.states import DoseStatus
from compounding.stock.lot import Lot
from tests.support.attempts import at_state, code, passed, refusal
from tests.support.dose_histories import (
    CHECKER,
    LEAD,
    MAKER,
    NURSE,
    PLANS,
    SECOND_CHECKER,
    fitting,
    main_line,
    second_entry,
)
from tests.support.doses import NOON, NUMBER, attempt, content_digest, context, person, queued
from tests.support.flow import SOUND

LATER = NOON + timedelta(minutes=40)
BOTH = replace(MAKER, roles=frozenset({"technician", "pharmacist"}))
"""The technician, made a pharmacist while the dose was on its way."""


def release(dose: Dose) -> a.Release:
    """The release of exactly this page."""
    return a.Release(content_digest(dose))


def waiting(plan: str = "ceftriaxone") -> Dose:
    """Made, and waiting for the final check."""
    return at_state(plan, "complete")


def making(plan: str = "ceftriaxone") -> Dose:
    """Being made, the first volume in focus."""
    dose = at_state(plan, "start_preparation")
    while dose.current_step is not None and dose.current_step.kind != "measure":
        dose = passed(dose, fitting(dose, "confirm_step"))
    return dose


# Own work


def test_a_technician_made_pharmacist_meanwhile_does_not_release_own_work():
    assert code(waiting(), release(waiting()), BOTH, LATER) == "own_work"


def test_who_took_a_preparation_over_does_not_check_it_nor_does_who_gave_it_away():
    dose = passed(making(), a.HandOver(), CHECKER)
    assert {MAKER.person, CHECKER.person} <= set(dose.preparers)
    done = replace(waiting(), hands=dose.hands, preparers=dose.preparers)
    for who in (CHECKER, BOTH):
        assert code(done, release(done), who, LATER) == "own_work"


CHECKS = ("release", "reject", "ask_second_check", "reuse", "pass_in_process", "read_from_picture", "check_staging")
PLAN_OF = {"ask_second_check": "norepinephrine", "pass_in_process": "vincristine", "check_staging": "rocuronium"}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_pharmacist_who_only_scanned_one_container_checks_nothing_of_it(kind):
    plan = PLAN_OF.get(kind, "ceftriaxone")
    found = [h.dose for h in main_line(plan) if isinstance(attempt(h.dose, fitting(h.dose, kind), CHECKER, h.at), Dose)]
    for dose in found:
        assert code(replace(dose, hands=frozenset({CHECKER.person})), fitting(dose, kind), CHECKER, LATER) == "own_work"


def test_an_undone_step_leaves_the_hand_of_who_did_it():
    dose = making()
    helped = passed(passed(dose, a.HandOver(), CHECKER), fitting(dose, "record_volume"), CHECKER)
    undone = passed(helped, a.Undo(dose.current_step.number, "typed wrongly"), CHECKER)
    assert CHECKER.person in undone.hands


def test_an_emergency_is_no_way_to_release_what_one_may_release_in_the_ordinary_way():
    dose = waiting()
    assert code(dose, a.EmergencyRelease(content_digest(dose), "busy"), CHECKER, LATER) == "no_emergency"


def test_an_emergency_needs_a_reason_is_marked_and_is_not_checked_afterwards_by_the_same_person():
    dose = waiting()
    assert code(dose, a.EmergencyRelease(content_digest(dose), " \u200b "), BOTH, LATER) == "reason_missing"
    alone = passed(dose, a.EmergencyRelease(content_digest(dose), "alone at night"), BOTH, LATER)
    assert alone.emergency
    assert code(alone, a.CheckAfterwards(True, "fine"), BOTH, LATER) == "same_checker"
    checked = passed(alone, a.CheckAfterwards(True, "fine"), CHECKER, LATER)
    assert code(checked, a.CheckAfterwards(True, "again"), SECOND_CHECKER, LATER) == "checked_already"


def test_an_emergency_does_not_pass_what_was_not_measured_nor_an_old_page_nor_a_stopped_order():
    dose = waiting()
    stopped = {"order": replace(_order(), active=False, status="discontinued")}
    assert code(dose, a.EmergencyRelease(content_digest(dose), "night"), BOTH, LATER, **stopped) == "order_not_active"
    assert code(dose, a.EmergencyRelease("0" * 64, "night"), BOTH, LATER) == "page_stale"


def test_an_emergency_is_no_way_past_a_second_pharmacist_who_found_something_else():
    asked = at_state("norepinephrine", "ask_second_check")
    differs = passed(asked, second_entry(asked, final_volume=Quantity(7, "mL")), SECOND_CHECKER, LATER)
    assert code(differs, a.EmergencyRelease(content_digest(differs), "night"), CHECKER, LATER) == "check_differs"


def test_who_released_wrongly_in_an_emergency_does_not_release_it_again_out_of_quarantine():
    dose = waiting("norepinephrine")
    alone = passed(dose, a.EmergencyRelease(content_digest(dose), "alone at night"), CHECKER, LATER)
    wrong = passed(alone, a.CheckAfterwards(False, "twice the volume"), SECOND_CHECKER, LATER)
    held = passed(wrong, a.Quarantine("checked afterwards and not agreed"), LEAD, LATER)
    closed = passed(held, a.EndQuarantine("looked into"), LEAD, LATER)
    assert code(closed, a.EndQuarantine("it is fine"), CHECKER, LATER) == "same_checker"
    assert passed(closed, a.EndQuarantine("it is fine"), SECOND_CHECKER, LATER).status is DoseStatus.RELEASED


def _order():
    """The order as it stands when nothing is in the way."""
    return OrderNow(1, True, False, "verified")


# Signatures


def test_nobody_signs_with_the_proof_of_another_an_old_one_or_one_of_the_future():
    dose = waiting()
    action = release(dose)
    for proof, expected in (
        (None, "secret_needed"),
        (SecretProof(SECOND_CHECKER.person, LATER, "PIN"), "secret_needed"),
        (SecretProof(CHECKER.person, LATER - timedelta(minutes=3), "PIN"), "secret_stale"),
        (SecretProof(CHECKER.person, LATER + timedelta(seconds=1), "PIN"), "secret_stale"),
    ):
        act = Act(CHECKER, "desk-1", LATER, "key", -240, proof)
        answer = check(dose, action, act, context(dose, action, LATER))
        assert isinstance(answer, Refusal)
        assert answer.code == expected


def test_signature_label_and_what_else_the_server_fills_in_cannot_be_sent():
    forged = {"person": "marlow", "seal": "0"}
    dose = waiting()
    out = passed(dose, replace(release(dose), signature=forged, label={"number": "other"}), CHECKER, LATER)
    assert out.released.data["person"] == CHECKER.person
    assert out.label == {"number": dose.number}
    fresh = queued("ceftriaxone")
    forged_scan = {"slot": "none", "product": "none", "display": "none", "serial": "S", "content": Quantity(9, "kg")}
    scan = replace(fitting(fresh, "scan_container"), **forged_scan)
    scanned = passed(fresh, replace(scan, strength={"drug": "x"}), MAKER).scans[-1]
    assert (scanned.slot, scanned.product) == (fresh.drawing.components[0].slot, fresh.drawing.components[0].product)
    assert scanned.content != Quantity(9, "kg")
    assert scanned.serial == ""
    ready = main_line("ceftriaxone")
    before = next(h.dose for h, n in pairwise(ready) if n.names[-1] == "complete")
    done = passed(before, a.Complete(f"92{NUMBER}", "0" * 64, {"at": "2030-01-01T00:00:00+00:00"}), MAKER, LATER)
    assert done.beyond_use_at().year == 2026
    asked = at_state("norepinephrine", "ask_second_check")
    wrong = replace(second_entry(asked, final_volume=Quantity(7, "mL")), differences=(), signature=forged)
    assert passed(asked, wrong, SECOND_CHECKER, LATER).second_differences == ("final volume",)
    printed = passed(out, replace(a.PrintLabel("0" * 64, issue=1), copy=7), CHECKER, LATER)
    assert printed.copies == 1


def test_an_investigation_is_not_closed_and_released_by_one_person_or_by_a_forged_second():
    dose = at_state("ceftriaxone", "pair_labels")
    held = passed(dose, a.Quarantine("recall"), LEAD, LATER)
    closed = passed(held, replace(a.EndQuarantine("nothing found"), final=True), LEAD, LATER)
    assert closed.status is DoseStatus.QUARANTINED
    same = replace(LEAD, roles=frozenset({"lead", "pharmacist"}))
    assert code(closed, a.EndQuarantine("fine"), same, LATER) == "same_person"


# Second check


def test_the_second_check_is_not_by_the_first_checker_nor_by_the_preparer():
    asked = at_state("norepinephrine", "ask_second_check")
    first = person(asked.first_check.person, "pharmacist")
    assert code(asked, second_entry(asked), first, LATER) == "same_checker"
    assert code(asked, second_entry(asked), BOTH, LATER) == "own_work"


def test_a_dose_for_two_pharmacists_is_not_released_by_one_before_or_during_the_second_check():
    dose = waiting("norepinephrine")
    assert code(dose, release(dose), CHECKER, LATER) == "second_check_needed"
    asked = at_state("norepinephrine", "ask_second_check")
    assert code(asked, release(asked), SECOND_CHECKER, LATER) == "wrong_state"


@pytest.mark.parametrize(
    "wrong",
    [
        {"drug": "epinephrine"}, {"diluent": ""}, {"diluent": "undiluted"}, {"volumes": {}}, {"final_volume": Quantity(1, "mg")},
        {"final_volume": Quantity(0, "mL")}, {"final_volume": Quantity(-250, "mL")}, {"final_volume": Quantity(250, "L")},
    ],
)  # fmt: skip
def test_a_second_check_that_is_empty_or_of_another_unit_never_matches(wrong):
    asked = at_state("norepinephrine", "ask_second_check")
    after = passed(asked, second_entry(asked, **wrong), SECOND_CHECKER, LATER)
    assert after.second_differences
    assert after.second_check is None
    assert code(after, release(after), CHECKER, LATER) == "second_check_needed"


# Beyond-use time


LONGER = {"at": "2030-01-01T00:00:00+00:00", "reason": "longer"}


@pytest.mark.parametrize("decided", [{}, {"at": ""}, LONGER, {"at": "x", "reason": "y"}])
def test_a_computed_beyond_use_time_is_not_changed_at_the_release(decided):
    dose = waiting()
    assert code(dose, a.Release(content_digest(dose), decided), CHECKER, LATER) == "beyond_use_computed"


def test_no_way_back_into_stock_lengthens_the_beyond_use_time():
    for dose in (h.dose for h in main_line("ceftriaxone")):
        if dose.status in (DoseStatus.DISPENSED, DoseStatus.DELIVERED):
            back = passed(dose, fitting(dose, "return_dose"), MAKER, LATER)
            again = passed(back, a.Reuse("intact", sound=SOUND), CHECKER, LATER)
            assert again.beyond_use_at() == dose.beyond_use_at()
            assert code(back, a.Reuse("intact", sound=SOUND), CHECKER, dose.beyond_use_at()) == "beyond_use_passed"


def test_nothing_past_its_beyond_use_time_is_released_paired_received_or_started():
    for name, who in (("release", CHECKER), ("pair_labels", MAKER), ("receive", NURSE), ("start_administration", NURSE)):
        line = main_line("ceftriaxone")
        dose = next(h.dose for h, n in pairwise(line) if n.names[-1] == name)
        assert code(dose, fitting(dose, name), who, dose.beyond_use_at()) == "beyond_use_passed", name


# Orders


@pytest.mark.parametrize("plan", PLANS)
def test_nothing_is_scanned_made_released_sent_or_given_for_an_order_that_was_stopped(plan):
    line = main_line(plan)
    forbidden = {"scan_container", "start_preparation", "complete", "release", "pair_labels", "start_administration"}
    for order, expected in (
        (replace(_order(), active=False, status="discontinued"), "order_not_active"),
        (replace(_order(), version=2), "order_changed"),
        (replace(_order(), stop=NOON), "order_over"),
    ):
        met = set()
        for before, after in pairwise(line):
            name = after.names[-1]
            if name in forbidden:
                who = Actor(after.who[-1], after.who[-1], frozenset({"technician", "pharmacist", "nurse"}))
                assert code(before.dose, fitting(before.dose, name), who, after.at, order=order) == expected, name
                met.add(name)
        assert met == forbidden


# Lots


@pytest.mark.parametrize("state", ["held", "recalled"])
def test_a_dose_on_the_ward_is_not_started_once_a_lot_in_it_was_stopped(state):
    dose = at_state("ceftriaxone", "receive")
    stopped = (Lot("ceftriaxone_500mg_vial", "LOT-1", "2027-10-31", state, "glass particles"),)
    assert code(dose, a.StartAdministration(), NURSE, LATER, lots=stopped) == f"lot_{state}"


@pytest.mark.parametrize("name", ["start_preparation", "release", "pair_labels", "start_administration"])
def test_nothing_is_made_released_sent_or_given_against_an_allergy_that_no_reviewer_saw(name):
    line = main_line("ceftriaxone")
    before, after = next((h, n) for h, n in pairwise(line) if n.names[-1] == name)
    who = Actor(after.who[-1], after.who[-1], frozenset({"technician", "pharmacist", "nurse"}))
    told = refusal(before.dose, fitting(before.dose, name), who, after.at, new_allergies=("Allergic to cephalosporins",))
    assert told.code == "new_allergy"
    assert "Allergic to cephalosporins" in told.text


# Labels


@pytest.mark.parametrize("plan", PLANS)
def test_no_dispensing_label_is_printed_before_the_release(plan):
    for history in main_line(plan):
        if history.dose.released is None:
            assert isinstance(attempt(history.dose, a.PrintLabel("0" * 64, "please"), BOTH, history.at), Refusal)


@pytest.mark.parametrize("reason", ["", " ", "\n\t", "\u00a0"])
def test_a_second_copy_without_a_reason_is_refused(reason):
    dose = at_state("ceftriaxone", "print_label")
    assert code(dose, a.PrintLabel("0" * 64, reason), CHECKER, LATER) == "reprint_reason"


OTHER = "260414-0150-01-7"


@pytest.mark.parametrize(
    ("container", "label"),
    [
        (f"92{OTHER}", f"91{NUMBER}C1"), (f"92{NUMBER}", f"91{OTHER}C1"),
        (f"91{NUMBER}C1", f"91{NUMBER}C1"), (f"92{NUMBER}", f"92{NUMBER}"),
        (f"91{NUMBER}C1", f"92{NUMBER}"), (NUMBER, NUMBER), ("", ""), (f"92{NUMBER}C1", f"91{NUMBER}C1"),
        (f"94{NUMBER}", f"91{NUMBER}C1"), (f"92{NUMBER} ", f"91{NUMBER}C1"),
        (f"92{NUMBER}\x1d10X", f"91{NUMBER}C1"), (f"]d292{NUMBER}", f"91{NUMBER}0C1"), (f"92{NUMBER}", f"91{NUMBER}C1 "),
    ],
)  # fmt: skip
def test_only_the_two_labels_of_this_dose_are_a_pair(container, label):
    dose = at_state("ceftriaxone", "answer_label_in_hand")
    assert refusal(dose, a.PairLabels(container, label), MAKER, LATER).code in ("wrong_container", "wrong_label")


def test_a_label_that_nobody_has_in_hand_pairs_with_nothing():
    dose = at_state("ceftriaxone", "print_label")
    pair = a.PairLabels(f"92{NUMBER}", f"91{NUMBER}C1")
    assert code(dose, pair, MAKER, LATER) == "no_label"
    assert code(passed(dose, a.AnswerLabelInHand(False), MAKER, LATER), pair, MAKER, LATER) == "no_label"
