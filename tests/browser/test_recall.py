"""Receive, use, recall: one lot from the store room to the wards and back, until a hundred percent, in a real browser."""

import pytest

from batch_records.acting import load
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.stock.lot import LOT as LOT_RECORD
from compounding.stock.lot import ReturnLot, lot_record
from tests.browser.test_check import fits
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, NOON, OKONJO, do
from tests.support.flow import CEFTRIAXONE, TOMAS, code_of, dose_now, paired, queued_dose
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

VIAL = "ceftriaxone_500mg_vial"
FOR_TOMAS = CEFTRIAXONE | {"patient": "DEMO-2093", "dose": "500 mg", "volume": "50 mL"}
LOT = "DEMO-R1"


def test_a_lot_is_received_used_recalled_and_worked_off(hospital: Hospital):
    store, code = hospital.store, code_of(VIAL, LOT)
    room = hospital.at_desk(OKONJO, "store-1", f"/lots/receive?code={code}")
    room.page.get_by_label("How many").fill("20")
    room.page.get_by_label("Where it is put").fill("Shelf 3")
    room.page.get_by_label("Why without an order").fill("from another site")
    room.press("Receive")
    room.sees("Scan the next one")
    out, begun = queued_dose(store), queued_dose(store, FOR_TOMAS, TOMAS, "260414-0141")
    for number in (out, begun):
        do(store, OKONJO, DOSE, dose_record(number), a.ScanContainer(code), NOON)
    paired(store, out)
    do(store, HALLORAN, DOSE, dose_record(out), a.Receive("Peds 12 med room"), NOON)

    desk = hospital.at_desk(MARLOW, "desk-1", "/trace")
    desk.keys.scan(code)
    desk.heading(f"Lot {LOT} of cefTRIAXone")
    desk.sees("Fetch it back; do not start it")
    fits(desk, desk.page.url.removeprefix(desk.address), f"/trace/label/{out}")
    desk.go(f"/trace?kind=lot&product={VIAL}&lot={LOT}")
    desk.page.get_by_role("link", name="Open a recall").click()
    desk.page.get_by_label("Reason").fill("particles in three vials")
    desk.page.get_by_label("Who says so").fill("supplier's letter of 13 April")
    desk.press("Open the recall and hold all of it")
    desk.heading("Recall R260414-01")
    assert dose_now(store, out).status is S.QUARANTINED
    fits(desk, "/recalls", "/recalls/R260414-01")

    ward = hospital.on_phone(HALLORAN, "/recalls/R260414-01")
    ward.page.get_by_label("EXAMPLE").or_(ward.page.get_by_label(out)).first.check()
    ward.page.get_by_label("Outcome").select_option("retrieved")
    ward.press("Record the outcome")
    ward.sees("Fetched back: it is in our hands")
    settle(desk, store, out, begun)
    sign(desk, MARLOW, "Sign")
    lead = hospital.at_desk(ADEYEMI, "desk-1", "/recalls/R260414-01")
    sign(lead, ADEYEMI, "Sign and close")
    lead.sees("Closed")
    lead.go("/recalls")
    lead.sees("100 %")


def settle(desk, store, out: str, begun: str) -> None:
    """What is out is destroyed, what was begun is taken apart, the lot goes back to its supplier."""
    do(store, ADEYEMI, DOSE, dose_record(out), a.Waste("all of it", "pharmaceutical"), NOON)
    do(store, OKONJO, DOSE, dose_record(begun), a.TakeApart("recalled lot"), NOON)
    lot = lot_record(VIAL, LOT)
    with store.read() as uow:
        count = load(uow, LOT_RECORD, lot).on_hand
    do(store, MARLOW, LOT_RECORD, lot, ReturnLot(count, "Shelf 3", "the supplier", "recalled"), NOON)
    for number, way in ((out, "destroyed"), (begun, "taken_apart"), (f"lot {LOT}", "sent_back")):
        desk.go("/recalls/R260414-01")
        desk.page.get_by_label(number).first.check()
        desk.page.get_by_label("Outcome").select_option(way)
        desk.press("Record the outcome")
        desk.heading("Recall R260414-01")
    desk.go("/recalls/R260414-01")
    desk.sees("100 %")


def sign(screen, member, button: str) -> None:
    """Everything is settled: what was found and done, and one's own secret."""
    screen.page.locator("#close-reason").fill("all accounted for")
    screen.page.locator("#close-secret").fill(member.password)
    screen.page.get_by_role("button", name=button, exact=True).click()
    screen.heading("Recall R260414-01")
