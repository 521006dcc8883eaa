"""Alternatives in a shortage: a pharmacist switches on the page, every page about the order says so, nobody else may."""

from typing import Any

from batch_records.acting import load
from batch_records.store import Store
from compounding.documents.dose_documents import Clock
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.record import ORDER
from compounding.views.strip import strip_of
from tests.support.cast import ADEYEMI, DUARTE, MARLOW, NOON, OFFSET, OKONJO
from tests.support.flow import ORDER_NUMBER, TOMAS, accepted_order, queued_dose
from tests.support.office import At
from tests.support.visiting import send

PAGE = "/formulary/alternatives/ceftriaxone_minibag_adult"
TOLD = "alternative because of shortage: no bags of saline since 12 Apr"
ONE_GRAM: dict[str, Any] = {
    "order_type": "intermittent", "patient": TOMAS["mrn"], "drug": "ceftriaxone", "dose": "1000 mg", "route": "IV infusion",
    "line": "peripheral", "start": "2026-04-14T14:30:00-04:00", "frequency": {"every": "24 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
FORM = {
    "choice": "diluent dextrose_5", "reason": "no bags of saline since 12 Apr", "until_day": "2026-04-20",
    "until_time": "08:00", "begins_day": "", "begins_time": "",
}  # fmt: skip


def words(page: Any) -> str:
    return " ".join(page.text.split())


def test_a_switch_sends_reviewed_orders_back_and_is_said_on_every_page(cast_store: Store, at_desk: At) -> None:
    queued_dose(cast_store, ONE_GRAM, TOMAS)
    duarte = at_desk(DUARTE)
    before = words(duarte.get(PAGE))
    assert "sodium chloride 0.9 %" in before and "Diluent: dextrose 5 %" in before and "Formulation:" not in before
    answer = send(duarte, f"{PAGE}/begin", PAGE, key="once", secret=DUARTE.password, **FORM)
    assert answer.status_code == 303
    assert send(duarte, f"{PAGE}/begin", PAGE, key="once", secret=DUARTE.password, **FORM).status_code == 303
    page = words(duarte.get(PAGE))
    assert "Made instead now: dextrose 5 %" in page and "no bags of saline since 12 Apr" in page
    assert page.count("Alternative begun") == 1
    assert "dextrose 5 %" in words(at_desk(OKONJO).get("/formulary/alternatives"))
    with cast_store.read() as uow:
        assert load(uow, ORDER, order_record(ORDER_NUMBER)).status == "clinical_review"
    assert TOLD in words(at_desk(MARLOW).get(f"/review/{ORDER_NUMBER}"))
    accepted_order(cast_store, ORDER_NUMBER, NOON)
    assert TOLD in words(at_desk(MARLOW).get(f"/orders/{ORDER_NUMBER}"))
    number = dose_number(ORDER_NUMBER, 2)
    with cast_store.read() as uow:
        strip = strip_of(load(uow, DOSE, dose_record(number)), NOON, Clock(OFFSET))
    assert TOLD in strip.sub  # on top of every page of the hood, the check and the label
    ended = send(duarte, f"{PAGE}/end", PAGE, number="1", end_reason="bags came in", secret=DUARTE.password)
    assert ended.status_code == 303
    assert "Made instead now" not in words(duarte.get(PAGE))
    with cast_store.read() as uow:
        again = load(uow, ORDER, order_record(ORDER_NUMBER)).current
        assert again.status == "clinical_review" and "made as usual again" in again.again_reason


def test_only_a_pharmacist_with_a_secret_and_a_whole_form_switches(cast_store: Store, at_desk: At) -> None:
    for member in (OKONJO, ADEYEMI):
        page = words(at_desk(member).get(PAGE))
        assert "Nobody else substitutes" in page and "You sign for it" not in page
        assert send(at_desk(member), f"{PAGE}/begin", PAGE, secret=member.password, **FORM).status_code == 403
    duarte = at_desk(DUARTE)
    assert duarte.get(f"{PAGE}/begin").status_code == 405
    assert duarte.get("/formulary/alternatives/nothing").status_code == 404
    assert send(duarte, f"{PAGE}/begin", PAGE, secret="wrong", **FORM).status_code == 403
    no_end = send(duarte, f"{PAGE}/begin", PAGE, secret=DUARTE.password, **{**FORM, "until_day": "", "until_time": ""})
    assert no_end.status_code == 422 and "no bags of saline since 12 Apr" in no_end.text
    wrong = send(duarte, f"{PAGE}/begin", PAGE, secret=DUARTE.password, **{**FORM, "choice": "product heparin"})
    assert wrong.status_code == 422 and "Only what is released may be used instead" in words(wrong)
