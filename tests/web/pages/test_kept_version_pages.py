"""Pages about doses whose drug was withdrawn since they were planned: they go on, to the label and to the ward."""

import pytest

from formulary.drug_record import record_id
from formulary.releasing import DRUG, WithdrawDrug
from tests.support.at_station import VIAL, received, scan
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, OKONJO, do
from tests.support.flow import code_of, completed, dose_now, queued_dose, released
from tests.support.visiting import sign_on_as


def withdrawn(store) -> None:
    do(store, MARLOW, DRUG, record_id("ceftriaxone"), WithdrawDrug(1, "wrong"))


@pytest.mark.parametrize(
    ("state", "member", "station", "pages"),
    [
        (queued_dose, OKONJO, "hood-1", ("/station", "/station/{number}", "/queue", "/lots")),
        (completed, MARLOW, "desk-2", ("/check", "/check/{number}", "/queue", "/orders", "/records")),
        (released, OKONJO, "hood-1", ("/labels", "/labels/{number}", "/queue")),
        (released, HALLORAN, "desk-2", ("/ward", "/queue")),
        (released, ADEYEMI, "desk-1", ("/formulary", "/formulary/drug/ceftriaxone/1", "/queue")),
    ],
    ids=["queued", "completed", "label", "ward", "lead"],
)
def test_the_pages_of_a_dose_whose_drug_was_withdrawn_still_open(office, cast_store, state, member, station, pages):
    number = state(cast_store)
    withdrawn(cast_store)
    browser = sign_on_as(office.test_client(), member, station)
    found = {page: browser.get(page.format(number=number)).status_code for page in pages}
    assert set(found.values()) <= {200, 302}, found


def test_its_vial_is_scanned_at_the_hood(hood, cast_store):
    number = queued_dose(cast_store)
    received(cast_store)
    withdrawn(cast_store)
    answer = scan(hood, number, code_of(VIAL, "DEMO-T442", "270831"))
    assert answer.status_code in (200, 303)
    assert [one.product for one in dose_now(cast_store, number).scans] == [VIAL]
