"""Pages of what takes two with a controlled drug: lots handled by two, the rest on the ward, the inventory, a blind count."""

from batch_records.acting import load
from compounding.preparing.actions import Receive, StartAdministration
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.levels import LEVEL, SetLevel, level_record
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from tests.support.cast import ADEYEMI, AMARI, CASTELL, HALLORAN, MARLOW, OKONJO, do
from tests.support.controlled import LOT_NUMBER, PLACE, SOON, VIAL, code_of_vial, paired_vials, received
from tests.support.visiting import send

HOME = "/controlled"
SATELLITE = "Satellite"
HERE = f"{HOME}/two/lot?product={VIAL}&lot={LOT_NUMBER}"


def where(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def described(store):
    for name, kind in ((PLACE, "anteroom"), (SATELLITE, "satellite"), ("Quarantine", "quarantine")):
        do(store, ADEYEMI, LOCATION, location_record(name), DescribeLocation(name, kind, "crt", True))


def balances(store):
    with store.read() as uow:
        return dict(load(uow, LOT, lot_record(VIAL, LOT_NUMBER)).balances)


def test_the_page_of_a_lot_sends_to_where_two_move_it_and_the_move_is_done_once(at_desk, cast_store):
    received(cast_store)
    described(cast_store)
    browser, page = at_desk(OKONJO), f"/lots/lot/{VIAL}/{LOT_NUMBER}"
    text = browser.get(page).text
    assert "two persons do it" in text and "Move it" not in text
    alone = send(browser, f"/stock/lot/transfer/{VIAL}/{LOT_NUMBER}", page, moved="1", source=PLACE, target=SATELLITE)
    assert (alone.status_code, "by two persons, under Controlled drugs" in alone.text) == (403, True)
    typed = {"subject": "transfer", "source": PLACE, "target": SATELLITE, "reason": "for the night"}
    wrong = send(browser, HERE, HERE, **typed, count="x", secret=OKONJO.pin)
    assert (wrong.status_code, "for the night" in wrong.text) == (422, True)
    shown = where(send(browser, HERE, HERE, **typed, count="3", secret=OKONJO.pin))
    text = browser.get(shown).text
    assert all(words in text for words in ("IV room A: 10 − 3 = 7", "For the second person", "L. Amari"))
    assert "to the second person" not in text and f'<option value="{OKONJO.person}"' not in text
    assert "put somewhere else" in browser.get(HOME).text
    own = send(browser, f"{shown}/second", shown, second=OKONJO.person, second_secret=OKONJO.pin)
    assert own.status_code == 403
    answers = [
        send(browser, f"{shown}/second", shown, second=AMARI.person, second_secret=AMARI.pin, key="once") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert balances(cast_store) == {PLACE: 7, SATELLITE: 3}
    assert "Done by two" in browser.get(shown).text
    back = {"subject": "return", "source": PLACE, "supplier": "reverse distributor", "reason": "too many", "count": "1"}
    other = where(send(at_desk(MARLOW), HERE, HERE, **back, secret=MARLOW.pin))
    where(send(browser, f"{other}/take-back", other, reason="kept after all"))
    assert "Taken back" in browser.get(other).text


def test_an_expired_controlled_lot_is_taken_off_its_shelf_by_two_and_not_with_the_others(at_desk, cast_store):
    described(cast_store)
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "OLD"), ReceiveLot(VIAL, "OLD", "2026-04-13", 2, PLACE))
    browser, page = at_desk(MARLOW), "/stock/expiry"
    text = browser.get(page).text
    assert f"/controlled/two/lot?product={VIAL}&amp;lot=OLD" in text and f"take:{VIAL}" not in text
    answer = send(browser, page, page, target="Quarantine", **{f"take:{VIAL}|OLD|{PLACE}": "yes"})
    assert (answer.status_code, "Lot OLD is CII: it is put somewhere else by two persons" in answer.text) == (403, True)


def test_a_controlled_drug_is_received_by_two_on_a_page_of_its_own(at_desk, cast_store):
    described(cast_store)
    browser, page = at_desk(OKONJO), f"{HOME}/two/receive"
    typed = {"code": code_of_vial(), "count": "5", "place": PLACE, "order": "", "damaged": "0"}
    wrong = send(browser, page, page, **typed, reason="", secret=OKONJO.pin)
    assert (wrong.status_code, code_of_vial() in wrong.text) == (422, True)
    shown = where(send(browser, page, page, **typed, reason="loan", secret=OKONJO.pin))
    assert balances(cast_store) == {}
    where(send(browser, f"{shown}/second", shown, second=AMARI.person, second_secret=AMARI.pin))
    assert balances(cast_store) == {PLACE: 5}


def test_a_nurse_records_what_was_given_and_wastes_the_rest_before_a_witness(at_desk, cast_store, clock):
    number = paired_vials(cast_store)
    clock.now = SOON
    browser, page = at_desk(HALLORAN), f"{HOME}/remainder/{number}"
    do(cast_store, HALLORAN, DOSE, dose_record(number), Receive("7 West"), SOON)
    assert "It was not started" in browser.get(page).text
    do(cast_store, HALLORAN, DOSE, dose_record(number), StartAdministration(), SOON)
    assert page in browser.get(f"/ward/dose/{number}").text
    typed = {"stream": "controlled", "reason": ""}
    wrong = send(browser, page, page, **typed, given="", volume="x", secret=HALLORAN.pin)
    assert wrong.status_code == 422
    short = send(browser, page, page, **typed, given="22", volume="6", secret=HALLORAN.pin)
    assert (short.status_code, "a case is opened" in short.text, 'value="6"' in short.text) == (422, True, True)
    shown = where(send(browser, page, page, **typed, given="22", volume="8", secret=HALLORAN.pin))
    assert all(words in browser.get(shown).text for words in ("30 mL left the pharmacy − 22 mL given", "22 mL"))
    where(send(browser, f"{shown}/witness", shown, witness=MARLOW.person, witness_secret=MARLOW.pin))
    text = browser.get(page).text
    assert "Wasted" in text and "Show it to the witness" not in text
    assert "What was left after it was started" in at_desk(MARLOW).get(f"{HOME}/dose/{number}").text
    assert at_desk(ADEYEMI).get(page).status_code == 403


def test_no_figure_is_shown_while_a_location_is_counted_and_the_inventory_is_taken_from_the_count(at_desk, cast_store):
    received(cast_store)
    browser, counts, page = at_desk(OKONJO), f"{HOME}/counts", f"{HOME}/inventories"
    assert "No inventory was signed by two persons yet" in browser.get(HOME).text
    register = f"{HOME}/register/{VIAL}?location={PLACE}"
    assert browser.get(f"{counts}/sheet.pdf?location={PLACE}&expected=yes").status_code == 403
    count = where(send(browser, counts, counts, location=PLACE))
    for address in (HOME, register):
        text = browser.get(address).text
        assert "is under way here" in text and '<td class="num" data-name="Containers">10</td>' not in text
    assert browser.get(f"{HOME}/register/{VIAL}/file?location={PLACE}").status_code == 422
    for address in ("/lots", f"/lots/lot/{VIAL}/{LOT_NUMBER}", f"/stock/locations/{PLACE}"):
        text = browser.get(address).text
        assert "being counted" in text and ">10<" not in text and "10 containers" not in text
    for address in (HERE, f"{HOME}/waste?product={VIAL}&lot={LOT_NUMBER}"):
        assert f"{PLACE}: 10" not in browser.get(address).text
    pharmacist = at_desk(MARLOW)
    assert pharmacist.get(f"{counts}/sheet.pdf?location={PLACE}&expected=yes").status_code == 422
    typed = {"day": "2026-04-14", "moment": "close", "secret": MARLOW.pin}
    early = send(pharmacist, page, page, **typed)
    assert (early.status_code, "Not counted as a whole on that day: IV room A" in early.text) == (409, True)
    for member in (OKONJO, AMARI):
        where(send(browser, f"{count}/enter", count, count_1="10", person=member.person, secret=member.pin))
    assert ">10</td>" in browser.get(register).text
    taken = where(send(pharmacist, page, page, **typed))
    text = pharmacist.get(taken).text
    assert all(words in text for words in ("Schedule II", "10 containers", "Second person to sign", "J. Marlow, RPh"))
    where(send(browser, f"{taken}/second", taken, second=OKONJO.person, second_secret=OKONJO.pin))
    assert "Signed by two" in browser.get(page).text
    assert "Next by 13 Apr 2028" in browser.get(page).text
    answer = browser.get(f"{taken}/inventory.pdf")
    assert (answer.status_code, answer.data[:4]) == (200, b"%PDF")


def test_wrong_roles_and_numbers_are_refused(at_desk, cast_store):
    received(cast_store)
    nurse, prescriber, technician = at_desk(HALLORAN), at_desk(CASTELL), at_desk(OKONJO)
    for path in (HERE, f"{HOME}/two/receive", f"{HOME}/inventories"):
        assert (nurse.get(path).status_code, prescriber.get(path).status_code) == (403, 403)
    for path in (f"{HOME}/two/1", f"{HOME}/inventories/1", f"{HOME}/two/lot?product=x&lot=1", f"{HOME}/remainder/1"):
        assert technician.get(path).status_code == 404
    answer = send(technician, f"{HOME}/inventories", f"{HOME}/inventories", day="2026-04-14", moment="close", secret="1")
    assert answer.status_code == 403
    assert technician.get(f"{HOME}/two/1/second").status_code == 405


def test_no_list_of_stock_tells_what_is_being_counted_blind(at_desk, cast_store):
    described(cast_store)
    soon = ReceiveLot(VIAL, LOT_NUMBER, "2026-04-20", 10, PLACE)
    do(cast_store, OKONJO, LOT, lot_record(VIAL, LOT_NUMBER), soon)
    do(cast_store, MARLOW, LEVEL, level_record(VIAL, PLACE), SetLevel(VIAL, PLACE, 20, 30))
    browser = at_desk(MARLOW)
    lists = (f"/trace?kind=lot&product={VIAL}&lot={LOT_NUMBER}", "/stock/expiry", "/stock/reorder", "/stock/reorder/file")

    def told() -> list[bool]:
        return [any(figure in browser.get(one).text for figure in (">10<", ",10,")) for one in lists]

    assert told() == [True] * len(lists)
    where(send(browser, f"{HOME}/counts", f"{HOME}/counts", location=PLACE))
    assert told() == [False] * len(lists)
