"""Pages of the house: what comes with the program, a version of the house, its difference, release by two."""

import pytest

from formulary.house.repository import house_record
from formulary.repository import formulary_in_force
from formulary.versions import Stage
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, MARLOW, OKONJO
from tests.support.visiting import fields_in, send

HOME, FORM = "/formulary/house", "/formulary/house/rules/0/edit"
PAGE = f"{HOME}/rules/1"
WHY = {"why": "narrower", "source": "committee, 3 Apr 2026", "seen": "0"}


def tolerance(store):
    with store.read() as uow:
        return str(formulary_in_force(uow).site.value("volume_tolerance").number)


def save(browser, **changed):
    page = browser.get(FORM).text
    return send(browser, FORM, FORM, **{**fields_in(page, "edit"), **WHY, **changed})


def test_what_comes_with_the_program_is_shown_whole_and_as_a_draft(at_desk):
    browser = at_desk(OKONJO)
    page = browser.get(HOME).text
    assert page.count("DRAFT, as it comes with the program") == 3
    for part, words in (
        ("rules", "Volume tolerance"),
        ("beyond_use", "Category 1"),
        ("supplies", "lactated Ringer&#39;s"),
    ):
        assert words in browser.get(f"{HOME}/{part}", follow_redirects=True).text
    assert browser.get(FORM).status_code == 403


def test_a_value_is_changed_in_the_form_compared_and_released_by_two(at_desk, cast_store):
    author = at_desk(ADEYEMI)
    assert save(author, **{"values.0.value": "3"}).headers["Location"] == f"{PAGE}#changes"
    page = author.get(PAGE).text
    assert "Volume tolerance, value" in page
    assert "5 %</span>" in page
    assert "<b>3 %</b>" in page
    assert "Against what comes with the program" in page
    assert tolerance(cast_store) == "1/20"
    for member in (MARLOW, DUARTE):
        browser = at_desk(member)
        digest = browser.get(PAGE).text.split('name="digest" value="')[1].split('"')[0]
        fields = {"digest": digest, "against": "0", "secret": member.pin, "read": "yes", "without_replay": "no orders"}
        answer = send(browser, f"{PAGE}/release", PAGE, **fields)
        assert answer.status_code == 303
    assert tolerance(cast_store) == "3/100"
    assert "version 1" in at_desk(OKONJO).get(HOME).text


def test_the_look_says_what_would_change_and_what_is_wrong(at_desk):
    browser = at_desk(MARLOW)
    typed = fields_in(browser.get(FORM).text, "edit")
    good = send(browser, f"{FORM}/look", FORM, **{**typed, "values.0.value": "3"}).text
    assert "1 change" in good
    assert "<b>3 %</b>" in good
    bad = send(browser, f"{FORM}/look", FORM, **{**typed, "values.0.value": "3,5"}).text
    assert "Not ready to save" in bad
    assert "without a comma" in bad


def test_a_field_that_cannot_be_read_is_marked_and_what_was_typed_is_kept(at_desk, cast_store):
    answer = save(at_desk(MARLOW), **{"values.0.value": "3,5", "values.1.value": "7"})
    assert answer.status_code == 422
    assert "without a comma" in answer.text
    assert 'value="3,5"' in answer.text
    assert 'value="7"' in answer.text
    with cast_store.read() as uow:
        assert house_record(uow, "rules").versions == {}


@pytest.mark.parametrize(
    ("part", "field", "typed", "words"),
    [
        ("supplies", "syringes.0.smallest_measurable", "0.2", "smallest volume measured"),
        ("supplies", "bags.0.capacity", "", ""),
        ("beyond_use", "rows.0.limit", "6", "beyond-use time"),
    ],
)
def test_the_other_parts_are_edited_in_the_same_form(at_desk, part, field, typed, words):
    browser = at_desk(MARLOW)
    form = f"{HOME}/{part}/0/edit"
    fields = {**fields_in(browser.get(form).text, "edit"), **WHY, field: typed}
    assert send(browser, form, form, **fields).headers["Location"] == f"{HOME}/{part}/1#changes"
    page = browser.get(f"{HOME}/{part}/1").text
    assert (": 1 change." in page) == bool(words)
    assert words in page


def test_without_a_reason_nothing_is_saved(at_desk, cast_store):
    answer = save(at_desk(MARLOW), **{"values.0.value": "3", "why": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.text
    with cast_store.read() as uow:
        assert house_record(uow, "rules").versions == {}


def test_the_file_as_text_with_faults_names_them(at_desk):
    browser = at_desk(MARLOW)
    place = f"{HOME}/beyond_use/0/text"
    answer = send(browser, place, place, text="version = 1\n", **WHY)
    assert answer.status_code == 422
    assert "What is wrong" in answer.text


def test_an_author_abandons_a_draft_and_others_do_not(at_desk, cast_store):
    save(at_desk(ADEYEMI), **{"values.0.value": "3"})
    assert send(at_desk(HALLORAN), f"{PAGE}/withdraw", "/formulary", reason="x").status_code == 403
    assert send(at_desk(ADEYEMI), f"{PAGE}/withdraw", PAGE, reason="typed wrongly").status_code == 303
    assert "Abandoned" in at_desk(OKONJO).get(PAGE).text
    with cast_store.read() as uow:
        assert house_record(uow, "rules").versions[1].stage is Stage.WITHDRAWN


@pytest.mark.parametrize("member", [OKONJO, HALLORAN])
@pytest.mark.parametrize("way", ["edit", "text", "release", "withdraw"])
def test_who_may_not_change_the_house_is_refused(at_desk, member, way):
    assert send(at_desk(member), f"{HOME}/rules/0/{way}", "/sign-on", reason="x").status_code == 403


@pytest.mark.parametrize("path", ["/prices", "/rules/7", "/rules/7/edit", "/prices/0/text"])
def test_what_does_not_exist_is_not_there(at_desk, path):
    assert at_desk(MARLOW).get(HOME + path).status_code == 404


@pytest.mark.parametrize("way", ["release", "withdraw", "edit/look"])
def test_nothing_is_decided_by_a_get(at_desk, way):
    assert at_desk(MARLOW).get(f"{HOME}/rules/0/{way}").status_code == 405
