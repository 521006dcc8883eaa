"""The review desk in a real browser: the list lives beside what is typed, Enter decides nothing, every width holds."""

import pytest
from playwright.sync_api import expect

from batch_records.acting import load
from compounding.preparing.numbering import order_record
from compounding.reviewing.record import ORDER
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, MARLOW
from tests.support.flow import ADA, TOMAS, placed_order
from tests.support.hospital import Hospital, Screen

pytestmark = pytest.mark.browser

SIZES = ((390, 844), (1280, 800), (1440, 900), (1920, 1080))
HARD = {
    "order_type": "intermittent", "patient": "DEMO-2093", "drug": "meropenem", "dose": "4 g", "route": "IV infusion",
    "line": "peripheral", "diluent": "NS", "volume": "100 mL", "infuse_over": "30 min", "frequency": {"every": "8 h"},
    "start": "2026-04-14T16:30:00-04:00", "prescriber": "Dr. R. Castell",
}  # fmt: skip
SOFT = HARD | {"drug": "vancomycin", "dose": "500 mg", "infuse_over": "60 min"}
LONG = ADA | {"family_name": "A-VERY-LONG-FAMILY-NAME-THAT-NOBODY-CUTS", "given_name": "Anna Maria Magdalena Theodora"}


def status(hospital: Hospital, number: str) -> str:
    with hospital.store.read() as uow:
        return str(load(uow, ORDER, order_record(number)).status)


def at_review(hospital: Hospital, number: str, who=MARLOW) -> Screen:
    return hospital.at_desk(who, "desk-2", f"/review/{number}")


def reasons(desk: Screen) -> None:
    for field in desk.page.locator("input[name^='reason.']").all():
        field.fill("agreed with the team")


def test_the_page_holds_at_every_width_light_and_dark_with_long_names(hospital):
    number = placed_order(hospital.store, HARD, TOMAS, "260414-0151")
    placed_order(hospital.store, patient=LONG)
    desk = at_review(hospital, number)
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, scheme)
        assert serious(desk.page) == [], scheme


def test_the_list_lives_and_touches_neither_focus_nor_what_is_typed(hospital):
    number = placed_order(hospital.store, SOFT, TOMAS, "260414-0150")
    desk = at_review(hospital, number)
    desk.page.fill("#question", "Is it meant so?")
    reason = desk.page.locator("input[name^='reason.']").first
    reason.fill("half a rea")
    expect(reason).to_be_focused()
    placed_order(hospital.store, number="260414-0190")
    expect(desk.page.locator(".review__list")).to_contain_text("cefTRIAXone", timeout=9_000)
    expect(reason).to_be_focused()
    expect(reason).to_have_value("half a rea")
    expect(desk.page.locator("#question")).to_have_value("Is it meant so?")


def test_enter_never_decides(hospital):
    number = placed_order(hospital.store, SOFT, TOMAS, "260414-0150")
    desk = at_review(hospital, number)
    reasons(desk)
    desk.page.fill("#secret", MARLOW.password)
    desk.page.keyboard.press("Enter")
    desk.page.locator("input[name^='reason.']").first.press("Enter")
    desk.page.wait_for_timeout(300)
    assert status(hospital, number) == "clinical_review"
    desk.press("Accept after a reason at every soft finding")
    desk.sees("accepted. Its doses go to the queue")
    assert status(hospital, number) == "verified"


def test_a_hard_finding_is_opened_by_two_and_accept_says_why_it_is_closed(hospital):
    number = placed_order(hospital.store, HARD, TOMAS, "260414-0151")
    desk = at_review(hospital, number)
    desk.sees("Not while a hard finding is open")
    desk.page.get_by_role("button", name="Accept", exact=True).click(force=True)
    assert status(hospital, number) == "clinical_review"
    reasons(desk)
    desk.page.get_by_text("To let it stand").click()
    desk.page.select_option("#prescriber", label="Dr. R. Castell")
    desk.page.fill("#secret", MARLOW.password)
    desk.press("Accept as the first of two")
    desk.sees("Another must agree")
    other = at_review(hospital, number, DUARTE)
    other.sees("Dr. R. Castell confirmed it")
    reasons(other)
    other.page.fill("#secret", DUARTE.password)
    other.press("Agree as the second pharmacist")
    other.sees("accepted. Its doses go to the queue")
    assert status(hospital, number) == "verified"


def test_the_order_is_rejected_in_a_dialog_that_gives_the_focus_back(hospital):
    number = placed_order(hospital.store, SOFT, TOMAS, "260414-0150")
    desk = at_review(hospital, number)
    opener = desk.page.get_by_role("button", name="Reject the order")
    opener.click()
    assert serious(desk.page) == []
    desk.page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    desk.page.fill("#reject_reason", "ordered twice")
    desk.page.get_by_role("button", name="Reject", exact=True).click()
    desk.sees("rejected")
    assert status(hospital, number) == "rejected"
