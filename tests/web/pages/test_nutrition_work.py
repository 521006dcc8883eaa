"""A nutrition container at the pages: pumped steps, the compounder's file, both checks, the ward."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from calculations.printing import show_number
from compounding.preparing.actions import AskSecondCheck, Complete, RecordPumped
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from tests.support.at_station import a_picture, at, heading
from tests.support.cast import HALLORAN, IBARRA, MARLOW, NOON, OKONJO, do
from tests.support.flow import A_PICTURE, content_digest, dose_now
from tests.support.nutrition_flow import (
    BAG,
    LIPIDS,
    made,
    nutrition_step_done,
    paired_nutrition,
    pump_file,
    queued_nutrition,
    started_nutrition,
)
from tests.support.visiting import send, sign_on_as


@pytest.fixture
def started(hood, cast_store):
    """At the hood with the bag in hand, the first pumped step next."""
    queued_nutrition(cast_store)
    started_nutrition(cast_store, BAG)
    return hood


def kinds(store):
    with store.read() as uow:
        return [entry.kind for entry in uow.entries(dose_record(BAG))]


def file_sent(client, text):
    return send(client, f"{at(BAG)}/pump-file", "/station", file=(BytesIO(text.encode()), "pumped.csv"))


def test_the_tray_is_listed_whole_in_the_order_of_mixing(hood, cast_store):
    queued_nutrition(cast_store)
    page = hood.get(at(BAG)).text
    tray = re.search(r'<ol class="tray">(.*?)</ol>', page, re.S)[1]
    assert tray.count("<li") == 14
    assert tray.index("TrophAmine") < tray.index("calcium gluconate") < tray.index("Infuvite")


def test_a_pumped_step_asks_what_the_pump_shows(started, cast_store):
    page = started.get(at(BAG)).text
    assert "Pump shows" in page and "Syringe shows" not in page
    assert "first type what the pump shows" in page
    answer = send(started, f"{at(BAG)}/record", "/station", step="1", volume="54.6", picture=a_picture())
    assert answer.status_code == 200
    assert heading(answer).startswith("Step 16 of 37 Pump in dextrose")
    assert "54.6 mL" in re.sub(r"\s+", " ", answer.text.replace("\xa0", " "))
    assert "Take in its file" not in answer.text


def test_the_file_of_the_compounder_is_taken_in_once(started, cast_store):
    text = pump_file(dose_now(cast_store, BAG))
    assert "dose,source,lot,volume_ml,interrupted,replaced" in started.get(f"{at(BAG)}/pump-file").text
    for _ in range(2):
        assert file_sent(started, text).status_code == 303
    assert kinds(cast_store).count("record_pumped") == 1
    assert "refused" not in kinds(cast_store)
    assert heading(started.get(at(BAG))).endswith("Mix: invert the bag until it is even, and look at it.")
    assert started.get(f"{at(BAG)}/pump-file").status_code == 303


def test_a_file_that_does_not_fit_is_refused_on_its_page(started, cast_store):
    text = pump_file(dose_now(cast_store, BAG)).replace("54.6,", "64.6,")
    answer = file_sent(started, text)
    assert answer.status_code == 422
    assert "line 2, volume_ml" in answer.text and "54.6 mL ±5 %" in answer.text
    assert dose_now(cast_store, BAG).records == ()
    assert send(started, f"{at(BAG)}/pump-file", "/station").status_code == 422


def test_no_dilution_label_is_printed_before_its_step(started):
    assert started.get(f"{at(BAG)}/dilution-label.pdf").status_code == 409


def test_the_pages_of_the_pump_are_for_those_who_prepare(office, cast_store, started):
    nurse = sign_on_as(office.test_client(), HALLORAN)
    assert nurse.get(f"{at(BAG)}/pump-file").status_code == 403
    assert started.post(f"{at(BAG)}/weigh").status_code in (400, 422)
    assert started.get(f"{at(BAG)}/weigh").status_code == 405


def remarked(store):
    """Completed, with a remark of the pump on step 1."""
    text = pump_file(dose_now(store, BAG)).replace("54.6,no,no", "54.6,yes,no")
    do(store, OKONJO, DOSE, dose_record(BAG), RecordPumped(text), NOON + timedelta(minutes=5))
    while nutrition_step_done(store, BAG):
        pass
    do(store, OKONJO, DOSE, dose_record(BAG), Complete(f"92{BAG}", A_PICTURE), NOON + timedelta(minutes=6), signed=True)


def passed(desk, store, **more):
    fields = {"content_digest": content_digest(store, BAG), "secret": MARLOW.password, **more}
    return send(desk, f"/check/{BAG}/pass", f"/check/{BAG}", **fields)


def test_what_the_pump_remarked_is_read_before_the_pass(started, cast_store, at_check):
    remarked(cast_store)
    desk = at_check(MARLOW)
    page = desk.get(f"/check/{BAG}").text
    assert "pump interrupted" in page and 'name="read_1"' in page
    answer = passed(desk, cast_store)
    assert answer.status_code == 422 and "Read what the compounder remarks on step 1" in answer.text
    assert passed(desk, cast_store, read_1="yes").status_code == 303
    assert dose_now(cast_store, BAG).status is DoseStatus.SECOND_CHECK


def test_the_check_shows_every_constituent_and_the_fictional_curve(cast_store, at_check):
    queued_nutrition(cast_store)
    made(cast_store, BAG)
    page = at_check(MARLOW).get(f"/check/{BAG}").text
    for words in ("Amino acids", "Calcium", "Phosphate", "Heparin", "all inside ±5 %", "FICTIONAL curve", "pump"):
        assert words in page, words
    assert "under the curve at the worst moment" in page
    assert "3.5 g/kg/day" in page and "not weighed" not in page
    assert "196.61 g" in page  # something is diluted first, and the whole is weighed all the same


def test_the_second_pharmacist_is_asked_for_every_source_and_no_diluent(cast_store, at_check):
    queued_nutrition(cast_store)
    dose = made(cast_store, BAG)
    ask, now = AskSecondCheck(content_digest(cast_store, BAG)), NOON + timedelta(minutes=9)
    do(cast_store, MARLOW, DOSE, dose_record(BAG), ask, now, station="desk-1", signed=True)
    desk = at_check(IBARRA)
    page = desk.get(f"/check/{BAG}").text
    assert '<option value="parenteral_nutrition"' in page
    assert 'name="diluent"' not in page and "Volume to infuse" in page
    assert page.count('name="volume_') == len(dose.planned.actives)
    assert "54.6" not in page and "Recalculated" not in page
    volumes = {
        f"volume_{n}": show_number(one.drawn_volume.amount_in("mL"), 4) for n, one in enumerate(dose.planned.actives, start=1)
    }
    fields = {"drug": "parenteral_nutrition", "final_volume": "144", "secret": IBARRA.password, **volumes}
    assert send(desk, f"/check/{BAG}/second", f"/check/{BAG}", **fields).status_code == 303
    found = dose_now(cast_store, BAG)
    assert found.second_check is not None and found.second_differences == ()


def test_the_ward_sees_how_the_bag_and_the_lipid_are_run(cast_store, at_check):
    queued_nutrition(cast_store)
    for number in (BAG, LIPIDS[0]):
        paired_nutrition(cast_store, number)
    nurse = at_check(HALLORAN)
    bag = " ".join(nurse.get(f"/ward/dose/{BAG}").text.replace("\xa0", " ").split())
    for words in ("6 mL/h", "over 24 h", "144 mL", "central only", "1.2 micron", "24 h at most", "lipid apart"):
        assert words in bag, words
    assert "1 one" not in bag
    assert LIPIDS[0] in bag
