"""Orders of parenteral nutrition through the pages: begun, typed, placed, changed, answered, reviewed; and tonight."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Clarify
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from tests.support.cast import CASTELL, DUARTE, HALLORAN, MARLOW, NOON, OKONJO, do
from tests.support.flow import accepted_order, described_patient, placed_order
from tests.support.nutrition_flow import BABY, NUMBER, preterm_order, queued_nutrition
from tests.support.ordering import numbers, order_of, state
from tests.support.visiting import find, of_patient, send

MRN = "DEMO-9903"
YESTERDAY = "260413-0150"
ROWS = (
    ("amino_acids", "g/kg/day", "per kg per day", "3.5"), ("dextrose", "mg/kg/min", "per kg per day", "10"),
    ("lipid", "g/kg/day", "per kg per day", "2.5"), ("sodium", "mEq/kg/day", "per kg per day", "3"),
    ("potassium", "mEq/kg/day", "per kg per day", "2"), ("phosphate", "mmol/kg/day", "per kg per day", "1"),
    ("calcium", "mEq/kg/day", "per kg per day", "2.5"), ("magnesium", "mEq/kg/day", "per kg per day", "0.3"),
    ("trace_elements", "mL/day", "per day", "0.5"), ("vitamins", "mL/day", "per day", "3.25"),
    ("heparin", "units/mL", "per litre", "0.5"),
)  # fmt: skip
NUMBER_OF = {nutrient: f"amount_{number}" for number, (nutrient, *_) in enumerate(ROWS, start=1)}
PLAIN = {
    "dosing_weight": "1.2", "population": "preterm", "bag": "2-in-1 apart", "line": "central", "total_fluid": "140",
    "hours": "24", "lipid_hours": "24", "anions": "balanced", "other_1_name": "feeds and flushes", "other_1_volume": "9",
    "start_day": "2026-04-14", "start_time": "20:00", "indication": "preterm",
}  # fmt: skip


def fields(**changes: str) -> dict[str, str]:
    """The whole form; `changes` by nutrient or by field."""
    typed = dict(PLAIN)
    for number, (nutrient, unit, basis, amount) in enumerate(ROWS, start=1):
        typed |= {f"row_{number}": f"{nutrient}|{unit}|{basis}|element", f"amount_{number}": amount}
    return typed | {NUMBER_OF.get(name, name): value for name, value in changes.items()}


def begin(store: Store) -> str:
    return of_patient(store, "/nutrition/new", MRN)


def place(browser: FlaskClient, store: Store, **changes: str) -> TestResponse:
    return send(browser, begin(store), begin(store), **fields(**changes))


def yesterdays(store: Store, **changes: str) -> None:
    start = (NOON.replace(day=13) + timedelta(hours=7)).isoformat()
    placed_order(store, {**preterm_order(**{"calcium": "2 mEq/kg/day", **changes}), "start": start}, BABY, YESTERDAY)
    accepted_order(store, YESTERDAY)


@pytest.fixture
def baby(cast_store: Store) -> Store:
    described_patient(cast_store, BABY)
    return cast_store


def test_the_patient_is_chosen_and_the_address_holds_no_number(at_desk: Any, baby: Store):
    browser = at_desk(CASTELL)
    answer = send(browser, "/nutrition/begin", "/nutrition", patient=f"{MRN} · SAMPLE, Baby Boy")
    assert answer.status_code == 303
    assert MRN not in answer.headers["Location"]
    page = browser.get(answer.headers["Location"]).text
    assert "birth weight 1.2 kg" in page
    assert "preterm from 1 to below 3 kg" in page
    assert "Copy yesterday" not in page
    assert "adult" not in page.partition("Begin with")[2]


def test_a_patient_that_nobody_recorded_is_refused_at_the_field(at_desk: Any, baby: Store):
    answer = send(at_desk(CASTELL), "/nutrition/begin", "/nutrition", patient="DEMO-0000")
    assert answer.status_code == 422
    assert 'href="#patient"' in answer.text


def test_a_template_fills_every_row_in_its_own_unit(at_desk: Any, baby: Store):
    page = at_desk(CASTELL).get(f"{begin(baby)}?from=preterm_1_to_3_kg&weight=birth_weight").text
    assert re.search(r'name="dosing_weight"[^>]*value="1\.2"', page)
    assert "sodium|mEq/kg/day|per kg per day|element" in page
    assert page.index("sodium|") < page.index("potassium|") < page.index("calcium|")
    assert "More rows: chloride, acetate, zinc" in page
    assert "FICTIONAL" in page


def test_yesterdays_order_is_copied_with_its_figures_beside_todays(at_desk: Any, baby: Store):
    yesterdays(baby)
    browser = at_desk(CASTELL)
    assert "Copy yesterday" in browser.get(begin(baby)).text
    page = browser.get(f"{begin(baby)}?from=yesterday").text
    assert "0 changes since 13 Apr" in page
    assert re.search(r'name="amount_7"[^>]*value="2"', page)


def test_an_order_is_placed_as_it_stood_on_the_page(at_desk: Any, baby: Store):
    answer = place(at_desk(CASTELL), baby)
    assert answer.status_code == 303, re.findall(r'href="#[^"]*">([^<]*)', answer.text)
    order = order_of(baby, "260414-0001")
    assert order.nutrition is not None
    assert [row.nutrient for row in order.nutrition.amounts] == [row[0] for row in ROWS]
    assert order.nutrition.row("calcium").amount == Quantity("2.5", "mEq/kg/day", of="calcium")  # type: ignore[union-attr]
    assert order.nutrition.others[0].volume == Quantity(9, "mL/day")
    assert (order.prescriber, order.line, order.source) == ("Dr. R. Castell", "central", "form")


def test_it_is_the_same_order_as_one_that_came_as_data(at_desk: Any, baby: Store):
    place(at_desk(CASTELL), baby)
    placed_order(baby, preterm_order(), BABY, NUMBER)
    assert order_of(baby, "260414-0001").nutrition == order_of(baby, NUMBER).nutrition


def test_pressing_twice_places_one_order(at_desk: Any, baby: Store):
    browser = at_desk(CASTELL)
    first, again = (place(browser, baby, key="one-press") for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert numbers(baby) == ["260414-0001"]


@pytest.mark.parametrize("text", ["2,5", "2.50", ".5", "2.5 mEq", "mg", "1e3", "-1", "２"])
def test_a_number_that_is_not_plainly_written_is_refused_at_its_row_and_nothing_is_lost(
    at_desk: Any, baby: Store, text: str
):
    answer = place(at_desk(CASTELL), baby, calcium=text)
    assert answer.status_code == 422
    assert 'href="#amount_7"' in answer.text
    assert re.search(r'id="amount_7"[^>]*aria-invalid="true"', answer.text)
    for number, value in ((1, "3.5"), (7, text), (11, "0.5")):
        assert re.search(rf'name="amount_{number}"[^>]*value="{re.escape(value)}"', answer.text)
    assert "feeds and flushes" in answer.text
    assert numbers(baby) == []


def test_every_fault_is_said_at_once_by_the_pages_own_words(at_desk: Any, baby: Store):
    answer = place(at_desk(CASTELL), baby, dosing_weight="", sodium="x", other_1_volume="", start_time="")
    assert answer.status_code == 422
    for name in ("dosing_weight", "amount_4", "other_1_volume", "start_time"):
        assert f'href="#{name}"' in answer.text, name
    for words in ("Dosing weight is missing", "Sodium:", "Other fluid 1"):
        assert words in answer.text, words


def test_fluid_and_volume_both_are_a_fault(at_desk: Any, baby: Store):
    answer = place(at_desk(CASTELL), baby, volume="144")
    assert answer.status_code == 422
    assert 'href="#volume"' in answer.text


@pytest.mark.parametrize(
    "row", ["calcium|mEq/kg/day|per day|element", "calcium|mmol/kg/day|per kg per day|element", "calcium|x", "calcium||||"]
)
def test_a_row_that_says_another_unit_than_a_page_shows_is_refused(at_desk: Any, baby: Store, row: str):
    answer = place(at_desk(CASTELL), baby, row_7=row)
    assert answer.status_code == 422
    assert numbers(baby) == []


def test_the_order_is_for_the_patient_of_the_address_whatever_the_form_says(at_desk: Any, baby: Store):
    place(at_desk(CASTELL), baby, patient="DEMO-4417")
    assert order_of(baby, "260414-0001").patient == MRN


def test_while_typing_every_figure_is_worked_out_and_nothing_is_written(at_desk: Any, baby: Store):
    yesterdays(baby)
    browser = at_desk(CASTELL)
    page = send(browser, "/nutrition/look", begin(baby), **fields(patient=MRN))
    assert page.status_code == 200
    for words in ("973", "FICTIONAL", "TrophAmine 10 %: 42 mL", "17.28 g", "is the birth weight", "1 change since 13 Apr"):
        assert words in page.text, words
    assert 'hx-swap-oob="true"' in page.text
    assert numbers(baby) == [YESTERDAY]


def test_while_typing_a_wrong_number_takes_all_figures_away(at_desk: Any, baby: Store):
    page = send(at_desk(CASTELL), "/nutrition/look", begin(baby), **fields(patient=MRN, calcium="2,5"))
    assert page.status_code == 200
    assert "without a comma" in page.text
    assert "973" not in re.findall(r"\w+", page.text)
    assert "TrophAmine" not in page.text


def test_while_typing_what_cannot_be_made_is_said_with_the_way_out(at_desk: Any, baby: Store):
    page = send(at_desk(CASTELL), "/nutrition/look", begin(baby), **fields(patient=MRN, total_fluid="40"))
    assert page.status_code == 200
    assert "finding--absolute" in page.text or "finding--hard" in page.text


def test_tenfold_calcium_is_a_hard_finding_at_its_row(at_desk: Any, baby: Store):
    page = send(at_desk(CASTELL), "/nutrition/look", begin(baby), **fields(patient=MRN, magnesium="3"))
    assert "tenfold_magnesium" in page.text
    assert re.search(r'id="made-8" class="pn__made is-hard"', page.text)


def test_calcium_with_phosphate_over_the_curve_is_shown_with_how_much(at_desk: Any, baby: Store):
    page = send(at_desk(CASTELL), "/nutrition/look", begin(baby), **fields(patient=MRN, calcium="4.8"))
    assert page.status_code == 200
    assert "calcium_phosphate_over" in page.text
    assert "OVER the curve" in page.text
    assert "Over by" in page.text


def test_the_working_is_worded_when_it_is_asked_for(at_desk: Any, baby: Store):
    page = send(at_desk(CASTELL), "/nutrition/worked", begin(baby), **fields(patient=MRN))
    assert page.status_code == 200
    assert page.text.count("working__sum") > 100
    wrong = send(at_desk(CASTELL), "/nutrition/worked", begin(baby), **fields(patient=MRN, calcium="x"))
    assert "Nothing can be worked out" in wrong.text


def test_a_change_is_a_new_version_that_says_exactly_what_changed(at_desk: Any, baby: Store):
    placed_order(baby, preterm_order(), BABY, NUMBER)
    browser = at_desk(CASTELL)
    assert browser.get(f"/orders/{NUMBER}/change").headers["Location"] == f"/nutrition/{NUMBER}/change"
    path = f"/nutrition/{NUMBER}/change"
    unchanged = send(browser, path, path, **fields(version="1", indication=""))
    assert (unchanged.status_code, "Nothing was changed" in unchanged.text) == (422, True)
    stale = send(browser, path, path, **fields(version="7", calcium="2"))
    assert stale.status_code == 409
    told = fields(version="1", calcium="2", indication="") | {"key": "one-press"}
    answer, twice = (send(browser, path, path, **told) for _ in range(2))
    assert answer.status_code == twice.status_code == 303
    with baby.read() as uow:
        entry = uow.answer_for("one-press")
    assert entry is not None
    assert (entry.kind, entry.payload["replaces"]) == ("place", 1), "the record itself refuses another change of version 1"
    assert len(state(baby, NUMBER).versions) == 2
    page = browser.get(f"/orders/{NUMBER}").text
    assert re.search(r"Calcium, as the ion</th><td>2\.5 mEq/kg/day</td><td><b>2 mEq/kg/day", page)
    assert page.count("is-differing") == 1


def test_an_answer_makes_a_new_version(at_desk: Any, baby: Store):
    placed_order(baby, preterm_order(), BABY, NUMBER)
    do(baby, MARLOW, ORDER, order_record(NUMBER), Clarify("Really 2.5?"), NOON, station="desk-2", signed=True)
    browser = at_desk(DUARTE)
    path = f"/nutrition/{NUMBER}/answer"
    assert browser.get(f"/orders/{NUMBER}/answer").headers["Location"] == path
    assert "Really 2.5?" in browser.get(path).text
    said = {"version": "1", "prescriber": "Dr. R. Castell", "indication": ""}
    silent = send(browser, path, path, **fields(calcium="2", **said))
    assert 'href="#answer"' in silent.text
    answer = send(browser, path, path, **fields(calcium="2", answer="2 then", answered_by="Dr. R. Castell", **said))
    assert answer.status_code == 303, answer.text
    assert state(baby, NUMBER).status is OrderStatus.CLINICAL_REVIEW


def test_an_answer_without_a_question_is_refused_in_words(at_desk: Any, baby: Store):
    placed_order(baby, preterm_order(), BABY, NUMBER)
    answer = at_desk(DUARTE).get(f"/nutrition/{NUMBER}/answer")
    assert answer.status_code == 409
    assert "No question is open" in answer.text


def test_review_shows_rows_totals_pictures_and_what_changed_since_yesterday_and_since_it_was_typed(at_desk: Any, baby: Store):
    yesterdays(baby)
    placed_order(baby, preterm_order(), BABY, NUMBER)
    changed = at_desk(MARLOW)
    path = f"/nutrition/{NUMBER}/change"
    send(changed, path, path, **fields(version="1", sodium="4", prescriber="Dr. R. Castell", indication=""))
    page = at_desk(DUARTE).get(f"/review/{NUMBER}").text
    assert f"Changed since yesterday: order {YESTERDAY}" in page
    since_typed = page.partition("Changed since the prescriber")[2].partition("</section>")[0]
    assert "Sodium" in since_typed
    assert "Calcium" not in since_typed
    for words in ("Rows, in the order of the label", "Worst moment of mixing", "Stacked volumes", "All totals", "Show working"):
        assert words in page, words


def test_a_nutrition_order_is_accepted_on_the_review_page(at_desk: Any, baby: Store):
    yesterdays(baby)
    placed_order(baby, preterm_order(), BABY, NUMBER)
    browser = at_desk(DUARTE)
    page = browser.get(f"/review/{NUMBER}").text
    reasons = dict.fromkeys(re.findall(r'name="(reason\.[^"]+)"', page), "judged")
    digest = re.search(r'name="digest" value="([^"]+)"', page)[1]  # type: ignore[index]
    said = {"version": "1", "digest": digest, "secret": DUARTE.password, **reasons}
    answer = send(browser, f"/review/{NUMBER}/accept", f"/review/{NUMBER}", **said)
    assert answer.status_code == 303, re.findall(r'id="refused".*?</section>', answer.text, re.S)
    assert state(baby, NUMBER).status is OrderStatus.VERIFIED


def test_lists_and_queue_hold_a_nutrition_order_in_every_state(at_desk: Any, baby: Store):
    yesterdays(baby)
    placed_order(baby, preterm_order(), BABY, NUMBER)
    browser = at_desk(DUARTE)
    for path in ("/orders", f"/orders/{NUMBER}", f"/orders/{YESTERDAY}", "/review", "/queue", "/check", "/nutrition"):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert "parenteral_nutrition" not in re.sub(r'(?:href|action|value)="[^"]*"', "", page.text), path
    assert "arenteral nutrition" in find(browser, "/orders/find", "SAMPLE", "/orders").text


def test_tonight_shows_bands_states_and_what_to_stage(at_desk: Any, cast_store: Store):
    queued_nutrition(cast_store)
    page = at_desk(OKONJO).get("/nutrition").text
    assert "3 containers, 3 to stage" in page
    assert "Tonight, preterm" in page
    assert "2-in-1 bag" in page
    assert re.search(r"SMOFlipid 20 %</th><td[^>]*>21 mL", page)
    assert "New order" not in page


def test_tonight_counts_nothing_of_an_order_that_waits(at_desk: Any, baby: Store):
    placed_order(baby, preterm_order(), BABY, NUMBER)
    page = at_desk(MARLOW).get("/nutrition").text
    assert "Not accepted yet, 1" in page
    assert "To stage, of each source" not in page


def test_who_may_not_order_is_refused_everywhere(at_desk: Any, baby: Store):
    placed_order(baby, preterm_order(), BABY, NUMBER)
    for member in (OKONJO, HALLORAN):
        browser = at_desk(member)
        for path in (begin(baby), f"/nutrition/{NUMBER}/change", f"/nutrition/{NUMBER}/answer"):
            assert browser.get(path).status_code == 403, path
            assert send(browser, path, "/nutrition", **fields()).status_code == 403, path
        assert send(browser, "/nutrition/look", "/nutrition", **fields()).status_code == 403
    assert at_desk(CASTELL).get(f"/nutrition/{NUMBER}/answer").status_code == 403
    assert len(state(baby, NUMBER).versions) == 1


def test_wrong_methods_and_orders_of_another_kind_have_no_page(at_desk: Any, baby: Store):
    browser = at_desk(CASTELL)
    assert browser.get("/nutrition/look").status_code == 405
    assert browser.get("/nutrition/begin").status_code == 405
    assert browser.put("/nutrition").status_code == 405
    placed_order(baby)
    assert browser.get("/nutrition/260414-0140/change").status_code == 404
    assert browser.get("/nutrition/999999-0001/change").status_code == 404


def test_the_queue_says_volume_and_line_of_a_bag(at_desk: Any, cast_store: Store):
    queued_nutrition(cast_store)
    assert "187.2\N{NO-BREAK SPACE}mL, central line" in at_desk(OKONJO).get("/queue").text
