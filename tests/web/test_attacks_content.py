"""Hostile texts in every field that people and messages fill, and what a page may give away."""

import pytest
from sqlalchemy import func, select

from batch_records.acting import Refused, perform
from batch_records.tables import ENTRIES
from compounding.preparing.actions import AskSecondCheck, TakeApart
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.remarks import Say
from tests.support.cast import AMARI, CASTELL, DUARTE, MARLOW, NOON, OKONJO, act_of, do
from tests.support.check_desk import INSULIN, IRIS
from tests.support.flow import (
    ADA,
    CEFTRIAXONE,
    accepted_order,
    completed,
    content_digest,
    dose_now,
    paired,
    placed_order,
    queued_dose,
)
from tests.support.visiting import find, of_patient, send, sign_on_as, token_in

TAG = "<script>alert(1)</script>"
BREAKS = "\"'><img src=x onerror=alert(2)>"
TEMPLATE = "{{70001*90001}}${70001*90001}"
HOSTILE = f"{TAG}{BREAKS}"
PAGES = (
    "/queue", "/queue/rows", "/orders", "/orders/{order}", "/orders/{order}/change", "/review",
    "/labels", "/labels/{dose}", "/check", "/check/{dose}", "/station", "/station/{dose}", "/station/{dose}/problem", "/patients",
    "/patients/of/{ada}", "/patients/change/{ada}", "/ward/patient/{ada}", "/ward/dose/{dose}", "/lots", "/codes",
    "/orders/of/{ada}", "/lots?find=%22%3E%3Cimg%20src%3Dx", "/formulary?find=%22%3E%3Cimg%20src%3Dx",
    "/orders/new/intermittent?patient=%22%3E%3Cimg%20src%3Dx", "/codes?code=%22%3E%3Cimg%20src%3Dx&dose=%3Cscript%3Ealert(1)",
    "/lots/receive?code=%3Cscript%3Ealert(1)",
)  # fmt: skip


def test_markup_in_any_text_is_shown_as_text_on_every_page(office, cast_store):
    patient = {**ADA, "family_name": HOSTILE[:100], "given_name": TEMPLATE, "location": BREAKS}
    patient |= {"allergies": [{"text": HOSTILE, "reaction": BREAKS}], "lines": [{"name": BREAKS, "kind": "peripheral"}]}
    number = placed_order(cast_store, {**CEFTRIAXONE, "indication": HOSTILE}, patient)
    accepted_order(cast_store, number)
    dose = completed(cast_store, queued_number(number))
    do(cast_store, OKONJO, DOSE, dose_record(dose), Say(HOSTILE, question=True), NOON)
    marlow = sign_on_as(office.test_client(), MARLOW)
    send(marlow, "/codes", "/codes?code=1", code="99999", says=HOSTILE, dose=BREAKS)
    shown, ada = 0, of_patient(cast_store, "").strip("/")
    found = ("/orders/find", "/ward/find", "/patients/find", "/orders/find/patients")
    searches = [find(marlow, path, HOSTILE, "/orders") for path in found]
    answers = [(page, marlow.get(page.format(order=number, dose=dose, ada=ada))) for page in PAGES]
    for page, answer in [*answers, *((one.request.path, one) for one in searches)]:
        assert answer.status_code < 500, page
        for raw in ("<script>alert", "<img src=x", "onerror=alert(2)>", "6300160001"):
            assert raw not in answer.text, (page, raw)
        shown += "&lt;script&gt;alert" in answer.text or "&lt;img src=x" in answer.text
    assert shown > 10


def queued_number(order):
    """The number of the first dose of an order."""
    from compounding.preparing.numbering import dose_number

    return dose_number(order, 1)


def test_the_words_of_a_refusal_are_shown_as_text(office, cast_store):
    number = queued_dose(cast_store)
    okonjo = sign_on_as(office.test_client(), OKONJO)
    for path, fields in (
        (f"/station/{number}/scan", {"code": HOSTILE}),
        (f"/station/{number}/record", {"step": HOSTILE}),
        (f"/station/{number}/record", {"step": "1", "volume": HOSTILE}),
        ("/station/scan", {"code": HOSTILE}),
        ("/lots/receive", {"code": HOSTILE, "count": HOSTILE, "place": HOSTILE, "lot": HOSTILE, "expires": HOSTILE}),
        ("/ward/scan", {"code": HOSTILE}),
        ("/this-station", {"station": HOSTILE}),
        ("/scanner-test", {"code": HOSTILE}),
    ):
        answer = send(okonjo, path, "/this-station", **fields)
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path


def test_control_characters_of_a_scanner_do_nothing_but_be_refused(office, cast_store):
    number = queued_dose(cast_store)
    okonjo = sign_on_as(office.test_client(), OKONJO)
    keys, marks = ("KEY CONFIRM", "KEY RECORD\r\n"), ("\x1d" * 50, "]d2\x1d", "\u202e99999", "92\x1d")
    for code in ("\x00", "\x1b[A", "\x04\x05", *keys, *marks):
        assert send(okonjo, f"/station/{number}/scan", "/this-station", code=code).status_code in (409, 422), repr(code)
    assert dose_now(cast_store, number).scans == ()


def test_the_key_of_another_person_or_of_another_content_gives_nothing(office, cast_store):
    number = queued_dose(cast_store)
    record, action = dose_record(number), Say("a word")
    first = perform(cast_store, DOSE, record, action, act_of(OKONJO, key="one-key"))
    assert first == perform(cast_store, DOSE, record, action, act_of(OKONJO, key="one-key"))
    for member, other in ((AMARI, action), (OKONJO, Say("another word")), (OKONJO, TakeApart("later")), (MARLOW, action)):
        answer = perform(cast_store, DOSE, record, other, act_of(member, key="one-key"))
        assert isinstance(answer, Refused)
        assert answer.refusal.code == "key_reused"
    assert len(dose_now(cast_store, number).said) == 1


def test_a_form_that_is_sent_again_by_another_browser_with_other_content_is_refused(office, cast_store):
    number = queued_dose(cast_store)
    marlow = sign_on_as(office.test_client(), MARLOW)
    token = token_in(marlow.get("/this-station").text)
    asked = {"csrf_token": token, "key": "same", "question": "which lot?"}
    assert marlow.post(f"/check/{number}/ask", data=asked).status_code == 303
    assert marlow.post(f"/check/{number}/ask", data=asked).status_code == 303
    assert marlow.post(f"/check/{number}/ask", data=asked | {"question": "another"}).status_code == 422
    assert [said.text for said in dose_now(cast_store, number).said] == ["which lot?"]


@pytest.fixture
def second(cast_store):
    """An infusion that one pharmacist passed and another checks alone."""
    number = completed(cast_store, queued_dose(cast_store, INSULIN, IRIS, "260414-0160"))
    ask = AskSecondCheck(content_digest(cast_store, number))
    do(cast_store, MARLOW, DOSE, dose_record(number), ask, NOON, station="desk-1", signed=True)
    return number


def test_no_answer_gives_the_second_pharmacist_the_figures_that_were_recorded(office, cast_store, second):
    dose = dose_now(cast_store, second)
    volumes = {f"{float(r.volume.amount_in('mL')):g} mL" for r in dose.records if r.volume is not None}
    assert volumes
    duarte = sign_on_as(office.test_client(), DUARTE)
    leaks = []
    addresses = [
        f"/check/{second}", "/check", "/check/waiting", "/queue", "/queue/rows", "/labels", f"/labels/{second}", "/station",
        f"/station/{second}", f"/station/{second}/waiting", f"/station/{second}/problem", f"/ward/dose/{second}",
        f"/labels/{second}/preview.pdf", f"/labels/{second}/label.pdf", f"/orders/{dose.order}",
    ]  # fmt: skip
    for path in addresses:
        text = duarte.get(path).text.replace("\u00a0", " ")
        leaks += [(path, volume) for volume in volumes if f" {volume}" in text or f">{volume}" in text]
    for path, fields in (
        (f"/check/{second}/pass", {"content_digest": "0" * 64, "secret": DUARTE.pin}),
        (f"/check/{second}/second", {"drug": "", "diluent": "", "final_volume": "x", "volume_1": "", "secret": DUARTE.pin}),
        (f"/check/{second}/reject", {"code": "x", "reason": "x", "secret": DUARTE.pin}),
    ):
        text = send(duarte, path, "/check", **fields).text.replace("\u00a0", " ")
        leaks += [(path, volume) for volume in volumes if f" {volume}" in text or f">{volume}" in text]
    assert leaks == []


def test_an_error_of_the_program_says_a_number_and_nothing_else(office, cast_store, monkeypatch):
    office.config["PROPAGATE_EXCEPTIONS"] = False
    office.testing = False
    marlow = sign_on_as(office.test_client(), MARLOW)
    monkeypatch.setattr("web.pages.queue.render_template", lambda *_, **__: 1 / 0)
    answer = marlow.get("/queue")
    assert answer.status_code == 500
    for word in ("Traceback", "ZeroDivision", "/work", ".py", "sqlite", "division"):
        assert word not in answer.text


def test_the_log_of_an_error_holds_neither_address_nor_form_nor_a_line_of_the_visitor(office, monkeypatch, caplog):
    marlow = sign_on_as(office.test_client(), MARLOW)
    monkeypatch.setattr("web.pages.queue.render_template", lambda *_, **__: 1 / 0)
    marlow.get("/queue?q=DEMO-4417%0aforged: line", headers={"User-Agent": "x\tforged"})
    assert "bug" in caplog.text
    assert "DEMO-4417" not in caplog.text
    assert "forged" not in caplog.text


def test_a_refused_order_of_the_prescriber_leaves_no_order(office, cast_store):
    castell = sign_on_as(office.test_client(), CASTELL)
    with cast_store.read() as uow:
        before = uow.session.execute(select(func.count()).select_from(ENTRIES)).scalar_one()
    extra = ({"source": "fhir"}, {"remarks": "x"}, {"placed_by": "x"}, {"status": "verified"})
    for forged in ({"prescriber": "Dr. P. Lindqvist"}, *extra):
        fields = {"patient": "DEMO-4417", "drug": "ceftriaxone", **forged}
        assert send(castell, "/orders/new/intermittent", "/this-station", **fields).status_code == 422
    with cast_store.read() as uow:
        assert uow.session.execute(select(func.count()).select_from(ENTRIES)).scalar_one() == before


def test_what_is_on_its_way_is_not_moved_by_a_forged_answer_of_the_ward(office, cast_store):
    number = paired(cast_store)
    before = dose_now(cast_store, number)
    okonjo = sign_on_as(office.test_client(), OKONJO)
    for what, fields in (("receive", {"place": " "}), ("start", {}), ("return", {"condition": "", "storage_history": "x"})):
        answer = send(okonjo, f"/ward/dose/{number}/{what}", "/this-station", **fields, status="administered")
        assert answer.status_code in (403, 422), what
    assert dose_now(cast_store, number) == before
