"""The dispensing label: printed once, in hand or not, paired with its container; reprints counted."""

import re
from datetime import timedelta

import pytest

from compounding.preparing.numbering import dose_record
from compounding.preparing.states import DoseStatus as S
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, MARLOW, NOON, OKONJO
from tests.support.flow import TOMAS, completed, dose_now, paired, queued_dose, released
from tests.support.printing import scanned, text_of
from tests.support.visiting import send

SECOND = {
    "order_type": "intermittent", "patient": "DEMO-2093", "drug": "ceftriaxone", "dose": "1 g", "route": "IV infusion",
    "line": "peripheral", "diluent": "NS", "volume": "50 mL", "start": "2026-04-14T15:00:00-04:00",
    "frequency": {"once": True}, "prescriber": "Dr. R. Castell",
}  # fmt: skip


def another(store) -> str:
    return released(store, queued_dose(store, SECOND, TOMAS, "260414-0155"))


def ask(browser, number, what, **fields):
    return send(browser, f"/labels/{number}/{what}", f"/labels/{number}", **fields)


def opened(browser, number, **fields):
    """The printed copy as it comes out of this browser."""
    return ask(browser, number, "open", **fields)


def test_the_label_is_printed_from_what_was_signed(at_check, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    assert ask(browser, number, "print").status_code == 303
    answer = opened(browser, number)
    assert answer.mimetype == "application/pdf"
    words = " ".join(text_of(answer.data))
    for part in ("EXAMPLE, Ada", "cefTRIAXone 460 mg", "59.2 mL/h", "16 Apr 2026, 13:04", "IV room A", "no reprint"):
        assert part in words, part
    assert "NOT RELEASED" not in words
    assert scanned(answer.data)[0][1] == f"91{number}C1"


def test_the_preview_is_no_label_and_pairs_with_nothing(at_check, cast_store):
    number = completed(cast_store)
    answer = at_check(MARLOW).get(f"/labels/{number}/preview.pdf")
    assert "NOT RELEASED" in " ".join(text_of(answer.data))
    assert scanned(answer.data)[0][1] == f"91{number}-NOT-RELEASED"


def test_after_the_release_there_is_no_preview(at_check, cast_store):
    number = released(cast_store)
    assert at_check(MARLOW).get(f"/labels/{number}/preview.pdf").status_code == 404


def test_an_unreleased_dose_has_no_label(at_check, cast_store):
    number = completed(cast_store)
    browser = at_check(MARLOW)
    assert ask(browser, number, "print").status_code == 409
    assert browser.get(f"/labels/{number}/label.pdf").status_code == 404


def test_unanswered_is_not_printed(at_check, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    ask(browser, number, "print")
    assert "Label in hand?" in browser.get(f"/labels/{number}").text
    answer = ask(browser, number, "pair", code=f"91{number}C1", container=f"92{number}")
    assert answer.status_code == 409
    assert "say that it is in your hand" in answer.text


def test_no_leads_to_a_counted_reprint_with_its_reason(at_check, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    ask(browser, number, "print")
    ask(browser, number, "in-hand", in_hand="no")
    assert "Print it again" in browser.get(f"/labels/{number}").text
    assert ask(browser, number, "print", reason="").status_code == 422
    assert ask(browser, number, "print", reason="jam").status_code == 303
    assert dose_now(cast_store, number).copies == 2
    words = " ".join(" ".join(text_of(opened(browser, number).data)).split())
    assert "REPRINT 1: Printer jammed or ran out" in words
    first = " ".join(text_of(browser.get(f"/labels/{number}/label.pdf?copy=1").data))
    assert "no reprint" in first


def test_printing_twice_with_one_key_prints_once(at_check, cast_store):
    number = released(cast_store)
    browser = at_check(MARLOW)
    for _ in range(2):
        assert ask(browser, number, "print", key="same").status_code == 303
    assert dose_now(cast_store, number).copies == 1


def test_one_unpaired_label_a_station(at_check, at_station, cast_store):
    first, second = released(cast_store), another(cast_store)
    browser = at_check(MARLOW)
    ask(browser, first, "print")
    answer = ask(browser, second, "print")
    assert answer.status_code == 409
    assert f"The label of {first} was printed here and is not on its container yet" in answer.text
    assert dose_now(cast_store, second).copies == 0
    elsewhere = at_station(DUARTE, "desk-2")
    assert ask(elsewhere, second, "print").status_code == 303


def test_a_label_that_is_not_in_hand_blocks_nothing(at_check, cast_store):
    first, second = released(cast_store), another(cast_store)
    browser = at_check(MARLOW)
    ask(browser, first, "print")
    ask(browser, first, "in-hand", in_hand="no")
    assert ask(browser, second, "print").status_code == 303


def in_hand(browser, number):
    ask(browser, number, "print")
    assert ask(browser, number, "in-hand", in_hand="yes").status_code == 303


@pytest.mark.parametrize("order", [("92", "91"), ("91", "92"), ("]d292", "]d291")])
def test_both_labels_are_scanned_in_either_order(at_check, cast_store, order):
    number = released(cast_store)
    browser = at_check(OKONJO)
    in_hand(browser, number)
    codes = [which + number + ("C1" if "91" in which else "") for which in order]
    first = ask(browser, number, "pair", code=codes[0])
    assert first.status_code == 303
    page = first.headers["Location"]
    assert "container=92" in page or "label=91" in page
    held = {"container" if "92" in order[0] else "label": codes[0].removeprefix("]d2")}
    assert ask(browser, number, "pair", code=codes[1], **held).status_code == 303
    assert dose_now(cast_store, number).status is S.DISPENSED
    assert "Paired" in browser.get(f"/labels/{number}").text


def test_a_reprint_voids_the_copy_before_it(at_check, cast_store):
    number = released(cast_store)
    browser = at_check(OKONJO)
    in_hand(browser, number)
    ask(browser, number, "print", reason="torn")
    newest = opened(browser, number).data
    ask(browser, number, "in-hand", in_hand="yes")
    assert scanned(newest)[0][1] == f"91{number}C2"
    assert "copy 2, REPRINT 1" in " ".join(" ".join(text_of(newest)).split())
    old = ask(browser, number, "pair", code=f"91{number}C1", container=f"92{number}")
    assert old.status_code == 422
    assert f"This is label 1 of {number}; label 2 was printed last and alone counts. Destroy this one." in old.text
    assert dose_now(cast_store, number).status is S.RELEASED
    assert ask(browser, number, "pair", code=f"91{number}C2", container=f"92{number}").status_code == 303
    assert dose_now(cast_store, number).status is S.DISPENSED


def test_a_printed_copy_opens_once_and_is_shown_again_only_as_a_copy_that_pairs_with_nothing(at_check, cast_store):
    number, browser = released(cast_store), at_check(OKONJO)
    assert opened(browser, number).status_code == 409  # nothing was printed
    ask(browser, number, "print")
    first = opened(browser, number, key="once")
    assert scanned(first.data)[0][1] == f"91{number}C1"
    assert opened(browser, number, key="once").status_code == 303  # the same request again is only looked at
    again = opened(at_check(MARLOW), number)
    assert again.status_code == 409 and "This copy was opened to print already" in again.text
    page = browser.get(f"/labels/{number}").text
    assert "opened it to print" in page and "Open the label to print" not in page
    ask(browser, number, "in-hand", in_hand="yes")
    for visitor in (browser, at_check(ADEYEMI)):
        shown = visitor.get(f"/labels/{number}/label.pdf").data
        assert scanned(shown)[0][1] == f"91{number}-COPY"
        assert "COPY: NOT A LABEL" in " ".join(text_of(shown))
        assert ask(browser, number, "pair", code=scanned(shown)[0][1], container=f"92{number}").status_code == 422
    assert opened(browser, number).status_code == 409  # answered
    ask(browser, number, "print", reason="torn")
    assert scanned(browser.get(f"/labels/{number}/label.pdf?copy=1").data)[0][1] == f"91{number}-COPY"
    assert scanned(opened(browser, number).data)[0][1] == f"91{number}C2"
    assert dose_now(cast_store, number).copies == 2


def test_what_the_papers_say_can_be_typed_where_there_is_no_scanner(at_check, cast_store):
    number, browser = released(cast_store), at_check(OKONJO)
    ask(browser, number, "print")
    words = " ".join(" ".join(text_of(opened(browser, number).data)).split())
    ask(browser, number, "in-hand", in_hand="yes")
    page = browser.get(f"/labels/{number}").text
    assert "number under the code" not in page
    assert "In-process label: 92 and its number. Dispensing label: 91, its number, C and its copy number" in page
    printed = re.search(r"No\. (\S+?),? .*copy (\d+)", words)
    assert printed is not None
    typed = f"91{printed[1]}C{printed[2]}"
    assert ask(browser, number, "pair", code=typed, container=f"92{printed[1]}").status_code == 303
    assert dose_now(cast_store, number).status is S.DISPENSED


def test_a_crossed_label_is_refused_and_kept_as_a_near_miss(at_check, cast_store):
    number, other = released(cast_store), another(cast_store)
    browser = at_check(OKONJO)
    in_hand(browser, number)
    answer = ask(browser, number, "pair", code=f"91{other}C1", container=f"92{number}")
    assert answer.status_code == 422
    assert "not the one of" in answer.text
    assert dose_now(cast_store, number).status is S.RELEASED
    with cast_store.read() as uow:
        assert uow.entries(dose_record(number))[-1].payload["code"] == "wrong_label"


def test_the_wrong_container_is_refused(at_check, cast_store):
    number, other = released(cast_store), another(cast_store)
    browser = at_check(OKONJO)
    in_hand(browser, number)
    answer = ask(browser, number, "pair", code=f"92{other}")
    assert answer.status_code == 422
    assert "does not carry the in-process label" in answer.text


def test_what_was_not_made_today_is_looked_at_again(at_check, clock, cast_store):
    number = released(cast_store)
    clock.now = NOON + timedelta(hours=24)
    browser = at_check(OKONJO)
    in_hand(browser, number)
    assert "It was not made today" in browser.get(f"/labels/{number}").text
    assert ask(browser, number, "pair", code=f"91{number}C1", container=f"92{number}").status_code == 422
    done = ask(browser, number, "pair", code=f"91{number}C1", container=f"92{number}", inspected="yes")
    assert done.status_code == 303
    assert dose_now(cast_store, number).status is S.DISPENSED


def test_the_list_says_what_is_next(at_check, cast_store):
    done = paired(cast_store, queued_dose(cast_store, SECOND, TOMAS, "260414-0155"))
    number = released(cast_store)
    browser = at_check(OKONJO)
    assert "To print" in browser.get("/labels").text
    ask(browser, number, "print")
    page = browser.get("/labels").text
    assert "Label in hand?" in page
    assert done not in page


def test_a_nurse_prints_no_label(at_check, cast_store):
    number = released(cast_store)
    browser = at_check(HALLORAN)
    assert browser.get(f"/labels/{number}").status_code == 403
    assert browser.get(f"/labels/{number}/label.pdf").status_code == 403


def test_printing_is_no_address(at_check, cast_store):
    number = released(cast_store)
    assert at_check(MARLOW).get(f"/labels/{number}/print").status_code == 405


def test_worksheet_and_record_are_printed_as_they_stand(at_check, cast_store):
    number = completed(cast_store)
    browser = at_check(OKONJO)
    assert "Worksheet" in " ".join(text_of(browser.get(f"/labels/{number}/worksheet.pdf").data))
    assert "Compounding record" in " ".join(text_of(browser.get(f"/labels/{number}/record.pdf").data))


def test_what_was_not_started_has_no_record(at_check, cast_store):
    number = queued_dose(cast_store)
    assert at_check(OKONJO).get(f"/labels/{number}/record.pdf").status_code == 404
