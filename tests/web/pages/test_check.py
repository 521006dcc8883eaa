"""The check desk: everything that decides on one page, one signature, and no way round it."""

import pytest

from compounding.documents.stock import stock
from compounding.preparing.actions import Reject
from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from tests.support.cast import AMARI, DUARTE, HALLORAN, IBARRA, MARLOW, OKONJO, do
from tests.support.check_desk import passed, two_checks
from tests.support.flow import ORDER_NUMBER, completed, content_digest, dose_now, prepared, queued_dose, released
from tests.support.visiting import send, token_in


def kinds(store, number: str) -> list[str]:
    with store.read() as uow:
        return [entry.kind for entry in uow.entries(dose_record(number))]


def test_the_page_shows_what_decides(at_check, cast_store):
    number = completed(cast_store)
    page = at_check(MARLOW).get(f"/check/{number}").text
    for words in (
        "ceftriaxone, 50 mg/kg, IV infusion, every 24 h", "version 1, still active", "50 mg/kg × 9.2 kg", "dose.per_weight 1",
        "Show working, 11 steps", "50 mg/kg/day to 100 mg/kg/day", "3 by scanner, none typed", "4.6 mL",
        "inside ±5 %", "cefTRIAXone: stability, 20 to 25 °C", "16 Apr 2026, 13:04", "NO CALCIUM in the line",
        "made by T. Okonjo, CPhT, Hood 1, 13:03 to 13:09", "EXAMPLE, Ada",
    ):  # fmt: skip
        assert words in page, words


def test_pass_releases_and_prints_in_one_step(at_check, cast_store):
    number = completed(cast_store)
    answer = passed(at_check(MARLOW), cast_store, number)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/labels/{number}")
    dose = dose_now(cast_store, number)
    assert (dose.status, dose.copies, dose.label_in_hand) == (S.RELEASED, 1, None)
    assert dose.released is not None
    assert dose.released.person == MARLOW.person


def test_a_label_that_does_not_fit_is_told_before_anything_is_signed(at_check, cast_store, monkeypatch):
    tiny = stock("vial, 1 x 0.5 in", "1", "0.5", "0.05")
    monkeypatch.setattr("web.pages.check_dose.stock_for", lambda *_: tiny)
    number = completed(cast_store)
    answer = passed(at_check(MARLOW), cast_store, number)
    assert answer.status_code == 422
    assert "The label does not fit its stock (vial, 1 x 0.5 in)" in answer.text
    assert "Nothing was signed" in answer.text
    assert dose_now(cast_store, number).status is S.AWAITING_FINAL_CHECK
    monkeypatch.undo()
    assert passed(at_check(MARLOW), cast_store, number).status_code == 303


def test_an_emergency_release_with_a_label_that_does_not_fit_signs_nothing(at_check, cast_store, monkeypatch):
    monkeypatch.setattr("web.pages.check_dose.stock_for", lambda *_: stock("vial, 1 x 0.5 in", "1", "0.5", "0.05"))
    number = completed(cast_store, by=IBARRA)
    path = f"/check/{number}"
    fields = {"content_digest": content_digest(cast_store, number), "secret": IBARRA.password}
    answer = send(at_check(IBARRA), f"{path}/emergency", path, emergency_reason="septic, alone in the house", **fields)
    assert answer.status_code == 422
    assert "does not fit its stock" in answer.text
    assert not dose_now(cast_store, number).emergency


def test_pressing_pass_twice_does_it_once(at_check, cast_store):
    number = completed(cast_store)
    browser = at_check(MARLOW)
    digest = content_digest(cast_store, number)
    for _ in range(2):
        assert passed(browser, cast_store, number, key="same", content_digest=digest).status_code == 303
    assert kinds(cast_store, number).count("release") == 1
    assert kinds(cast_store, number).count("print_label") == 1


def test_the_loser_of_two_pharmacists_is_told_who_was_first(at_check, cast_store):
    number = completed(cast_store)
    digest = content_digest(cast_store, number)
    passed(at_check(MARLOW), cast_store, number)
    answer = passed(at_check(DUARTE), cast_store, number, DUARTE, content_digest=digest)
    assert answer.status_code == 409
    assert "Released by J. Marlow, RPh" in answer.text
    assert kinds(cast_store, number).count("release") == 1


def test_a_wrong_secret_signs_nothing(at_check, cast_store):
    number = completed(cast_store)
    answer = passed(at_check(MARLOW), cast_store, number, secret="not mine")
    assert answer.status_code == 403
    assert 'data-refusal="' in answer.text
    assert dose_now(cast_store, number).status is S.AWAITING_FINAL_CHECK


def test_a_page_that_is_stale_signs_nothing(at_check, cast_store):
    number = completed(cast_store)
    answer = passed(at_check(MARLOW), cast_store, number, content_digest="0" * 64)
    assert answer.status_code == 409
    assert "Load it again and look once more" in answer.text


def test_own_work_is_refused_in_words(at_check, cast_store):
    number = completed(cast_store, by=IBARRA)
    browser = at_check(IBARRA)
    page = browser.get(f"/check/{number}").text
    assert "Somebody else checks this" in page
    assert "Pass, print label" not in page
    answer = passed(browser, cast_store, number, IBARRA)
    assert answer.status_code == 403
    assert "It is checked by somebody else." in answer.text


def test_reject_names_the_reason_and_offers_a_new_one_once(at_check, cast_store):
    number = completed(cast_store)
    browser, path = at_check(MARLOW), f"/check/{number}"
    answer = send(browser, f"{path}/reject", path, code="look", reason="white flakes", secret=MARLOW.password)
    assert answer.status_code == 303
    assert dose_now(cast_store, number).reason == "Colour, particles or precipitate: white flakes"
    assert "Make a new one" in browser.get(path).text
    assert send(browser, f"{path}/remake", path).status_code == 303
    anew = dose_now(cast_store, dose_number(ORDER_NUMBER, 2))
    assert (anew.status, anew.remake_of, anew.due) == (S.QUEUED, number, dose_now(cast_store, number).due)
    again = send(browser, f"{path}/remake", path)
    assert again.status_code == 409
    assert "was made in its place already" in again.text


def test_a_rejection_without_a_code_keeps_the_words(at_check, cast_store):
    number = completed(cast_store)
    path = f"/check/{number}"
    answer = send(at_check(MARLOW), f"{path}/reject", path, code="", reason="white flakes", secret=MARLOW.password)
    assert answer.status_code == 422
    assert "white flakes" in answer.text
    assert dose_now(cast_store, number).status is S.AWAITING_FINAL_CHECK


def test_nothing_is_made_anew_for_a_dose_that_did_not_fail(at_check, cast_store):
    number = completed(cast_store)
    answer = send(at_check(MARLOW), f"/check/{number}/remake", f"/check/{number}")
    assert answer.status_code == 409
    assert "nothing is made anew" in answer.text


def test_a_question_stands_on_the_page_and_changes_what_is_signed(at_check, cast_store):
    number = completed(cast_store)
    before, path, browser = content_digest(cast_store, number), f"/check/{number}", at_check(MARLOW)
    assert send(browser, f"{path}/ask", path, question="Which syringe was it?").status_code == 303
    assert "Which syringe was it?" in browser.get(path).text
    assert content_digest(cast_store, number) != before
    assert "asked: Which syringe was it?" in browser.get("/check").text


def test_the_second_pharmacist_sees_no_figure_of_the_first(at_check, cast_store):
    number = two_checks(cast_store)
    assert passed(at_check(MARLOW), cast_store, number).status_code == 303
    assert dose_now(cast_store, number).status is S.SECOND_CHECK
    second = at_check(DUARTE)
    page = second.get(f"/check/{number}").text
    assert "What you find, alone" in page
    dose = dose_now(cast_store, number)
    for figure in ("Recalculated", "Working of the plan", "50 units", "inside ±", "0.5 mL"):
        assert figure not in page, figure
    assert dose.first_check is not None
    assert second.get(f"/labels/{number}/preview.pdf").status_code == 404


def test_no_other_page_shows_them_to_the_second_pharmacist_before_both_results_stand(at_check, cast_store):
    number = two_checks(cast_store)
    first, second = at_check(MARLOW), at_check(DUARTE)
    passed(first, cast_store, number)
    record = dose_record(number)
    pages = (
        f"/labels/{number}", f"/labels/{number}/worksheet.pdf", f"/labels/{number}/record.pdf", f"/station/{number}",
        f"/records/record/{record}", f"/records/entry/5/{record}", f"/records/export/{record}",
    )  # fmt: skip
    for page in pages:
        answer = second.get(page)
        assert answer.status_code == 409, page
        assert "checks this alone" in answer.text
    assert first.get(f"/records/record/{record}").status_code == 200
    entered(second, number, DUARTE)
    assert second.get(f"/records/record/{record}").status_code == 200


def entered(browser, number, member, **changed):
    fields = {"drug": "insulin_regular", "volume_1": "0.5", "diluent": "sodium chloride 0.9 %", "final_volume": "50"}
    path = f"/check/{number}"
    return send(browser, f"{path}/second", path, **{**fields, "secret": member.password, **changed})


def test_two_results_that_agree_go_on_to_the_release(at_check, cast_store):
    number = two_checks(cast_store)
    passed(at_check(MARLOW), cast_store, number)
    second = at_check(DUARTE)
    assert entered(second, number, DUARTE).status_code == 303
    dose = dose_now(cast_store, number)
    assert (dose.status, dose.second_differences) == (S.AWAITING_FINAL_CHECK, ())
    assert "Two checks agree" in second.get(f"/check/{number}").text
    assert passed(second, cast_store, number, DUARTE).status_code == 303
    assert dose_now(cast_store, number).status is S.RELEASED


@pytest.mark.parametrize("wrong", [{"drug": "heparin"}, {"volume_1": "0.7"}, {"diluent": "undiluted"}, {"final_volume": "60"}])
def test_a_mismatch_returns_both(at_check, cast_store, wrong):
    number = two_checks(cast_store)
    first = at_check(MARLOW)
    passed(first, cast_store, number)
    entered(at_check(DUARTE), number, DUARTE, **wrong)
    dose = dose_now(cast_store, number)
    assert (dose.status, dose.first_check, dose.second_check) == (S.AWAITING_FINAL_CHECK, None, None)
    assert "The two checks did not agree" in first.get(f"/check/{number}").text


def test_the_first_checker_is_not_the_second(at_check, cast_store):
    number = two_checks(cast_store)
    first = at_check(MARLOW)
    passed(first, cast_store, number)
    assert "You made the first check" in first.get(f"/check/{number}").text
    assert entered(first, number, MARLOW).status_code == 403


def test_what_the_second_typed_wrongly_is_named_and_kept(at_check, cast_store):
    number = two_checks(cast_store)
    passed(at_check(MARLOW), cast_store, number)
    answer = entered(at_check(DUARTE), number, DUARTE, volume_1="1,5", drug="")
    assert answer.status_code == 422
    assert 'href="#volume_1"' in answer.text
    assert 'href="#drug"' in answer.text
    assert 'value="50"' in answer.text


def test_an_emergency_release_is_listed_until_another_checked_it(at_check, cast_store):
    number = completed(cast_store, by=IBARRA)
    alone, path = at_check(IBARRA), f"/check/{number}"
    fields = {"content_digest": content_digest(cast_store, number), "secret": IBARRA.password}
    assert send(alone, f"{path}/emergency", path, emergency_reason=" ", **fields).status_code == 422
    answer = send(alone, f"{path}/emergency", path, emergency_reason="septic, nobody else in the house", **fields)
    assert answer.status_code == 303
    assert dose_now(cast_store, number).emergency
    other = at_check(DUARTE)
    assert "Emergency releases, to be checked afterwards" in other.get("/check").text
    given = {"agreed": "yes", "note": "", "secret": DUARTE.password}
    assert send(other, f"{path}/afterwards", path, **given).status_code == 303
    assert "Emergency releases" not in other.get("/check").text


def test_who_can_release_in_the_ordinary_way_has_no_emergency(at_check, cast_store):
    number = completed(cast_store)
    path = f"/check/{number}"
    fields = {"content_digest": content_digest(cast_store, number), "secret": MARLOW.password, "emergency_reason": "late"}
    assert send(at_check(MARLOW), f"{path}/emergency", path, **fields).status_code == 422


def test_a_scan_opens_the_dose_and_a_strange_code_is_refused(at_check, cast_store):
    number = completed(cast_store)
    browser = at_check(MARLOW)
    for code in (f"]d294{number}", f"92{number}", number):
        assert send(browser, "/check/open", "/check", code=code).headers["Location"].endswith(number)
    assert send(browser, "/check/open", "/check", code="0100399999010214").status_code == 422


def test_the_list_names_what_waits(at_check, cast_store):
    number = completed(cast_store)
    browser = at_check(MARLOW)
    part = browser.get("/check/waiting")
    assert number in part.text
    assert "nothing differs from the plan" in part.text
    assert browser.get("/check/waiting", headers={"If-None-Match": part.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("member", [OKONJO, AMARI, HALLORAN])
def test_nobody_but_a_pharmacist_checks(at_check, cast_store, member):
    number = completed(cast_store)
    browser = at_check(member)
    assert browser.get("/check").status_code == 403
    assert browser.get(f"/check/{number}").status_code == 403
    token = token_in(browser.get("/this-station").text)
    fields = {"csrf_token": token, "key": "k", "content_digest": content_digest(cast_store, number), "secret": member.password}
    assert browser.post(f"/check/{number}/pass", data=fields).status_code == 403
    assert dose_now(cast_store, number).status is S.AWAITING_FINAL_CHECK


def test_looking_never_writes_and_a_signature_is_no_address(at_check, cast_store):
    number = completed(cast_store)
    before = kinds(cast_store, number)
    browser = at_check(MARLOW)
    browser.get(f"/check/{number}")
    browser.get(f"/labels/{number}/preview.pdf")
    assert browser.get(f"/check/{number}/pass").status_code == 405
    assert kinds(cast_store, number) == before


def test_another_site_s_number_is_not_found(at_check, cast_store):
    browser = at_check(MARLOW)
    assert browser.get("/check/260414-0140-01-9").status_code == 404
    assert browser.get(f"/check/{dose_number('260414-7777', 1)}").status_code == 404


@pytest.mark.parametrize("make", [queued_dose, prepared, released])
def test_pass_in_a_state_that_does_not_allow_it_is_refused_in_words(at_check, cast_store, make):
    number = make(cast_store)
    answer = passed(at_check(DUARTE), cast_store, number, DUARTE)
    assert answer.status_code == 409
    assert "is not possible now" in answer.text


def test_a_rejected_dose_leaves_the_desk_when_it_was_made_anew(at_check, cast_store):
    number = completed(cast_store)
    do(cast_store, MARLOW, DOSE, dose_record(number), Reject("look", "flakes"), signed=True)
    browser = at_check(MARLOW)
    assert number in browser.get("/check").text
    send(browser, f"/check/{number}/remake", f"/check/{number}")
    assert number not in browser.get("/check").text
