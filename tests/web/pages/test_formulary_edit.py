"""Editing a drug in the browser: the form, its live difference, two who edit at once, in force later, abandoning."""

from datetime import timedelta

import pytest

from formulary.drug_record import Stage
from formulary.repository import drug_record, formulary_at
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, IBARRA, MARLOW, NOON, NOVAK, OKONJO
from tests.support.visiting import fields_in, send

FORM, TEXT = "/formulary/drug/ceftriaxone/1/edit", "/formulary/drug/ceftriaxone/1/text"
PAGE = "/formulary/drug/ceftriaxone/2"
WHY = {"why": "committee lowered it", "source": "committee, 3 Apr 2026"}


def versions(store):
    with store.read() as uow:
        return drug_record(uow, "ceftriaxone").versions


def save(browser, **changed):
    return send(browser, FORM, FORM, **{**fields_in(browser.get(FORM).text, "edit"), **WHY, **changed})


def release(browser, member, **more):
    digest = browser.get(PAGE).text.split('name="digest" value="')[1].split('"')[0]
    fields = {"digest": digest, "against": "1", "secret": member.pin, "read": "yes", "without_replay": "no orders"}
    return send(browser, f"{PAGE}/release", PAGE, **fields, **more)


def test_a_limit_is_changed_in_the_form_with_its_unit_beside_it(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    page = browser.get(FORM).text
    assert 'id="limits.0.hard_max-u">mg/day' in page
    answer = save(browser, **{"limits.0.hard_max": "3000"})
    assert answer.headers["Location"] == f"{PAGE}#changes"
    row = versions(cast_store)[2]
    assert (row.stage, row.base, row.why) == (Stage.LOADED, 1, "committee lowered it")
    shown = browser.get(PAGE).text
    assert "Adult maximum daily dose" in shown
    assert "<b>3,000 mg/day</b>" in shown
    assert ": 1 change." in shown


def test_the_look_shows_the_difference_while_somebody_types_and_writes_nothing(at_desk, cast_store):
    browser = at_desk(MARLOW)
    typed = fields_in(browser.get(FORM).text, "edit")
    good = send(browser, f"{FORM}/look", FORM, **{**typed, "limits.0.hard_max": "3000"}).text
    assert "Adult maximum daily dose" in good
    assert "4,000 mg/day</span> → <b>3,000 mg/day</b>" in good
    bad = send(browser, f"{FORM}/look", FORM, **{**typed, "limits.0.hard_max": "1000"}).text
    assert "Not ready to save" in bad
    assert list(versions(cast_store)) == [1]


def test_faults_stand_at_their_fields_and_what_was_typed_is_kept(at_desk, cast_store):
    answer = save(at_desk(MARLOW), **{"limits.0.high": "5000", "limits.1.high": "77"})
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    assert 'value="5000"' in answer.text
    assert 'value="77"' in answer.text
    field = answer.text.split('id="limits.0.hard_max-e"')[1].split("</p>")[0]
    assert "no less than" in field or "expected" in field
    assert list(versions(cast_store)) == [1]


def test_a_row_rests_on_the_source_of_the_change_only_with_a_mark(at_desk, cast_store):
    browser = at_desk(MARLOW)
    changed = {"limits.0.hard_max": "3000", "limits.0.source": "+"}
    assert "how well the source" in save(browser, **changed).text
    assert save(browser, **changed, confidence="design").status_code == 303
    assert 'change_2 = { text = "committee, 3 Apr 2026", confidence = "design" }' in versions(cast_store)[2].text


ROW = f"{FORM}/row"
NEW = {
    "limits.new1.kind": "rate", "limits.new1.purpose": "any", "limits.new1.population": "adult", "limits.new1.line": "any",
    "limits.new1.unit": "mg/min", "limits.new1.high": "20", "limits.new1.hard_max": "33", "limits.new1.source": "label_high",
}  # fmt: skip


def test_a_row_of_every_table_is_added_in_the_form_with_its_units_to_choose(at_desk):
    browser = at_desk(MARLOW)
    page = browser.get(FORM).text
    for table in ("limits", "products", "standard_concentrations", "stabilities", "formulations", "warnings"):
        assert f"table={table}&amp;number=1" in page
        part = browser.get(f"{ROW}?table={table}&number=1").text
        assert f'name="{table}.new1.source"' in part
        assert "number=2" in part
        assert 'autofocus=""' in part
    product = browser.get(f"{ROW}?table=products&number=1").text
    assert 'aria-label="Unit of content"' in product
    assert "inside=products.new1.reconstitutions&amp;number=0" in product
    inside = browser.get(f"{ROW}?inside=products.new1.reconstitutions&number=0").text
    assert 'name="products.new1.reconstitutions.0.diluent_volume"' in inside
    like = browser.get(f"{ROW}?table=formulations&number=1&like=1").text
    assert 'name="formulations.new1.diluents.0.volume"' in like
    assert "cefTRIAXone minibag, adult" in like


@pytest.mark.parametrize(
    "asked",
    ["table=flags&number=1", "table=limits&number=21", "table=limits&number=x", "inside=limits.new1.low&number=0"],
)
def test_a_row_that_the_file_has_no_room_for_is_not_there(at_desk, asked):
    assert at_desk(MARLOW).get(f"{ROW}?{asked}").status_code == 404
    assert at_desk(OKONJO).get(f"{ROW}?{asked}").status_code == 403


def test_a_new_row_is_told_while_it_is_typed_and_saved_as_a_draft_with_its_faults_at_its_fields(at_desk, cast_store):
    browser = at_desk(MARLOW)
    typed = {**fields_in(browser.get(FORM).text, "edit"), **NEW}
    assert "Limits, added: Adult, rate" in send(browser, f"{FORM}/look", FORM, **typed).text
    bad = send(browser, f"{FORM}/look", FORM, **{**typed, "limits.new1.high": "2,0"}).text
    assert "New row 1 of: Limits, usual maximum" in bad
    told = save(browser, **{**NEW, "limits.new1.high": "40"})
    assert told.status_code == 422
    field = told.text.split('id="limits.new1.hard_max-e"')[1].split("</p>")[0]
    assert "no less than" in field or "expected" in field
    assert 'value="40"' in told.text
    assert save(browser, **{**NEW, "limits.new1.strange": "1"}).status_code == 422
    assert save(browser, **NEW).status_code == 303
    assert "Limits, added" not in versions(cast_store)[1].text
    assert 'hard_max = "33 mg/min"' in versions(cast_store)[2].text
    assert "Adult, rate" in browser.get(PAGE).text


def test_two_who_edit_at_once_lose_nothing(at_desk, cast_store):
    first, second = at_desk(ADEYEMI), at_desk(IBARRA)
    began = fields_in(second.get(FORM).text, "edit")
    save(first, **{"limits.0.hard_max": "3000"})
    mine = {**began, **WHY, "limits.0.hard_max": "2500"}
    told = send(second, FORM, FORM, **mine)
    assert told.status_code == 409
    assert "Version 2 was saved while you were editing" in told.text
    assert "B. Adeyemi" in told.text
    assert 'value="2500"' in told.text
    again = send(second, FORM, FORM, **fields_in(told.text, "edit"))
    assert again.headers["Location"] == "/formulary/drug/ceftriaxone/3#changes"
    rows = versions(cast_store)
    assert ('hard_max = "3000 mg/day"' in rows[2].text, 'hard_max = "2500 mg/day"' in rows[3].text) == (True, True)


def test_the_whole_file_is_edited_as_text(at_desk, cast_store):
    browser = at_desk(MARLOW)
    text = versions(cast_store)[1].text.replace('hard_max = "4000 mg/day"', 'hard_max = "3000 mg/day"', 1)
    wrong = send(browser, TEXT, TEXT, text=text + "strange = 1\n", seen="1", **WHY)
    assert wrong.status_code == 422
    assert "strange" in wrong.text
    answer = send(browser, TEXT, TEXT, text=text.replace("\n", "\r\n"), seen="1", **WHY)
    assert answer.status_code == 303
    assert "\r" not in versions(cast_store)[2].text


def test_a_double_click_saves_one_draft(at_desk, cast_store):
    browser = at_desk(MARLOW)
    form = {**fields_in(browser.get(FORM).text, "edit"), **WHY, "limits.0.hard_max": "3000"}
    assert [send(browser, FORM, FORM, **form | {"key": "once"}).status_code for _ in range(2)] == [303, 303]
    assert list(versions(cast_store)) == [1, 2]


def test_the_second_pharmacist_says_from_when_it_is_in_force(at_desk, cast_store):
    save(at_desk(ADEYEMI), **{"limits.0.hard_max": "3000"})
    assert release(at_desk(MARLOW), MARLOW).status_code == 303
    second = at_desk(DUARTE)
    assert release(second, DUARTE, effective_day="2026-04-13", effective_time="08:00").status_code == 422
    assert release(second, DUARTE, effective_day="2026-04-20", effective_time="").status_code == 422
    assert release(second, DUARTE, effective_day="9999-12-31", effective_time="23:59").status_code == 422
    assert release(second, DUARTE, effective_day="2026-04-20", effective_time="06:00").status_code == 303
    assert versions(cast_store)[2].stage is Stage.SCHEDULED
    page = second.get(PAGE).text
    assert "in force from 20 Apr 2026, 06:00" in page
    assert "Not in force yet" in page
    with cast_store.read() as uow:
        found = [formulary_at(uow, NOON + timedelta(days=n)).drug("ceftriaxone").version for n in (0, 5, 6)]
    assert found == [1, 1, 2]


def test_a_draft_whose_base_was_overtaken_says_so(at_desk):
    save(at_desk(ADEYEMI), **{"limits.0.hard_max": "3000"})
    browser = at_desk(IBARRA)
    form = {**fields_in(browser.get(FORM).text, "edit"), **WHY, "limits.1.high": "90"}
    send(browser, FORM, FORM, **form)
    for member in (MARLOW, DUARTE):
        release(at_desk(member), member)
    page = browser.get("/formulary/drug/ceftriaxone/3").text
    assert "Drafted from version 1; version 2 is in force since." in page
    assert "3,000 mg/day</span>" in page


def test_a_draft_is_abandoned_with_a_reason(at_desk, cast_store):
    author = at_desk(NOVAK)
    save(author, **{"limits.0.hard_max": "3000"})
    assert send(author, f"{PAGE}/withdraw", PAGE, reason=" ").status_code == 422
    assert send(author, f"{PAGE}/withdraw", PAGE, reason="meant for another drug").status_code == 303
    page = author.get(PAGE).text
    assert "Abandoned" in page
    assert "meant for another drug" in page
    assert versions(cast_store)[2].stage is Stage.WITHDRAWN
    listed = author.get("/formulary?find=ceftri").text
    assert "In force" in listed
    assert "<b>0</b>withdrawn" in listed


@pytest.mark.parametrize("member", [OKONJO, HALLORAN])
@pytest.mark.parametrize("path", [FORM, TEXT, f"{FORM}/look"])
def test_technicians_and_nurses_edit_nothing(at_desk, cast_store, member, path):
    browser = at_desk(member)
    assert browser.get(path).status_code in (403, 405)
    assert send(browser, path, "/sign-on", text="x", seen="1", **WHY).status_code == 403
    assert list(versions(cast_store)) == [1]


@pytest.mark.parametrize("path", ["/formulary/drug/ceftriaxone/9/edit", "/formulary/drug/none/1/text"])
def test_what_does_not_exist_is_not_there(at_desk, path):
    assert at_desk(MARLOW).get(path).status_code == 404
