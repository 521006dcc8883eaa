"""The station with a paralyzing drug: read aloud before every draw, whether it is measured or not."""

from compounding.documents.record_documents import record_snapshot
from compounding.preparing.actions import AskInProcessCheck, CheckStaging
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from formulary.repository import formulary_in_force
from tests.support.at_station import CENTRAL, ROCURONIUM, a_picture, at, entries
from tests.support.cast import IBARRA, MARLOW, NOON, OKONJO, act_of, do
from tests.support.flow import dose_now, queued_dose, staged, started, step_done
from tests.support.visiting import send

WORDS = "rocuronium 10 mg/mL, 10 mL vial (100 mg)"


def before_the_draw(hood, store):
    """A dose of rocuronium whose first draw is in focus: its number and the step."""
    number = queued_dose(store, ROCURONIUM, CENTRAL, "260414-0160")
    staged(store, number)
    do(store, MARLOW, DOSE, dose_record(number), CheckStaging(), NOON, signed=True)
    started(store, number)
    while (step := dose_now(store, number).current_step).purpose != "draw":
        if step.kind == "confirm":
            assert "paralyzes" in hood.get(at(number)).text
        step_done(store, number)
    return number, step


def test_no_draw_is_recorded_before_the_vial_is_read_aloud(hood, cast_store):
    number, step = before_the_draw(hood, cast_store)
    assert f"I read aloud: {WORDS}." in hood.get(at(number)).text
    volume = str(float(step.volume.amount_in("mL"))).removesuffix(".0")
    typed = {"step": str(step.number), "volume": volume}
    record = f"{at(number)}/record"
    without = send(hood, record, "/station", picture=a_picture(), **typed)
    assert without.status_code == 422
    assert f"Read the container aloud and confirm it: {WORDS}." in without.text
    assert f'value="{volume}"' in without.text
    assert send(hood, record, "/station", picture=a_picture(), confirmed=WORDS, **typed).status_code == 200
    kept = entries(cast_store, number)[-1]
    assert (kept.kind, kept.payload["confirmed"], kept.who) == ("record_volume", WORDS, OKONJO.person)


def test_a_draw_that_was_not_measured_is_read_aloud_too(hood, cast_store):
    number, step = before_the_draw(hood, cast_store)
    assert f"I read aloud: {WORDS}." in hood.get(f"{at(number)}/problem").text
    typed = {"step": str(step.number), "reason": "the camera does not work"}
    unmeasured = f"{at(number)}/unmeasured"
    assert send(hood, unmeasured, "/station", picture=a_picture(), **typed).status_code == 422
    assert send(hood, unmeasured, "/station", picture=a_picture(), confirmed=WORDS, **typed).status_code == 303


def test_the_check_and_the_compounding_record_show_who_read_what(hood, at_check, cast_store):
    number, _ = before_the_draw(hood, cast_store)
    while step_done(cast_store, number):
        pass
    do(cast_store, OKONJO, DOSE, dose_record(number), AskInProcessCheck())
    page = " ".join(at_check(IBARRA).get(f"/check/{number}").text.split())
    assert f"read aloud by T. Okonjo, CPhT, 13:04: {WORDS}" in page
    with cast_store.read() as uow:
        record = record_snapshot(uow, dose_now(cast_store, number), act_of(MARLOW, NOON), formulary_in_force(uow))
    told = [row for row in record["measurements"] if "read aloud" in " ".join(row.values())]
    assert told
    assert all(f"T. Okonjo, CPhT, 13:04; read aloud: {WORDS}" in " ".join(row.values()) for row in told)
