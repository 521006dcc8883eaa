"""Every printed label has a number of its own in its code: a reprint and a second release void the ones before."""

import pytest

from batch_records.acts import Act
from compounding.documents.snapshots import barcode_text, check, label_issue, read_barcode
from compounding.preparing import actions as a
from tests.compounding.documents import examples
from tests.support.attempts import at_state, code, passed, refusal
from tests.support.dose_histories import CHECKER, NURSE, fitting
from tests.support.doses import NOON, NUMBER, after

IN_HAND = at_state("ceftriaxone", "answer_label_in_hand")
PRINT = a.PrintLabel("0" * 64, "torn", issue=2)


def pair(label):
    return a.PairLabels(f"92{NUMBER}", label)


def in_hand(dose):
    return passed(dose, a.AnswerLabelInHand(True), CHECKER)


def test_the_first_label_pairs_while_it_is_the_newest():
    assert passed(IN_HAND, pair(f"91{NUMBER}C1")).status == "dispensed"
    assert passed(IN_HAND, pair(f"]d291{NUMBER}C1")).status == "dispensed"
    assert passed(IN_HAND, pair(f"91{NUMBER}c1")).status == "dispensed", "caps lock does not matter"


def test_a_reprint_voids_the_copy_before_it_and_says_so():
    again = in_hand(passed(IN_HAND, PRINT, CHECKER))
    no = refusal(again, pair(f"91{NUMBER}C1"))
    assert (no.code, no.status) == ("label_void", 422)
    assert no.text == f"This is label 1 of {NUMBER}; label 2 was printed last and alone counts. Destroy this one."
    assert passed(again, pair(f"91{NUMBER}C2")).status == "dispensed"


def test_the_old_label_of_a_dose_given_out_again_does_not_pair():
    out = passed(IN_HAND, pair(f"91{NUMBER}C1"))
    back = passed(out, fitting(out, "return_dose"), NURSE)
    again = passed(back, fitting(back, "reuse"), CHECKER)
    assert (again.copies, again.labels) == (0, 1)
    assert code(again, pair(f"91{NUMBER}C1")) == "no_label"
    labelled = in_hand(passed(again, a.PrintLabel("0" * 64, issue=2), CHECKER))
    assert code(labelled, pair(f"91{NUMBER}C1")) == "label_void"
    assert passed(labelled, pair(f"91{NUMBER}C2")).status == "dispensed"


@pytest.mark.parametrize("label", [f"91{NUMBER}", f"91{NUMBER}C2", f"91{NUMBER}C9999"])
def test_a_label_that_is_not_the_one_printed_last_pairs_with_nothing(label):
    assert code(IN_HAND, pair(label)) == "label_void"


@pytest.mark.parametrize("label", [f"91{NUMBER}C0", f"91{NUMBER}C01", f"91{NUMBER}C", f"91{NUMBER}C1C1", f"91{NUMBER}C-1"])
def test_a_code_with_a_number_that_cannot_be_is_no_label_of_this_dose(label):
    assert code(IN_HAND, pair(label)) == "wrong_label"


@pytest.mark.parametrize("issue", [0, 1, 3])
def test_of_two_copies_laid_out_at_once_only_the_next_number_is_printed(issue):
    assert code(IN_HAND, a.PrintLabel("0" * 64, "torn", issue=issue), CHECKER) == "label_number"


def test_a_label_printed_before_codes_had_numbers_still_pairs_until_another_is_printed():
    released = at_state("ceftriaxone", "release")
    old = a.PrintLabel("0" * 64, copy=1)
    act = Act(CHECKER, "desk-1", NOON, "old", -240)
    printed = in_hand(after(released, old, act))
    assert (printed.labels, printed.label_issue) == (1, 0)
    assert passed(printed, pair(f"91{NUMBER}")).status == "dispensed"
    assert code(printed, pair(f"91{NUMBER}C1")) == "label_void"
    again = in_hand(passed(printed, PRINT, CHECKER))
    assert "a label without a copy number" in refusal(again, pair(f"91{NUMBER}")).text
    assert passed(again, pair(f"91{NUMBER}C2")).status == "dispensed"


def test_codes_with_and_without_a_number_are_read():
    assert read_barcode("91260414-0131-6C12") == read_barcode("91260414-0131-6") == ("dispensing_label/1", "260414-0131-6")
    assert (label_issue("91260414-0131-6C12"), label_issue("91260414-0131-6"), label_issue("92260414-0131-6C12")) == (12, 0, 0)
    assert read_barcode("92260414-0131-6C1") == ("in_process_label/1", "260414-0131-6C1")
    assert barcode_text("dispensing_label/1", "260414-0131-6", 3) == "(91)260414-0131-6C3"


def test_a_kept_label_without_a_number_is_still_a_whole_document():
    label = examples.ceftriaxone()
    check(label)
    check({**label, "barcode": f"(91){label['number']}"})
