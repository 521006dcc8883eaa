"""A label's template changed in the browser: tried, print beside print, released by two, and old prints stay what they were."""

from typing import Any

import pytest
from flask import Flask

from batch_records.acting import load
from batch_records.documents import kept_template
from batch_records.rendering import RendererFailed
from batch_records.store import Store
from batch_records.verify import verify_records
from compounding.documents.printing import FONTS, changed_template, template
from compounding.documents.versions.record import TEMPLATE, LoadTemplate, record_id, template_at
from compounding.documents.versions.rules import CSS, HTML, packaged_texts
from compounding.documents.versions.trial import tried
from compounding.preparing.numbering import dose_record
from formulary.change_control import Change, Release
from tests.support.cast import ADEYEMI, DUARTE, IBARRA, MARLOW, NOON, OKONJO, Member, do, refused
from tests.support.flow import TOMAS, queued_dose
from tests.support.flow import released as finished
from tests.support.office import At
from tests.support.printing import text_of
from tests.support.visiting import send, sign_on_as
from web.record_types import RECORD_TYPES

KIND = "dispensing_label/1"
BASE = "/formulary/templates/dispensing_label-1"
TEXTS = packaged_texts(KIND)
CHANGED = TEXTS[HTML].replace("Do not use after: start before", "Start before, never after")
SECOND = {
    "order_type": "intermittent", "patient": "DEMO-2093", "drug": "ceftriaxone", "dose": "1 g", "route": "IV infusion",
    "line": "peripheral", "diluent": "NS", "volume": "50 mL", "start": "2026-04-14T15:00:00-04:00",
    "frequency": {"once": True}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
WHY = {"why": "the ward asked for plain words", "source": "labelling group, 3 Apr 2026"}


def words(page: Any) -> str:
    return " ".join(page.text.split())


def saved(at_check: At, html: str, member: Member = ADEYEMI, css: str = TEXTS[CSS], seen: str = "0") -> Any:
    form = {"html": html, "css": css, "seen": seen, **WHY}
    return send(at_check(member), f"{BASE}/0/edit", f"{BASE}/0", **form)


def released(at_check: At, member: Member) -> Any:
    digest, at = changed_template(KIND, CHANGED, TEXTS[CSS]).digest, f"{BASE}/1"
    told = {
        "digest": digest,
        "against": "0",
        "secret": member.password,
        "read": "yes",
        "effective_day": "",
        "effective_time": "",
    }
    return send(at_check(member), f"{at}/release", at, **told)


def test_a_changed_label_is_compared_released_by_two_and_prints_from_then_on(cast_store: Store, at_check: At) -> None:
    assert "as it comes with the program" in words(at_check(OKONJO).get("/formulary/templates"))
    answer = saved(at_check, CHANGED)
    assert answer.status_code == 303 and answer.location.endswith(f"{BASE}/1")
    page = words(at_check(MARLOW).get(f"{BASE}/1"))
    assert "Print before and after" in page and "the ward asked for plain words" in page
    assert f'src="{BASE}/0/everything-0.pdf"' in page and f'src="{BASE}/1/everything-0.pdf"' in page
    assert "<del>- " in page and "Start before, never after" in page
    before, after = (at_check(MARLOW).get(f"{BASE}/{n}/everything-0.pdf").data for n in (0, 1))
    assert "Do not use after" in text_of(before)[0] and "Start before, never after" in text_of(after)[0]
    assert released(at_check, ADEYEMI).status_code == 403
    assert released(at_check, MARLOW).status_code == 303
    assert released(at_check, MARLOW).status_code == 403  # the second is another pharmacist
    with cast_store.read() as uow:
        assert template_at(uow, KIND, NOON).digest == template(KIND).digest
    assert released(at_check, DUARTE).status_code == 303
    with cast_store.read() as uow:
        now = template_at(uow, KIND, NOON)
    assert "Start before, never after" in now.html and now.digest != template(KIND).digest
    assert "version 1" in words(at_check(OKONJO).get("/formulary/templates"))
    assert released(at_check, IBARRA).status_code == 409  # what was released is not touched again
    withdrawn = send(at_check(MARLOW), f"{BASE}/1/withdraw", f"{BASE}/1", reason="hard to read")
    assert withdrawn.status_code == 303
    with cast_store.read() as uow:
        assert template_at(uow, KIND, NOON).digest == template(KIND).digest
    assert verify_records(cast_store, RECORD_TYPES).problems == []


def test_a_missing_row_is_named_and_what_was_typed_is_kept(cast_store: Store, at_check: At) -> None:
    broken = CHANGED.replace('{{ d.beyond_use.at.within("p", "big nb") }}', "")
    answer = saved(at_check, broken)
    assert answer.status_code == 422
    page = words(answer)
    assert "missing: beyond-use time and storage (beyond_use.at)" in page and "Start before, never after" in page
    assert saved(at_check, f"{CHANGED}<script>x</script>").status_code == 422
    with cast_store.read() as uow:
        assert load(uow, TEMPLATE, record_id(KIND)).newest == 0


def test_a_draft_whose_pages_have_no_end_is_refused_in_words_and_keeps_no_label_waiting(
    cast_store: Store, at_check: At, office: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless:
        def render(self, *told: Any) -> None:
            raise RendererFailed("took too long")

    monkeypatch.setitem(office.extensions["sufficit"].extras, "printer of drafts", Endless())
    answer = saved(at_check, CHANGED)
    assert answer.status_code == 422 and "not done in the time that a page may take" in words(answer)
    drawn = at_check(MARLOW).get(f"{BASE}/0/everything-0.pdf")
    assert drawn.status_code == 422 and "Not printed." in drawn.text
    with cast_store.read() as uow:
        assert load(uow, TEMPLATE, record_id(KIND)).newest == 0


def test_only_those_who_may_draft_and_release(cast_store: Store, at_check: At) -> None:
    assert saved(at_check, CHANGED, OKONJO).status_code == 403
    assert at_check(OKONJO).get(f"{BASE}/0").status_code == 200
    assert at_check(MARLOW).get(f"{BASE}/1/release").status_code == 405
    assert at_check(MARLOW).get("/formulary/templates/nothing-1").status_code == 404
    assert at_check(MARLOW).get(f"{BASE}/0/nothing-0.pdf").status_code == 404
    untried = LoadTemplate(KIND, CHANGED, TEXTS[CSS], (), Change("why", "source"))
    assert refused(cast_store, ADEYEMI, TEMPLATE, record_id(KIND), untried) == "not_tried"
    other = LoadTemplate("worksheet/1", CHANGED, TEXTS[CSS], (), Change("why", "source"))
    assert refused(cast_store, ADEYEMI, TEMPLATE, record_id(KIND), other) == "kind_unknown"
    assert refused(cast_store, OKONJO, TEMPLATE, record_id(KIND), untried) == "not_allowed"


@pytest.fixture
def changed(cast_store: Store, printer: Any) -> Any:
    """Puts the changed template in force at once."""

    def put() -> None:
        trial = tried(printer, KIND, CHANGED, TEXTS[CSS])
        load_it = LoadTemplate(KIND, CHANGED, TEXTS[CSS], trial.printed, Change("why", "source"))
        state = do(cast_store, ADEYEMI, TEMPLATE, record_id(KIND), load_it, station="desk-2")
        release = Release(1, state.versions[1].digest)
        for member in (MARLOW, DUARTE):
            do(cast_store, member, TEMPLATE, record_id(KIND), release, station="desk-2", signed=True)

    return put


def test_an_old_print_is_shown_with_the_template_that_it_was_printed_with(
    cast_store: Store, at_check: At, changed: Any
) -> None:
    number = finished(cast_store)
    browser = at_check(MARLOW)
    label = f"/labels/{number}"
    assert send(browser, f"{label}/print", label).status_code == 303
    changed()
    assert (
        "Do not use after" in text_of(send(browser, f"{label}/open", label).data)[0]
    )  # the very file that was printed
    with cast_store.read() as uow:
        used = kept_template(uow.session, dose_record(number), KIND, 1, FONTS)
    assert used.digest == template(KIND).digest
    later = finished(cast_store, queued_dose(cast_store, SECOND, TOMAS, "260414-0155"))
    browser = sign_on_as(browser.application.test_client(), DUARTE, "desk-2")  # at the first desk one label waits
    assert send(browser, f"/labels/{later}/print", f"/labels/{later}").status_code == 303
    assert "never after" in text_of(send(browser, f"/labels/{later}/open", f"/labels/{later}").data)[0]
    with cast_store.read() as uow:
        assert "never after" in kept_template(uow.session, dose_record(later), KIND, 1, FONTS).html
    looked_at = text_of(at_check(ADEYEMI).get(f"{label}/label.pdf").data)[0]
    assert "COPY" in looked_at and "Do not use after" in looked_at  # laid out as it was printed, not as it would be now
