"""A preterm's nutrition in a real browser, from the prescriber's typing to two paired labels; a wrong brand stops."""

import re

import pytest
from playwright.sync_api import expect

from batch_records.acting import load
from calculations.nutrition.order import NutritionOrder
from calculations.printing import show_number
from compounding.preparing.numbering import dose_number, order_record
from compounding.preparing.states import DoseStatus
from compounding.reviewing.record import ORDER
from tests.browser.conftest import serious
from tests.browser.test_nutrition import YESTERDAY, at_form, typed
from tests.support.cast import DUARTE, IBARRA, MARLOW, OKONJO, Member
from tests.support.flow import dose_now
from tests.support.hospital import Hospital, Screen, full_code
from tests.support.nutrition_flow import preterm_order, pump_file
from tests.support.ordering import numbers, order_of
from tests.support.printing import scanned

pytestmark = pytest.mark.browser

NUMBER = "260414-0001"
BAG, LIPIDS = dose_number(NUMBER, 1), (dose_number(NUMBER, 2), dose_number(NUMBER, 3))
ANOTHER_BRAND = "travasol_10_1000ml"


def test_a_preterms_order_is_typed_reviewed_made_checked_and_becomes_two_paired_labels(hospital: Hospital) -> None:
    typed_and_placed(hospital)
    reviewed(hospital)
    hood = hospital.at_hood(OKONJO)
    staged_bag(hospital, hood)
    made(hospital, hood, BAG)
    checked_alone_by_two(hospital, BAG)
    hood.go("/station")
    hood.keys.scan(f"94{LIPIDS[0]}")
    containers(hospital, hood, LIPIDS[0])
    made(hospital, hood, LIPIDS[0])
    checked_alone_by_two(hospital, LIPIDS[0])
    doses = [dose_now(hospital.store, number) for number in (BAG, LIPIDS[0])]
    assert [dose.status for dose in doses] == [DoseStatus.DISPENSED] * 2
    labels = [dose.label for dose in doses]
    assert [label and label["line"] for label in labels] == ["CENTRAL LINE ONLY", "CENTRAL OR PERIPHERAL LINE"]
    assert all(label and LIPIDS[1] in label["goes_with"] for label in labels)


def typed_and_placed(hospital: Hospital) -> None:
    """The prescriber copies yesterday's order, types two rows, sees every total live, and places it, pressing twice."""
    desk = at_form(hospital)
    sums = desk.page.locator("#sums")
    before = sums.inner_text()
    row = desk.page.get_by_label("Dextrose, as GIR", exact=True)
    row.fill("10")
    expect(desk.page.locator("#was-2")).to_contain_text("+3")
    expect(sums).not_to_have_text(before)
    expect(desk.page.locator("#day-2")).to_have_text("17.28 g")
    expect(row).to_be_focused()
    expect(desk.page.locator("#preview")).to_contain_text("GIR is raised")
    typed(desk, "Calcium, as the ion", "2.5")
    expect(desk.page.locator("#since")).to_contain_text("2 changes since 13 Apr")
    expect(sums).to_contain_text("88")
    assert numbers(hospital.store) == [YESTERDAY]
    desk.page.select_option("#start_day", "2026-04-14")
    desk.page.fill("#start_time", "20:00")
    desk.page.get_by_role("button", name="Place the order").dblclick()
    desk.sees("Placed under number")
    assert numbers(hospital.store) == [YESTERDAY, NUMBER]
    assert order_of(hospital.store, NUMBER).nutrition == NutritionOrder.parse(preterm_order()["nutrition"])


def reviewed(hospital: Hospital) -> None:
    """A pharmacist accepts the order as it was placed."""
    desk = hospital.at_desk(DUARTE, "desk-2", f"/review/{NUMBER}")
    for reason in desk.page.locator("textarea[name^='reason.'], input[name^='reason.']").all():
        reason.fill("agreed with the team")
    desk.page.locator(".decide__sign #secret").fill(DUARTE.password)
    desk.page.get_by_role("button", name=re.compile("^Accept")).click()
    desk.page.locator(".note--done").wait_for()
    with hospital.store.read() as uow:
        assert load(uow, ORDER, order_record(NUMBER)).doses == 3


def staged_bag(hospital: Hospital, hood: Screen) -> None:
    """The tray, in another order than it is mixed; another brand of amino acids stops; a pharmacist looks."""
    hood.keys.scan(f"94{BAG}")
    hood.page.locator(".tray li").nth(13).wait_for()
    assert hood.page.evaluate("document.documentElement.scrollWidth") <= 1280
    last = hood.page.locator(".tray li").last.bounding_box()
    buttons = hood.page.locator(".focus__act").bounding_box()
    bar = hood.page.locator(".scan-bar").bounding_box()
    assert last is not None and buttons is not None and bar is not None
    assert last["y"] + last["height"] <= buttons["y"]  # the whole tray is in sight, and so are the buttons
    assert buttons["y"] + buttons["height"] <= bar["y"]
    hood.keys.scan(full_code(ANOTHER_BRAND))
    stop = hood.page.get_by_role("alert").filter(has=hood.page.locator("#halt"))
    stop.wait_for()
    assert "planned and verified anew" in stop.inner_text()
    containers(hospital, hood, BAG, backwards=True)
    hood.heading("A pharmacist looks at the containers first")
    desk = hospital.at_desk(DUARTE, "desk-2", f"/check/{BAG}")
    desk.page.locator("form.decide #secret").fill(DUARTE.password)
    desk.press("The containers are right")
    desk.heading("Staged")
    hood.go(f"/station/{BAG}")


def containers(hospital: Hospital, hood: Screen, number: str, *, backwards: bool = False) -> None:
    """Every container under the scanner."""
    products = [component.product for component in dose_now(hospital.store, number).drawing.components]
    for count, product in enumerate(reversed(products) if backwards else products, start=1):
        hood.keys.scan(full_code(product))
        hood.sees(f"{count} of {len(products)} containers")


def made(hospital: Hospital, hood: Screen, number: str) -> None:
    """Every step with the hands: the compounder's file, volumes, confirmations, the dilution's label, the label."""
    hood.press("Start")
    hood.page.locator("#read, form[action$='/confirm']").first.wait_for()
    while (step := dose_now(hospital.store, number).current_step) is not None and step.kind != "label":
        if step.kind == "measure" and step.syringe is None:
            pumped(hospital, hood, number)
        elif step.kind == "measure" and step.volume is not None:
            hood.page.locator(f"#read input[name=step][value='{step.number}']").wait_for(state="attached")
            hood.touch(show_number(step.volume.amount_in("mL")))
            hood.press("Record, take picture")
        elif step.kind == "weigh" and step.expected_mass is not None:
            hood.heading("Weigh the filled container")
            hood.touch(show_number(step.expected_mass.amount_in("g"), 1))
            hood.press("Record, take picture")
        elif step.kind == "scan":
            hood.heading("Label the diluted")
            label = hood.page.request.get(f"{hospital.address}/station/{number}/dilution-label.pdf").body()
            [code] = scanned(label)
            hood.keys.scan("".join(code))
        else:
            hood.page.locator(f"form[action$='/confirm'] input[value='{step.number}']").wait_for(state="attached")
            hood.press("Done, take picture")
        recorded(hospital, hood, number, step.number)
    hood.heading("Close the bag" if number == BAG else "Cap the container")
    hood.keys.scan(f"]d292{number}")
    hood.heading("Send to the check")
    hood.touch(OKONJO.pin)
    hood.press("Send to the check")
    hood.sees("is at the check")


def recorded(hospital: Hospital, hood: Screen, number: str, step: int) -> None:
    """Wait until a step has its record."""
    for _ in range(500):
        if dose_now(hospital.store, number).record_of(step) is not None:
            return
        hood.page.wait_for_timeout(20)
    raise AssertionError(f"step {step} was not recorded: {hood.page.locator('body').inner_text()}")


def pumped(hospital: Hospital, hood: Screen, number: str) -> None:
    """The file of the compounder, with one interruption."""
    hood.sees("Pump shows")
    assert serious(hood.page) == []
    hood.page.get_by_role("link", name=re.compile("Take in its file")).click()
    text = pump_file(dose_now(hospital.store, number)).replace("54.6,no,no", "54.6,yes,no")
    hood.page.set_input_files("#file", {"name": "pumped.csv", "mimeType": "text/csv", "buffer": text.encode()})
    hood.press("Take it in")
    hood.heading("Mix: invert the bag")


def checked_alone_by_two(hospital: Hospital, number: str) -> None:
    """First check, second alone, release, label printed and paired."""
    desk = hospital.at_desk(MARLOW, "desk-1", f"/check/{number}")
    desk.sees("all inside ±5 %")
    if number == BAG:
        desk.sees("FICTIONAL curve")
        assert serious(desk.page) == []
    signed(desk, MARLOW, "Pass, first check")
    desk.sees("Second check")
    second(hospital, number)
    desk.go(f"/check/{number}")
    desk.sees("Two checks agree")
    signed(desk, MARLOW, "Pass, print label")
    desk.heading("Label in hand")
    label = desk.opened_label(number)
    desk.press("Yes, in my hand")
    desk.heading("Scan both labels")
    desk.keys.scan(f"]d292{number}")
    desk.page.locator(".pairing li").first.get_by_text("read").wait_for()
    [code] = scanned(label)
    desk.keys.scan("".join(code))
    desk.heading("Paired")


def signed(desk: Screen, member: Member, button: str) -> None:
    """Every remark of the compounder ticked, the password, the button."""
    for tick in desk.page.locator("form.decide input[name^='read_']").all():
        tick.check()
    desk.page.locator("form.decide #secret").fill(member.password)
    desk.press(button)


def second(hospital: Hospital, number: str) -> None:
    """What the second pharmacist works out, typed without seeing any figure of the first."""
    plan = dose_now(hospital.store, number).planned
    desk = hospital.at_desk(IBARRA, "desk-2", f"/check/{number}")
    desk.heading("What you find, alone")
    assert desk.page.get_by_text("Recalculated").count() == 0
    desk.page.select_option("#drug", "parenteral_nutrition")
    for count, active in enumerate(plan.actives, start=1):
        desk.page.fill(f"#volume_{count}", show_number(active.drawn_volume.amount_in("mL"), 4))
    desk.page.fill("#final_volume", show_number(plan.final_volume.amount_in("mL"), 4))
    desk.page.locator("#secret").fill(IBARRA.password)
    desk.press("Enter my result")
    desk.sees("Two checks agree")
