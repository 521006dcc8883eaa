"""The pages of a recall: opened from a trace, worked off task by task, cleared or closed by two, each once."""

import pytest

from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.stock.lot import lot_record
from tests.support.cast import ADEYEMI, CASTELL, DUARTE, HALLORAN, MARLOW, NOON, NOVAK, OKONJO, do
from tests.support.flow import dose_now, paired
from tests.support.visiting import send

WHY = {"reason": "particles seen", "source": "supplier's letter"}
ONE = "/recalls/R260414-01"


def subject_of(store, number):
    scan = dose_now(store, number).scans[0]
    return {"kind": "lot", "product": scan.product, "lot": scan.lot}


def page_for(subject):
    return f"/recalls/new?kind=lot&product={subject['product']}&lot={subject['lot']}"


def opened(browser, store, number, **fields):
    subject = subject_of(store, number)
    return send(browser, "/recalls/new", page_for(subject), **(subject | WHY | fields))


def test_from_the_trace_to_a_hundred_percent_and_two_signatures(at_desk, cast_store):
    number = paired(cast_store)
    subject, item = subject_of(cast_store, number), dose_record(number)
    desk, lead = at_desk(MARLOW), at_desk(ADEYEMI)
    start = desk.get(page_for(subject)).text
    assert "Open the recall and hold all of it" in start
    assert "for <b>1</b> patient" in start
    assert opened(desk, cast_store, number).headers["Location"] == ONE
    assert dose_now(cast_store, number).status is S.QUARANTINED
    page = desk.get(ONE).text
    for words in ("<b>0 %</b> settled: 0 of 2, 2 held", "EXAMPLE, Ada", "particles seen", number, "Held"):
        assert words in page, words
    assert (
        send(
            at_desk(HALLORAN), f"{ONE}/outcome", ONE, way="retrieved", note="on 7 West", **{"item-1": item}
        ).status_code
        == 303
    )
    assert "Fetched back: it is in our hands (on 7 West)" in desk.get(ONE).text
    early = send(lead, f"{ONE}/outcome", ONE, way="destroyed", **{"item-1": item})
    assert early.status_code == 409
    assert "not gone yet" in early.text
    do(cast_store, ADEYEMI, DOSE, item, a.Waste("all", "pharmaceutical"), NOON)
    assert send(lead, f"{ONE}/outcome", ONE, way="destroyed", **{"item-1": item}).status_code == 303
    lot = lot_record(subject["product"], subject["lot"])
    assert send(desk, f"{ONE}/outcome", ONE, way="sent_back", all="yes", shown=lot).status_code == 303
    assert "<b>100 %</b>" in desk.get(ONE).text
    assert send(desk, f"{ONE}/close", ONE, reason="all back", secret=MARLOW.pin).status_code == 303
    assert send(desk, f"{ONE}/close", ONE, reason="all back", secret=MARLOW.pin).status_code == 403
    assert send(lead, f"{ONE}/close", ONE, reason="checked", secret=ADEYEMI.pin).status_code == 303
    listed = lead.get("/recalls").text
    assert "Closed" in listed
    assert "100 percent settled" in listed


def test_two_persons_clear_what_is_good_after_all(at_desk, cast_store):
    number = paired(cast_store)
    lead, desk = at_desk(ADEYEMI), at_desk(DUARTE)
    opened(lead, cast_store, number)
    subject = subject_of(cast_store, number)
    shown = f"{dose_record(number)}\n{lot_record(subject['product'], subject['lot'])}"
    fields = {"all": "yes", "shown": shown, "reason": "letter withdrawn"}
    assert send(lead, f"{ONE}/clear", ONE, **fields, secret="0000").status_code == 403
    assert send(lead, f"{ONE}/clear", ONE, **(fields | {"reason": ""}), secret=ADEYEMI.pin).status_code == 422
    assert send(lead, f"{ONE}/clear", ONE, **fields, secret=ADEYEMI.pin).status_code == 303
    assert "2</b> things wait" in desk.get(ONE).text
    assert send(lead, f"{ONE}/confirm", ONE, reason="looked", secret=ADEYEMI.pin).status_code == 403
    for _ in range(2):
        answer = send(desk, f"{ONE}/confirm", ONE, key="same", reason="looked", secret=DUARTE.pin)
        assert answer.status_code in (303, 409)
    assert dose_now(cast_store, number).status is S.DISPENSED


def test_pressing_twice_opens_one_recall_and_reason_and_source_are_needed(at_desk, cast_store):
    number = paired(cast_store)
    desk = at_desk(MARLOW)
    wrong = opened(desk, cast_store, number, reason=" ")
    assert wrong.status_code == 422
    assert "Say why, and who says so." in wrong.text
    places = {opened(desk, cast_store, number, key="same").headers["Location"] for _ in range(2)}
    assert places == {"/recalls/R260414-02"}  # the number that was given for the refused one stays unused


def test_an_outcome_without_a_thing_or_a_way_and_of_a_strange_thing_is_said_at_its_field(at_desk, cast_store):
    opened(at_desk(MARLOW), cast_store, paired(cast_store))
    desk = at_desk(MARLOW)
    for fields in ({"way": "retrieved"}, {"way": "lost"}, {"way": "retrieved", "item-1": "dose-260414-9999-01-3"}):
        assert send(desk, f"{ONE}/outcome", ONE, **fields).status_code == 422
    assert desk.get("/recalls/R260414-77").status_code == 404
    assert desk.get(f"{ONE}/outcome").status_code == 405
    assert send(desk, f"{ONE}/go-on", ONE).status_code == 303


def test_a_second_recall_of_a_lot_says_so_and_the_lot_names_both(at_desk, cast_store):
    number = paired(cast_store)
    desk, subject = at_desk(MARLOW), subject_of(cast_store, number)
    assert "in another recall already" not in desk.get(page_for(subject)).text
    opened(desk, cast_store, number)
    again = desk.get(page_for(subject)).text
    assert "Some of it is in another recall already." in again
    assert f'href="{ONE}"' in again
    second = opened(desk, cast_store, number).headers["Location"]
    assert f'Also in recall <a href="{ONE}"' in desk.get(second).text
    lot = desk.get(f"/lots/lot/{subject['product']}/{subject['lot']}").text
    assert f'href="{ONE}"' in lot
    assert f'href="{second}"' in lot


def test_what_is_still_being_listed_is_told_with_its_share_and_the_part_stays_live(at_desk, cast_store, monkeypatch):
    monkeypatch.setattr("compounding.recalls.listing.AT_ONCE", 1)
    monkeypatch.setattr("web.pages.recalls.SECONDS", 0.0)
    number = paired(cast_store)
    desk = at_desk(MARLOW)
    opened(desk, cast_store, number)
    assert f'data-live="{ONE}/progress"' in desk.get(ONE).text
    part = desk.get(f"{ONE}/progress").text
    assert "<b>50 %</b> of what it touches is listed" in part
    assert dose_now(cast_store, number).status is S.DISPENSED
    monkeypatch.setattr("web.pages.recalls.SECONDS", 60.0)
    send(desk, f"{ONE}/go-on", ONE)
    assert "data-live" not in desk.get(ONE).text
    assert dose_now(cast_store, number).status is S.QUARANTINED


def test_the_lead_ends_the_qualification_with_the_recall_and_nobody_else_is_offered_it(at_desk, cast_store):
    told = {"kind": "test", "test": "media fill", "person": OKONJO.person}
    told |= {"since": "2026-04-01T00:00", "until": "2026-04-14T12:00"}
    page = "/recalls/new?" + "&".join(f"{name}={value}" for name, value in told.items())
    lead, words = at_desk(ADEYEMI), "End the qualification of T. Okonjo, CPhT"
    assert words in lead.get(page).text
    assert words not in at_desk(MARLOW).get(page).text
    wrong = send(lead, "/recalls/new", page, **(told | WHY | {"end_qualification": "yes", "secret": "0000"}))
    assert wrong.status_code == 403
    assert send(at_desk(MARLOW), "/recalls/new", page, **(told | WHY)).headers["Location"] == ONE
    ending = {"ended_because": "media fill grew", "secret": ADEYEMI.pin}
    assert send(at_desk(MARLOW), f"{ONE}/end-qualification", ONE, **ending).status_code == 403
    assert "may still compound" in lead.get(ONE).text
    assert send(lead, f"{ONE}/end-qualification", ONE, **(ending | {"ended_because": " "})).status_code == 422
    assert send(lead, f"{ONE}/end-qualification", ONE, **ending).status_code == 303
    assert "may still compound" not in lead.get(ONE).text
    assert words not in lead.get(page).text
    assert "media fill grew" in lead.get(f"/people/person/{OKONJO.person}").text


@pytest.mark.parametrize(("member", "may_see"), [(OKONJO, True), (HALLORAN, True), (CASTELL, False), (NOVAK, False)])
def test_the_wrong_role_decides_nothing(at_desk, cast_store, member, may_see):
    number = paired(cast_store)
    opened(at_desk(MARLOW), cast_store, number)
    browser = at_desk(member)
    assert browser.get(ONE).status_code == (200 if may_see else 403)
    assert browser.get(page_for(subject_of(cast_store, number))).status_code == 403
    for path, fields in (("/recalls/new", WHY), (f"{ONE}/clear", WHY), (f"{ONE}/confirm", WHY), (f"{ONE}/close", WHY)):
        assert send(browser, path, "/people/me", **fields).status_code == 403
    assert dose_now(cast_store, number).status is S.QUARANTINED
