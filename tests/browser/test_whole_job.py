"""The whole job in a real browser: an order becomes a paired, released label, and what must stop it stops it."""

import re
from pathlib import Path

import pytest

from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.states import DoseStatus
from tests.support.cast import DUARTE, HALLORAN, IBARRA, MARLOW, OKONJO
from tests.support.flow import TOMAS, completed, described_patient, dose_now, queued_dose, staged
from tests.support.hospital import Hospital, Screen, full_code
from tests.support.printing import scanned

pytestmark = pytest.mark.browser

MESSAGE = Path(__file__).parents[1] / "conformance" / "messages" / "fhir_r4" / "MedicationRequest-medrx0318.json"
"""The published example of HL7: vancomycin 500 mg every 6 h, of 2015, without patient of ours, start, diluent or volume."""
CONTAINERS = ("bag_sodium_chloride_0_9_100", "vancomycin_500mg_vial", "vial_sterile_water_10")


def kinds_of(hospital: Hospital, number: str) -> list[str]:
    """What the record of a dose holds, in order."""
    with hospital.store.read() as uow:
        return [entry.kind for entry in uow.entries(dose_record(number))]


def at_check(hospital: Hospital, member, number: str) -> Screen:
    """A pharmacist with the check page of a dose open and the password typed."""
    screen = hospital.at_desk(member, "desk-1", f"/check/{number}")
    screen.page.locator("#secret").fill(member.password)
    return screen


def test_an_order_file_becomes_a_paired_label_and_reaches_the_patient(hospital):
    described_patient(hospital.store, TOMAS)
    order = taken_in(hospital)
    answered(hospital, order)
    reviewed(hospital, order)
    number = dose_number(order, 1)
    prepared_at_hood(hospital, number)
    pair = checked_and_labelled(hospital, number)
    assert pair == ("]d2", f"91{number}C1")
    given_on_the_ward(hospital, number)
    with hospital.store.read() as uow:
        record = uow.entries(dose_record(number))
    assert [entry.who for entry in record if entry.kind in ("complete", "release")] == [OKONJO.person, MARLOW.person]
    assert "refused" not in [entry.kind for entry in record]


def taken_in(hospital: Hospital) -> str:
    """The official FHIR order is taken in by a pharmacist; it waits for an answer. Gives its number."""
    desk = hospital.at_desk(IBARRA, "desk-2", "/imports")
    desk.page.set_input_files("#file", MESSAGE)
    desk.press("Take in")
    desk.sees("waits for an answer")
    desk.sees("not said: patient, order_type|Patient")
    return desk.page.locator("td a").inner_text()


def answered(hospital: Hospital, order: str) -> None:
    """The pharmacist asks the prescriber and sets what the message leaves out."""
    desk = hospital.at_desk(IBARRA, "desk-2", f"/orders/{order}/answer")
    assert desk.page.locator("#dose").input_value() == "500"
    desk.page.fill("#answered_by", "Dr. R. Castell")
    desk.page.fill("#answer", "minibag instead of a push, first dose this afternoon")
    desk.page.locator("#patient").press_sequentially("SPECI")
    desk.page.get_by_role("option", name="SPECIMEN").click()
    for name, value in (("line", "peripheral"), ("start_day", "2026-04-14"), ("diluent", "sodium_chloride_0_9")):
        desk.page.locator(f"#{name}").select_option(value)
    for name, value in (
        ("volume", "100"),
        ("infuse_over", "60"),
        ("start_time", "14:30"),
        ("prescriber", "Dr. R. Castell"),
    ):
        desk.page.fill(f"#{name}", value)
    desk.page.locator("[name=infuse_over_unit]").select_option("min")
    desk.page.locator("#preview").get_by_text("100 mL").first.wait_for()
    desk.press("Record the answer")
    desk.sees("Placed under number")


def reviewed(hospital: Hospital, order: str) -> None:
    """Another pharmacist reads findings and working, gives a reason, and accepts with the secret."""
    hospital.clock.advance(minutes=3)
    desk = hospital.at_desk(DUARTE, "desk-2", f"/review/{order}")
    desk.sees("under the usual range")
    for reason in desk.page.locator("textarea[name^='reason.'], input[name^='reason.']").all():
        reason.fill("dose of the message, levels follow")
    desk.page.locator(".decide__sign #secret").fill(DUARTE.password)
    desk.page.get_by_role("button", name=re.compile("^Accept")).click()
    desk.page.locator(".note--done").wait_for()


def prepared_at_hood(hospital: Hospital, number: str) -> None:
    """Badge and PIN, worksheet, containers, volumes with pictures, label, PIN."""
    hospital.clock.advance(minutes=5)
    hood = hospital.at_hood(OKONJO)
    hood.sees("vancomycin 500 mg")
    hood.keys.scan(f"94{number}")
    hood.heading("Scan")
    for count, item in enumerate(CONTAINERS, start=1):
        hood.keys.scan(full_code(item))
        hood.sees(f"{count} of {len(CONTAINERS)} containers")
    hood.press("Start")
    for step in ("Put sterile water", "Draw up"):
        hood.heading(step)
        hospital.clock.advance(minutes=1)
        assert hood.page.locator("#vol").input_value() == ""
        hood.touch("10")
        hood.press("Record, take picture")
    hood.heading("bag label|Inject into the bag")
    hood.keys.scan(f"]d292{number}")
    hood.heading("Send to the check")
    hood.touch(OKONJO.pin)
    hood.press("Send to the check")
    hood.sees("is at the check")


def checked_and_labelled(hospital: Hospital, number: str) -> tuple[str, str]:
    """Another person checks, signs, prints, and scans both labels on the bag. Gives what a scanner reads on the label."""
    hospital.clock.advance(minutes=4)
    desk = hospital.at_desk(MARLOW, "desk-1", "/check")
    desk.keys.scan(f"92{number}")
    desk.heading("Your decision on this one preparation")
    desk.sees("inside ±")
    pictures = desk.page.locator("img[alt^='Picture']")
    assert pictures.count() == 3
    assert pictures.first.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 100
    desk.page.locator("#secret").fill(MARLOW.password)
    desk.press("Pass, print label")
    desk.heading("Label in hand")
    pdf = desk.opened_label(number)
    desk.press("Yes, in my hand")
    desk.heading("Scan both labels")
    desk.keys.scan(f"]d292{number}")
    desk.page.locator(".pairing li").first.get_by_text("read").wait_for()
    [code] = scanned(pdf)
    desk.keys.scan("".join(code))
    desk.heading("Paired")
    assert dose_now(hospital.store, number).status is DoseStatus.DISPENSED
    return code


def given_on_the_ward(hospital: Hospital, number: str) -> None:
    """The nurse finds the dose on a phone, by patient and by label, receives and starts it."""
    hospital.clock.advance(minutes=20)
    phone = hospital.on_phone(HALLORAN, "/ward")
    phone.page.get_by_role("searchbox").or_(phone.page.locator("[name=q]")).first.fill("SPECIMEN")
    phone.page.keyboard.press("Enter")
    phone.sees("vancomycin")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.keys.scan(f"91{number}C1")
    phone.page.wait_for_url(f"**/dose/{number}")
    phone.sees("110 mL/h")
    phone.press("Received")
    phone.page.get_by_role("dialog").get_by_role("button", name="Received").click()
    phone.sees("7 West")
    hospital.clock.advance(minutes=4)
    phone.press("Started on the patient")
    phone.page.get_by_role("button", name="Started on the patient").wait_for(state="detached")
    assert dose_now(hospital.store, number).status is DoseStatus.ADMINISTERED


def test_a_wrong_vial_stops_and_the_right_one_ends_the_stop(hospital):
    number = queued_dose(hospital.store)
    hood = hospital.at_hood(OKONJO)
    hood.keys.scan(f"94{number}")
    hood.heading("Scan")
    hood.keys.scan(full_code("vancomycin_500mg_vial"))
    stop = hood.page.get_by_role("alert").filter(has=hood.page.locator("#halt"))
    stop.wait_for()
    assert "vancomycin" in stop.inner_text().lower()
    assert "ceftriaxone" in stop.inner_text().lower()
    assert hood.page.locator("[data-tone='wrong']").count() == 1
    assert hood.page.get_by_text(re.compile("continue anyway", re.I)).count() == 0
    assert dose_now(hospital.store, number).open_slots
    hood.keys.scan(full_code("ceftriaxone_500mg_vial"))
    stop.wait_for(state="detached")
    assert hood.page.locator("[data-tone='wrong']").count() == 0
    assert "refused" in kinds_of(hospital, number)


def test_own_work_is_refused_at_the_check(hospital):
    number = completed(hospital.store, by=IBARRA)
    desk = hospital.at_desk(IBARRA, "desk-1", f"/check/{number}")
    desk.heading("Somebody else checks this")
    assert desk.page.get_by_role("button", name=re.compile("^Pass")).count() == 0
    sent_to_pass = """([path, secret]) => {
        const form = document.querySelector(".decide__emergency"), words = form.querySelector("textarea");
        form.action = path; form.querySelector("[type=password]").value = secret; words.remove(); form.submit();
    }"""
    with desk.page.expect_navigation():
        desk.page.evaluate(sent_to_pass, [f"/check/{number}/pass", IBARRA.password])
    assert "It is checked by somebody else." in desk.page.locator("[data-refusal]").inner_text()
    assert dose_now(hospital.store, number).status is DoseStatus.AWAITING_FINAL_CHECK


def test_of_two_pharmacists_at_once_one_wins_and_the_other_is_told_who(hospital):
    number = completed(hospital.store)
    desks = [(member, at_check(hospital, member, number)) for member in (MARLOW, DUARTE)]
    held = []
    for _, desk in desks:
        desk.page.route("**/pass", lambda route: held.append(route))
        desk.page.get_by_role("button", name="Pass, print label").click(no_wait_after=True)
    while len(held) < len(desks):
        desks[0][1].page.wait_for_timeout(10)
    for route in held:
        route.continue_()
    desks[0][1].page.wait_for_load_state()
    for _, desk in desks:
        desk.page.locator("[data-refusal], #next").first.wait_for()
    winner = dose_now(hospital.store, number).released.person
    [(loser, told)] = [(one, desk) for one, desk in desks if desk.page.locator("[data-refusal]").count()]
    assert loser.person != winner
    name = next(member.name for member, _ in desks if member.person == winner)
    assert name in told.page.locator("main .decide").first.inner_text()
    assert kinds_of(hospital, number).count("release") == 1


def test_a_double_click_on_pass_signs_once(hospital):
    number = completed(hospital.store)
    desk = at_check(hospital, MARLOW, number)
    desk.page.get_by_role("button", name="Pass, print label").dblclick()
    desk.heading("Label in hand")
    kinds = kinds_of(hospital, number)
    assert (kinds.count("release"), kinds.count("print_label"), kinds.count("refused")) == (1, 1, 0)


def test_a_scan_without_network_is_neither_lost_nor_doubled(hospital):
    number = queued_dose(hospital.store)
    hood = hospital.at_hood(OKONJO, path=f"/station/{number}")
    before = kinds_of(hospital, number)
    hood.context.set_offline(True)
    hood.keys.scan(full_code("ceftriaxone_500mg_vial"))
    hood.sees("1 scan kept here, not saved yet")
    hood.keys.scan(full_code("bag_sodium_chloride_0_9_25"))
    hood.sees("2 scans kept here, not saved yet")
    assert kinds_of(hospital, number) == before
    hood.context.set_offline(False)
    hood.page.get_by_text("kept here").wait_for(state="detached")
    hood.sees("2 of 3|1 to scan")
    assert kinds_of(hospital, number) == [*before, "scan_container", "scan_container"]


def test_a_record_whose_answer_was_lost_is_sent_again_and_kept_once(hospital):
    number = staged(hospital.store)
    hood = hospital.at_hood(OKONJO, path=f"/station/{number}")
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    hood.page.route("**/start", lose_the_first_answer)
    hood.press("Start")
    hood.heading("Step 4")
    assert kinds_of(hospital, number).count("start_preparation") == 1
    assert kinds_of(hospital, number).count("refused") == 0
