"""Pages of what is in hand out of a preparation that was not begun, and of the close of a shift."""

from batch_records.acting import load
from compounding.stock.lot import LOT, lot_record
from tests.support.cast import AMARI, CASTELL, DUARTE, HALLORAN, MARLOW, OKONJO
from tests.support.controlled import LOT_NUMBER, PLACE, SOON, VIAL, received, staged_vials
from tests.support.visiting import send

HOME, SHIFT = "/controlled", "/controlled/shift"


def where(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def balances(store):
    with store.read() as uow:
        return dict(load(uow, LOT, lot_record(VIAL, LOT_NUMBER)).balances)


def test_vials_in_hand_stand_on_the_page_block_the_close_and_are_put_back_by_two(at_desk, cast_store, clock):
    received(cast_store)
    number = staged_vials(cast_store)
    clock.now = SOON
    browser, pharmacist, problem = at_desk(OKONJO), at_desk(MARLOW), f"/station/{number}/problem"
    assert "until two persons put them back" in browser.get(problem).text
    assert where(send(browser, f"/station/{number}/take-apart", problem, reason="made later")) == HOME
    text = browser.get(HOME).text
    assert "In hand: two persons put it back" in text and "In hand at Hood 1, IV room A" in text
    assert "In hand</" in browser.get("/stock/locations").text
    assert "Two persons put it back" in browser.get("/stock/locations/In hand at hood-1").text
    count = where(send(browser, f"{HOME}/counts", f"{HOME}/counts", location=PLACE))
    for member in (OKONJO, AMARI):
        where(send(browser, f"{count}/enter", count, count_1="8", person=member.person, secret=member.pin))
    text = pharmacist.get(SHIFT).text
    assert "In hand at Hood 1, IV room A" in text and "was not counted" not in text and "No shift was closed yet" in text
    early = send(pharmacist, SHIFT, SHIFT, secret=MARLOW.pin)
    assert (early.status_code, "The shift is not closed." in early.text) == (409, True)

    here = f"{HOME}/two/back?product={VIAL}&lot={LOT_NUMBER}&dose={number}&place=In hand at hood-1&home={PLACE}&container="
    assert "In hand: 2." in browser.get(here).text
    wrong = send(browser, here, here, count="x", reason="seals whole", secret=OKONJO.pin)
    assert (wrong.status_code, "seals whole" in wrong.text) == (422, True)
    shown = where(send(browser, here, here, count="2", reason="", secret=OKONJO.pin))
    text = browser.get(shown).text
    assert all(words in text for words in ("IV room A: 8 + 2 = 10", "In hand at Hood 1, IV room A: 2 − 2 = 0", number))
    own = send(browser, f"{shown}/second", shown, second=OKONJO.person, second_secret=OKONJO.pin)
    assert own.status_code == 403
    where(send(browser, f"{shown}/second", shown, second=AMARI.person, second_secret=AMARI.pin))
    assert balances(cast_store) == {PLACE: 10}
    assert "Nothing of it is in hand any more" in browser.get(here).text
    gone = send(browser, here, shown, count="2", reason="", secret=OKONJO.pin)
    assert (gone.status_code, "somebody put it back" in gone.text) == (409, True)
    assert "In hand: two persons" not in browser.get(HOME).text

    assert "A pharmacist or the lead closes it" in browser.get(SHIFT).text
    assert send(pharmacist, SHIFT, SHIFT, secret="0000").status_code == 403
    where(send(pharmacist, SHIFT, SHIFT, secret=MARLOW.pin))
    text = at_desk(DUARTE).get(SHIFT).text
    assert "Closed last 14 Apr 2026, 13:20, J. Marlow, RPh" in text


def test_wrong_roles_are_refused(at_desk, cast_store):
    for member in (HALLORAN, CASTELL):
        browser = at_desk(member)
        assert [browser.get(path).status_code for path in (SHIFT, f"{HOME}/two/back")] == [403, 403]
    assert send(at_desk(OKONJO), SHIFT, HOME, secret=OKONJO.pin).status_code == 403
    assert "Nothing of it is in hand" in at_desk(OKONJO).get(f"{HOME}/two/back?product=x").text
