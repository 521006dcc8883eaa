"""People: register, roles, badge, reset, disable, sessions, qualifications; nobody changes their own; own secrets."""

import pytest

from batch_records.acting import load
from batch_records.people import load_person, person_with_sign_on_name
from batch_records.person_secrets import PASSWORD, PIN
from compounding.qualifications import ASEPTIC, QUALIFICATION, qualification_record
from tests.support.cast import ADEYEMI, AMARI, HALLORAN, MARLOW, NOVAK, OKONJO
from tests.support.visiting import send, token_in

OKONJO_PAGE = f"/people/person/{OKONJO.person}"


def known(store, person=OKONJO.person):
    with store.read() as uow:
        return load_person(uow, person)


def test_the_list_shows_roles_badges_and_qualifications(at_desk):
    page = at_desk(NOVAK).get("/people").text
    assert "T. Okonjo, CPhT" in page
    assert "31 Dec 2026" in page
    assert "technician" in page


def test_a_person_is_registered_once_and_has_no_secret_yet(at_desk, cast_store):
    browser = at_desk(NOVAK)
    token = token_in(browser.get("/people/new").text)
    form = {
        "csrf_token": token, "key": "new-1", "name": "P. Quist", "sign_on_name": "p.quist", "credentials": "CPhT",
        "roles": ["technician", "buyer"],
    }  # fmt: skip
    answers = [browser.post("/people/new", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    person = answers[0].headers["Location"].rsplit("/", 1)[1]
    assert known(cast_store, person).roles == {"technician", "buyer"}
    assert known(cast_store, person).secrets == {}


@pytest.mark.parametrize(
    ("field", "wrong"), [("name", " "), ("sign_on_name", "T. Okonjo"), ("sign_on_name", "t.okonjo"), ("roles", "owner")]
)
def test_a_wrong_registration_keeps_what_was_typed(at_desk, cast_store, field, wrong):
    right = {"name": "P. Quist", "sign_on_name": "p.quist", "credentials": "CPhT", "roles": "technician"}
    answer = send(at_desk(NOVAK), "/people/new", "/people/new", **{**right, field: wrong})
    assert answer.status_code in (409, 422)
    assert 'value="CPhT"' in answer.text
    with cast_store.read() as uow:
        assert person_with_sign_on_name(uow, "p.quist") is None


def test_roles_change_with_a_reason_and_work_at_the_next_request(at_desk, cast_store):
    technician, browser = at_desk(OKONJO), at_desk(NOVAK)
    assert technician.get("/lots").status_code == 200
    assert send(browser, f"{OKONJO_PAGE}/roles", OKONJO_PAGE, roles="nurse", reason=" ").status_code == 422
    assert send(browser, f"{OKONJO_PAGE}/roles", OKONJO_PAGE, roles="nurse", reason="moved to the ward").status_code == 303
    assert known(cast_store).roles == {"nurse"}
    assert technician.get("/lots").status_code == 403
    assert "moved to the ward" in browser.get(OKONJO_PAGE).text


def test_nobody_changes_their_own_roles_or_access(at_desk, cast_store, office):
    browser = at_desk(NOVAK)
    with cast_store.read() as uow:
        novak = person_with_sign_on_name(uow, NOVAK.sign_on_name)
    page = f"/people/person/{novak}"
    assert "Nobody changes their own roles" in browser.get(page).text
    refused = send(browser, f"{page}/roles", page, roles="pharmacist", reason="I want to")
    assert refused.status_code == 409
    assert "Nobody changes their own roles" in refused.text
    assert send(browser, f"{page}/disable", page, reason="leaving").status_code == 409
    assert known(cast_store, novak).roles == {"administrator"}


def test_a_badge_is_assigned_by_scan_never_shown_and_stopped_at_once(at_desk, cast_store):
    technician, browser = at_desk(OKONJO), at_desk(NOVAK)
    before = known(cast_store).badge
    assert send(browser, f"{OKONJO_PAGE}/badge", OKONJO_PAGE, badge="NEW-BADGE-77").status_code == 303
    assert known(cast_store).badge != before
    assert "NEW-BADGE-77" not in browser.get(OKONJO_PAGE).text
    assert send(browser, f"{OKONJO_PAGE}/badge/revoke", OKONJO_PAGE, reason="lost").status_code == 303
    assert known(cast_store).badge is None
    assert technician.get("/lots").status_code == 303


def test_a_badge_of_another_person_is_refused(at_desk, cast_store):
    answer = send(at_desk(NOVAK), f"{OKONJO_PAGE}/badge", OKONJO_PAGE, badge=AMARI.badge)
    assert answer.status_code == 409


def test_a_disabled_person_is_out_at_once_and_may_come_back(at_desk, cast_store):
    technician, browser = at_desk(OKONJO), at_desk(NOVAK)
    assert send(browser, f"{OKONJO_PAGE}/disable", OKONJO_PAGE, reason="on leave").status_code == 303
    assert technician.get("/people/me").status_code == 303
    assert "Disabled" in browser.get(OKONJO_PAGE).text
    assert send(browser, f"{OKONJO_PAGE}/enable", OKONJO_PAGE, reason="is back").status_code == 303
    assert known(cast_store).enabled


def test_sessions_are_listed_and_one_can_be_ended(at_desk):
    technician, browser = at_desk(OKONJO), at_desk(NOVAK)
    page = browser.get("/people/sessions").text
    assert "T. Okonjo, CPhT" in page
    row = next(row for row in page.split("<tr>") if "T. Okonjo" in row)
    session = row.split('name="session" value="')[1].split('"')[0]
    assert send(browser, "/people/sessions/end", "/people/sessions", session=session).status_code == 303
    assert technician.get("/people/me").status_code == 303
    assert send(browser, "/people/sessions/end", "/people/sessions", session=session).status_code == 409


def test_one_ends_ones_own_sessions_and_no_others(at_desk):
    other, here, technician = at_desk(MARLOW), at_desk(MARLOW), at_desk(OKONJO)
    page = here.get("/people/me").text
    session = page.split('name="session" value="')[1].split('"')[0]
    assert send(technician, "/people/me/sessions/end", "/people/me", session=session).status_code == 409
    assert other.get("/people/me").status_code == 200
    assert send(here, "/people/me/sessions/end", "/people/me", session=session).status_code == 303
    assert other.get("/people/me").status_code == 303
    assert here.get("/people/me").status_code == 200


def test_the_lead_qualifies_and_nobody_qualifies_themselves(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    form = {"skill": ASEPTIC, "valid_until": "2026-04-01", "evidence": "gloved fingertips failed"}
    assert send(browser, f"{OKONJO_PAGE}/qualify", OKONJO_PAGE, **form).status_code == 303
    with cast_store.read() as uow:
        assert load(uow, QUALIFICATION, qualification_record(OKONJO.person)).valid_until[ASEPTIC] == "2026-04-01"
    assert "ended 1 Apr 2026" in browser.get(OKONJO_PAGE).text
    own = f"/people/person/{ADEYEMI.person}"
    refused = send(browser, f"{own}/qualify", own, **form)
    assert refused.status_code == 403
    assert "Nobody qualifies themselves" in refused.text


@pytest.mark.parametrize(
    ("field", "wrong"), [("valid_until", "soon"), ("valid_until", "2026-W18-4"), ("valid_until", "20261201"),
     ("evidence", " "), ("skill", "flying"), ("skill", "")]
)
def test_a_wrong_qualification_is_named(at_desk, field, wrong):
    form = {"skill": ASEPTIC, "valid_until": "2026-12-01", "evidence": "media fill", field: wrong}
    answer = send(at_desk(ADEYEMI), f"{OKONJO_PAGE}/qualify", OKONJO_PAGE, **form)
    assert answer.status_code == 422


def test_an_administrator_does_not_qualify_and_a_lead_does_not_give_roles(at_desk, cast_store):
    form = {"skill": ASEPTIC, "valid_until": "2030-01-01", "evidence": "x"}
    assert send(at_desk(NOVAK), f"{OKONJO_PAGE}/qualify", OKONJO_PAGE, **form).status_code == 403
    assert send(at_desk(ADEYEMI), f"{OKONJO_PAGE}/roles", OKONJO_PAGE, roles="nurse", reason="x").status_code == 403
    assert known(cast_store).roles == {"technician"}


@pytest.mark.parametrize("member", [OKONJO, MARLOW, HALLORAN])
def test_people_are_for_lead_quality_and_administrator(at_desk, member):
    browser = at_desk(member)
    assert browser.get("/people").status_code == 403
    assert browser.get("/people/new").status_code == 403


def test_nobody_unknown_has_a_page(at_desk):
    assert at_desk(NOVAK).get("/people/person/person-nobody").status_code == 404
    assert send(at_desk(NOVAK), "/people/person/person-nobody/disable", "/people", reason="x").status_code == 404


@pytest.mark.parametrize("way", ["roles", "badge", "badge/revoke", "disable", "enable", "qualify"])
def test_nothing_is_changed_by_a_get(at_desk, way):
    assert at_desk(NOVAK).get(f"{OKONJO_PAGE}/{way}").status_code == 405


def test_one_changes_ones_own_pin_with_the_present_secret(at_desk, cast_store):
    browser = at_desk(OKONJO)
    before = known(cast_store).secrets[PIN]
    form = {"method": PIN, "secret": OKONJO.pin, "fresh": "9517", "repeated": "9517"}
    for wrong, status in (
        ({"secret": "0000"}, 403), ({"repeated": "9518"}, 422), ({"fresh": "1234", "repeated": "1234"}, 422),
        ({"method": "badge"}, 422),
    ):  # fmt: skip
        assert send(browser, "/people/me/secret", "/people/me", **{**form, **wrong}).status_code == status
    assert known(cast_store).secrets[PIN] == before
    answer = send(browser, "/people/me/secret", "/people/me", **form)
    assert answer.status_code == 303
    assert "Your new PIN works" in browser.get(answer.headers["Location"]).text
    assert known(cast_store).secrets[PIN] != before


def test_what_is_typed_as_a_secret_never_comes_back(at_desk):
    form = {"method": PASSWORD, "secret": OKONJO.pin, "fresh": "a brand new phrase", "repeated": "another phrase"}
    answer = send(at_desk(OKONJO), "/people/me/secret", "/people/me", **form)
    assert answer.status_code == 422
    assert "a brand new phrase" not in answer.text
    assert "another phrase" not in answer.text
