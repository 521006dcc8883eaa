"""The ward on a phone: one thumb, one scan, and what happens to a dose."""

import pytest

from compounding.preparing.states import DoseStatus as S
from tests.browser.conftest import serious
from tests.support.cast import HALLORAN, OKONJO
from tests.support.flow import dose_now, paired
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser


def test_the_ward_holds_on_phone_and_desk(hospital: Hospital):
    number = paired(hospital.store)
    phone = hospital.on_phone(HALLORAN, "/ward")
    for path in ("/ward", f"/ward/dose/{number}"):
        for scheme in ("light", "dark"):
            phone.page.emulate_media(color_scheme=scheme)
            phone.go(path)
            assert serious(phone.page) == [], (path, scheme)
            assert phone.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    desk = hospital.at_desk(OKONJO, "desk-2", f"/ward/dose/{number}")
    assert serious(desk.page) == []


def test_what_is_asked_most_stands_on_the_first_screen(hospital: Hospital):
    phone = hospital.on_phone(HALLORAN, f"/ward/dose/{paired(hospital.store)}")
    for words in ("Start before", "Run at", "Same line"):
        box = phone.page.get_by_text(words, exact=True).first.bounding_box()
        assert box["y"] + box["height"] < 844, words


def test_scan_receive_start(hospital: Hospital):
    number = paired(hospital.store)
    phone = hospital.on_phone(HALLORAN, "/ward")
    phone.keys.scan(f"]d291{number}")
    phone.heading("cefTRIAXone")
    phone.press("Received")
    phone.page.get_by_label("Where it lies now").fill("Peds medication room")
    phone.page.get_by_role("dialog").get_by_role("button", name="Received").click()
    phone.sees("Peds medication room")
    phone.press("Started on the patient")
    phone.sees("Running")
    assert dose_now(hospital.store, number).status is S.ADMINISTERED


def test_a_missing_dose_shows_where_to_look_first(hospital: Hospital):
    number = paired(hospital.store)
    phone = hospital.on_phone(HALLORAN, f"/ward/dose/{number}")
    phone.press("Cannot find it")
    phone.sees("Look there first")
    phone.page.get_by_label("Where did you look?").fill("fridge, room, bed")
    phone.press("Report it missing")
    phone.sees("A pharmacist is asked for another one")
    assert dose_now(hospital.store, number).status is S.MISSING
