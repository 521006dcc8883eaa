"""Quarantine, the emergency release and the paralyzing drug in a real browser: readable at every width, played to the end."""

import pytest

from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from tests.browser.conftest import serious
from tests.browser.test_check import fits
from tests.support.at_station import CENTRAL, ROCURONIUM
from tests.support.cast import ADEYEMI, DUARTE, IBARRA, MARLOW, NOON, OKONJO, do
from tests.support.flow import completed, dose_now, paired, queued_dose, staged, started, step_done
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser


def test_two_persons_end_a_quarantine_on_pages_that_hold_at_every_width(hospital: Hospital):
    number = paired(hospital.store)
    lead = hospital.at_desk(ADEYEMI, "desk-1", "/quarantine")
    lead.page.get_by_label("Number of the preparation").fill(number)
    lead.page.get_by_label("Why").fill("refrigerator of 7 West failed between 02:00 and 05:00")
    lead.press("Block it")
    lead.heading("Close the investigation")
    fits(lead, "/quarantine", f"/quarantine/{number}")
    lead.page.get_by_label("What was found").fill("the log shows 4 °C throughout")
    lead.page.get_by_label("Your PIN or password").fill(ADEYEMI.pin)
    lead.press("Close the investigation")
    lead.sees("A pharmacist releases it")
    desk = hospital.at_desk(DUARTE, "desk-1", f"/quarantine/{number}")
    desk.page.get_by_label("Why it may be used").fill("unopened, in date")
    desk.page.get_by_label("Your PIN or password").fill(DUARTE.pin)
    desk.press("Release it again")
    desk.heading("Print the label")
    assert dose_now(hospital.store, number).status is S.RELEASED


def test_an_emergency_release_takes_an_earlier_time_by_hand(hospital: Hospital):
    number = completed(hospital.store, by=IBARRA)
    desk = hospital.at_desk(IBARRA, "desk-1", f"/check/{number}")
    desk.page.locator("summary", has_text="Nobody else is here").click()
    assert serious(desk.page) == []
    desk.page.get_by_label("Why it cannot wait").fill("septic, nobody else in the house")
    desk.page.get_by_label("Day").fill("2026-04-15")
    desk.page.get_by_label("Time", exact=True).fill("08:00")
    desk.page.get_by_label("Reason").fill("stood at the window")
    desk.page.get_by_label("Source", exact=True).fill("seen by myself")
    desk.page.locator("#secret-emergency").fill(IBARRA.password)
    desk.press("Release in an emergency")
    desk.heading("Label in hand")
    assert dose_now(hospital.store, number).label["beyond_use"]["at"] == "15 Apr 2026, 08:00"


def test_a_draw_of_a_paralyzing_drug_waits_for_the_tick(hospital: Hospital):
    number = queued_dose(hospital.store, ROCURONIUM, CENTRAL, "260414-0160")
    staged(hospital.store, number)
    do(hospital.store, MARLOW, DOSE, dose_record(number), a.CheckStaging(), NOON, signed=True)
    started(hospital.store, number)
    while dose_now(hospital.store, number).current_step.purpose != "draw":
        step_done(hospital.store, number)
    hood = hospital.at_hood(OKONJO, path=f"/station/{number}")
    hood.sees("I read aloud: rocuronium 10 mg/mL, 10 mL vial")
    hood.touch("10")
    button = hood.page.get_by_role("button", name="Record, take picture")
    assert button.get_attribute("aria-disabled") == "true"
    hood.page.locator("#aloud").check()
    button.click()
    hood.sees("Ask the pharmacist to look")
    record = dose_now(hospital.store, number).records[-1]
    assert (record.read_aloud, record.by) == ("rocuronium 10 mg/mL, 10 mL vial (100 mg)", OKONJO.person)
