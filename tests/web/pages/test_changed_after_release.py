"""A weight that changes once a dose is released and not given: told to pharmacist and ward, stopped until somebody decides."""

import html
from datetime import timedelta
from typing import Any

from compounding.preparing.actions import KeepReleased, Receive, StartAdministration
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import ReviewAgain
from compounding.reviewing.record import ORDER
from tests.support.cast import HALLORAN, MARLOW, NOON, do, refused
from tests.support.check_desk import At
from tests.support.flow import ADA, CEFTRIAXONE, ORDER_NUMBER, accepted_order, described_patient, dose_now, paired
from tests.support.printing import text_of
from tests.support.visiting import send

LATER = NOON + timedelta(minutes=20)
FLAT = CEFTRIAXONE | {"dose": "460 mg"}
CHANGED = "weight changed from 9.2 kg to 12 kg"


def weighing(kilograms: str) -> dict[str, Any]:
    return ADA | {"measures": [ADA["measures"][0] | {"amount": {"value": kilograms, "unit": "kg"}}]}


def on_the_ward(store: Any, **queued: Any) -> str:
    number = paired(store, **queued)
    do(store, HALLORAN, DOSE, dose_record(number), Receive("7 West"), LATER, station="ward-7w")
    return number


def start_refused(store: Any, number: str) -> str:
    return refused(store, HALLORAN, DOSE, dose_record(number), StartAdministration(), LATER, station="ward-7w")


def test_it_is_told_on_the_boards_and_to_the_nurse_and_is_given_only_after_a_pharmacist_kept_it(
    at_check: At, cast_store: Any
) -> None:
    number = on_the_ward(cast_store)
    described_patient(cast_store, weighing("12"))
    assert dose_now(cast_store, number).to_recheck == (CHANGED,)
    pharmacist, nurse, path = at_check(MARLOW), at_check(HALLORAN), f"/check/{number}"
    for browser, page in ((pharmacist, "/queue?show=recheck"), (pharmacist, "/check"), (nurse, f"/ward/dose/{number}")):
        assert CHANGED in html.unescape(browser.get(page).text), page
    assert start_refused(cast_store, number) == "changed_after_release"
    form = {"seen": CHANGED, "keep_reason": "weighed with its blanket", "secret": MARLOW.password}
    assert send(pharmacist, f"{path}/keep", path, **form | {"keep_reason": " "}).status_code == 422
    assert send(pharmacist, f"{path}/keep", path, **form | {"seen": "weight changed from 9.2 kg to 11 kg"}).status_code == 409
    assert send(nurse, f"{path}/keep", "/ward", **form).status_code == 403
    assert send(pharmacist, f"{path}/keep", path, **form).status_code == 303
    assert CHANGED not in pharmacist.get("/queue?show=recheck").text
    assert "weighed with its blanket" in " ".join(" ".join(text_of(pharmacist.get(f"/labels/{number}/record.pdf").data)).split())
    do(cast_store, HALLORAN, DOSE, dose_record(number), StartAdministration(), LATER, station="ward-7w")


def test_it_goes_on_when_the_order_was_reviewed_again_or_the_weight_was_put_right(cast_store: Any) -> None:
    number = on_the_ward(cast_store, order=FLAT)
    described_patient(cast_store, weighing("10.12"))  # a tenth, which the site allows
    assert dose_now(cast_store, number).changed == ()
    described_patient(cast_store, weighing("12"))
    assert start_refused(cast_store, number) == "changed_after_release"
    described_patient(cast_store, ADA)
    assert dose_now(cast_store, number).changed == ()
    described_patient(cast_store, weighing("12"))
    do(cast_store, MARLOW, ORDER, order_record(ORDER_NUMBER), ReviewAgain("the weight"), LATER)
    assert start_refused(cast_store, number) == "order_not_active"
    accepted_order(cast_store, ORDER_NUMBER, LATER)
    assert dose_now(cast_store, number).changed == ()
    do(cast_store, HALLORAN, DOSE, dose_record(number), StartAdministration(), LATER, station="ward-7w")


def test_what_two_must_decide_is_not_kept_by_one(cast_store: Any) -> None:
    number = on_the_ward(cast_store, order=FLAT)
    described_patient(cast_store, weighing("2"))
    keep = KeepReleased(dose_now(cast_store, number).changed, "given all the same")
    code = refused(cast_store, MARLOW, DOSE, dose_record(number), keep, LATER, station="desk-1", signed=True)
    assert code == "review_needed"
